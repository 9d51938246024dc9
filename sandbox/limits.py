"""How much may still be said: by a seat, in a thread, in a phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transcripts import State, Thread

if TYPE_CHECKING:
    from scenarios import Budget, Situation


def present(situation: Situation, state: State, thread: Thread) -> list[str]:
    """List the members who may still speak, in their order."""
    if not state.out and not situation.budgets:
        return thread.members
    return [seat for seat in thread.members if seat not in state.out and _has_budget(situation, state, seat)]


def _has_budget(situation: Situation, state: State, seat: str) -> bool:
    budget = situation.participants[seat].budget
    if budget is None:
        return True
    most = min(limit for limit in (budget.turns, budget.messages, budget.rounds, 10**9) if limit is not None)
    return state.spoken_of.get(seat, 0) < most


def ready(situation: Situation, state: State, thread: Thread, seat: str) -> bool:
    """Tell whether a seat can take its turn now: a spokesperson's team must have talked first."""
    participant = situation.participants[seat]
    team = participant.waits_for
    if team is None or thread.name == team:
        return True
    return state.threads[team].rounds(state.out) >= participant.waits * (_outside(state, seat, team) + 1)


def _outside(state: State, seat: str, team: str) -> int:
    """Count a spokesperson's turns outside its team."""
    return state.spoken_of.get(seat, 0) - state.threads[team].turns.get(seat, 0)


def is_open(situation: Situation, state: State, thread: Thread) -> bool:
    """Tell whether anybody may still speak in a thread."""
    rounds = situation.end.rounds
    if rounds is not None and thread.opened_by is None and thread.rounds(state.out) >= rounds:
        return False
    spec = situation.threads[thread.form]
    if spec.budget is not None and _is_used_up(state, thread, spec.budget):
        return False
    if thread.opened_by is not None and len([seat for seat in thread.members if seat not in state.out]) < 2:
        return False
    for participant in situation.spokespersons.get(thread.name, ()):
        waits = situation.participants[participant].waits
        if thread.rounds(state.out) >= waits * (_outside(state, participant, thread.name) + 1):
            return False
    return not situation.phases or _in_phase(situation, state, thread)


def _is_used_up(state: State, thread: Thread, budget: Budget) -> bool:
    several = [thread]
    if budget.of == "shared" and thread.opened_by is not None:
        several = [each for each in state.threads.values() if each.form == thread.form]
    counts = (
        (budget.turns, sum(each.taken for each in several)),
        (budget.messages, sum(len(each.messages) for each in several)),
        (budget.rounds, sum(each.rounds(state.out) for each in several)),
    )
    return any(most is not None and count >= most for most, count in counts)


def _in_phase(situation: Situation, state: State, thread: Thread) -> bool:
    """Tell whether the phase that is under way lets a thread talk on; side threads and teams go along with any talk."""
    if not 1 <= state.phase <= len(situation.phases):
        return False
    phase = situation.phases[state.phase - 1]
    if phase.ballot is not None or isinstance(phase.secret, str):
        return False
    if thread.name not in (phase.thread or ()):
        return thread.opened_by is not None or thread.name in situation.spokespersons
    began = state.began.get(thread.name)
    if began is None:
        return True
    if phase.turns is not None and thread.taken - began.taken >= phase.turns:
        return False
    if phase.messages is not None and len(thread.messages) - began.messages >= phase.messages:
        return False
    if phase.rounds is None:
        return True
    members = [seat for seat in thread.members if seat not in state.out]
    done = min((thread.turns.get(seat, 0) - began.turns.get(seat, 0) for seat in members), default=phase.rounds)
    return done < phase.rounds
