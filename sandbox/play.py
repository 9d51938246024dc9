"""Play a scenario: put situation, cast, brains and store together, and let the coordinator go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moot_errors import NotFound, WrongUse
from sandbox.brain import Brain
from sandbox.cast import Casting, Chair, make_brain, parse_casting, seat_all
from sandbox.coordinator import Coordinator
from sandbox.runs import Run
from sandbox.sinks import MemorySink, Sink, StoreSink, borrow
from sandbox.view import known_by
from sandbox.workspace import Workspace, find_workspace
from scenarios import Draws, ScenarioSource, Situation, load_scenario
from transcripts import Bodies, Event, Seat, Started, State

if TYPE_CHECKING:
    from transcripts import Store

Watch = Callable[[Event, State], None]
"""Called with each event after it is committed, and with the state that it led to."""

MAX_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides a run's content, checked: what is wrong with it is said before anything is written."""

    situation: Situation
    cast: Mapping[str, Chair]
    brains: Mapping[str, Brain]
    seed: int
    settings: Mapping[str, Any]

    def started(self, bodies: Bodies) -> Started:
        """Make the first event, and put what it refers to into `bodies`."""
        situation = self.situation
        personas = {
            chair.persona.name: bodies.put(chair.persona.model_dump(mode="json"))
            for chair in self.cast.values()
            if chair.persona
        }
        return Started(
            name=situation.name,
            seed=self.seed,
            cast={
                seat: Seat(persona=chair.persona.name if chair.persona else None, brain=chair.brain)
                for seat, chair in self.cast.items()
            },
            settings=dict(self.settings),
            scenario=bodies.put(situation.source_data),
            situation=bodies.put(situation.data),
            personas=personas,
        )

    def coordinator(self, state: State, write: Callable[[Sequence[Event]], Awaitable[None]]) -> Coordinator:
        """Make the coordinator that goes on from `state`."""
        known = {seat: known_by(self.situation, seat, chair.persona) for seat, chair in self.cast.items()}
        brains = {seat: self.brains.get(seat) or make_brain(chair, known[seat]) for seat, chair in self.cast.items()}
        return Coordinator(self.situation, state, known, brains, Draws(self.seed), write)


def plan(
    scenario: str | Path | ScenarioSource,
    *,
    seed: int = 0,
    cast: Mapping[str, str | Casting] | None = None,
    settings: Mapping[str, Any] | None = None,
    brains: Mapping[str, Brain] | None = None,
    workspace: Workspace | None = None,
) -> Plan:
    """Check everything that a run needs; raises a MootError for what is wrong."""
    if not 0 <= seed <= MAX_SEED:
        raise WrongUse(f"the seed {seed} is out of range", remedy=f"take a whole number from 0 to {MAX_SEED}")
    workspace = workspace or find_workspace()
    source = scenario if isinstance(scenario, ScenarioSource) else load_scenario(scenario, workspace.scenarios)
    settings = dict(settings or {})
    ours = {path: value for path, value in settings.items() if _is_casting(path)}
    situation = source.resolve(seed, settings=[(path, value) for path, value in settings.items() if path not in ours])
    chairs = seat_all(source, situation.participants, _castings(cast or {}), ours, workspace)
    for seat, brain in (brains or {}).items():
        if seat not in chairs:
            raise NotFound("seat", seat, chairs)
        named = {"kind": "python", "class": f"{type(brain).__module__}.{type(brain).__qualname__}"}
        chairs[seat] = Chair(chairs[seat].persona, named)
    return Plan(situation, chairs, brains or {}, seed, settings)


async def arun(
    scenario: str | Path | ScenarioSource | Plan,
    *,
    seed: int = 0,
    cast: Mapping[str, str | Casting] | None = None,
    settings: Mapping[str, Any] | None = None,
    brains: Mapping[str, Brain] | None = None,
    workspace: Workspace | None = None,
    store: Store | None = None,
    record: bool = True,
    watch: Watch | None = None,
    started: Callable[[str, Coordinator], None] | None = None,
) -> Run:
    """Play a scenario to its end.

    `cast` maps seats to `persona@brain`; `settings` maps paths (`parameters.asking`, `seller.brain.tactic`) to values;
    `brains` gives seats to objects of your own.  The run is recorded in `store`, or else in the workspace's; with
    `record=False` in memory only.  `started` is called once with the run's name and its coordinator, which can `stop`.
    """
    whole = scenario if isinstance(scenario, Plan) else plan(
        scenario, seed=seed, cast=cast, settings=settings, brains=brains, workspace=workspace
    )  # fmt: skip
    if not record:
        return await _play(whole, MemorySink(), watch, started)
    if store is not None:
        return await _play(whole, StoreSink(store), watch, started)
    async with borrow((workspace or find_workspace()).database) as shared:
        return await _play(whole, StoreSink(shared), watch, started)


def run(scenario: str | Path | ScenarioSource | Plan, **options: Any) -> Run:
    """Play a scenario to its end; takes what `arun` takes.  Where an event loop is running, `await moot.arun(...)`."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(arun(scenario, **options))
    raise WrongUse("moot.run was called where an event loop is running already", remedy="write `await moot.arun(...)`")


async def _play(
    whole: Plan, sink: Sink, watch: Watch | None, started: Callable[[str, Coordinator], None] | None
) -> Run:
    bodies = Bodies()
    state = State(bodies)
    first = whole.started(bodies)
    state.apply(first)

    async def write(events: Sequence[Event]) -> None:
        await sink.write(events, wait=watch is not None)
        if watch:
            for event in events:
                watch(event, state)

    coordinator = whole.coordinator(state, write)
    name = await sink.begin(first, bodies)
    try:
        if started:
            started(name, coordinator)
        if watch:
            watch(first, state)
        await coordinator.play()
    finally:
        transcribe = await sink.close()
    return Run(name, transcribe, state)


def _is_casting(path: str) -> bool:
    """Tell whether a setting concerns who sits there, and not the scenario."""
    seat, _, rest = path.partition(".")
    return seat not in ("parameters", "scenario") and (rest in ("persona", "brain") or rest.startswith("brain."))


def _castings(cast: Mapping[str, str | Casting]) -> dict[str, Casting]:
    return {
        seat: casting if isinstance(casting, Casting) else parse_casting(f"{seat}={casting}")[1]
        for seat, casting in cast.items()
    }
