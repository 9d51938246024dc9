"""Make of a file what is to be played: every arm is planned and each trial has its key before anything is written."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from moot_errors import MootError, NotFound, WrongUse
from moot_errors import Place as FilePlace
from sandbox.brains import model_of
from sandbox.budget import Budget, read_budget
from sandbox.cast import HUMAN
from sandbox.cleaning import cleaned
from sandbox.experiments.axes import count_arms, named, read_arms, read_axes, written_out
from sandbox.experiments.comparing import Comparing
from sandbox.experiments.design import Arm, Design, Measure
from sandbox.experiments.loading import Written, load_experiment
from sandbox.experiments.manifest import make_manifest
from sandbox.experiments.measures import measures_of, read_measures, usual
from sandbox.plan import Plan, check_cast, plan
from sandbox.workspace import Workspace, find_workspace
from scenarios import Draws, ScenarioSource, load_scenario
from transcripts import Bodies, TrialRow, content_of

if TYPE_CHECKING:
    from scenarios import Situation

MANY = 10_000
"""More runs than that are asked about first."""
MOST = 5_000_000
"""More runs than that are none that anybody would play."""
SEEDS = 2**40 - 1
_BYTES = 40_000
"""Of memory, roughly, that an arm takes: all are planned and checked before anything is played."""
_OF_NO_CONSEQUENCE = frozenset({
    "headers", "key_command", "key_env", "largest_answer", "limits", "longest_wait", "price", "retries", "timeouts",
})  # fmt: skip
"""Keys of a model's profile that say how it is reached, and not what it answers."""


Ask = Callable[[str], bool]
"""Ask somebody whether so much is meant."""


class Place(NamedTuple):
    """What the trials of one plan have in common."""

    arm: str
    scenario: str
    swapped: bool


@dataclass(frozen=True)
class Experiment:
    """An experiment that can be played."""

    design: Design
    rows: list[TrialRow]
    """In the order in which they are begun: the first trial of each arm, then the second of each."""
    written: Written
    workspace: Workspace
    limits: Budget
    """Of each run."""
    manifest: Mapping[str, Any]
    plans: Mapping[Place, Plan] = field(repr=False)
    """For the first trial."""
    sources: Mapping[str, ScenarioSource] = field(repr=False)

    def plan_of(self, row: TrialRow) -> Plan:
        """Make the plan of a trial."""
        return _for_seed(self.plans[Place(row.arm, row.scenario, row.swapped)], row.seed, self, row)

    @property
    def asks(self) -> bool:
        """Whether anybody asks a model."""
        return any(model_of(chair.brain) for each in self.plans.values() for chair in each.cast.values())

    @property
    def attempts(self) -> int:
        """How often a trial is tried."""
        return self.written.spec.attempts


def prepare(
    file: str | Path | Mapping[str, Any],
    *,
    workspace: Workspace | None = None,
    name: str = "",
    yes: bool | Ask = False,
    opened: bool = True,
) -> Experiment:
    """Read and check an experiment; raises DocumentError and NotFound before anything is written or money spent.

    More than 10,000 runs are an error unless `yes` says that they are meant, or whoever it asks.  With `opened` the
    models are opened, so that a missing key is said too.
    """
    workspace = workspace or find_workspace()
    written = load_experiment(file, workspace, name)
    spec = written.spec
    sources = _sources(written, workspace)
    situations = {each: as_written(source, _seed(spec.seed, 1, 1)) for each, source in sources.items()}
    seats = list(dict.fromkeys(seat for each in situations.values() for seat in each.seats))
    axes = read_axes(written, seats)
    swap = _swap(written, situations)
    series = spec.series.runs if spec.series else 1
    _refuse_many(written, count_arms(written, axes), len(sources) * spec.trials * series * (2 if swap else 1), yes)
    arms = read_arms(written, axes, seats)
    known = _known(situations)
    custom = read_measures(written, known, workspace)
    contrasts = Comparing(written, axes, arms, [*known, *(each for each in custom if each.function)], swap).read()
    asked = {path for each in contrasts for path in (each.of, getattr(each, "of_swapped", each.of), each.where) if path}
    measures = {each.path: each for each in (custom or usual(known))}
    measures |= {each.path: each for each in known if each.path in asked}
    limits = read_budget(
        {key: value for key, value in spec.budget.run.model_dump().items() if value is not None}, over=workspace.budget
    )
    planner = _Planner(written, sources, workspace, seats, swap)
    plans = planner.plan_all(arms, opened=opened)
    design = Design(
        name=written.name,
        scenarios=list(sources),
        axes=axes,
        arms=arms,
        trials=spec.trials,
        seed=spec.seed,
        measures=list(measures.values()),
        contrasts=contrasts,
        family=spec.family,
        alpha=spec.alpha,
        swap=swap,
        series=series,
        floor=_floor(arms, plans),
    )
    whole = Experiment(design, [], written, workspace, limits, {}, plans, sources)
    rows = list(_rows(whole))
    return replace(whole, rows=rows, manifest=make_manifest(whole.design, written, rows, plans, sources))


def _sources(written: Written, workspace: Workspace) -> dict[str, ScenarioSource]:
    found: dict[str, ScenarioSource] = {}
    for place, name in enumerate(written.spec.scenario):
        listed = isinstance(written.document.data["scenario"], list)
        path = ("scenario", place) if listed else ("scenario",)
        try:
            source = load_scenario(name, workspace.scenarios)
        except NotFound as error:
            raise written.error(path, error.message, error.remedy) from None
        if source.name in found:
            raise written.error(path, f"the scenario {source.name!r} is given twice", "take one out")
        found[source.name] = source
    return found


def as_written(source: ScenarioSource, seed: int) -> Situation:
    """Resolve a scenario with the seats as it writes them: axes, measures and results name them so."""
    return source.resolve(seed, settings=[("scenario.names", {})] if "names" in source.data else ())


def _swap(written: Written, situations: Mapping[str, Situation]) -> tuple[str, str] | None:
    """Find the two seats that are swapped; None where none are."""
    given = written.spec.swap_seats
    if given is None:
        given = any(entry.get("swap_seats") is True for entry in written.spec.compare)
    if not given:
        return None
    for name, situation in situations.items():
        seats = situation.seats if given is True else tuple(given)
        for seat in seats:
            if seat not in situation.seats:
                remedy = f"seats: {', '.join(situation.seats)}"
                raise written.error(("swap_seats",), f"there is no seat {seat!r} in {name!r}", remedy)
        if len(seats) != 2:
            raise written.error(
                ("swap_seats",), f"{name!r} has {len(seats)} seats, and two are swapped", "name two: [one, other]"
            )
    return (seats[0], seats[1])


def _refuse_many(written: Written, arms: int, each: int, yes: bool | Ask) -> None:
    runs = arms * each
    if runs > MOST:
        remedy = "sample: 100 draws so many arms of the cross"
        raise written.error(
            ("vary",), f"{arms:,} arms are {runs:,} runs, and more than {MOST:,} are not begun", remedy, key=True
        )
    heavy = f"; to check so many arms takes about {arms * _BYTES / 1e9:,.0f} GB" if arms * _BYTES > 1e9 else ""
    problem = f"{written.name!r} is {arms:,} arms and {runs:,} runs{heavy}"
    if runs > MANY and not (yes(problem) if callable(yes) else yes):
        raise WrongUse(
            problem,
            place=written.document.place(("vary",), key=True),
            remedy="--yes (in Python: yes=True) if that is meant; sample: 100 draws so many arms of the cross",
        )


def _known(situations: Mapping[str, Situation]) -> list[Measure]:
    return list({each.path: each for situation in situations.values() for each in measures_of(situation)}.values())


@dataclass(frozen=True)
class _Planner:
    written: Written
    sources: Mapping[str, ScenarioSource]
    workspace: Workspace
    seats: list[str]
    swap: tuple[str, str] | None

    def plan_all(self, arms: list[Arm], *, opened: bool) -> dict[Place, Plan]:
        """Plan the first trial of every arm in every scenario, the seats swapped too."""
        common = written_out(self.written, self.written.spec.settings, ("settings",), self.seats)
        plans: dict[Place, Plan] = {}
        for arm in arms:
            for scenario in self.sources if arm.runs is None else ():
                try:
                    made = self._plan(scenario, {**common, **arm.settings}, opened)
                except MootError as error:
                    raise self._located(arm, error) from None
                plans[Place(arm.name, scenario, False)] = made
                if self.swap:
                    plans[Place(arm.name, scenario, True)] = swapped(made, self.swap)
        return plans

    def _plan(self, scenario: str, settings: Mapping[str, Any], opened: bool) -> Plan:
        seed = _seed(self.written.spec.seed, 1, 1)
        cast = self.written.spec.cast
        made = plan(self.sources[scenario], seed=seed, cast=cast, settings=settings, workspace=self.workspace)
        for seat, chair in made.cast.items():
            if chair.brain.get("kind") == HUMAN:
                own = made.situation.written.get(seat, seat)
                problem = f"{own} is taken by a person, and an experiment has nobody to take its turns"
                place = FilePlace(f"--set {own}.brain") if f"{own}.brain" in settings else None
                raise WrongUse(problem, place=place, remedy=f"give it a brain: cast: {{{own}: '@linear'}}")
        if opened:
            made.open_models()
        return cleaned(made)

    def _located(self, arm: Arm, error: MootError) -> MootError:
        """Point into the experiment's file where what is wrong was put there by it."""
        file = error.place.file if error.place else ""
        if error.place and not file.startswith("--set "):
            return error
        named = file.removeprefix("--set ")
        for path, settings in self._origins(arm):
            for setting, value in settings.items():
                about = repr(setting) in error.message or repr(value) in error.message
                if setting == named or (not named and about):
                    at = (*path, *self._key_of(path, setting))
                    return self.written.error(at, error.message, error.remedy)
        seat = next((seat for seat in self.written.spec.cast if repr(seat) in error.message), None)
        if seat or self.written.spec.cast:
            return self.written.error(("cast", *([seat] if seat else [])), error.message, error.remedy)
        where: tuple[str, ...] = ("arms", arm.name) if arm.name in self.written.spec.arms else ("vary",)
        return self.written.error(where, f"arm {arm.name!r}: {error.message}", error.remedy)

    def _key_of(self, path: tuple[str | int, ...], setting: str) -> tuple[str, ...]:
        """Find the key in the file that a setting was written by, which may have been short for it."""
        if isinstance(path[-1], int):  # one of a list of values, and a mapping may be one
            return ()
        for key, value in _at(self.written.document.data, path).items():
            if setting in written_out(self.written, {key: value}, path, self.seats):
                return (key,)
        return ()

    def _origins(self, arm: Arm) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
        """Pair each part of the file that the arm's settings come from with those settings."""
        for name, given in self.written.spec.vary.items():
            if (level := arm.levels.get(name)) is not None:
                pairs: list[tuple[str | int, str, dict[str, Any]]] = (
                    [(key, str(key), each) for key, each in given.items()]
                    if isinstance(given, dict)
                    else [(place, named(each), {name: each}) for place, each in enumerate(given)]
                )
                for place, label, settings in pairs:
                    if label == level:
                        yield ("vary", name, place), written_out(self.written, settings, (), self.seats)
        if arm.name in self.written.spec.arms:
            yield ("arms", arm.name), arm.settings
        yield ("settings",), self.written.spec.settings


def _at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step] if isinstance(data, list) and isinstance(step, int) else data.get(step, {})
    return data if isinstance(data, dict) else {}


def swapped(plan: Plan, seats: tuple[str, str]) -> Plan:
    """Let two seats change persona and brain; what each seat is, knows and wants stays."""
    one, other = (plan.situation.names.get(seat, seat) for seat in seats)
    made = replace(plan, cast={**plan.cast, one: plan.cast[other], other: plan.cast[one]})
    made = replace(made, cast={seat: made.cast[seat] for seat in plan.cast})
    check_cast(made)
    return made


def _seed(seed: int, number: int, run: int) -> int:
    names = ("trial", number) if run == 1 else ("trial", number, "run", run)
    return Draws(seed).at(*names).integer(0, SEEDS)


def _rows(whole: Experiment) -> Iterator[TrialRow]:
    """Give every run in the order in which they are begun."""
    design = whole.design
    digests = {place: _digest(made) for place, made in whole.plans.items() if not made.situation.drawn}
    copies: Counter[tuple[str, int]] = Counter()
    places = [Place(*each) for scenario in design.scenarios for each in _of(whole.plans, scenario)]
    for number, run in itertools.product(range(1, design.trials + 1), range(1, design.series + 1)):
        seed = _seed(design.seed, number, run)
        for place in places:
            context = f"{place.scenario}:{seed}"
            series = f"{place.arm}:{place.scenario}:{number}{':swapped' if place.swapped else ''}"
            row = TrialRow("", place.arm, context, number, place.swapped, series, place.scenario, seed)
            digest = digests.get(place) or _digest(whole.plan_of(row))
            copies[digest, seed] += 1
            yield row._replace(key=_hash(f"{digest} {seed} {copies[digest, seed]}"))


def _of(plans: Mapping[Place, Plan], scenario: str) -> Iterator[Place]:
    return (place for place in plans if place.scenario == scenario)


def _for_seed(made: Plan, seed: int, whole: Experiment, row: TrialRow) -> Plan:
    """Give the plan of the first trial another seed; where the scenario draws, that is another situation."""
    if made.seed == seed:
        return made
    if not made.situation.drawn:
        return made.with_seed(seed)
    cast = whole.written.spec.cast
    again = plan(whole.sources[row.scenario], seed=seed, cast=cast, settings=made.settings, workspace=whole.workspace)
    again = cleaned(again)
    return swapped(again, whole.design.swap) if row.swapped and whole.design.swap else again


def _digest(plan: Plan) -> str:
    """Hash all that decides a run's content but its seed; how a model is reached does not."""
    bodies = Bodies()
    content = content_of(plan.started(bodies))
    del content["seed"]
    content["models"] = {
        name: {key: value for key, value in bodies.data(body).items() if key not in _OF_NO_CONSEQUENCE}
        for name, body in content.get("models", {}).items()
    }
    return _hash(json.dumps(content, sort_keys=True, ensure_ascii=False))


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _floor(arms: list[Arm], plans: Mapping[Place, Plan]) -> dict[str, str]:
    """Find to each arm that asks a model the one that differs by one level and asks none."""
    asking = {place.arm for place, made in plans.items() if any(model_of(chair.brain) for chair in made.cast.values())}
    mute = [arm for arm in arms if arm.levels and arm.runs is None and arm.name not in asking]
    found: dict[str, str] = {}
    for arm in arms:
        if arm.name in asking:
            for other in mute:
                if sum(other.levels[axis] != level for axis, level in arm.levels.items()) == 1:
                    found[arm.name] = other.name
                    break
    return found
