"""Play a transcript again: replay it, resume it.  One mechanism: the coordinator, with answers from a transcript."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from moot_errors import MootError, WrongUse
from sandbox.answers import Answers, Live
from sandbox.brain import Brain, Unusable
from sandbox.budget import BudgetSpent
from sandbox.cast import Chair, brain_kinds
from sandbox.coordinator import Coordinator
from sandbox.models import Models, load_profiles
from sandbox.plan import Plan
from sandbox.play import play_on
from sandbox.recorded import Recorded
from sandbox.view import Reply, View
from transcripts import (
    Bodies,
    Ended,
    Event,
    Exhausted,
    Forfeited,
    Noted,
    Position,
    Refused,
    Said,
    Spent,
    Started,
    State,
    Transcript,
    content_of,
)


class Differs(MootError):
    """What is played again is not what was recorded."""


def plan_again(
    transcript: Transcript,
    *,
    brains: Mapping[str, Brain] | None = None,
    trusted: bool = False,
    answers: Callable[[Models], Answers] = Live,
) -> Plan:
    """Make the plan of a run from its transcript: scenario, personas, cast and models as they were.

    A seat whose brain cannot be made again (an object of somebody's program, a person) recites what it said.
    """
    from personas import Persona
    from scenarios import Situation

    started = first_event(transcript)
    data = transcript.bodies.data
    situation = Situation.from_data(started.name, data(started.situation), data(started.scenario))
    personas = {name: Persona.model_validate(data(body)) for name, body in started.personas.items()}
    cast = {
        seat: Chair(personas[who.persona] if who.persona else None, dict(who.brain))
        for seat, who in started.cast.items()
    }
    profiles = load_profiles({name: data(body) for name, body in started.models.items()})
    models = Models(profiles, trusted=trusted)
    kinds = brain_kinds()
    reciting = {seat: Reciter(transcript, seat) for seat, chair in cast.items() if chair.brain.get("kind") not in kinds}
    return Plan(
        situation=situation,
        cast=cast,
        brains={**reciting, **(brains or {})},
        seed=started.seed,
        settings=started.settings,
        models=models,
        asked={name: profiles[name] for name in started.models},
        limits=RecordedLimits(transcript),
        answers=answers(models),
    )


def first_event(transcript: Transcript) -> Started:
    """Give the event that a transcript begins with."""
    started = next((event for event in transcript.content() if isinstance(event, Started)), None)
    if started is None:
        raise WrongUse("the transcript has no beginning")
    return started


class RecordedLimits:
    """Refuse the calls that were refused then; a budget reads the clock, so what it said is an input."""

    def __init__(self, transcript: Transcript) -> None:
        events = transcript.content()
        self._at = {event.position for event in events if isinstance(event, Forfeited) and event.fault == "budget"}
        self._why = next((event for event in events if isinstance(event, Exhausted)), None)

    def check(self, spent: Spent, position: Position) -> None:
        if position in self._at and self._why is not None:
            raise BudgetSpent(self._why.what, self._why.limit)


class Reciter:
    """Say again what a seat said, turn by turn; what was refused then is offered again, and faults come back."""

    def __init__(self, transcript: Transcript, seat: str) -> None:
        self.seat = seat
        self._turns: list[list[Event]] = [[]]
        for event in transcript.content():
            if isinstance(event, Said | Forfeited | Refused | Noted) and event.seat == seat:
                if isinstance(event, Noted):
                    self._turns[-2].append(event)
                    continue
                self._turns[-1].append(event)
                if not isinstance(event, Refused):
                    self._turns.append([])

    async def reply(self, view: View) -> Reply:
        turn = self._turns[view.turn - 1] if view.turn <= len(self._turns) else []
        if len(view.refusals) >= len(turn):
            raise WrongUse(f"{self.seat} said no more than this", remedy="give it a brain to go on with")
        event = turn[len(view.refusals)]
        if isinstance(event, Forfeited):
            raise _fault(event)
        if isinstance(event, Refused) and event.by == "form":
            raise Unusable(event.reason, event.text)
        assert isinstance(event, Said | Refused)
        return Reply(event.text, event.act)


def _fault(event: Forfeited) -> Exception:
    """Make an exception that is recorded as this fault was."""
    known = event.reason.startswith("no answer: ")
    kind: type[Exception] = type(
        "Fault" if known else event.reason, (Exception,), {"kind": event.fault} if known else {}
    )
    return kind()


class Comparing:
    """A sink that holds what is played against what was recorded, event by event."""

    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self.name = transcript.name or ""
        self.expected = {event.position: event for event in transcript.content()}
        self.seen = 0

    async def begin(self, first: Started, bodies: Bodies) -> str:
        self._compare(first)
        return self.name

    async def write(self, events: Sequence[Event], bodies: Bodies | None, *, wait: bool) -> None:
        for event in events:
            if event.is_content:
                self._compare(event)

    async def close(self) -> Callable[[], Transcript]:
        return lambda: self.transcript

    def _compare(self, event: Event) -> None:
        self.seen += 1
        then = self.expected.get(event.position)
        if then is None:
            raise Differs(f"{place_of(event)}: there was nothing here, and now {shown(event)}")
        if content_of(then) != content_of(event):
            raise Differs(f"{place_of(event)}: recorded {shown(then)}, now {shown(event)}")


def place_of(event: Event) -> str:
    """Name an event's place as people count: by turn, and by step within it."""
    return (
        f"turn {event.turn}, step {event.step} ({event.kind})"
        if event.turn
        else f"before tick {event.tick} ({event.kind})"
    )


def shown(event: Event, width: int = 160) -> str:
    """Write what happened in one line."""
    plain = {key: value for key, value in content_of(event).items() if key not in ("tick", "turn", "step")}
    text = json.dumps(plain, ensure_ascii=False)
    return text if len(text) <= width else text[: width - 1] + "…"


async def areplay(transcript: Transcript, *, brains: Mapping[str, Brain] | None = None) -> int:
    """Play a run again with every answer from its transcript, and return how many events were compared.

    Opens no model and needs no key.  Raises Unrecorded for a request that was not made then, and Differs for whatever
    else comes out differently; a run that is not over is replayed as far as it went.
    """
    whole = plan_again(transcript, brains=brains, answers=lambda models: Recorded(transcript))
    sink = Comparing(transcript)
    last = max((event.tick for event in sink.expected.values() if event.turn), default=0)
    over = any(isinstance(event, Ended) for event in sink.expected.values())
    held: list[Coordinator] = []

    def stop_where_it_stopped(event: Event, state: State) -> None:
        if not over and state.tick >= last:
            held[0].stop()

    await play_on(whole, sink, watch=stop_where_it_stopped, started=lambda name, coordinator: held.append(coordinator))
    missing = len(sink.expected) - sink.seen
    if missing:
        first = sorted(sink.expected)[sink.seen]
        raise Differs(f"the replay ended early: {place_of(sink.expected[first])} did not happen")
    return sink.seen
