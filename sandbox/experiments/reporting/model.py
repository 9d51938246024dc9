"""A report as plain data: what each arm came to, and what the comparisons say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.experiments.contrasts import Contrast
from sandbox.experiments.design import Measure
from sandbox.experiments.reporting.floors import Floor, floors_of
from sandbox.experiments.results import Results, Trial
from sandbox.experiments.statistics import Comparison, Estimate, bounds_of_mean, judge
from sandbox.experiments.statistics.trials import ERRORS, Units, contrast, estimate

AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Both:
    """A measure of an arm, over all runs that came to an outcome, and over those in which there was an agreement."""

    all: Estimate | None
    """None of a measure that only agreements have."""
    agreed: Estimate | None
    """None where there is nothing to agree on."""
    bounds: tuple[float, float] | None
    """Of `all`, whatever the runs without an outcome would have come to; None where none is missing."""


@dataclass(frozen=True, slots=True)
class ArmReport:
    """What an arm came to."""

    name: str
    levels: Mapping[str, str]
    """By axis; empty of an arm that is listed."""
    planned: int
    done: int
    errors: Mapping[str, int]
    """By status: `failed`, `exhausted`.  An error is not an outcome."""
    unfinished: int
    """Not played yet, or not over."""
    faults: Mapping[str, int]
    """What made the failed ones fail."""
    again: int
    """Attempts beyond the first."""
    measures: Mapping[str, Both]
    """By path."""
    calls: int
    tokens: int
    cost: float | None
    """Dollars; None where a price is not known."""
    swapped: int
    """Runs with swapped seats; they are in the counts, and in no measure of the arm."""
    floor: Floor | None
    """What an arm that asks a model is held against; None for other arms."""

    @property
    def error_rate(self) -> float:
        ended = self.done + sum(self.errors.values())
        return sum(self.errors.values()) / ended if ended else 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a contrast."""

    label: str
    asks: str
    """`difference`, `effect`, `equivalence`, `interaction`, `slope`."""
    of: str
    kind: str
    found: Comparison


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report says; every renderer writes this and works nothing out."""

    name: str
    complete: bool
    planned: int
    done: int
    errors: int
    unfinished: int
    unit: str
    """What is drawn again where runs depend on each other."""
    family: str
    alpha: float
    measures: Sequence[Measure]
    arms: Sequence[ArmReport]
    answers: Sequence[Answer]
    notes: Sequence[str]
    """What a reader must know first."""
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """Write as plain data."""
        data = asdict(self)
        for written, answer in zip(data["answers"], self.answers, strict=True):
            written["found"] = answer.found.data()
        return data


def make_report(results: Results, *, unit: str | None = None) -> Report:
    """Work a report out; with `unit`, an axis, its levels are what is drawn again.  Raises NotFound and WrongUse."""
    design = results.design
    trials = sorted(results.trials, key=lambda each: (each.arm, each.context, each.swapped, each.number, each.series))
    units = Units.among(trials, unit)
    by_arm: dict[str, list[Trial]] = {arm.name: [] for arm in design.arms}
    for trial in trials:
        by_arm.setdefault(trial.arm, []).append(trial)
    ranges = {each.path: _range(trials, each) for each in design.measures}
    floors = floors_of(results, by_arm)
    arms = [_arm(name, arm, design.measures, units, ranges, floors.get(name)) for name, arm in by_arm.items()]
    judged = judge([contrast(trials, asked, design, units) for asked in design.contrasts], design.family, design.alpha)
    answers = [
        Answer(asked.label, _asks(asked), asked.of, _kind(asked, design.measure(asked.of)), found)
        for asked, found in zip(design.contrasts, judged, strict=True)
    ]
    done, errors = sum(arm.done for arm in arms), sum(sum(arm.errors.values()) for arm in arms)
    unfinished = len(trials) - done - errors
    return Report(
        name=results.name,
        complete=unfinished == 0,
        planned=len(trials),
        done=done,
        errors=errors,
        unfinished=unfinished,
        unit=units.name,
        family=design.family,
        alpha=design.alpha,
        measures=design.measures,
        arms=arms,
        answers=answers,
        notes=[*_notes(arms, done, len(trials)), *(f"{path}: {why}" for path, why in results.unmeasured.items())],
        manifest=results.manifest,
    )


def _arm(
    name: str,
    trials: Sequence[Trial],
    measures: Sequence[Measure],
    units: Units,
    ranges: Mapping[str, tuple[float, float]],
    floor: Floor | None,
) -> ArmReport:
    statuses = Counter[str](trial.status for trial in trials)
    costs = [trial.cost for trial in trials]
    errors = {status: statuses[status] for status in ERRORS if statuses[status]}
    lost = sum(errors.values())
    placed = [trial for trial in trials if not trial.swapped]  # who sits in a swapped seat is somebody else
    return ArmReport(
        name=name,
        levels=trials[0].levels if trials else {},
        planned=len(trials),
        done=statuses["done"],
        errors=errors,
        unfinished=len(trials) - statuses["done"] - lost,
        faults=dict(Counter(trial.fault or "unknown" for trial in trials if trial.status == "failed")),
        again=sum(max(trial.attempts - 1, 0) for trial in trials),
        measures={each.path: _both(placed, each, units, ranges[each.path]) for each in measures},
        calls=sum(trial.calls for trial in trials),
        tokens=sum(trial.tokens for trial in trials),
        cost=None if None in costs else round(sum(each for each in costs if each is not None), 9),
        swapped=len(trials) - len(placed),
        floor=floor,
    )


def _both(trials: Sequence[Trial], measure: Measure, units: Units, reach: tuple[float, float]) -> Both:
    over_all = None
    if not measure.agreed_only:
        over_all = estimate(trials, measure.path, measure.kind, units)
    done = [trial for trial in trials if trial.status == "done"]
    agreements = sum(trial.values.get(AGREED) is True for trial in done)
    agreed = None
    if measure.path != AGREED and any(trial.values.get(AGREED) is not None for trial in done):
        whole = over_all is not None and agreements == len(done)
        agreed = over_all if whole else estimate(trials, measure.path, measure.kind, units, AGREED)
    bounds = None
    lost = sum(trial.status in ERRORS for trial in trials)
    if lost and over_all is not None and over_all.value is not None:
        bounds = bounds_of_mean(over_all, lost, *reach)
    return Both(over_all, agreed, bounds)


def _range(trials: Sequence[Trial], measure: Measure) -> tuple[float, float]:
    """Give the least and the most that a measure comes to: of a rate 0 and 1, of a number those of any run."""
    if measure.kind == "rate":
        return 0.0, 1.0
    seen = [float(value) for trial in trials if (value := trial.values.get(measure.path)) is not None]
    return (min(seen), max(seen)) if seen else (0.0, 0.0)


def _asks(asked: Contrast) -> str:
    return "effect" if getattr(asked, "pooled", False) else type(asked).__name__.lower()


def _kind(asked: Contrast, measure: Measure) -> str:
    return measure.kind if type(asked).__name__ in ("Difference", "Equivalence", "Interaction") else "number"


def _notes(arms: Sequence[ArmReport], done: int, planned: int) -> list[str]:
    notes = []
    if unfinished := sum(arm.unfinished for arm in arms):
        notes.append(
            f"Not finished: {unfinished:,} of {planned:,} runs are still to be played, and all numbers may change."
        )
    if not done:
        notes.append("No run came to an outcome yet, so there is nothing to say.")
    rates = {round(arm.error_rate, 9) for arm in arms if arm.done or arm.errors}
    if len(rates) > 1:
        notes.append(
            "Arms failed unequally often, so what is left of them may not be alike: bounds say what could have been."
        )
    return notes
