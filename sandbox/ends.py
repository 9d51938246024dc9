"""End conditions: whether the run is over, and how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sandbox import counting, rules
from sandbox.agenda import goes_on, phase_of
from sandbox.limits import is_open, rounds
from transcripts import MODERATOR, Message, State

if TYPE_CHECKING:
    from scenarios import Draws, Situation
    from scenarios import End as Conditions


@dataclass(frozen=True, slots=True)
class End:
    """How a run is over: by its rules (`done`), by faults (`failed`) or by its budget (`exhausted`)."""

    status: Literal["done", "failed", "exhausted"]
    reason: str


def find_end(situation: Situation, state: State, draws: Draws) -> End | None:
    """Ask the end conditions after a tick, when all that happens by itself has happened."""
    if state.exhausted:
        return End("exhausted", f"the budget of {state.exhausted.limit:g} {state.exhausted.what} is used up")
    if state.failed:
        return End("failed", state.failed)
    if state.forfeits >= situation.end.forfeits:
        return End("failed", f"{state.forfeits} turns were forfeited")
    if state.agreement:
        return End("done", "agreed")
    if state.out and situation.issues and not rules.can_still_agree(situation, state):
        return End("done", f"{_names(state)} walked away")
    if len(state.out) == len(situation.participants):
        return End("done", "everybody left")
    met = next(_met(situation, situation.end, state), None) or _all_met(situation, state)
    if met:
        return End("done", met)
    if over := _played(situation, state, draws):
        return End("done", over)
    return None


def _played(situation: Situation, state: State, draws: Draws) -> str | None:
    """Say that it has been played to its end: its phases, its final proposal, or its rounds."""
    if situation.final is not None and state.phase <= len(situation.phases):
        if situation.phases:
            return _hung(situation, state)
        return None  # the proposal comes when the talk is over
    if counting.is_final(situation, state):
        return "the proposal failed" if state.counted else None
    if situation.phases:
        return _hung(situation, state) or _through(situation, state, draws)
    threads = [state.threads[name] for name in situation.main_threads]
    if any(is_open(situation, state, thread) for thread in threads):
        return None
    most = situation.end.rounds
    if most is None or not all(rounds(situation, state, thread) >= most for thread in threads):
        return "nobody may say any more"
    return f"{most} round{'s' * (most != 1)} {'were' if most != 1 else 'was'} played"


def _hung(situation: Situation, state: State) -> str | None:
    phase = phase_of(situation, state)
    if phase is None or not state.counted or not counting.is_hung(state, phase):
        return None
    if not counting.hung_for_good(state, phase):
        return None
    ballots = state.undecided.get(phase.ballot or "", 0)
    return f"hung: {ballots} ballot{'s' * (ballots != 1)} on {phase.ballot} decided nothing"


def _through(situation: Situation, state: State, draws: Draws) -> str | None:
    """Say that the last phase of the last repetition is over."""
    phase = phase_of(situation, state)
    if phase is None or state.phase < len(situation.phases) or goes_on(situation, state, draws):
        return None
    if counting.chooses(phase):
        if not state.counted or counting.is_hung(state, phase):
            return None
    elif any(is_open(situation, state, state.threads[name]) for name in phase.thread or ()):
        return None
    if situation.repeat is None:
        return "all phases were played"
    return f"the phases were played {state.repeat} time{'s' * (state.repeat != 1)}"


def _all_met(situation: Situation, state: State) -> str | None:
    """Say which conditions hold together, where all that must are met."""
    reasons = []
    for each in sorted(situation.end.both, key=lambda each: each.phrase is not None):  # what takes longest, last
        messages = [said for thread in state.threads.values() for said in thread.messages] if each.phrase else []
        met = list(_met(situation, each, state, messages))
        if not met:
            return None
        reasons.append(", ".join(met))
    return " and ".join(reasons) or None


def _met(situation: Situation, end: Conditions, state: State, messages: Sequence[Message] = ()) -> Iterator[str]:
    """Say which of the conditions that end it one by one are met; a phrase is looked for in what is new, or in all."""
    if end.turns is not None and state.spoken >= end.turns:
        yield f"{end.turns} turns were taken"
    if end.messages is not None and state.said >= end.messages:
        yield f"{end.messages} messages were said"
    if end.rounds is not None and end is not situation.end:
        threads = [state.threads[name] for name in situation.main_threads]
        if all(rounds(situation, state, thread) >= end.rounds for thread in threads):
            yield f"{end.rounds} rounds were played"
    if end.seconds is not None and state.seconds >= end.seconds:
        yield f"the models took {end.seconds:g} seconds"
    if end.cost is not None and state.spent.cost >= end.cost:
        yield f"the models cost {end.cost:g} dollars"
    if end.phrase is not None and (said := _said(end.phrase, messages or state.newest)):
        yield f"{said!r} was said"
    if end.silence is not None and _is_silent(end.silence, situation, state):
        yield f"{end.silence} turns in a row were passed"
    if end.ballot is not None and state.verdicts.get(end.ballot) is not None:
        yield f"the ballot on {end.ballot} decided {state.verdicts[end.ballot]}"
    if end.left is not None and len(situation.participants) - len(state.out) < end.left:
        yield f"fewer than {end.left} are left"
    if end.report is not None and end.report in state.reports:
        yield f"{end.report} handed in the result"
    if end.when is not None and _holds(end.when, situation, state):
        yield end.when


def _said(phrase: str | list[str], messages: Iterable[Message]) -> str | None:
    """Find a phrase in what participants said."""
    wanted = [phrase] if isinstance(phrase, str) else phrase
    for message in messages:
        text = message.text.casefold()
        for each in wanted:
            if message.seat != MODERATOR and each.casefold() in text:
                return each
    return None


def _is_silent(turns: int, situation: Situation, state: State) -> bool:
    talking = [thread for thread in state.threads.values() if is_open(situation, state, thread)]
    return bool(talking) and all(thread.passes >= turns for thread in talking)


def _holds(condition: str, situation: Situation, state: State) -> bool:
    """Work out a condition on who is left."""
    from scenarios import parse_expression

    left = {name: sum(seat not in state.out for seat in seats) for name, seats in situation.groups.items()}
    left |= {seat: int(seat not in state.out) for seat in situation.seats}
    return bool(parse_expression(condition).condition(left))


def _names(state: State) -> str:
    return " and ".join(seat for seat in state.seats if seat in state.out)
