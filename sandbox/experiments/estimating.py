"""What an experiment would take: one run of each arm, played in memory with the simulated model, times its trials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sandbox.dryrun import adry_run
from sandbox.experiments.planning import Place
from sandbox.tally import Bill

if TYPE_CHECKING:
    from sandbox.experiments.planning import Experiment
    from transcripts import Store, TrialRow

SAMPLE = 50
"""Of more arms than that so many are played, and stand for the others."""


@dataclass(frozen=True, slots=True)
class ArmEstimate:
    """What the runs of an arm would take that are not done yet; nothing, where all are."""

    arm: str
    runs: int
    calls: int
    input: int
    """Tokens of prompts."""
    output: int
    cost: float | None
    """Dollars; None where a price is not known."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an experiment would take.  Real models talk at another length, and come to an end sooner or later."""

    runs: int
    done: int
    """Of them: done already, and not to be played again."""
    arms: Sequence[ArmEstimate]
    total: ArmEstimate
    detectable: Sequence[str]
    """In words, what size of effect each comparison can detect."""

    def data(self) -> dict[str, Any]:
        """Write as plain data."""
        return asdict(self)


async def forecast(experiment: Experiment, store: Store | None) -> Forecast:
    """Say what is left to do and what it would take; asks no model, needs no key and writes nothing."""
    from sandbox.experiments.statistics import detectable

    left = _left(experiment.rows, store)
    counts = Counter(Place(row.arm, row.scenario, row.swapped) for row in left)
    places = list(counts)
    step = max(1, len(places) // SAMPLE)
    bills: dict[Place, Bill] = {}
    for at, place in enumerate(places):
        bills[place] = bills[places[at - 1]] if at % step else (await adry_run(experiment.plans[place])).total
    by_arm: dict[str, list[tuple[Bill, int]]] = {place.arm: [] for place in experiment.plans}
    for place in places:
        by_arm[place.arm].append((bills[place], counts[place]))
    arms = [_sum(arm, some) for arm, some in by_arm.items()]
    total = _sum("in all", [(bills[place], counts[place]) for place in places])
    done = len(experiment.rows) - len(left)
    effects = detectable(experiment.design) if experiment.design.contrasts else []
    return Forecast(len(experiment.rows), done, arms, total, effects)


def _left(rows: Sequence[TrialRow], store: Store | None) -> list[TrialRow]:
    if store is None:
        return list(rows)
    over = {attempt.key for attempt in store.trials.attempts(row.key for row in rows) if attempt.is_over}
    return [row for row in rows if row.key not in over]


def _sum(name: str, bills: Sequence[tuple[Bill, int]]) -> ArmEstimate:
    known = [(bill.cost, runs) for bill, runs in bills]
    cost = None if any(each is None for each, _ in known) else sum((each or 0.0) * runs for each, runs in known)
    return ArmEstimate(
        name,
        sum(runs for _, runs in bills),
        sum(bill.calls * runs for bill, runs in bills),
        sum(bill.tokens["input"] * runs for bill, runs in bills),
        sum(bill.tokens["output"] * runs for bill, runs in bills),
        cost,
    )
