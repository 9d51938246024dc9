"""End conditions: whether the run is over, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sandbox import rules
from transcripts import State, Thread

if TYPE_CHECKING:
    from scenarios import Situation

FORFEITS = 3
"""After so many turns lost to faults a run is not worth its time, and fails."""


@dataclass(frozen=True, slots=True)
class End:
    """How a run is over: by its rules (`done`), by faults (`failed`) or by its budget (`exhausted`)."""

    status: Literal["done", "failed", "exhausted"]
    reason: str


def is_open(situation: Situation, state: State, thread: Thread) -> bool:
    """Tell whether anybody may still speak in the thread."""
    limit = situation.end.rounds
    return limit is None or thread.rounds(state.out) < limit


def find_end(situation: Situation, state: State) -> End | None:
    """Ask the end conditions after a tick."""
    if state.exhausted:
        return End("exhausted", f"the budget of {state.exhausted.limit:g} {state.exhausted.what} is used up")
    if state.forfeits >= FORFEITS:
        return End("failed", f"{state.forfeits} turns were forfeited")
    if state.agreement:
        return End("done", "agreed")
    if state.out and situation.issues and not rules.can_still_agree(state):
        return End("done", f"{_names(state)} walked away")
    if len(state.out) == len(situation.participants):
        return End("done", "everybody left")
    if situation.end.turns is not None and state.turns >= situation.end.turns:
        return End("done", f"{situation.end.turns} turns were taken")
    if not any(is_open(situation, state, thread) for thread in state.threads.values()):
        rounds = situation.end.rounds
        return End("done", f"{rounds} round{'s' * (rounds != 1)} {'were' if rounds != 1 else 'was'} played")
    return None


def _names(state: State) -> str:
    return " and ".join(seat for seat in state.seats if seat in state.out)
