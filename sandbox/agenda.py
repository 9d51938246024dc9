"""The agenda: what is to happen next, by the scenario and the state alone.

Between ticks the scenario itself may act: a phase begins, votes are counted, somebody is told something, a speaker is
chosen.  `due` gives these events one group at a time, until there are none.  Then `wanted` says who is asked for what
in the coming tick.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox import counting, questions, speakers
from sandbox.limits import is_open, is_shared, present, ready, room, rounds
from sandbox.view import TALK, Task
from transcripts import MODERATOR, Chosen, Event, Staged, State, Thread, Told, Word

if TYPE_CHECKING:
    from scenarios import Draws, Happening, Phase, Situation


class Call(NamedTuple):
    """Somebody is asked for something."""

    thread: Thread
    seat: str
    task: Task = TALK


def due(situation: Situation, state: State, draws: Draws, *, over: bool = False) -> list[Event]:
    """Give what happens now without anybody being asked; nothing where somebody is to be asked first.

    With `over`, all is over but the questions that are asked afterwards.
    """
    where: dict[str, Any] = {"tick": state.tick + 1, "step": state.between}
    if question := questions.pending(situation, state, over=over):
        return questions.finish(question, where)
    if over:
        return []
    if staged := _staged(situation, state, draws, where):
        return staged
    for number, event in enumerate(situation.events, 1):
        if number not in state.happened and _is_time(situation, state, event):
            return [_happening(state, event, number, where)]
    return []


def choose(situation: Situation, state: State, draws: Draws) -> list[Event]:
    """Choose who speaks next in a thread that needs a choice; nothing where none does, or somebody is asked first."""
    if questions.pending(situation, state) or opening_due(situation, state):
        return []
    where: dict[str, Any] = {"tick": state.tick + 1, "step": state.between}
    return next(_chosen(situation, state, draws, where), [])


def wanted(
    situation: Situation, state: State, draws: Draws, *, over: bool = False, first: Collection[str] = ()
) -> list[Call]:
    """Say who is asked for what in the coming tick, by threads; nobody speaks in two of them at once.

    Threads that want the same seat take turns, in rotating order; those that are named in `first` come before others.
    """
    if question := questions.pending(situation, state, over=over):
        return [Call(counting.room_of(state, (), seat), seat, question.task) for seat in question.waiting]
    phase = phase_of(situation, state)
    if counting.is_final(situation, state):
        return _final(situation, state)
    if phase is not None and counting.chooses(phase):
        names, task = counting.rooms(situation, phase), counting.task(situation, state, phase)
        return [Call(counting.room_of(state, names, seat), seat, task) for seat in counting.waiting(state, phase)]
    return _talk(situation, state, draws, first)


def phase_of(situation: Situation, state: State) -> Phase | None:
    """Give the phase that is under way; None where there is none, or where it is the final proposal."""
    return situation.phases[state.phase - 1] if 1 <= state.phase <= len(situation.phases) else None


def opening_due(situation: Situation, state: State) -> bool:
    """Tell whether the act that a seat begins with is still to come."""
    opening = situation.opening
    if opening is None or opening.seat in state.spoken_of or opening.seat in state.out:
        return False
    return not questions.pending(situation, state)


def _talk(situation: Situation, state: State, draws: Draws, first: Collection[str]) -> list[Call]:
    threads = list(state.threads.values())
    begin = (state.tick - state.quiet + 1) % len(threads)
    order = threads[begin:] + threads[:begin]
    if first:
        order.sort(key=lambda thread: thread.name not in first)
    found: dict[str, list[Call]] = {}
    taken: set[str] = set()
    shared: dict[str, int] = {}
    for thread in order:
        calls = _calls(situation, state, thread, draws)
        seats = {call.seat for call in calls} - {MODERATOR}
        if not calls or seats & taken:
            continue
        if is_shared(situation.threads[thread.form].budget, thread) and calls[0].task is TALK:
            left = shared.get(thread.form, room(situation, state, thread))
            if left < len(calls):
                continue
            shared[thread.form] = left - len(calls)
        found[thread.name] = calls
        taken |= seats
    if len(found) < 2:
        return next(iter(found.values()), [])
    return [call for thread in threads for call in found.get(thread.name, ())]


def _calls(situation: Situation, state: State, thread: Thread, draws: Draws) -> list[Call]:
    """Say who is asked in one thread."""
    floor = _floor(situation, state, thread, draws)
    if floor is None:
        return []
    seats = speakers.fixed(floor)
    if seats is None:
        if floor.word.chosen is None:
            return [Call(thread, seat, task) for seat, task in speakers.questions(floor).items()]
        seats = [seat for seat in thread.members if seat in floor.word.chosen]
    return (
        [Call(thread, seat) for seat in seats] if all(ready(situation, state, thread, seat) for seat in seats) else []
    )


def _floor(situation: Situation, state: State, thread: Thread, draws: Draws) -> speakers.Floor | None:
    """Give a thread in which somebody may speak now."""
    if not is_open(situation, state, thread):
        return None
    members = present(situation, state, thread)
    if not members:
        return None
    word = state.words.get(thread.name) or Word()
    return speakers.Floor(situation.speakers[thread.form], thread, word, members, state.out, draws)


def _chosen(situation: Situation, state: State, draws: Draws, where: dict[str, Any]) -> Iterator[list[Event]]:
    """Choose speakers in the threads that need a choice."""
    from scenarios import FIXED

    phase = phase_of(situation, state)
    if counting.is_final(situation, state) or (phase is not None and counting.chooses(phase)):
        return
    for thread in state.threads.values():
        if situation.speakers[thread.form].kind in FIXED:
            continue
        floor = _floor(situation, state, thread, draws)
        if floor is None or set(floor.word.chosen or ()) & set(floor.present):
            continue
        if found := speakers.pick(floor):
            yield [Chosen(**where, thread=thread.name, seats=list(found.seats), why=found.why)]


def _final(situation: Situation, state: State) -> list[Call]:
    """Ask for the last proposal, and then for votes on it."""
    final = situation.final
    assert final is not None
    if not counting.has_proposed(situation, state):
        return [Call(counting.final_room(situation, state), final.proposer, Task("propose"))]
    voters = [seat for seat in counting.final_voters(situation, state) if seat not in state.choices]
    asked = {seat: counting.final_call(situation, state, seat) for seat in voters}
    return [Call(thread, seat, task) for seat, (thread, task) in asked.items()]


def _staged(situation: Situation, state: State, draws: Draws, where: dict[str, Any]) -> list[Event]:
    """Count what was chosen, and begin the next phase."""
    phase = phase_of(situation, state)
    if counting.is_final(situation, state):
        return counting.count_final(situation, state, where)
    if phase is None:
        begins = bool(situation.phases) and state.phase == 0
        return [Staged(**where, phase=1, repeat=1)] if begins else _to_final(situation, state, where)
    if counting.chooses(phase):
        if not state.counted:
            return counting.count(situation, state, phase, where)
    elif any(is_open(situation, state, state.threads[name]) for name in phase.thread or ()):
        return []
    return _onwards(situation, state, phase, draws, where)


def _onwards(situation: Situation, state: State, phase: Phase, draws: Draws, where: dict[str, Any]) -> list[Event]:
    """Go on to the next phase, to the next repetition, or to the final proposal."""
    if counting.is_hung(state, phase):
        return [Staged(**where, phase=1, repeat=state.repeat)] if not counting.hung_for_good(state, phase) else []
    if state.phase < len(situation.phases):
        return [Staged(**where, phase=state.phase + 1, repeat=state.repeat)]
    if payoff := counting.pay(situation, state, where):
        return payoff
    if goes_on(situation, state, draws):
        return [Staged(**where, phase=1, repeat=state.repeat + 1)]
    return _to_final(situation, state, where)


def _to_final(situation: Situation, state: State, where: dict[str, Any]) -> list[Event]:
    """Begin the final proposal, where there is one and all else is over."""
    over = not any(is_open(situation, state, state.threads[name]) for name in situation.main_threads)
    if situation.final is None or state.agreement or not (over or situation.phases):
        return []
    return [Staged(**where, phase=len(situation.phases) + 1, repeat=state.repeat)]


def goes_on(situation: Situation, state: State, draws: Draws) -> bool:
    """Tell whether the phases are gone through once more."""
    repeat = situation.repeat
    if repeat is None:
        return False
    if repeat.times is not None:
        return state.repeat < repeat.times
    assert repeat.go_on is not None
    return state.repeat < repeat.most and draws.at("repeat", state.repeat).uniform() < repeat.go_on


def _is_time(situation: Situation, state: State, event: Happening) -> bool:
    from scenarios import moment

    unit, number = moment(event.at)
    match unit:
        case "round":
            return rounds(situation, state, state.threads[event.thread or situation.main]) + 1 >= number
        case "turn":
            return state.spoken + 1 >= number
        case "phase":
            return state.phase >= number or state.repeat > 1
        case _:
            return state.repeat >= number


def _happening(state: State, event: Happening, number: int, where: dict[str, Any]) -> Event:
    """Tell everybody in the thread, or some in private."""
    if event.to == "all":
        assert event.thread is not None
        return counting.announce(state, event.thread, event.say, where, event=number)
    return Told(**where, to=list(event.to), text=event.say, event=number)
