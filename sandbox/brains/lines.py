"""The lines of a script: what is said, what is done, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sandbox.brains.errors import BrainError, Path, unknown
from scenarios import DividedIssue, Expression, ExpressionError, Option, OptionIssue, TermsError, parse_expression
from transcripts import Accept, Act, Offer, Pass, Reject, WalkAway, Withdraw

if TYPE_CHECKING:
    from sandbox.view import Known

LAST: Final = "last"
"""Stands for the newest offer of somebody else that is on the table."""

WORDS: Final[Mapping[str, Act]] = {"withdraw": Withdraw(), "walk away": WalkAway(), "pass": Pass()}
ACTS: Final = ("offer", "accept", "reject", *WORDS)
KEYS: Final = ("say", "act", "offer", "accept", "reject", "if")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `accept` and `reject` may name the offer `last`, which is looked up when the line is said."""

    say: str
    act: Act | None
    condition: Expression | None

    @property
    def key(self) -> tuple[str, str]:
        """What a message must have in common with the line to be the line."""
        return key_of(self.say, self.act)


def key_of(text: str, act: Act | None) -> tuple[str, str]:
    """Reduce a message to what makes it a line: the text, what was done, and the terms of an offer."""
    if isinstance(act, Offer):
        return text, act.model_dump_json()
    return text, act.kind if act else ""


def read_lines(lines: Sequence[Any], known: Known) -> list[Line]:
    """Read the lines of a script; raises BrainError with the path of what is wrong."""
    return [_read_line(line, known, ("lines", index)) for index, line in enumerate(lines)]


def _read_line(line: Any, known: Known, path: Path) -> Line:
    if isinstance(line, str):
        return Line(line, None, None)
    if not isinstance(line, Mapping):
        raise BrainError(f"a line cannot be {line!r}", path=path, remedy="write a text, or say: and an act")
    for name in line:
        if name not in KEYS:
            raise unknown("key", name, KEYS, (*path, name))
    say = line.get("say", "")
    if not isinstance(say, str):
        raise BrainError(f"say cannot be {say!r}", path=(*path, "say"), remedy="write a text")
    return Line(say, _read_act(line, known, path), _read_condition(line.get("if"), known, (*path, "if")))


def _read_act(line: Mapping[str, Any], known: Known, path: Path) -> Act | None:
    given = [name for name in ("act", "offer", "accept", "reject") if name in line]
    if len(given) > 1:
        message = f"one line cannot have both {given[0]!r} and {given[1]!r}"
        raise BrainError(message, path=path, remedy="write two lines")
    if not given:
        return None
    name, path = given[0], (*path, given[0])
    if name != "act":
        return _make_act(name, line[name], known, path)
    act = line["act"]
    if isinstance(act, Mapping) and len(act) == 1:
        ((name, value),) = act.items()
        return _make_act(name, value, known, (*path, name))
    if isinstance(act, str) and act in WORDS:
        return WORDS[act]
    raise unknown("act", act, ACTS, path)


def _make_act(name: str, value: Any, known: Known, path: Path) -> Act:
    if name == "offer":
        return Offer(terms=_read_terms(value, known, path))
    if name not in {"accept", "reject"}:
        raise unknown("act", name, ACTS, path)
    if not isinstance(value, str):
        remedy = f"write {name}: last, or an offer's name such as table:3"
        raise BrainError(f"no offer is called {value!r}", path=path, remedy=remedy)
    return Accept(offer=value) if name == "accept" else Reject(offer=value)


def _read_terms(value: Any, known: Known, path: Path) -> dict[str, Any]:
    if known.stakes is None:
        raise BrainError("there is nothing to agree on in this scenario, so there are no offers", path=path)
    try:
        return known.parse(value)
    except TermsError as error:
        raise BrainError(str(error), path=path) from None


def _read_condition(source: Any, known: Known, path: Path) -> Expression | None:
    """Read a condition, and try it on some offer, so that it cannot be unknown or senseless later."""
    if source is None:
        return None
    if not isinstance(source, str):
        raise BrainError(f"a condition cannot be {source!r}", path=path, remedy="write one such as offer.price <= 300")
    some = {name: issue.value(0) for name, issue in known.issues.items()}
    try:
        expression = parse_expression(source)
        expression.condition(names_for(known, 1, 1, some))
    except ExpressionError as error:
        message = f"{error.message}, at character {error.at + 1} of {source!r}"
        raise BrainError(message, path=path, remedy=error.remedy) from None
    return expression


def names_for(known: Known, turn: int, round_: int, terms: Mapping[str, Any] | None) -> dict[str, Any]:
    """Say what the names in a condition stand for; without terms, those of an offer stand for nothing."""
    names: dict[str, Any] = {"turn": turn, "round": round_}
    for name, value in (terms or {}).items():
        issue, full = known.issues[name], f"offer.{name}"
        if isinstance(issue, OptionIssue) and issue.words:
            names[full] = Option(full, tuple(map(str, issue.options)), issue.index(value))
        elif isinstance(issue, DividedIssue):
            names |= {f"{full}.{seat}": share for seat, share in value.items()}
        else:
            names[full] = value
    return names


def needs_offer(expression: Expression) -> bool:
    """Tell whether a condition asks about an offer."""
    return "offer." in expression.source
