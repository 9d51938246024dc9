"""Play a transcript again: by the same coordinator, with answers from the transcript.

A transcript is a beginning and the branchings after it; between two of them nothing of the scenario, the cast or the
seed changes.  Each such stretch is played by a coordinator of its own, all on one state.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from moot_errors import StoreError, WrongUse
from sandbox.answers import Answers, Differs, Live
from sandbox.brain import Brain
from sandbox.cast import Chair, brain_kinds
from sandbox.collecting import collecting_rarely
from sandbox.models import Models, load_profiles
from sandbox.plan import Plan
from sandbox.reciting import Reciter, RecordedLimits, what_was_put
from sandbox.recorded import Recorded
from sandbox.workspace import find_workspace
from transcripts import (
    MODERATOR,
    Bodies,
    Ended,
    Event,
    Forked,
    Judged,
    Position,
    Started,
    State,
    Transcript,
    content_of,
    same_content,
)


class Stretch(NamedTuple):
    """A part of a transcript in which nothing changes of what it is played with."""

    started: Started
    """The beginning that the run would have, had it been like this from the start."""
    forked: Forked | None
    """What this stretch begins with; None for the first."""
    upto: int | None
    """The last turn of it; None where its own end conditions ended it."""


def stretches(transcript: Transcript) -> list[Stretch]:
    """Cut a transcript at its branchings; a tick that was under way when the run was left is left out."""
    events = transcript.finished()
    first = next((event for event in events if isinstance(event, Started)), None)
    if first is None:
        raise WrongUse("the transcript has no beginning")
    forks = [event for event in events if isinstance(event, Forked)]
    over = any(isinstance(event, Ended) for event in events)
    ends = [fork.after for fork in forks] + [None if over else max(event.turn for event in events)]
    found = [Stretch(first, None, ends[0])]
    for fork, upto in zip(forks, ends[1:], strict=True):
        changed = fork.change(found[-1].started)
        found.append(Stretch(changed.model_copy(update={"answers": None}), fork, upto))  # a branch asks for itself
    return found


def plan_again(
    started: Started,
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

    data = transcript.bodies.data
    situation = Situation.from_data(started.name, data(started.situation), data(started.scenario))
    personas = {name: Persona.model_validate(data(body)) for name, body in started.personas.items()}
    for seat, who in started.cast.items():
        if who.persona and who.persona not in personas:
            raise StoreError(f"the transcript does not embed {seat}'s persona {who.persona!r}")
    cast = {
        seat: Chair(personas[who.persona] if who.persona else None, dict(who.brain))
        for seat, who in started.cast.items()
    }
    profiles = load_profiles({name: data(body) for name, body in started.models.items()})
    models = Models(profiles, trusted=trusted)
    kinds = brain_kinds()
    recited = (started.answers or {}).get("recited", ())
    reciting = {
        seat: Reciter(transcript, seat)
        for seat, chair in cast.items()
        if chair.brain.get("kind") not in kinds or seat in recited
    }
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
        workspace=find_workspace() if situation.guarded else None,
    )


def require_brains(plan: Plan, name: str) -> None:
    """Raise WrongUse where a seat could only recite: the run's own program has its brain, and nobody else."""
    for seat, chair in plan.cast.items():
        if chair.brain.get("kind") not in brain_kinds() and isinstance(plan.brains.get(seat), Reciter):
            what = chair.brain.get("class") or f"of the kind {chair.brain.get('kind')!r}"
            raise WrongUse(
                f"{seat}'s brain is {what}, and is not here",
                remedy=f"give it in Python: brains={{{seat!r}: ...}}; or moot fork {name} --cast {seat}=@linear",
            )


def people_of(started: Started) -> list[str]:
    """List the seats that people take, or may take: the moderator's among them."""
    return [*(seat for seat, who in started.cast.items() if who.brain.get("kind") == "human"), MODERATOR]


async def areplay(transcript: Transcript, *, brains: Mapping[str, Brain] | None = None) -> int:
    """Play a run again with every answer from its transcript, and return how many events were compared.

    Opens no model and needs no key.  Raises Unrecorded for a request that was not made then, and Differs for whatever
    else comes out differently; a run that is not over is replayed as far as it went.
    """
    with collecting_rarely():
        state, comparing = State(transcript.bodies), Comparing(transcript)
        recorded = Recorded(transcript)
        put = what_was_put(transcript)
        for stretch in stretches(transcript):
            first = stretch.forked or stretch.started
            state.apply(first)
            comparing.compare(first)
            people = {seat: Reciter(transcript, seat) for seat in people_of(stretch.started)}
            said = {**people, **(brains or {})}
            whole = plan_again(stretch.started, transcript, brains=said, answers=lambda _: recorded)
            coordinator = whole.coordinator(state, comparing.write)
            coordinator.put(put)
            coordinator.upto = stretch.upto
            await coordinator.play()
        comparing.finish()
        return comparing.seen


class Comparing:
    """Hold what is played against what was recorded, event by event."""

    def __init__(self, transcript: Transcript) -> None:
        self.expected: dict[Position, Event] = {
            event.position: event for event in transcript.finished() if not isinstance(event, Judged)
        }
        self.seen = 0

    async def write(self, events: Sequence[Event], bodies: Bodies | None = None, *, wait: bool = False) -> None:
        """Take what the coordinator writes."""
        for event in events:
            if event.is_content:
                self.compare(event)

    def compare(self, event: Event) -> None:
        """Raise Differs where this is not what was recorded."""
        self.seen += 1
        then = self.expected.get(event.position)
        if then is None:
            raise Differs(f"{place_of(event)}: there was nothing here, and now {shown(event)}")
        if then is not event and not same_content(then, event):
            raise Differs(f"{place_of(event)}: recorded {shown(then)}, now {shown(event)}")

    def finish(self) -> None:
        """Raise Differs where something that was recorded did not happen."""
        if self.seen < len(self.expected):
            missing = self.expected[sorted(self.expected)[self.seen]]
            raise Differs(f"the replay ended early: {place_of(missing)} did not happen")


def place_of(event: Event) -> str:
    """Name an event's place as people count: by turn, and by step within it."""
    when = f"turn {event.turn}, step {event.step}" if event.turn else f"before tick {event.tick}"
    return f"{when} ({event.kind})"


def shown(event: Event, width: int = 160) -> str:
    """Write what happened in one line."""
    plain = {key: value for key, value in content_of(event).items() if key not in ("tick", "turn", "step")}
    text = json.dumps(plain, ensure_ascii=False)
    return text if len(text) <= width else text[: width - 1] + "…"
