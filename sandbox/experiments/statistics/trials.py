"""From trials to statistics: which of them a contrast is about, what pairs them, and what they come from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from moot_errors import NotFound, WrongUse
from sandbox.experiments.contrasts import ARM, Contrast, Difference, Equivalence, Interaction, Slope
from sandbox.experiments.statistics.comparing import Comparison, difference, equivalence
from sandbox.experiments.statistics.contrasts import interaction, interaction_apart, slope
from sandbox.experiments.statistics.estimates import Estimate, mean, rate
from sandbox.experiments.statistics.resampling import tidy
from sandbox.experiments.statistics.sides import Apart, Kind, Pairs

if TYPE_CHECKING:
    from sandbox.experiments.design import Design
    from sandbox.experiments.results import Trial

NOT_COUNTED = {
    "failed": "failed",
    "exhausted": "ended by the budget",
    "open": "not over",
    "waiting": "not played yet",
}
"""In words, why a trial has no outcome."""
ERRORS = ("failed", "exhausted")
PAIRED = 0.5
"""Arms are compared in pairs where this share of the smaller one has a partner by design."""

Key = tuple[object, ...]


@dataclass(frozen=True)
class Units:
    """What trials come from, so that what depends on each other is drawn again together."""

    name: str
    """`context`, `series`, or the axis that was asked for."""
    of: Callable[[Trial], str]

    @classmethod
    def among(cls, trials: Sequence[Trial], axis: str | None = None) -> Units:
        """Find the units of trials: those that share a context or a series are one; or an axis's levels.

        Raises NotFound for an axis that the trials do not have.
        """
        if axis is not None:
            known = {name for trial in trials for name in trial.levels}
            if axis not in known:
                raise NotFound("axis", axis, known, remedy=f"axes: {', '.join(sorted(known)) or 'none'}")
            return cls(axis, lambda trial: trial.levels.get(axis, trial.arm))
        shared = _connected((trial.series, trial.context) for trial in trials)
        contexts = {trial.context for trial in trials}
        name = "series" if len(set(shared.values())) < len(contexts) else "context"
        return cls(name, lambda trial: shared[trial.series])


class Counted(NamedTuple):
    """The trials that have a value, and why the others have none."""

    trials: list[Trial]
    values: list[float]
    dropped: dict[str, int]


def estimate(trials: Sequence[Trial], path: str, kind: Kind, units: Units, where: str | None = None) -> Estimate:
    """Estimate a measure over trials; with `where` only over those in which that is true."""
    found = counted(trials, path, path, where)
    names = [units.of(trial) for trial in found.trials]
    unit = units.name if len(set(names)) < len(names) else "run"
    if kind == "rate":
        return rate([bool(each) for each in found.values], names, unit=unit, dropped=found.dropped)
    return mean(found.values, names, unit=unit, dropped=found.dropped)


def counted(trials: Iterable[Trial], of: str, of_swapped: str, where: str | None) -> Counted:
    """Take the values of a measure from the trials that have one."""
    kept, values, dropped = [], [], Counter[str]()
    for trial in trials:
        value, why = value_of(trial, of_swapped if trial.swapped else of, where)
        if value is None:
            dropped[why] += 1
        else:
            kept.append(trial)
            values.append(value)
    return Counted(kept, values, dict(dropped))


def value_of(trial: Trial, path: str, where: str | None) -> tuple[float | None, str]:
    """Give a trial's value of a measure, or None and why it has none."""
    if trial.status != "done":
        return None, NOT_COUNTED[trial.status]
    if where is not None and trial.values.get(where) is not True:
        return None, f"not {where}"
    value = trial.values.get(path)
    return (None, f"without {path}") if value is None else (float(value), "")


def contrast(trials: Sequence[Trial], asked: Contrast, design: Design, units: Units) -> Comparison:
    """Answer what a contrast asks, without a verdict: that is for the whole family; see `judge`."""
    if asked.axis == units.name or (isinstance(asked, Interaction) and asked.by == units.name):
        problem = f"{asked.label} cannot be counted by {units.name!r}: that is what is compared"
        raise WrongUse(problem, remedy="leave out --unit, or name another axis")
    pooled = isinstance(asked, Difference) and asked.pooled
    placed = [each for each in trials if pooled or not each.swapped]  # who sits in a swapped seat is somebody else
    chosen = [
        each for each in placed if all(each.levels.get(axis) == name for axis, name in asked.within_levels.items())
    ]
    match asked:
        case Slope():
            return _slope(chosen, asked, design, units)
        case Interaction():
            return _interaction(chosen, asked, units)
        case _:
            return _two(chosen, asked, design, units)


def _two(trials: Sequence[Trial], asked: Difference | Equivalence, design: Design, units: Units) -> Comparison:
    swapped = asked.of_swapped if isinstance(asked, Difference) else asked.of
    kind = design.measure(asked.of).kind
    arms = [[each for each in trials if _level(each, asked.axis) == name] for name in (asked.one, asked.other)]
    names = (asked.one, asked.other)
    groups = [_by_key(arm, {asked.axis}) for arm in arms]
    sides: Pairs | Apart
    if in_pairs(groups):
        pairs, dropped = _together(groups, asked.of, swapped, asked.where)
        of = [units.of(trials[0]) for trials, _ in pairs]
        sides = Pairs.of([values[0] for _, values in pairs], [values[1] for _, values in pairs], of, kind)
        unit = units.name
    else:
        counts = [counted(arm, asked.of, swapped, asked.where) for arm in arms]
        named = [[units.of(trial) for trial in each.trials] for each in counts]
        dropped = dict(sum((Counter(each.dropped) for each in counts), Counter[str]()))
        sides = Apart.of(counts[0].values, counts[1].values, (named[0], named[1]), kind)
        unit = units.name if any(len(set(each)) < len(each) for each in named) else "run"
    if isinstance(asked, Equivalence):
        found = equivalence(sides, asked.margin, unit=unit, dropped=dropped, names=names)
    else:
        found = difference(sides, unit=unit, dropped=dropped, names=names)
    return replace(found, bounds=_bounds(found, arms, asked.of, swapped, kind))


def _interaction(trials: Sequence[Trial], asked: Interaction, units: Units) -> Comparison:
    wanted = [(level, by) for by in asked.by_levels for level in asked.levels]
    arms = [
        [each for each in trials if (each.levels.get(asked.axis), each.levels.get(asked.by)) == pair] for pair in wanted
    ]
    groups = [_by_key(arm, {asked.axis, asked.by}) for arm in arms]
    if in_pairs(groups):
        fours, dropped = _together(groups, asked.of, asked.of, asked.where)
        values = tuple([each[k] for _, each in fours] for k in range(4))
        of = [units.of(trials[0]) for trials, _ in fours]
        return interaction(values, of, unit=units.name, dropped=dropped, names=asked.by_levels)  # type: ignore[arg-type]  # four
    counts = [counted(arm, asked.of, asked.of, asked.where) for arm in arms]
    dropped = dict(sum((Counter(each.dropped) for each in counts), Counter[str]()))
    named = tuple([units.of(trial) for trial in each.trials] for each in counts)
    values = tuple(each.values for each in counts)
    return interaction_apart(values, named, unit=units.name, dropped=dropped, names=asked.by_levels)  # type: ignore[arg-type]  # four


def _slope(trials: Sequence[Trial], asked: Slope, design: Design, units: Units) -> Comparison:
    numbers = {level.name: level.number for level in design.axis(asked.axis).levels}
    found = counted(trials, asked.of, asked.of, asked.where)
    x, y, of = [], [], []
    for trial, value in zip(found.trials, found.values, strict=True):
        number = numbers.get(trial.levels.get(asked.axis, ""))
        if number is not None:
            x.append(number)
            y.append(value)
            of.append(units.of(trial))
    return slope(x, y, of, unit=units.name, dropped=found.dropped)


def in_pairs(groups: Sequence[Mapping[Key, Sequence[Trial]]]) -> bool:
    """Tell whether arms share contexts by design, so that what some of them lack is lost and not missing."""
    shared = set.intersection(*(set(group) for group in groups))
    return len(shared) > 0 and len(shared) >= PAIRED * min(map(len, groups))


def _together(
    groups: Sequence[Mapping[Key, Sequence[Trial]]], of: str, of_swapped: str, where: str | None
) -> tuple[list[tuple[tuple[Trial, ...], list[float]]], dict[str, int]]:
    """Put the trials of the same context together that have a value in each arm; what is lost is counted by why."""
    found, dropped = [], Counter[str]()
    for key in sorted(set().union(*groups), key=repr):
        rows = [group.get(key, ()) for group in groups]
        shortest = min(map(len, rows))
        if longer := max(map(len, rows)) - shortest:
            dropped["without a partner"] += longer
        for trials in zip(*(row[:shortest] for row in rows), strict=True):
            values = [value_of(trial, of_swapped if trial.swapped else of, where) for trial in trials]
            if lost := [why for value, why in values if value is None]:
                dropped[lost[0]] += 1
            else:
                found.append((trials, [value for value, _ in values if value is not None]))
    return found, dict(dropped)


def _by_key(trials: Iterable[Trial], axes: set[str]) -> dict[Key, list[Trial]]:
    """Group trials by what is the same in each arm that is compared: context, places, and the other axes."""
    found: defaultdict[Key, list[Trial]] = defaultdict(list)
    for trial in sorted(trials, key=lambda each: (each.number, each.series)):
        others = () if ARM in axes else tuple((axis, each) for axis, each in trial.levels.items() if axis not in axes)
        found[(trial.context, trial.swapped, *others)].append(trial)
    return dict(found)


def _bounds(
    found: Comparison, arms: Sequence[Sequence[Trial]], of: str, of_swapped: str, kind: Kind
) -> tuple[float, float] | None:
    """Give the effect's limits, had the runs without an outcome come to the least or the most that any run has."""
    effect = found.effect
    errors = [sum(trial.status in ERRORS for trial in arm) for arm in arms]
    if not any(errors) or effect.value is None:
        return None
    seen = [value for arm in arms for value in counted(arm, of, of_swapped, None).values]
    least, most = (0.0, 1.0) if kind == "rate" else (min(seen), max(seen))
    ends = []
    for side, lost, arm in zip(found.sides.values(), errors, arms, strict=True):
        share = lost / (lost + sum(trial.status == "done" for trial in arm))
        assert side is not None
        ends.append([(1 - share) * side + share * end for end in (least, most)])
    low, high = (effect.value if each is None else each for each in (effect.low, effect.high))
    below, above = ends[0][0] - ends[1][1], ends[0][1] - ends[1][0]
    return tidy(below - (effect.value - low)), tidy(above + (high - effect.value))


def _level(trial: Trial, axis: str) -> str | None:
    return trial.arm if axis == ARM else trial.levels.get(axis)


def _connected(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Name for each series the least of those that it hangs together with by contexts."""
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(node: tuple[str, str]) -> tuple[str, str]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    series = []
    for one, other in pairs:
        series.append(one)
        first, second = sorted((root(("series", one)), root(("context", other))))
        parent[second] = first
    return {one: "/".join(root(("series", one))) for one in series}
