"""What a model answered, read as a turn; what cannot be read is never guessed at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from moot_errors import nearest
from sandbox.brain import Unusable
from sandbox.brains.llm.acts import ACTS, OFFER, Form, say_key
from sandbox.view import Reply
from transcripts import Accept, Act, Offer, Pass, Reject, WalkAway, Withdraw

if TYPE_CHECKING:
    from sandbox.models.types import Answer
    from sandbox.view import Known
    from transcripts import Thread

LONGEST: Final = 20_000
"""Characters that a turn may say: what one says, all others have to read."""

_BRACES: Final = 50
"""So many places are tried, at which the JSON of an answer may begin."""

_DEEPEST: Final = 8
"""Levels of nesting that an act's arguments may have: terms have two."""

_MARK = re.compile(
    r"<(/?)(?:seed:)?(?:think|thinking|thoughts?|reasoning|reflection|analysis|scratchpad)>|\[(/?)THINK\]",
    re.IGNORECASE,
)
_QUOTES = (('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"))
_PLAIN: Final[Mapping[str, Act]] = {"withdraw": Withdraw(), "walk_away": WalkAway(), "pass": Pass()}


class Refusing(Exception):
    """A model would not answer (`refusal`), or its provider kept the answer back (`filtered`)."""

    def __init__(self, kind: Literal["refusal", "filtered"], text: str) -> None:
        super().__init__(f"{'the model refused' if kind == 'refusal' else 'the provider filtered the answer'}: {text}")
        self.kind = kind


def read_answer(answer: Answer, known: Known, thread: Thread, form: Form) -> Reply:
    """Read an answer in the form that was asked for.

    Raises Refusing, and Unusable with the reason, for the model to mend.  Text that looks like an act is text.
    """
    if answer.stop in ("refusal", "filtered"):
        raise Refusing("refusal" if answer.stop == "refusal" else "filtered", answer.text)
    try:
        if answer.stop == "length":
            raise _Unreadable("the answer was cut off, for it was too long; answer more briefly")
        if len(answer.calls) > 1:
            names = ", ".join(call.name for call in answer.calls)
            raise _Unreadable(f"one act a turn, and one call; there were {len(answer.calls)}: {names}")
        if form == "json":
            said, act = _read_json(answer, known, thread)
        elif answer.calls:
            said, act = _read_call(answer, known, thread, form)
        else:
            said, act = spoken(answer.text, known.seat), None
        if len(said) > LONGEST:
            raise _Unreadable(f"what is said has {len(said)} characters; say it in {LONGEST} at most")
        if not said and act is None:
            raise _Unreadable(
                "the answer was empty; say something, or pass" if known.issues else "the answer was empty"
            )
    except _Unreadable as fault:
        raise Unusable(str(fault), _as_text(answer)) from None
    return Reply(said, act)


def spoken(text: str, seat: str) -> str:
    """Keep what is said: without thoughts, the speaker's own name in front, and quotation marks around all of it."""
    said = without_thoughts(text).strip()
    said = re.sub(rf"\A[*_\[]*{re.escape(seat)}[*_\]]*\s*:[*_]*\s*", "", said, flags=re.IGNORECASE)
    for left, right in _QUOTES:
        inner = said[1:-1]
        if len(said) > 1 and said[0] == left and said[-1] == right and left not in inner and right not in inner:
            return inner.strip()
    return said


def without_thoughts(text: str) -> str:
    """Take out what a model marks as thought, also where only the mark of its end or of its beginning is there."""
    kept: list[str] = []
    at, thinking = 0, False
    for mark in _MARK.finditer(text):
        closes = bool(mark[1] or mark[2])
        if closes and not thinking:
            kept.clear()  # a template had opened it, and so all until here was thought
        elif not closes and not thinking:
            kept.append(text[at : mark.start()])
        at, thinking = mark.end(), not closes
    return "".join(kept) + ("" if thinking else text[at:])


class _Unreadable(Exception):
    """Why an answer cannot be read."""


def _read_call(answer: Answer, known: Known, thread: Thread, form: Form) -> tuple[str, Act | None]:
    """Read a tool call; where it says nothing itself, the text beside it is what is said."""
    (call,) = answer.calls
    if form == "talk":
        raise _Unreadable(f"there is no tool {call.name!r} here, nor any other; only talk")
    arguments = _loads(call.arguments or "{}", f"the arguments of {call.name!r}")
    if not isinstance(arguments, dict):
        raise _Unreadable(f"the arguments of {call.name!r} are not a JSON object")
    said = _text(arguments.pop(say_key(known), ""), say_key(known), known)
    act = None if call.name == "say" else _act(call.name, arguments, known, thread)
    return said or spoken(answer.text, known.seat), act


def _read_json(answer: Answer, known: Known, thread: Thread) -> tuple[str, Act | None]:
    """Read a JSON answer, whatever stands around it; keys beside `say` and `act` are taken for thoughts."""
    if answer.calls:
        raise _Unreadable(f"there is no tool {answer.calls[0].name!r} here; answer with the JSON object")
    data = _only_object(without_thoughts(answer.text))
    said, given = _text(data.get("say", ""), "say", known), data.get("act")
    if given is None:
        return said, None
    act = {"kind": given} if isinstance(given, str) else given
    if not isinstance(act, dict) or not isinstance(act.get("kind"), str):
        raise _Unreadable('"act" must be null, or an object with "kind"')
    kind, arguments = act["kind"], {key: value for key, value in act.items() if key != "kind"}
    return said, None if kind == "say" and not arguments else _act(kind, arguments, known, thread)


def _act(name: str, arguments: dict[str, Any], known: Known, thread: Thread) -> Act:
    """Make an act; whether it stands is for the rules to say."""
    if len(str(arguments)) > LONGEST:
        raise _Unreadable(f"the arguments of {name!r} are too long")
    match name:
        case "offer":
            nested = arguments.get("terms")
            inside = arguments.keys() == {"terms"} and "terms" not in known.issues and isinstance(nested, dict)
            return Offer(terms=nested if inside else arguments)
        case "accept" | "reject":
            _take_only(arguments, (OFFER,), name)
            meant = _offer_meant(arguments.get(OFFER), name, thread)
            return Accept(offer=meant) if name == "accept" else Reject(offer=meant)
        case "withdraw" | "walk_away" | "pass":
            _take_only(arguments, (), name)
            return _PLAIN[name]
        case _:
            close = nearest(name, ACTS)
            hint = f"did you mean {close!r}?" if close else f"there are {', '.join(ACTS)}"
            raise _Unreadable(f"there is no act {name!r}; {hint}")


def _offer_meant(given: Any, act: str, thread: Thread) -> str:
    """Find the offer that a seat has on the table; anything else is taken for an offer's own name."""
    if not isinstance(given, str) or not given.strip():
        raise _Unreadable(f"{act!r} must say whose offer it means")
    standing = thread.standing.get(given.strip())
    return standing.id if standing else given.strip()


def _take_only(arguments: Mapping[str, Any], names: tuple[str, ...], act: str) -> None:
    if strange := [name for name in arguments if name not in names]:
        takes = f"takes only {', '.join(names)}" if names else "takes nothing"
        raise _Unreadable(f"{act!r} {takes}, and not {', '.join(map(repr, strange))}")


def _text(given: Any, key: str, known: Known) -> str:
    if given is not None and not isinstance(given, str):
        raise _Unreadable(f"{key!r} must be a text")
    return spoken(given or "", known.seat)


def _only_object(text: str) -> dict[str, Any]:
    found = [each for each in _objects(text) if each.keys() & {"say", "act"}]
    if len(found) > 1:
        raise _Unreadable(f"one act a turn, and one JSON object; there were {len(found)}")
    if not found:
        raise _Unreadable('there is no JSON object with "say" and "act" in the answer')
    return found[0]


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Find the JSON objects in a text, from its first brace on."""
    at = text.find("{")
    for _ in range(_BRACES):
        if at < 0:
            return
        try:
            found, end = _DECODER.raw_decode(text, at)
            yield _storable(found)
        except (ValueError, RecursionError):
            end = at + 1  # no JSON begins here, but perhaps at the next brace
        at = text.find("{", end)


def _loads(text: str, what: str) -> Any:
    try:
        return _storable(_DECODER.decode(text))
    except (ValueError, RecursionError) as error:
        raise _Unreadable(f"{what} are not JSON: {error}") from None


def _storable(data: Any) -> Any:
    """Replace half surrogates, which no file can hold; raises ValueError for what is nested like no act."""
    if _is_deep(data, _DEEPEST):
        raise ValueError(f"nested more than {_DEEPEST} levels deep")
    return json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))


def _is_deep(data: Any, levels: int) -> bool:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return levels < 0 or any(_is_deep(each, levels - 1) for each in inner)


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text} is too large")
    return number


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")


_DECODER = json.JSONDecoder(parse_float=_number, parse_constant=_constant)


def _as_text(answer: Answer) -> str:
    """Write down what was answered, calls included."""
    calls = (f"{call.name}({call.arguments})" for call in answer.calls)
    return "\n".join(filter(None, (answer.text, *calls)))[:LONGEST]
