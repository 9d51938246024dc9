"""What was said, said again: brains and limits that take from a transcript what they cannot work out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from sandbox.answers import INTERRUPTED, Unrecorded
from sandbox.brain import Unusable
from sandbox.budget import BudgetSpent
from sandbox.recorded import interrupted_in
from sandbox.view import Reply, View
from sandbox.waiting import Key
from transcripts import (
    MODERATOR,
    Answered,
    Chosen,
    Confided,
    Elapsed,
    Event,
    Exhausted,
    Forfeited,
    Forked,
    Note,
    Noted,
    Opened,
    OpenThread,
    Position,
    Refused,
    Said,
    Spent,
    Started,
    Told,
    Transcript,
)


class RecordedLimits:
    """Refuse the calls that were refused then; a budget reads the clock, so what it said is an input."""

    def __init__(self, transcript: Transcript) -> None:
        self._at = {
            event.position for event in transcript.events if isinstance(event, Forfeited) and event.fault == "budget"
        }
        self._why = next((event for event in transcript.events if isinstance(event, Exhausted)), None)

    def check(self, spent: Spent, position: Position) -> None:
        if position in self._at and self._why is not None:
            raise BudgetSpent(self._why.what, self._why.limit)


_Step = Said | Confided | Forfeited | Refused | Opened
"""What a seat's turn consists of, beside its calls and notes."""


class Reciter:
    """Say again what a seat said, turn by turn; what was refused then is offered again, and faults come back."""

    def __init__(self, transcript: Transcript, seat: str) -> None:
        self.seat = seat
        self.name = transcript.name
        self._turns: dict[str, list[list[_Step]]] = {}
        """By what was asked of the seat."""
        self._notes: dict[int, Note] = {}
        turn: list[_Step] = []
        for event in transcript.content():
            if event.turn == 0 or getattr(event, "seat", None) != seat:
                continue
            if isinstance(event, Noted):
                self._notes[len(self._turns.get("talk", ()))] = Note(event.upto, event.note)
            elif isinstance(event, Refused | Opened):
                turn.append(event)
            elif isinstance(event, Said | Confided | Forfeited):
                task = None if isinstance(event, Said) else event.task
                self._turns.setdefault(task or "talk", []).append([*turn, event])
                turn = []

    async def reply(self, view: View) -> Reply:
        turns = self._turns.get("talk" if view.task.kind == "propose" else view.task.kind, [])
        turn = turns[view.turn - 1] if view.turn <= len(turns) else []
        if len(view.refusals) >= len(turn):
            raise Unrecorded(
                f"what {self.seat} says in its turn {view.turn} is not in {self.name or 'the transcript'}",
                remedy="what came before has changed, or it ended earlier; give the seat a brain to go on with",
            )
        return replace(_again(turn[len(view.refusals)]), note=self._notes.get(view.turn))


def _again(event: _Step) -> Reply:
    """Answer as then; raises what was raised."""
    if isinstance(event, Forfeited):
        raise _fault(event)
    if isinstance(event, Refused) and event.by == "form":
        raise Unusable(event.reason, event.text)
    if isinstance(event, Opened):
        others = [each for each in event.members if each != event.seat]
        return Reply("", OpenThread(invite=others, about=event.about, form=event.form))
    return Reply(event.text, event.act, re=event.re if isinstance(event, Said) else None)


def _fault(event: Forfeited) -> Exception:
    """Make an exception that is recorded as this fault was."""
    answered = not event.reason.startswith("no answer: ")
    fields: dict[str, object] = {} if answered else {"kind": event.fault}
    kind: type[Exception] = type(event.reason if answered else "Fault", (Exception,), fields)
    return kind()


class Retold:
    """One turn in which a person spoke in the place of a seat's brain, or broke it off before anything was asked."""

    by: Literal["person"] = "person"

    def __init__(self, steps: Sequence[_Step]) -> None:
        self.steps = steps

    async def reply(self, view: View) -> Reply:
        step = self.steps[len(view.refusals)]
        if _is_interrupted(step):
            raise asyncio.CancelledError
        return _again(step)


def _is_interrupted(step: _Step) -> bool:
    return isinstance(step, Forfeited) and step.fault == INTERRUPTED


class Inputs(NamedTuple):
    """What came from outside, and is taken from a transcript and never worked out again."""

    said: dict[int, list[Said]]
    """By tick, what persons said in seats' places, in ticks of their own."""
    chosen: set[int]
    """The ticks before which it was chosen who speaks next, whoever did."""
    between: dict[Position, Event]
    """What a person said between turns, and what was read from a clock."""
    instead: dict[int, Retold]
    """By turn, what persons said who had taken a seat."""
    after: dict[int, Retold]
    """By turn, what persons said after a guard had held back what the seat's own brain said."""
    turns: dict[Key, dict[int, bool]]
    """By thread and seat, the ticks in which it had a turn there, and whether a person had it."""
    interrupted: frozenset[int]
    """The turns that a person broke off."""


def what_was_put(transcript: Transcript) -> Inputs:
    """Find what came from outside."""
    put = Inputs({}, set(), {}, {}, {}, {}, interrupted_in(transcript))
    people = _people(transcript)
    ticks: dict[int, dict[int, list[_Step]]] = {}
    called: set[int] = set()
    chosen: set[tuple[int, str, str]] = set()
    for event in transcript.content():
        if event.turn and isinstance(event, _Step):
            if isinstance(event, Said | Confided | Forfeited):
                theirs = event.seat in people or event.by == "person"
                put.turns.setdefault((event.thread, event.seat), {})[event.tick] = theirs
            ticks.setdefault(event.tick, {}).setdefault(event.turn, []).append(event)
        elif isinstance(event, Answered):
            called.add(event.turn)
        elif isinstance(event, Chosen):
            put.chosen.add(event.tick)
            chosen |= {(event.tick, event.thread, seat) for seat in event.seats}
        elif isinstance(event, Elapsed) or (isinstance(event, Said | Told) and event.by == "person"):
            put.between[event.position] = event
    for tick, turns in ticks.items():
        said = {number: steps for number, steps in turns.items() if getattr(steps[-1], "by", None) == "person"}
        alone = [steps[0] for steps in said.values() if len(steps) == 1]
        heard = [each for each in alone if isinstance(each, Said) and (tick, each.thread, each.seat) not in chosen]
        if len(heard) == len(turns):
            put.said[tick] = heard
            continue
        put.instead.update(
            (number, Retold(steps))
            for number, steps in turns.items()
            if _is_interrupted(steps[-1]) and number not in called
        )
        for number, steps in said.items():
            held = [at for at, step in enumerate(steps) if isinstance(step, Refused) and step.by not in _NO_GUARD]
            if held:
                put.after[number] = Retold(steps[held[-1] + 1 :])
            else:
                put.instead[number] = Retold(steps)
    return put


def _people(transcript: Transcript) -> set[str]:
    """Find the seats that people take."""
    casts = [event.cast for event in transcript.events if isinstance(event, Started | Forked)]
    return {MODERATOR} | {seat for cast in casts for seat, who in cast.items() if who.brain.get("kind") == "human"}


_NO_GUARD = ("rules", "form")
