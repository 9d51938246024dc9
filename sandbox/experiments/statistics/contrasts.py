"""What is asked of more than two arms: a difference that depends on another, and a slope."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.experiments.statistics.comparing import NAMES, Comparison, named, nothing
from sandbox.experiments.statistics.estimates import estimated, ratio
from sandbox.experiments.statistics.resampling import bca
from sandbox.experiments.statistics.samples import Units, Values, by_unit, plural
from sandbox.experiments.statistics.sides import Size, error_of, flipped
from sandbox.experiments.statistics.testing import student_tail

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

Four = tuple[Values, Values, Values, Values]
"""Of one and other: first where the second axis has its first level, then where it has its second."""


def interaction(
    values: Four,
    units: Units | None = None,
    *,
    unit: str = "context",
    dropped: Mapping[str, int] | None = None,
    names: tuple[str, str] = NAMES,
) -> Comparison:
    """Estimate a difference of differences, (a - b) - (c - d), of values that come in fours."""
    import numpy as np

    a, b, c, d = (np.asarray(each, dtype=np.float64) for each in values)
    if not len(a):
        return nothing(unit, dropped, names)
    rows = by_unit(units, (a - b) - (c - d))
    effect = estimated(bca([rows], ratio), f"BCa bootstrap over {plural(unit)}", unit, len(a), len(rows), dropped)
    found = flipped(rows[:, 0])
    return Comparison(effect, _sides(names, a, b, c, d), found.p, named(found, unit), error_of(rows))


def interaction_apart(
    values: Four,
    units: tuple[Units, Units, Units, Units] | None = None,
    *,
    unit: str = "run",
    dropped: Mapping[str, int] | None = None,
    names: tuple[str, str] = NAMES,
) -> Comparison:
    """Estimate a difference of differences of four cells that share no contexts, and test it by Welch's t."""
    import numpy as np

    if not all(map(len, values)):
        return nothing(unit, dropped, names)
    cells = [by_unit(units and units[k], each) for k, each in enumerate(values)]
    limits = bca(cells, lambda a, b, c, d: ratio(a) - ratio(b) - ratio(c) + ratio(d))
    fewest = min(map(len, cells))
    effect = estimated(limits, f"BCa bootstrap over {plural(unit)}", unit, sum(map(len, values)), fewest, dropped)
    errors = [each for each in map(error_of, cells) if each is not None]
    error = math.hypot(*errors) if len(errors) == len(cells) else None
    p = 2 * student_tail(-abs(limits.value) / error, fewest - 1) if error else None
    sides = _sides(names, *(np.asarray(each, dtype=np.float64) for each in values))
    return Comparison(effect, sides, p, f"Welch's t, over {plural(unit)}", error)


def slope(
    x: Values,
    y: Values,
    units: Units | None = None,
    *,
    unit: str = "context",
    dropped: Mapping[str, int] | None = None,
) -> Comparison:
    """Estimate by how much y changes with x, by least squares, and its interval by the BCa bootstrap over units.

    The test turns the signs of what each unit adds to the slope where there is none: the wild bootstrap of scores of
    Kline and Santos (2012), J. Econ. Methods 1, 23-41.  `sides` are the values on the line at the ends of x.
    """
    import numpy as np

    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if not len(first) or np.ptp(first) == 0:
        return nothing(unit, dropped, ("least", "most"))
    names = (f"{first.min():g}", f"{first.max():g}")
    first, middle = first - first.mean(), float(second.mean())
    rows = by_unit(units, first, second, first**2, first * second, second**2)
    limits, related = bca([rows], _slope), bca([rows], _correlation)
    effect = estimated(limits, f"BCa bootstrap over {plural(unit)}", unit, len(first), len(rows), dropped)
    tested = flipped(by_unit(units, first * (second - middle))[:, 0])
    apart = by_unit(units, first * (second - middle - limits.value * first))[:, 0]
    count = len(rows)
    error = math.sqrt((apart**2).sum() * count / (count - 1)) / float((first**2).sum()) if count > 1 else None
    ends = (middle + limits.value * float(first.min()), middle + limits.value * float(first.max()))
    size = Size("r", related.value, related.low, related.high) if math.isfinite(related.value) else None
    method = named(tested, unit).replace("paired permutation", "wild bootstrap")
    return Comparison(effect, dict(zip(names, ends, strict=True)), tested.p, method, error, size)


def _slope(sums: Any) -> Any:
    x, y, squares, products, n = (sums[..., k] for k in (0, 1, 2, 3, 5))
    return (n * products - x * y) / (n * squares - x**2)


def _correlation(sums: Any) -> Any:
    import numpy as np

    x, y, squares, products, of_y, n = (sums[..., k] for k in range(6))
    spread = (n * squares - x**2) * (n * of_y - y**2)
    return (n * products - x * y) / np.sqrt(np.where(spread > 0, spread, np.nan))


def _sides(names: tuple[str, str], a: Array, b: Array, c: Array, d: Array) -> dict[str, float | None]:
    return dict(zip(names, (float(a.mean() - b.mean()), float(c.mean() - d.mean())), strict=True))
