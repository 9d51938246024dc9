"""What a model is held against: the same seat taken by a rule, or what each has without a deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from sandbox.experiments.facts import written_in
from sandbox.experiments.results import Results, Trial
from transcripts import Store

_MOST = 100
"""Contexts that are read for what they are worth without a deal."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A baseline."""

    what: str
    """The name of the arm with rule brains, or `no deal`."""
    values: Mapping[str, float]
    """The means over all runs, by measure."""


def floors_of(results: Results, by_arm: Mapping[str, Sequence[Trial]]) -> dict[str, Floor]:
    """Find for each arm that asks a model what it is held against."""
    found: dict[str, Floor] = {}
    for name, trials in by_arm.items():
        if not any(trial.calls for trial in trials):
            continue
        arm = results.design.floor.get(name)
        floor = Floor(arm, _means(results, by_arm[arm])) if arm and arm in by_arm else _no_deal(results, trials)
        if floor:
            found[name] = floor
    return found


def _means(results: Results, trials: Sequence[Trial]) -> dict[str, float]:
    means = {}
    for measure in results.design.measures:
        seen = [float(value) for trial in trials if (value := trial.values.get(measure.path)) is not None]
        if seen:
            means[measure.path] = fmean(seen)
    return means


def _no_deal(results: Results, trials: Sequence[Trial]) -> Floor | None:
    """Say what each seat has where nobody agrees; over drawn contexts, the mean of some."""
    played = [trial.run for trial in trials if trial.run is not None][:_MOST]
    if results.database is None or not played:
        return None
    with Store.open(results.database, read_only=True) as store:
        situations = [store.load(run).state().situation for run in played]
    if not any(situation.get("issues") for situation in situations):
        return None
    written = written_in(situations[0])
    seats = [written.get(seat, seat) for seat in situations[0]["participants"]]
    worth = {f"utility.{seat}": fmean(_worth(each, seat) for each in situations) for seat in seats}
    return Floor("no deal", {"agreed": 0.0, **worth})


def _worth(situation: Mapping[str, Any], seat: str) -> float:
    called = situation.get("names", {}).get(seat, seat)
    return float(situation["participants"].get(called, {}).get("no_deal") or 0.0)
