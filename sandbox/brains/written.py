"""Acts as the lines of a script write them, and for which task each is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from sandbox.brains.errors import BrainError, Path, unknown
from scenarios import TermsError
from transcripts import (
    Accept,
    Act,
    Answer,
    Assign,
    Bid,
    HandOver,
    Leave,
    Move,
    Offer,
    OpenThread,
    Pass,
    Reject,
    Report,
    Vote,
    WalkAway,
    Withdraw,
)

if TYPE_CHECKING:
    from sandbox.view import Known

WORDS: Final[Mapping[str, Act]] = {
    "withdraw": Withdraw(),
    "walk away": WalkAway(),
    "pass": Pass(),
    "leave": Leave(),
}
TASKS: Final = ("talk", "propose", "move", "vote", "answer", "bid", "choose")
PROPOSAL: Final = ("for", "against")
"""What may be voted where the last proposal is voted on."""


def read_act(name: str, value: Any, known: Known, path: Path) -> Act:
    """Read an act by its name and what it says; raises BrainError with the path of what is wrong."""
    if name not in _READERS:
        raise unknown("act", name, [*_READERS, *WORDS], path)
    return _READERS[name](value, known, path)


def task_of(act: Act | None) -> str:
    """Say for which task an act is taken unless the line says another."""
    return act.kind if isinstance(act, Move | Vote | Answer | Bid) else "talk"


def _offer(value: Any, known: Known, path: Path) -> Act:
    if not known.issues:
        raise BrainError("there is nothing to agree on in this scenario, so there are no offers", path=path)
    try:
        return Offer(terms=known.parse(value))
    except TermsError as error:
        raise BrainError(str(error), path=path) from None


def _answered(act: type[Accept] | type[Reject]) -> Callable[[Any, Known, Path], Act]:
    def read(value: Any, known: Known, path: Path) -> Act:
        if not isinstance(value, str):
            remedy = f"write {path[-1]}: last, or an offer's name such as table:3"
            raise BrainError(f"no offer is called {value!r}", path=path, remedy=remedy)
        return act(offer=value)

    return read


def _choice(act: type[Move] | type[Vote]) -> Callable[[Any, Known, Path], Act]:
    def read(value: Any, known: Known, path: Path) -> Act:
        """Check that there is something of which this is a value; which it is meant for is seen when it is asked."""
        if act is Vote and value in PROPOSAL:
            return Vote(choice=value)
        reasons = []
        for domain in known.choices.values():
            try:
                domain.parse(value)
            except TermsError as error:
                reasons.append(str(error))
            else:
                return act(choice=value)
        told = "; ".join(reasons) or "nothing is chosen or voted on in this scenario"
        raise BrainError(told, path=path)

    return read


def _items(value: Any, known: Known, path: Path) -> Act:
    try:
        return Answer(items=value)
    except ValidationError:
        remedy = "write an answer for each item, such as {verdict: guilty, confidence: 5}"
        raise BrainError(f"an answer cannot be {value!r}", path=path, remedy=remedy) from None


def _bid(value: Any, known: Known, path: Path) -> Act:
    try:
        return Bid(strength=value)
    except ValidationError:
        raise BrainError(f"a bid cannot be {value!r}", path=path, remedy="write a number from 0 to 4") from None


def _hand_over(value: Any, known: Known, path: Path) -> Act:
    return HandOver(to=_seat(value, known.others, path))


def _choose(value: Any, known: Known, path: Path) -> Act:
    return HandOver(to=_seat(value, (known.seat, *known.others), path))  # who moderates may speak next


def _open(value: Any, known: Known, path: Path) -> Act:
    if not known.sides:
        raise BrainError(f"{known.seat} cannot open side threads in this scenario", path=path)
    whole = {"invite": value} if isinstance(value, str | list) else value
    given = _keys(whole, ("invite", "about", "form"), ("invite",), path)
    named = given.get("form")
    if named is not None and named not in known.sides:
        raise unknown("side thread", named, list(known.sides), (*path, "form"))
    form = None if named is None else str(named)
    side = known.sides[form or next(iter(known.sides))]
    invite = [given["invite"]] if isinstance(given["invite"], str) else list(given["invite"] or ())
    about = _text(given.get("about", ""), (*path, "about"))
    return OpenThread(invite=[_seat(each, side.invite, (*path, "invite")) for each in invite], about=about, form=form)


def _assign(value: Any, known: Known, path: Path) -> Act:
    given = _keys(value, ("to", "task"), ("to", "task"), path)
    return Assign(to=_seat(given["to"], known.others, (*path, "to")), task=_text(given["task"], (*path, "task")))


def _report(value: Any, known: Known, path: Path) -> Act:
    return Report(result=_text(value, path))


def _keys(value: Any, allowed: tuple[str, ...], needed: tuple[str, ...], path: Path) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        remedy = f"write a mapping of {', '.join(allowed)}"
        raise BrainError(f"{path[-1]} cannot be {value!r}", path=path, remedy=remedy)
    for name in value:
        if name not in allowed:
            raise unknown("key", name, allowed, (*path, name))
    for name in needed:
        if name not in value:
            raise BrainError(f"the key {name!r} is missing", path=path)
    return value


def _seat(value: Any, seats: Collection[str], path: Path) -> str:
    if value not in seats:
        raise unknown("seat", value, list(seats), path)
    return str(value)


def _text(value: Any, path: Path) -> str:
    if not isinstance(value, str):
        raise BrainError(f"{path[-1]} cannot be {value!r}", path=path, remedy="write a text")
    return value


_READERS: Final[Mapping[str, Callable[[Any, Known, Path], Act]]] = {
    "offer": _offer,
    "accept": _answered(Accept),
    "reject": _answered(Reject),
    "vote": _choice(Vote),
    "move": _choice(Move),
    "answer": _items,
    "bid": _bid,
    "choose": _choose,
    "hand_over": _hand_over,
    "open": _open,
    "assign": _assign,
    "report": _report,
}
NAMES: Final = tuple(_READERS)
"""What stands before an act in a line."""
