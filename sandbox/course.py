"""How a scenario goes on, told to its participants in sentences: public, and the same for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenarios import Phase, Situation


def course_of(situation: Situation, seat: str | None = None) -> tuple[str, ...]:
    """Tell the phases, what is repeated and how it is decided in the end; empty where it is just talk.

    With `seat`, as it may know them: of a thread that it is not in, not even the name.
    """
    threads = situation.threads.items()
    mine = {name for name, thread in threads if seat is None or seat in thread.members}
    return tuple(_sentences(situation, mine))


def _sentences(situation: Situation, threads: AbstractSet[str]) -> Iterator[str]:
    phases = [_phase(situation, phase, threads) for phase in situation.phases]
    if len(phases) == 1:
        yield f"It goes like this: {phases[0]}."
    elif phases:
        yield f"It goes like this: {'; then '.join(phases)}."
    if situation.repeat is not None:
        times, chance = situation.repeat.times, situation.repeat.go_on
        yield f"This is done {times} times." if times else f"After each time it goes on with a chance of {chance:g}."
    if (final := situation.final) is not None:
        how = "it passes if enough get their minimum" if final.decide == "minimums" else "the others vote on it"
        yield f"In the end {final.proposer} makes a last proposal, and {how}."


def _phase(situation: Situation, phase: Phase, threads: AbstractSet[str]) -> str:
    who = _names(situation, list(phase.of))
    if isinstance(phase.secret, str) and phase.ballot is None:
        told = {"each": "everybody learns what each chose", "total": "everybody learns the total"}
        shown = told.get(phase.reveal or "each", "nobody learns what was chosen")
        return f"{who} choose {phase.secret!r} in secret, and {shown}"
    if phase.ballot is not None:
        return f"{who} vote on {phase.ballot!r}"
    limits = [
        f"{count} {unit}" for count, unit in (
            (phase.rounds, "rounds"), (phase.turns, "turns"), (phase.messages, "messages")
        ) if count is not None
    ]  # fmt: skip
    mine = [name for name in phase.thread or () if name in threads]
    where = f"in {' and '.join(mine)}" if mine else "elsewhere"
    return f"there is talk {where} for {' or '.join(limits)}"


def _names(situation: Situation, seats: list[str]) -> str:
    """Name seats, by their group where they are one; private roles are not told by a group's name."""
    if seats == list(situation.seats):
        return "all"
    if situation.private_roles:
        return "some" if len(seats) > 1 else "one"
    group = next((name for name, members in situation.groups.items() if members == seats), None)
    return group or ", ".join(seats)
