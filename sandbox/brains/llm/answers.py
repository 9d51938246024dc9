"""What a model answered, read as a turn; what cannot be read is never guessed at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from moot_errors import nearest
from sandbox.brain import Unusable
from sandbox.brains.llm.acts import OFFER, Form, acts_of, possible, reply_key, say_key
from sandbox.brains.llm.loose import load_json, objects_in, spoken, without_thoughts
from sandbox.view import Reply
from transcripts import (
    Accept,
    Act,
    Assign,
    HandOver,
    Leave,
    Offer,
    OpenThread,
    Pass,
    Reject,
    Report,
    WalkAway,
    Withdraw,
)

if TYPE_CHECKING:
    from sandbox.models.types import Answer
    from sandbox.view import Known
    from transcripts import Thread

LONGEST: Final = 20_000
"""Characters that a turn may say: what one says, all others have to read."""

_PLAIN: Final[Mapping[str, Act]] = {
    "withdraw": Withdraw(),
    "walk_away": WalkAway(),
    "pass": Pass(),
    "leave": Leave(),
}


_NAMED = re.compile(r"\S+:\d+")


class Refusing(Exception):
    """A model would not answer (`refusal`), or its provider kept the answer back (`filtered`)."""

    def __init__(self, kind: Literal["refusal", "filtered"], text: str) -> None:
        super().__init__(f"{'the model refused' if kind == 'refusal' else 'the provider filtered the answer'}: {text}")
        self.kind = kind


class _Unreadable(Exception):
    """Why an answer cannot be read."""


def read_answer(answer: Answer, known: Known, thread: Thread, form: Form) -> Reply:
    """Read an answer in the form that was asked for.

    Raises Refusing, and Unusable with the reason, for the model to mend.  Text that looks like an act is text.
    """
    if answer.stop in ("refusal", "filtered"):
        raise Refusing("refusal" if answer.stop == "refusal" else "filtered", answer.text)
    try:
        return _read(answer, known, thread, form)
    except _Unreadable as fault:
        raise Unusable(str(fault), as_text(answer)) from None


def _read(answer: Answer, known: Known, thread: Thread, form: Form) -> Reply:
    if answer.stop == "length":
        raise _Unreadable("the answer was cut off, for it was too long; answer more briefly")
    if len(answer.calls) > 1:
        names = ", ".join(call.name for call in answer.calls)
        raise _Unreadable(f"one act a turn, and one call; there were {len(answer.calls)}: {names}")
    answered = None
    if form == "json":
        said, act, answered = _read_json(answer, known, thread)
    elif answer.calls:
        said, act, answered = _read_call(answer, known, thread, form)
    else:
        said, act = spoken(answer.text, known.seat), None
    if len(said) > LONGEST:
        raise _Unreadable(f"what is said has {len(said)} characters; say it in {LONGEST} at most")
    if not said and act is None:
        raise _Unreadable(f"the answer was empty; say something{', or pass' if acts_of(known) else ''}")
    return Reply(said, act, re=answered)


def _read_call(answer: Answer, known: Known, thread: Thread, form: Form) -> tuple[str, Act | None, str | None]:
    """Read a tool call; where it says nothing itself, the text beside it is what is said."""
    (call,) = answer.calls
    if form == "talk":
        raise _Unreadable(f"there is no tool {call.name!r} here, nor any other; only talk")
    if not _is_act(call.name, known, thread):
        raise _no_act(call.name, known)
    try:
        arguments = load_json(call.arguments.strip() or "{}")
    except ValueError as error:
        raise _Unreadable(f"the arguments of {call.name!r} are not JSON: {error}") from None
    if not isinstance(arguments, dict):
        raise _Unreadable(f"the arguments of {call.name!r} are not a JSON object")
    key = say_key(known)
    said = _text(arguments.pop(key, None), key, known) or spoken(answer.text, known.seat)
    answered = _message(arguments.pop(reply_key(known), None)) if reply_key(known) else None
    return said, _act(call.name, arguments, known, thread), answered


def _is_act(name: str, known: Known, thread: Thread) -> bool:
    return name in acts_of(known) or name in possible(known, thread)


def _message(given: Any) -> str | None:
    """Read which message is answered; what does not look like a message's name names none."""
    return given.strip() if isinstance(given, str) and _NAMED.fullmatch(given.strip()) else None


def _read_json(answer: Answer, known: Known, thread: Thread) -> tuple[str, Act | None, str | None]:
    """Read a JSON answer, whatever stands around it; keys beside `say` and `act` are taken for thoughts."""
    if answer.calls:
        raise _Unreadable(f"there is no tool {answer.calls[0].name!r} here; answer with the JSON object")
    found = [each for each in _answered(answer.text) if each.keys() & {"say", "act"}]
    if len(found) != 1:
        raise _Unreadable(f'one JSON object with "say" and "act", and no other; there were {len(found)}')
    said, act = _text(found[0].get("say"), "say", known), found[0].get("act")
    key = reply_key(known)
    answered = _message(found[0].get(key)) if key else None
    if act is None:
        return said, None, answered
    act = {"kind": act} if isinstance(act, str) else act
    if not isinstance(act, dict) or not isinstance(act.get("kind"), str):
        raise _Unreadable('"act" must be null, or an object with "kind"')
    arguments = {name: value for name, value in act.items() if name != "kind"}
    return said, _act(act["kind"], arguments, known, thread), answered


def _answered(text: str) -> list[dict[str, Any]]:
    """Read the answer as a whole, or else find what there is in it beside thoughts."""
    try:
        whole = load_json(text)
    except ValueError:
        return list(objects_in(without_thoughts(text)))
    return [whole] if isinstance(whole, dict) else []


def _act(name: str, arguments: dict[str, Any], known: Known, thread: Thread) -> Act | None:
    """Make an act; whether it stands is for the rules to say."""
    if len(str(arguments)) > LONGEST:
        raise _Unreadable(f"the arguments of {name!r} are too long")
    if not _is_act(name, known, thread):
        raise _no_act(name, known)
    match name:
        case "offer":
            nested = arguments.get("terms")
            if isinstance(nested, dict) and arguments.keys() == {"terms"} and "terms" not in known.issues:
                return Offer(terms=nested)
            return Offer(terms=arguments)
        case "accept" | "reject":
            _take_only(arguments, (OFFER,), name)
            meant = _offer_meant(arguments.get(OFFER), name, thread)
            return Accept(offer=meant) if name == "accept" else Reject(offer=meant)
        case "open_thread":
            return _opening(arguments)
        case "hand_over":
            _take_only(arguments, ("to",), name)
            return HandOver(to=_word(arguments, "to", name))
        case "assign":
            _take_only(arguments, ("to", "task"), name)
            return Assign(to=_word(arguments, "to", name), task=_word(arguments, "task", name))
        case "report":
            _take_only(arguments, ("result",), name)
            return Report(result=_word(arguments, "result", name))
        case "say":
            _take_only(arguments, (), name)
            return None
        case _:
            _take_only(arguments, (), name)
            return _PLAIN[name]


def _opening(arguments: dict[str, Any]) -> OpenThread:
    """Read whom a side thread is opened with; who may be invited is for the rules to say."""
    _take_only(arguments, ("invite", "about", "form"), "open_thread")
    invite = arguments.get("invite")
    invite = [invite] if isinstance(invite, str) else invite
    if not isinstance(invite, list) or not invite or not all(isinstance(each, str) for each in invite):
        raise _Unreadable("'open_thread' must say whom it invites, in a list of names")
    form = arguments.get("form")
    about = arguments.get("about") or ""
    if not isinstance(about, str) or not (form is None or isinstance(form, str)):
        raise _Unreadable("'about' and 'form' of 'open_thread' must be texts")
    named = list(dict.fromkeys(each.strip() for each in invite))
    return OpenThread(invite=named, about=about.strip(), form=form or None)


def _word(arguments: Mapping[str, Any], name: str, act: str) -> str:
    given = arguments.get(name)
    if not isinstance(given, str) or not given.strip():
        raise _Unreadable(f"{act!r} needs {name!r}, a text")
    return given.strip()


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


def _no_act(name: str, known: Known) -> _Unreadable:
    acts = acts_of(known)
    close = nearest(name, acts)
    hint = f"did you mean {close!r}?" if close else f"there are {', '.join(acts)}"
    return _Unreadable(f"there is no act {name!r}; {hint}")


def as_text(answer: Answer) -> str:
    """Write down what was answered, calls included."""
    calls = (f"{call.name}({call.arguments})" for call in answer.calls)
    return "\n".join(filter(None, (answer.text, *calls)))[:LONGEST]
