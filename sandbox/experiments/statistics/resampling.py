"""Draw units again, and turn their signs: the two engines below every interval and most tests.

Both are deterministic: the draws depend on nothing but how many units there are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

FEWEST = 6
"""With fewer units nothing has an interval: that all of five lie on one side can still be chance (2 / 2^5 > 5 %)."""
RESAMPLES = 10_000
LEAST = 2_000
_CELLS = 4_000_000
"""Draws for one estimate at most: of many units fewer resamples do, for their distribution is nearly normal."""
_BLOCK = 100_000
_UNDEFINED = 0.05
"""The share of resamples in which a statistic may not exist, such as a slope where all units have the same x."""
_EXACT = 13
"""Up to so many units all ways to turn signs are gone through, and none are drawn."""
_KEPT = 8
"""Weights are made once for all samples of the same size, and those of the latest sizes are kept."""


class Limits(NamedTuple):
    """A statistic and its interval; `low` and `high` are None where there is none, and `why` says why."""

    value: float
    low: float | None
    high: float | None
    why: str = ""


Statistic = Callable[..., Any]
"""Works a number out from the sums of each group's columns, for many resamples at a time: `sums[..., column]`."""


def bca(groups: Sequence[Array], statistic: Statistic, level: float = 0.95) -> Limits:
    """Estimate a statistic of sums over units by the bootstrap with bias correction and acceleration.

    BCa is that of Efron (1987), J. Am. Stat. Assoc. 82, 171-185; for more than one group with the acceleration of
    Davison and Hinkley (1997), 5.3.2.  For few units the quantiles are widened as Hesterberg (2015) does, The American
    Statistician 69, 371-386: those of Student's t, times the root of n / (n - 1).

    Each group has a row for each unit and is drawn again by itself.
    """
    import numpy as np

    with np.errstate(all="ignore"):  # a resample without spread has no standardised difference
        value = float(statistic(*(group.sum(axis=0) for group in groups)))
        if not math.isfinite(value):
            return Limits(value, None, None, "it never varies")
        if (few := min(map(len, groups))) < FEWEST:
            return Limits(tidy(value), None, None, f"{few} units are too few for an interval; {FEWEST} are needed")
        left_out = [statistic(*_without(groups, which)) for which in range(len(groups))]
        influence = [(len(each) - 1) * (each.mean() - each) for each in left_out]
        spread = [float((each**2).sum()) / len(each) ** 2 for each in influence]
        scale = max(abs(value), *(float(np.abs(each).max()) for each in left_out))
        if sum(spread) <= (1e-12 * scale) ** 2:
            return Limits(tidy(value), tidy(value), tidy(value), "it never varies")
        drawn = _drawn(groups, statistic)
    there = np.isfinite(drawn)
    if there.mean() < 1 - _UNDEFINED:
        return Limits(tidy(value), None, None, "it varies too seldom for an interval")
    drawn = drawn[there]
    near = np.isclose(drawn, value, rtol=1e-9, atol=1e-12 * scale)
    below = float(np.mean(np.where(near, 0.5, drawn < value)))
    skew = sum(float((each**3).sum()) / len(each) ** 3 for each in influence) / (6 * sum(spread) ** 1.5)
    shares = _shares(below, skew, _wide([len(each) for each in groups], spread, level))
    low, high = np.quantile(drawn, shares)
    return Limits(tidy(value), tidy(float(low)), tidy(float(high)))


def sign_flips(units: Array, way: str = "two-sided") -> float:
    """Test whether what units say adds up to nothing, by turning their signs; gives the p-value.

    Exact where the units are few and symmetric about nothing.  `way` says which way the sum may deviate: `greater`,
    `less` or `two-sided`.  Where it is drawn, the one that was found is counted as drawn too (Phipson and Smyth 2010).
    """
    import numpy as np

    found = float(units.sum())
    edge = 1e-9 * float(np.abs(units).sum())
    turned = units @ signs(len(units)).T
    if way == "two-sided":
        extreme = np.abs(turned) >= abs(found) - edge
    else:
        extreme = turned >= found - edge if way == "greater" else turned <= found + edge
    drawn = 0 if len(units) <= _EXACT else 1
    return float((np.count_nonzero(extreme) + drawn) / (len(turned) + drawn))


@lru_cache(maxsize=_KEPT)
def signs(units: int) -> Array:
    """Give ways to turn signs, a row each: all where the units are few, else as many as are drawn."""
    import numpy as np

    if units <= _EXACT:
        bits: Array = (np.arange(2**units)[:, None] >> np.arange(units)) & 1
    else:
        words = -(-units // 64)
        raw = np.random.PCG64(units).random_raw((resamples(units), words)).astype("<u8")
        bits = np.unpackbits(raw.view(np.uint8), axis=1)[:, :units]
    return (2 * bits.astype(np.int8) - 1).astype(np.float32)


def resamples(units: int) -> int:
    """Say how often so many units are drawn again."""
    return max(LEAST, min(RESAMPLES, _CELLS // units))


def tidy(value: float) -> float:
    """Round what depends on the machine's mathematics away, at nine digits."""
    return float(f"{value:.9g}") + 0.0


@lru_cache(maxsize=_KEPT)
def _weights(units: int, group: int) -> Array:
    """Give how often each unit is drawn, in each resample; groups draw by themselves."""
    import numpy as np

    many, half = resamples(units), -(-units // 2)
    words = np.random.PCG64([units, group])  # whose raw words are the same in every version of numpy
    found = np.empty((many, units), dtype=np.uint8)
    for row in found:
        draws = words.random_raw(half).astype("<u8").view("<u4")[:units].astype(np.uint64)
        row[:] = np.bincount((draws * np.uint64(units) >> np.uint64(32)).astype(np.int64), minlength=units)
    return found


def _drawn(groups: Sequence[Array], statistic: Statistic) -> Array:
    import numpy as np

    rows = min(resamples(len(each)) for each in groups)
    sums = [_sums(_weights(len(group), which)[:rows], group) for which, group in zip(count(), groups)]
    return np.asarray(statistic(*sums), dtype=np.float64)


def _sums(weights: Array, group: Array) -> Array:
    """Add a group's columns up in each resample; some at a time, so that they stay near the processor."""
    import numpy as np

    some = max(1, _BLOCK // len(group))
    blocks = (weights[start : start + some] for start in range(0, len(weights), some))
    return np.concatenate([block.astype(np.float64) @ group for block in blocks])


def _without(groups: Sequence[Array], which: int) -> list[Array]:
    """Give each group's sums, without each unit of one of them in turn."""
    return [group.sum(axis=0) - group if k == which else group.sum(axis=0) for k, group in enumerate(groups)]


def _wide(sizes: Sequence[int], spread: Sequence[float], level: float) -> float:
    """Give the quantile of a normal distribution that stands for Student's, with the freedom of Welch."""
    from scipy.special import stdtrit

    parts = [part * size / (size - 1) for part, size in zip(spread, sizes, strict=True)]
    freedom = sum(parts) ** 2 / sum(part**2 / (size - 1) for part, size in zip(parts, sizes, strict=True))
    return float(stdtrit(freedom, (1 + level) / 2) * math.sqrt(sum(parts) / sum(spread)))


def _shares(below: float, skew: float, wide: float) -> list[float]:
    """Give the shares of resamples that lie below the limits."""
    from scipy.special import ndtr, ndtri

    bias = float(ndtri(min(max(below, 1e-4), 1 - 1e-4)))
    ends = (bias - wide, bias + wide)
    return [float(ndtr(bias + end / max(1 - skew * end, 0.1))) for end in ends]
