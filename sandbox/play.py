"""Play a scenario from its beginning to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from moot_errors import WrongUse
from sandbox.brain import Brain
from sandbox.brains.human import Listen
from sandbox.cast import Casting
from sandbox.cleaning import cleaned
from sandbox.coordinator import Coordinator
from sandbox.following import Following
from sandbox.plan import Plan, plan
from sandbox.recorded import Hybrid
from sandbox.runs import Run
from sandbox.sinks import MemorySink, Sink, StoreSink, borrow
from sandbox.workspace import Workspace, find_workspace
from scenarios import ScenarioSource
from transcripts import Bodies, Event, State

if TYPE_CHECKING:
    from transcripts import Store

T = TypeVar("T")

Watch = Callable[[Event, State], None]
"""Called with each event after it is committed, and with the state that it led to."""


async def arun(
    scenario: str | Path | ScenarioSource | Plan,
    *,
    seed: int = 0,
    cast: Mapping[str, str | Casting] | None = None,
    settings: Mapping[str, Any] | None = None,
    brains: Mapping[str, Brain] | None = None,
    budget: Mapping[str, float] | None = None,
    answers: Hybrid | None = None,
    workspace: Workspace | None = None,
    store: Store | None = None,
    record: bool = True,
    watch: Watch | None = None,
    started: Callable[[str, Coordinator], None] | None = None,
    listen: Listen | None = None,
) -> Run:
    """Play a scenario to its end, or until a person who has the turn is not there.

    `cast` maps seats to `persona@brain`; `settings` maps paths (`parameters.asking`, `seller.brain.tactic`) to values;
    `brains` gives seats to objects of your own; `budget` limits calls, tokens, cost and seconds, and goes before what
    `moot.toml` says; with `answers` some answers come from another run.  The run is recorded in `store`, or else in the
    workspace's; with `record=False` in memory only.  `started` is called once with the run's name and its coordinator,
    which can `stop`.  `listen` takes a person's turns, of the seats cast as `@human`.
    """
    if isinstance(scenario, Plan):
        whole = scenario
    else:
        whole = plan(
            scenario,
            seed=seed,
            cast=cast,
            settings=settings,
            brains=brains,
            budget=budget,
            answers=answers,
            workspace=workspace,
        )
    whole = whole.listening(listen)
    whole.open_models()
    whole = cleaned(whole)
    if not record:
        return await play_on(whole, MemorySink(), watch, started)
    if store is not None:
        return await play_on(whole, StoreSink(store), watch, started)
    async with borrow((workspace or find_workspace()).database) as shared:
        return await play_on(whole, StoreSink(shared), watch, started)


def run(scenario: str | Path | ScenarioSource | Plan, **options: Any) -> Run:
    """Play a scenario to its end; takes what `arun` takes.  Where an event loop is running, `await moot.arun(...)`."""
    return wait_for("run", lambda: arun(scenario, **options))


def wait_for(name: str, begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Do in an event loop of its own what `moot.NAME` promises; raises WrongUse where a loop is running already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(begin())
    raise WrongUse(
        f"moot.{name} was called where an event loop is running already", remedy=f"write `await moot.a{name}(...)`"
    )


async def play_on(
    whole: Plan,
    sink: Sink,
    watch: Watch | None = None,
    started: Callable[[str, Coordinator], None] | None = None,
) -> Run:
    """Play a plan into a sink; takes the rest as `arun` does."""
    bodies = Bodies()
    state = State(bodies)
    first = whole.started(bodies)
    state.apply(first)

    following = watch if isinstance(watch, Following) else None

    async def write(events: Sequence[Event], bodies: Bodies | None = None, *, wait: bool = False) -> None:
        await sink.write(events, bodies, wait=wait or (watch is not None and following is None))
        tell(events)
        if wait and following is not None:
            await following.done()  # whoever waits for it learns of it no sooner than who follows

    def tell(events: Sequence[Event]) -> None:
        if following is not None:
            following.take(events, sink.stored())
        elif watch:
            for event in events:
                watch(event, state)

    coordinator = whole.coordinator(state, write)
    name = await sink.begin(first, bodies)
    try:
        if started:
            started(name, coordinator)
        tell([first])
        await coordinator.play()
    finally:
        try:
            transcribe = await sink.close()
        finally:
            if following is not None:
                await following.done()
    return Run(name, transcribe, state)
