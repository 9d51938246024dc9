"""The rules of a scenario in words: how it goes, who has to agree, what may be done aside, what is known of others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sandbox.brains.llm.wants import points, preference
from scenarios import Quorum

if TYPE_CHECKING:
    from sandbox.view import Known


def spoken_in_turns(known: Known) -> Iterator[str]:
    """Say how it goes on, as far as it is known."""
    if known.course:
        yield "You speak in turns, as far as there is talk."
        yield from known.course
    elif known.rounds is None:
        yield "You speak in turns, and nobody has said how many there will be."
    else:
        yield f"You speak in turns: {known.rounds} each at most, and then it is over."


def agreeing(known: Known) -> Iterator[str]:
    """Say who has to agree, and how offers are made and accepted."""
    who = _who(known)
    if who is None:
        return
    yield (
        f"There is an agreement as soon as {who} stand behind the same offer: whoever made it does, "
        "and whoever accepted it."
    )
    if known.seat not in known.parties:
        yield "You are no party to it: you may put an offer on the table, and it is for the others to accept it."
    for thread, seats in known.proposers.items():
        who = " and ".join(seats)
        yield f"In {thread}, only {who} may put an offer on the table; the others say what would suit them."
    yield "An offer names a value for everything that is to be agreed. A new offer of yours replaces your old one."
    if known.seat in known.parties:
        yield (
            "You can stand behind one offer of somebody else at a time: making an offer, or accepting another, takes "
            "back what you accepted before."
        )


def _who(known: Known) -> str | None:
    everybody = (known.seat, *known.others)
    parties = [seat for seat in everybody if seat in known.parties]
    names = ", ".join(parties)
    match known.agreement:
        case "all":
            return f"all ({names})"
        case "majority":
            return f"{len(parties) // 2 + 1} of these {len(parties)} ({names})"
        case Quorum(quorum=quorum, veto=veto):
            among = f", {' and '.join(veto)} among them," if veto else ""
            return f"at least {quorum} of these {len(parties)} ({names}){among}"
        case _:
            return None


def acting(known: Known) -> Iterator[str]:
    """Say what a side thread is, where one can be opened."""
    for form, side in known.sides.items():
        size = side.least if side.least == side.most else f"{side.least} to {side.most}"
        yield (
            f"You may open a side thread ({form}) of {size} members, you included, with any of "
            f"{', '.join(side.invite)}. {_BINDS[side.binds]}"
        )


_BINDS = {
    "all": "What is agreed there counts like anywhere else.",
    "members": "What all its members agree on there binds them, and nobody else.",
    "nothing": "Nothing that is agreed there binds anybody.",
}


def describe_granted(known: Known) -> Iterator[str]:
    """Say what the seat knows of others beside what is public."""
    for path, value in known.granted.items():
        seat, _, what = path.partition(".")
        if value not in (None, "", {}, []):
            yield f"You know of {seat}: {_described(known, what, value)}"


def _described(known: Known, what: str, value: Any) -> str:
    match what:
        case "prefers":
            issues = known.issues.items()
            return (
                f"points for it: {'; '.join(f'{name}: {preference(issue, value.get(name))}' for name, issue in issues)}"
            )
        case "no_deal":
            return f"no agreement is worth {points(value)} to it"
        case "minimum":
            return f"an agreement counts as good enough for it from {points(value)} points"
        case "never":
            limits = value if isinstance(value, str) else " or ".join(value)
            return f"it may not agree to this: {limits}"
        case "payoff" | "bonus":
            return f"{'in points, it gets' if what == 'payoff' else 'on top of that, in points'}: {value}"
        case _:
            return f"{what}: {value}"
