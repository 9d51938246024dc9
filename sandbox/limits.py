"""How much may still be said: by a seat, in a thread, in a phase; and who may speak at all."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from transcripts import State, Thread

if TYPE_CHECKING:
    from scenarios import Budget, Situation

MANY = 10**9


def present(situation: Situation, state: State, thread: Thread) -> list[str]:
    """List the members who may still speak, in their order."""
    gone = _silent(situation, state)
    return [seat for seat in thread.members if seat not in gone] if gone else thread.members


def _silent(situation: Situation, state: State) -> AbstractSet[str]:
    """Give who says nothing any more: whoever is out, or has used up its budget."""
    return state.out | {seat for seat in situation.budgets if _is_spent(situation, state, seat)}


def _is_spent(situation: Situation, state: State, seat: str) -> bool:
    budget = situation.participants[seat].budget
    assert budget is not None
    turns = min(most(budget.turns), most(budget.rounds))
    return state.spoken_of.get(seat, 0) >= turns or state.said_of.get(seat, 0) >= most(budget.messages)


def rounds(situation: Situation, state: State, thread: Thread) -> int:
    """Count the rounds that were completed by those who may still speak, and are to."""
    return min((thread.turns.get(seat, 0) for seat in _counted(situation, state, thread)), default=0)


def _counted(situation: Situation, state: State, thread: Thread) -> Sequence[str]:
    """List those whose turns make a round: not the moderator's own, nor those that the speaker policy never wants."""
    there, spared = present(situation, state, thread), situation.speakers[thread.form].spared
    return [seat for seat in there if seat not in spared] or there if spared else there


def ready(situation: Situation, state: State, thread: Thread, seat: str) -> bool:
    """Tell whether a seat can take its turn now: a spokesperson's team must have talked first, while it can."""
    team = situation.participants[seat].waits_for
    if team is None or thread.name == team:
        return True
    return not _awaits(situation, state, seat) or not _can_talk(situation, state, state.threads[team])


def _awaits(situation: Situation, state: State, seat: str) -> bool:
    """Tell whether a spokesperson's team has to talk before its next turn outside."""
    participant = situation.participants[seat]
    assert participant.waits_for is not None
    team = state.threads[participant.waits_for]
    outside = state.spoken_of.get(seat, 0) - team.turns.get(seat, 0)
    threads = sum(seat in situation.threads[name].members for name in situation.main_threads)
    if outside >= (situation.end.rounds or MANY) * threads:
        return False  # it has no turn left that the team could talk about
    return rounds(situation, state, team) < participant.waits * (outside + 1)


def is_open(situation: Situation, state: State, thread: Thread) -> bool:
    """Tell whether anybody may still speak in a thread."""
    if not _can_talk(situation, state, thread):
        return False
    if waiting := situation.spokespersons.get(thread.name):
        if not any(seat not in state.out and _awaits(situation, state, seat) for seat in waiting):
            return False
    elif thread.opened_by is None:
        most = situation.end.rounds
        if most is not None and rounds(situation, state, thread) >= most:
            return False
    elif len([seat for seat in thread.members if seat not in state.out]) < 2:
        return False
    return not situation.phases or _in_phase(situation, state, thread)


def _can_talk(situation: Situation, state: State, thread: Thread) -> bool:
    """Tell whether somebody is there, and the thread's budget has room for whoever speaks at the same time."""
    there = present(situation, state, thread)
    at_once = len(there) if situation.speakers[thread.form].kind == "simultaneous" else 1
    return bool(there) and room(situation, state, thread) >= at_once


def room(situation: Situation, state: State, thread: Thread) -> int:
    """Count the turns that the budget of a thread has room for."""
    budget = situation.threads[thread.form].budget
    if budget is None:
        return MANY
    several = [thread]
    if is_shared(budget, thread):
        several = [each for each in state.threads.values() if each.form == thread.form]
    if sum(rounds(situation, state, each) for each in several) >= most(budget.rounds):
        return 0
    turns, said = sum(each.taken for each in several), sum(each.said for each in several)
    return min(most(budget.turns) - turns, most(budget.messages) - said)


def most(limit: int | None) -> int:
    """Give a limit as a number; 0 lets nobody speak."""
    return MANY if limit is None else limit


def is_shared(budget: Budget | None, thread: Thread) -> bool:
    """Tell whether a thread's turns come out of the budget of all of its kind."""
    return budget is not None and budget.of == "shared" and thread.opened_by is not None


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
    if phase.messages is not None and thread.said - began.said >= phase.messages:
        return False
    if phase.rounds is None:
        return True
    counted = _counted(situation, state, thread)
    return any(thread.turns.get(seat, 0) - began.turns.get(seat, 0) < phase.rounds for seat in counted)
