"""Rates and means, each with an interval and with what it is made from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.experiments.statistics.resampling import FEWEST, Limits, bca, tidy
from sandbox.experiments.statistics.samples import Units, Values, by_unit, plural
from sandbox.intervals import Interval, wilson

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, the limits between which the true one is supposed to lie, and how they were found."""

    value: float | None
    """None where nothing was counted."""
    low: float | None = None
    """None where there is no interval; `note` says why."""
    high: float | None = None
    method: str = ""
    unit: str = "run"
    """What is drawn again, or counted as independent: `run`, `context`, `series`, …"""
    n: int = 0
    """Values counted."""
    units: int = 0
    """Units that they come from."""
    dropped: Mapping[str, int] = field(default_factory=dict)
    """How many were not counted, by the reason."""
    note: str = ""

    def data(self) -> dict[str, Any]:
        """Write as plain data."""
        return asdict(self)


def rate(
    values: Values,
    units: Units | None = None,
    *,
    unit: str = "run",
    dropped: Mapping[str, int] | None = None,
    level: float = LEVEL,
) -> Estimate:
    """Estimate how often something is true, by Wilson's interval.

    Values that share units count for fewer than they are: for as many as have the variance that the units show (Korn
    and Graubard 1998, Survey Methodology 24, 193-201).
    """
    if not len(values):
        return Estimate(None, unit=unit, dropped=dict(dropped or {}), note="nothing to count")
    rows = by_unit(units, values)
    n = len(values)
    method = f"Wilson, for as many runs as {plural(unit)} stand for" if len(rows) < n else "Wilson"
    found = rate_interval(rows, level)
    if len(rows) < n and len(rows) < FEWEST:
        limits = Limits(found.value, None, None, too_few(len(rows)))
    else:
        limits = Limits(found.value, found.low, found.high, "it never varies" if found.value in (0, 1) else "")
    return estimated(limits, method, unit, n, len(rows), dropped)


def rate_interval(rows: Array, level: float = LEVEL) -> Interval:
    """Give Wilson's interval from the sums of each unit: how many are true, of how many."""
    from scipy.special import ndtri

    z = float(ndtri((1 + level) / 2))
    true, n = (float(each) for each in rows.sum(axis=0))
    many = effective(rows, z)
    return wilson(true if many == n else many if true == n else true / n * many, many, z)


def effective(rows: Array, z: float) -> float:
    """Say for how many independent trials the yes-or-no values of units stand."""
    from scipy.special import ndtr, stdtrit

    true, n = (float(each) for each in rows.sum(axis=0))
    units, value = len(rows), true / n
    if units == n:
        return n
    if value in (0, 1):
        return units  # nothing shows how much they go together, so they may entirely
    apart = float(((rows[:, 0] - value * rows[:, 1]) ** 2).sum()) / n**2 * units / max(units - 1, 1)
    many = value * (1 - value) / apart if apart > 0 else n
    known = float(stdtrit(max(units - 1, 1), ndtr(z)))  # from few units the variance is not well known
    return min(many * (z / known) ** 2, n)


def mean(
    values: Values,
    units: Units | None = None,
    *,
    unit: str = "run",
    dropped: Mapping[str, int] | None = None,
    level: float = LEVEL,
) -> Estimate:
    """Estimate a mean by the BCa bootstrap over units; see `bca`."""
    if not len(values):
        return Estimate(None, unit=unit, dropped=dict(dropped or {}), note="nothing to count")
    rows = by_unit(units, values)
    return estimated(
        bca([rows], ratio, level), f"BCa bootstrap over {plural(unit)}", unit, len(values), len(rows), dropped
    )


def ratio(sums: Any) -> Any:
    """Divide the first column's sum by the last one's."""
    return sums[..., 0] / sums[..., -1]


def too_few(units: int) -> str:
    return f"{units} units are too few for an interval; {FEWEST} are needed"


def estimated(
    limits: Limits, method: str, unit: str, n: int, units: int, dropped: Mapping[str, int] | None = None
) -> Estimate:
    """Put limits and what they are made from together."""
    value, low, high = (None if each is None or not math.isfinite(each) else tidy(each) for each in limits[:3])
    return Estimate(value, low, high, method, unit, n, units, dict(dropped or {}), limits.why)


def bounds_of_mean(found: Estimate, errors: int, least: float, most: float) -> tuple[float, float]:
    """Give the limits of a mean, had each run without an outcome had the least, or the most, that is possible."""
    low, high = (found.value if each is None else each for each in (found.low, found.high))
    if low is None or high is None:
        return tidy(least), tidy(most)
    share = errors / (errors + found.n)
    return tidy((1 - share) * low + share * least), tidy((1 - share) * high + share * most)
