"""Go on differently from a turn of a run: one branch or many, which share their past with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from moot_errors import NotFound, WrongUse
from sandbox import ends, rules
from sandbox.again import plan_again, require_brains, stretches
from sandbox.brain import Brain
from sandbox.brains.human import Listen
from sandbox.budget import Budget
from sandbox.cast import Casting
from sandbox.cleaning import cleaned
from sandbox.collecting import collecting_rarely
from sandbox.coordinator import Coordinator
from sandbox.deeds import read_act
from sandbox.models import known_secrets, redact
from sandbox.plan import Plan, casting_settings, castings, check_seed, recast
from sandbox.play import Watch
from sandbox.resuming import Continuing
from sandbox.runs import Run
from sandbox.sinks import transcribe
from sandbox.workspace import Workspace, find_workspace
from scenarios import Draws, Situation, scenario_from_data
from transcripts import Act, Bodies, Event, Evidence, Forked, Said, Started, State, Transcript, fold

if TYPE_CHECKING:
    from transcripts import Store

Begun = Callable[[str, Coordinator], None]
"""Called once with a run's name and with its coordinator, which can `stop`."""


@dataclass(frozen=True)
class Change:
    """What goes differently; nothing at all is a change too, for another seed may come out otherwise."""

    say: Mapping[str, str] = field(default_factory=dict)
    """What somebody says in a seat's place, by seat, in turns of their own right after the fork."""
    acts: Mapping[str, Act | str] = field(default_factory=dict)
    """What is done along with it, by seat; as an act, or as a person types it: `accept last`."""
    thread: str | None = None
    """Where it is said; the seat's first thread unless it is named."""
    edit: tuple[int, str] | None = None
    """A turn, and the text that its message has instead; its act stays."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    cast: Mapping[str, str | Casting] = field(default_factory=dict)

    @property
    def is_none(self) -> bool:
        """Whether nothing goes differently but what the seed decides."""
        return self == Change(thread=self.thread)


@dataclass(frozen=True)
class Origin:
    """A run, and the turn after which it is left."""

    name: str
    transcript: Transcript
    after: int

    @property
    def started(self) -> Started:
        """The beginning as it was at that turn."""
        whole = stretches(self.transcript)
        return next(
            (each for each in reversed(whole) if not each.forked or each.forked.after <= self.after), whole[0]
        ).started


async def afork(
    name: str,
    store: Store,
    *,
    at: int | None = None,
    change: Change | None = None,
    seed: int | None = None,
    brains: Mapping[str, Brain] | None = None,
    budget: Budget | None = None,
    workspace: Workspace | None = None,
    watch: Watch | None = None,
    started: Begun | None = None,
    listen: Listen | None = None,
) -> Run:
    """Branch off a run after turn `at`, its last unless it is given, and play the branch to its end.

    The seed stays unless another is given.  Raises NotFound and WrongUse for a turn, seat, path or act that cannot be.
    """
    change, workspace = change or Change(), workspace or find_workspace()
    origin = find_origin(name, store, at, change)
    branch = prepare(origin, change, seed, brains or {}, workspace)
    branch = replace(branch, plan=branch.plan.listening(listen))
    return await play_branch(branch, store, budget, watch, started)


@dataclass(frozen=True)
class Branch:
    """A branch that was checked, and not yet begun."""

    origin: Origin
    plan: Plan
    forked: Forked
    inputs: Mapping[int, Said]
    """What persons say right after the fork, by tick."""
    bodies: Bodies


@collecting_rarely()
def prepare(
    origin: Origin, change: Change, seed: int | None, brains: Mapping[str, Brain], workspace: Workspace
) -> Branch:
    """Check a branch whole, before anything is written."""
    if seed is not None:
        check_seed(seed)
    bodies, state = Bodies(origin.transcript.bodies), _state(origin)
    whole, forked = _branch(origin, change, seed, brains, workspace, bodies, state)
    inputs = _inputs(origin, change, state, whole.situation)
    _check(whole, inputs, state)
    return Branch(origin, whole, forked, inputs, bodies)


async def play_branch(
    branch: Branch,
    store: Store,
    budget: Budget | None = None,
    watch: Watch | None = None,
    started: Begun | None = None,
) -> Run:
    """Begin a branch and play it to its end."""
    bodies, forked, state = branch.bodies, branch.forked, _state(branch.origin)
    # Only these are there for the branch: what came after the fork in the other run is not part of it.
    needed = {name for event in (*_shared(branch.origin), forked) for name in event.body_names()}
    state.bodies = Bodies((name, bodies[name]) for name in needed)
    state.apply(forked)
    put = await _put_inputs(branch, state)
    recording = store.fork(branch.origin.name, forked, {key: bodies[key] for key in forked.body_names()}, put)
    try:
        await store.committed(recording.ticket)
        sink = Continuing(recording, store, Transcript([], bodies), state, watch)
        coordinator = branch.plan.coordinator(state, sink.write, budget or Budget())
        if started:
            started(recording.name, coordinator)
        for event in put if watch else ():
            assert watch is not None
            watch(event, state)
        await coordinator.play()
    finally:
        await recording.aclose()
    return Run(recording.name, transcribe(store.path, recording.name), state)


async def _put_inputs(branch: Branch, state: State) -> list[Event]:
    """Take the turns that persons take; they are committed with the fork, for nothing else says what was put."""
    put: list[Event] = []

    async def keep(events: Sequence[Event], bodies: Bodies | None = None, *, wait: bool = False) -> None:
        put.extend(events)

    coordinator = branch.plan.coordinator(state, keep)
    coordinator.inputs = {tick: [said] for tick, said in branch.inputs.items()}
    coordinator.upto = state.turns + len(branch.inputs)
    if branch.inputs:
        await coordinator.play()
    return put


@collecting_rarely()
def find_origin(name: str, store: Store, at: int | None, change: Change) -> Origin:
    """Find the turn after which a run is left: an edited one is left out; raises NotFound and WrongUse."""
    run = store.find(name)
    transcript = store.load(run.name)
    turns = max((event.turn for event in transcript.finished()), default=0)
    if change.edit is not None:
        if at is not None:
            raise WrongUse("an edit says itself where the fork is", remedy="leave out at, or the edit")
        at = _edited(run.name, transcript, change.edit[0]).turn - 1
    after = turns if at is None else at
    if not 0 <= after <= turns:
        raise WrongUse(f"{run.name!r} has no turn {after}", remedy=f"its turns are 1 to {turns}; 0 is before them")
    return Origin(run.name, transcript, after)


def _edited(name: str, transcript: Transcript, turn: int) -> Said:
    """Find what was said in a turn; raises WrongUse, which names those near it in which something was."""
    said = {event.turn: event for event in transcript.events if isinstance(event, Said)}
    if turn not in said:
        near = sorted(sorted(said, key=lambda each: abs(each - turn))[:5])
        turns = f"something was said in turns {', '.join(map(str, near))}" if near else "nothing was said in it yet"
        raise WrongUse(f"nothing was said in turn {turn} of {name!r}", remedy=turns)
    return said[turn]


@collecting_rarely()
def _state(origin: Origin) -> State:
    """Fold what is shared."""
    return fold(_shared(origin), origin.transcript.bodies)


def _shared(origin: Origin) -> list[Event]:
    """Give what is shared: a tick's turns up to that one, and nothing of what came after."""
    events = origin.transcript.content()
    tick = next((event.tick for event in events if event.turn == origin.after), 0) if origin.after else 0
    return [event for event in events if event.tick <= tick and event.turn <= origin.after]


def _branch(
    origin: Origin,
    change: Change,
    seed: int | None,
    brains: Mapping[str, Brain],
    workspace: Workspace,
    bodies: Bodies,
    state: State,
) -> tuple[Plan, Forked]:
    started = origin.started.model_copy(update={"answers": None})  # a branch asks for itself
    before = plan_again(started, origin.transcript, brains=brains, trusted=workspace.trusted)
    ours, others = casting_settings(change.settings)
    written = partial(_written, before.situation)
    others = written(others)
    situation = _changed(started, origin.transcript, others) if others else before.situation
    whole = (
        recast(before, situation, castings(change.cast), ours, workspace) if (change.cast or ours or others) else before
    )
    new = seed if seed is not None else started.seed
    require_brains(whole, origin.name)
    whole.open_models()
    whole = cleaned(whole.with_seed(new))
    assert state.started is not None
    again, shared = whole.started(bodies), state.started  # an earlier fork right here is not part of what is shared
    changed = again.situation != shared.situation
    forked = Forked(
        tick=state.tick + 1,
        step=state.between,
        after=origin.after,
        seed=new,
        cast={seat: who for seat, who in again.cast.items() if who != shared.cast[seat]},
        settings={
            path: value
            for path, value in redact({**started.settings, **written(change.settings)}, known_secrets()).items()
            if (path, value) not in shared.settings.items()
        },
        scenario=again.scenario if changed else None,
        situation=again.situation if changed else None,
        personas={key: body for key, body in again.personas.items() if shared.personas.get(key) != body},
        models={key: body for key, body in again.models.items() if shared.models.get(key) != body},
        evidence=Evidence(parent=origin.name),
    )
    return whole, forked


def _written(situation: Situation, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Name seats as the scenario writes them, and not as they are called in the run."""
    seats = ((path.partition("."), value) for path, value in settings.items())
    return {f"{situation.written.get(seat, seat)}{dot}{rest}": value for (seat, dot, rest), value in seats}


def _changed(started: Started, transcript: Transcript, settings: Mapping[str, Any]) -> Situation:
    """Fill the scenario in again with other settings, and the draws as they were."""
    scenario = transcript.bodies.data(started.scenario)
    earlier = {path: value for path, value in started.settings.items() if path not in settings}
    kept = casting_settings(earlier)[1]
    first_seed = next(event.seed for event in transcript.content() if isinstance(event, Started))
    source = scenario_from_data(scenario, started.name)
    situation = source.resolve(first_seed, settings=[*kept.items(), *settings.items()])
    old = json.loads(transcript.bodies[started.situation])
    if list(situation.data["participants"]) != list(old["participants"]) or situation.data["threads"] != old["threads"]:
        raise WrongUse("a fork keeps seats and threads", remedy="run the scenario from its beginning instead")
    return situation


def _inputs(origin: Origin, change: Change, state: State, situation: Situation) -> dict[int, Said]:
    """Make the turns that persons take right after the fork, one a tick."""
    put: list[Said] = []
    if change.edit is not None:
        said = _edited(origin.name, origin.transcript, change.edit[0])
        put.append(said.model_copy(update={"text": change.edit[1], "by": "person"}))
    for seat in dict.fromkeys((*change.say, *change.acts)):
        put.append(_put(seat, change, state, situation))
    return {state.tick + 1 + number: said for number, said in enumerate(put)}


def _check(whole: Plan, inputs: Mapping[int, Said], scratch: State) -> None:
    """Raise WrongUse for what a person cannot do now, before anything is written."""
    if inputs and (end := ends.find_end(whole.situation, scratch, Draws(whole.seed))):
        what = f"nobody can say anything after turn {scratch.turns}, where it is over: {end.reason}"
        raise WrongUse(what, remedy="fork it after an earlier turn")
    for tick, said in inputs.items():
        act = rules.judge_person(whole.situation, scratch, said)
        n = len(scratch.threads[said.thread].messages) + 1
        scratch.apply(said.model_copy(update={"tick": tick, "turn": scratch.turns + 1, "n": n, "act": act}))


def _put(seat: str, change: Change, state: State, situation: Situation) -> Said:
    if seat not in state.seats:
        raise NotFound("seat", seat, state.seats, remedy=f"seats: {', '.join(state.seats)}")
    its = [name for name, thread in state.threads.items() if seat in thread.members]
    thread = change.thread or its[0]
    if thread not in its:
        raise NotFound(f"thread of {seat}", thread, its, remedy=f"threads: {', '.join(its)}")
    act = change.acts.get(seat)
    if isinstance(act, str):
        act = read_act(act, situation.issues, state.threads[thread], seat)
    return Said(thread=thread, seat=seat, n=0, act=act, by="person", text=change.say.get(seat, ""))
