"""Intervals at 95 %: for a rate, for means, and for the difference of two rates whose trials come in pairs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

Z = 1.959963984540054
"""The normal distribution's quantile of 0.975."""
FEWEST = 6
"""With fewer trials a mean has no interval: that all of five lie on one side can still be chance (2 / 2^5 > 5 %)."""
RESAMPLES = 10_000
_CELLS = 2_000_000
"""How many values are drawn at a time, so that memory does not grow with the number of trials."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, and the limits between which the true value is supposed to lie; None where trials are too few."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def decided(self) -> bool:
        """Whether there are limits, and 0 lies outside of them."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def wilson(successes: float, trials: float, z: float = Z) -> Interval:
    """Estimate a rate by the score interval of Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.

    Trials that depend on each other count for fewer than they are, and so need not be whole.
    """
    rate = successes / trials
    scale = 1 + z**2 / trials
    centre = (rate + z**2 / (2 * trials)) / scale
    half = z / scale * math.sqrt(rate * (1 - rate) / trials + z**2 / (4 * trials**2))
    low = 0.0 if successes == 0 else centre - half  # exactly, and not nearly so
    high = 1.0 if successes == trials else centre + half
    return Interval(rate, low, high)


def paired_rates(pairs: Sequence[tuple[bool, bool]]) -> Interval:
    """Estimate the first's rate less the second's, as `paired_cells` does."""
    both = sum(one and other for one, other in pairs)
    first = sum(one for one, _ in pairs)
    second = sum(other for _, other in pairs)
    return paired_cells(both, first - both, second - both, len(pairs) - first - second + both)


def paired_cells(both: float, one: float, other: float, neither: float, z: float = Z) -> Interval:
    """Estimate the first's rate less the second's by method 10 of Newcombe (1998), Stat. Med. 17, 2635-2650.

    It puts the two Wilson intervals together, and so is not without width where no pair differs.
    """
    trials = both + one + other + neither
    phi = _correlation(both, one, other, neither)
    return _difference(wilson(both + one, trials, z), wilson(both + other, trials, z), phi)


def unpaired_rates(first: Interval, second: Interval) -> Interval:
    """Estimate the first's rate less the second's from Wilson's intervals of both.

    By method 10 of Newcombe (1998), Stat. Med. 17, 873-890.
    """
    return _difference(first, second, 0)


def _difference(first: Interval, second: Interval, phi: float) -> Interval:
    low, high = _limits(first), _limits(second)
    value = first.value - second.value
    return Interval(value, value - _joined(low[0], high[1], phi), value + _joined(low[1], high[0], phi))


def _limits(rate: Interval) -> tuple[float, float]:
    """Give the distances of Wilson's limits from the rate, downwards and upwards."""
    assert rate.low is not None and rate.high is not None
    return rate.value - rate.low, rate.high - rate.value


def _correlation(both: float, one: float, other: float, neither: float) -> float:
    """Give Newcombe's phi, corrected for continuity where the pairs go together."""
    margins = (both + one) * (other + neither) * (both + other) * (one + neither)
    if margins == 0:
        return 0.0
    excess: float = both * neither - one * other
    if excess > 0:
        excess = max(excess - (both + one + other + neither) / 2, 0.0)
    return excess / math.sqrt(margins)


def _joined(one: float, other: float, phi: float) -> float:
    return math.sqrt(max(one**2 - 2 * phi * one * other + other**2, 0.0))


def means(rows: Sequence[Sequence[float]], seed: int) -> list[Interval]:
    """Estimate the mean of each column by the bootstrap: percentiles of the means of whole rows that are drawn again.

    The percentiles are widened for few rows as Hesterberg (2015) does, The American Statistician 69, 371-386: those of
    a normal distribution at Student's t, with one degree of freedom less than rows, times the root of n / (n - 1).
    The same rows and the same seed give the same limits.
    """
    import numpy as np

    values = np.asarray(rows, dtype=np.float64)
    centre = values.mean(axis=0)
    if len(values) < FEWEST:
        return [Interval(float(each)) for each in centre]
    tail = _tail(len(values))
    limits = np.quantile(_resampled(values, seed), [tail, 1 - tail], axis=0)
    return [Interval(*map(float, each)) for each in zip(centre, *limits, strict=True)]


def _resampled(values: Array, seed: int) -> Array:
    import numpy as np

    count = len(values)
    words = np.random.PCG64(seed)  # whose raw words are the same in every version; what a Generator draws need not be
    block = max(1, _CELLS // values.size)
    found = []
    for start in range(0, RESAMPLES, block):
        places = words.random_raw((min(block, RESAMPLES - start), count)) % np.uint64(count)
        found.append(values[places].mean(axis=1))
    return np.concatenate(found)


def _tail(count: int) -> float:
    """Give the share of resampled means that is left out at each end."""
    wide = t_quantile(count - 1) * math.sqrt(count / (count - 1))
    return 0.5 * math.erfc(wide / math.sqrt(2))


def t_quantile(freedom: int) -> float:
    """Give Student's quantile of 0.975, from 5 degrees of freedom on to a thousandth.

    By the expansion of Abramowitz and Stegun (1964), 26.7.5.
    """
    z, n = Z, freedom
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * n**4)
    )
