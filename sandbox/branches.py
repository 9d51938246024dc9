"""Many branches of one turn, played at once, and what they say together beside as many without the change."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from sandbox.budget import Budget
from sandbox.forking import Begun, Branch, Change, Origin, find_origin, play_branch, prepare
from sandbox.intervals import Interval, means, paired_rates, wilson
from sandbox.runs import Run
from sandbox.workspace import Workspace, find_workspace
from scenarios import Draws

if TYPE_CHECKING:
    from sandbox.brain import Brain
    from transcripts import Store

Pair = tuple[Mapping[str, float], Mapping[str, float]]
"""What is measured of two branches of the same seed, with the change and without it."""
AT_ONCE = 100
"""How many branches are under way at the same time."""


@dataclass(frozen=True, slots=True)
class Group:
    """What branches of one kind say together."""

    branches: int
    counted: int
    left_out: Mapping[str, int]
    """Those without an outcome by their status, `failed`, `exhausted` or `open`: an error is not an outcome."""
    measures: Mapping[str, Interval]
    """`agreed` as a rate; the means of `utility.SEAT` and `turns`."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of many branches, and what the change made of it."""

    changed: Group
    control: Group | None
    """None where nothing was changed."""
    pairs: int
    """Of the same seed, both with an outcome."""
    differences: Mapping[str, Interval]
    """With the change less without it, by measure, over the pairs."""

    def data(self) -> dict[str, Any]:
        """Write as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Branches:
    """Branches of a run after one turn, each with a seed of its own."""

    name: str
    """The run that they branch off."""
    after: int
    seed: int
    """What their seeds are drawn from."""
    runs: Sequence[Run]
    control: Sequence[Run] | None
    """Branches with the same seeds and without the change; None where nothing was changed but the seed."""

    def summary(self) -> Summary:
        """Estimate how often they agreed and what it was worth, each with an interval at 95 %.

        See `sandbox.intervals` for the methods.  The same branches always give the same summary.
        """
        if self.control is None:
            return Summary(self._group(self.runs, "changed"), None, 0, {})
        pairs = list(_pairs(self.runs, self.control))
        return Summary(
            self._group(self.runs, "changed"),
            self._group(self.control, "control"),
            len(pairs),
            self._differences(pairs) if pairs else {},
        )

    def _group(self, runs: Sequence[Run], name: str) -> Group:
        found = [values for run in runs if (values := values_of(run)) is not None]
        left_out = Counter(run.status for run in runs if run.status != "done")
        return Group(len(runs), len(found), dict(left_out), self._estimates(found, name) if found else {})

    def _estimates(self, found: Sequence[Mapping[str, float]], name: str) -> dict[str, Interval]:
        names = [each for each in found[0] if each != "agreed"]
        rows = [[values[each] for each in names] for values in found]
        estimated = dict(zip(names, means(rows, self._bootstrap_seed(name)), strict=True))
        if "agreed" not in found[0]:
            return estimated
        return {"agreed": wilson(sum(values["agreed"] == 1 for values in found), len(found)), **estimated}

    def _differences(self, pairs: Sequence[Pair]) -> dict[str, Interval]:
        both = [each for each in pairs[0][0] if each in pairs[0][1]]
        names = [each for each in both if each != "agreed"]
        rows = [[one[each] - other[each] for each in names] for one, other in pairs]
        estimated = dict(zip(names, means(rows, self._bootstrap_seed("difference")), strict=True))
        if "agreed" not in both:
            return estimated
        return {"agreed": paired_rates([(one["agreed"] == 1, two["agreed"] == 1) for one, two in pairs]), **estimated}

    def _bootstrap_seed(self, name: str) -> int:
        return Draws(self.seed).at("bootstrap", name).integer(0, 2**63 - 1)


def values_of(run: Run) -> dict[str, float] | None:
    """Give what is measured of a run; None where it has no outcome."""
    if run.status != "done":
        return None
    outcome = run.outcome
    agreed = {} if outcome.agreed is None else {"agreed": float(outcome.agreed)}
    return {**agreed, **{f"utility.{seat}": worth for seat, worth in outcome.utility.items()}, "turns": outcome.turns}


def _pairs(runs: Iterable[Run], control: Iterable[Run]) -> Iterator[Pair]:
    """Pair the outcomes of branches that have the same seed."""
    others = {run.seed: run for run in control}
    for run in runs:
        other = others.get(run.seed)
        one, two = values_of(run), values_of(other) if other else None
        if one is not None and two is not None:
            yield one, two


async def abranches(
    name: str,
    store: Store,
    count: int,
    *,
    at: int | None = None,
    change: Change | None = None,
    seed: int | None = None,
    brains: Mapping[str, Brain] | None = None,
    budget: Budget | None = None,
    workspace: Workspace | None = None,
    done: Callable[[Run], None] | None = None,
    started: Begun | None = None,
    more: Callable[[], bool] = lambda: True,
) -> Branches:
    """Play `count` branches at once, and as many without the change, with the same seeds.

    The seeds are drawn from `seed`, or else from the run's.  Both go on after the same turns: without an edit, its turn
    is as it was.  `done` is called with each branch when it ends; `more` is asked before each whether to begin it.
    Takes the rest as `afork` does.
    """
    change, workspace = change or Change(), workspace or find_workspace()
    origin = find_origin(name, store, at, change)
    first = seed if seed is not None else origin.started.seed
    changed = prepare(origin, change, first, brains or {}, workspace)
    control = None
    if not change.is_none:
        control = prepare(_unchanged(origin, change), Change(), first, brains or {}, workspace)
    draws = Draws(first)
    seeds = [draws.at("branch", str(number)).integer(0, 2**31 - 1) for number in range(count)]
    room = asyncio.Semaphore(AT_ONCE)

    async def play(branch: Branch, seed: int) -> Run | None:
        async with room:
            if not more():
                return None
            limits = budget.anew() if budget else None
            run = await play_branch(_seeded(branch, seed), store, limits, started=started)
        if done:
            done(run)
        return run

    played = await _all(play(branch, seed) for branch in (changed, control) if branch for seed in seeds)
    runs, others = ([run for run in part if run] for part in (played[:count], played[count:]))
    return Branches(origin.name, changed.origin.after, first, runs, others if control else None)


def _unchanged(origin: Origin, change: Change) -> Origin:
    return replace(origin, after=change.edit[0]) if change.edit else origin


def _seeded(branch: Branch, seed: int) -> Branch:
    forked = branch.forked.model_copy(update={"seed": seed})
    return replace(branch, plan=branch.plan.with_seed(seed), forked=forked)


async def _all(plays: Iterable[Coroutine[Any, Any, Run | None]]) -> list[Run | None]:
    """Await all; where one fails, the others are stopped, and let go of their runs, before its error is raised."""
    tasks = [asyncio.ensure_future(play) for play in plays]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
