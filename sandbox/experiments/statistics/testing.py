"""Tests of no difference, each giving a p-value and the name of its method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.experiments.statistics.resampling import resamples

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

BOSCHLOO = 200
"""Of more runs together Boschloo's test takes too long, and Fisher's differs from it little."""
MANY = 1_000
"""Of more units Student's distribution is what drawing would find."""


class Test(NamedTuple):
    """What a test found."""

    p: float
    method: str


def mcnemar(one: int, other: int) -> Test:
    """Test whether pairs that differ do so in both ways as often; takes how many do in each way.

    The exact test of McNemar (1947), Psychometrika 12, 153-157.
    """
    from scipy.stats import binomtest

    found = binomtest(one, one + other).pvalue if one + other else 1.0
    return Test(float(found), "McNemar, exact")


def two_rates(yes: tuple[int, int], no: tuple[int, int]) -> Test:
    """Test whether two arms that share nothing have the same rate, by Boschloo (1970) or, of many runs, by Fisher."""
    from scipy.stats import boschloo_exact, fisher_exact

    table = [list(yes), list(no)]
    if sum(yes) == 0 or sum(no) == 0:
        return Test(1.0, "Boschloo, exact")
    if sum(yes) + sum(no) <= BOSCHLOO:
        return Test(min(1.0, float(boschloo_exact(table).pvalue)), "Boschloo, exact")
    return Test(float(fisher_exact(table).pvalue), "Fisher, exact")


def permuted(first: Array, second: Array, shift: float = 0.0, way: str = "two-sided") -> Test:
    """Test whether two arms have means that differ by `shift`, by exchanging whole units between them.

    Each has a row for each unit: the sum of its values, and how many.  What is compared is the difference of the means
    over its standard error, so that arms may vary differently (Janssen 1997, Stat. Prob. Letters 36, 9-21).
    """
    import numpy as np

    here = first.copy()
    here[:, 0] -= shift * here[:, 1]
    rows = np.concatenate([here, second])
    if np.ptp(rows[:, 0] / rows[:, 1]) == 0:
        return Test(1.0, "permutation of units")
    if len(rows) > MANY:
        return _welch(here, second, way)
    draw = np.random.PCG64([len(first), len(second)])
    order = np.argsort(draw.random_raw((resamples(len(rows)), len(rows))), axis=1)[:, : len(first)]
    picked = np.zeros((len(order), len(rows)))
    np.put_along_axis(picked, order, 1, axis=1)
    columns = _columns(rows)
    sums = picked @ columns
    found = _over_error(_columns(here).sum(axis=0), _columns(second).sum(axis=0))
    drawn = _over_error(sums, columns.sum(axis=0) - sums)
    match way:
        case "greater":
            extreme = drawn >= found - 1e-9
        case "less":
            extreme = drawn <= found + 1e-9
        case _:
            extreme = np.abs(drawn) >= abs(found) - 1e-9
    return Test(float((np.count_nonzero(extreme) + 1) / (len(drawn) + 1)), "permutation of units")


def _columns(rows: Array) -> Array:
    """Give for each unit what the means and their standard errors are sums of."""
    import numpy as np

    total, size = rows[:, 0], rows[:, 1]
    return np.stack([total, size, total**2, total * size, size**2, np.ones(len(rows))], axis=1)


def _over_error(first: Array, second: Array) -> Array:
    """Give the difference of the means over its standard error; where nothing varies, without end."""
    import numpy as np

    means, errors = [], []
    for sums in (first, second):
        total, size, squares, products, sizes, many = (sums[..., k] for k in range(6))
        mean = total / size
        apart = squares - 2 * mean * products + mean**2 * sizes
        apart = np.where(apart <= 1e-12 * squares, 0, apart)
        means.append(mean)
        errors.append(apart * many / np.maximum(many - 1, 1) / size**2)
    difference = means[0] - means[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = np.nan_to_num(difference / np.sqrt(errors[0] + errors[1]), posinf=np.inf, neginf=-np.inf)
    return found


def student(units: Array, way: str = "two-sided") -> float:
    """Test whether what units say adds up to nothing, by Student's t; gives the p-value."""
    import numpy as np

    error = float(np.std(units, ddof=1)) * len(units) ** 0.5
    if error == 0:
        return 1.0 if units[0] == 0 else 0.0
    return _of_student(float(units.sum()) / error, len(units) - 1, way)


def _welch(first: Array, second: Array, way: str) -> Test:
    statistic = float(_over_error(_columns(first).sum(axis=0), _columns(second).sum(axis=0)))
    fewest = min(len(first), len(second))  # of Welch's freedom the least that it can be
    return Test(_of_student(statistic, fewest - 1, way), "Welch's t, over units")


def student_tail(statistic: float, freedom: float) -> float:
    """Give the chance that Student's t is below a value."""
    from scipy.special import stdtr

    return float(stdtr(freedom, statistic))


def _of_student(statistic: float, freedom: float, way: str) -> float:
    match way:
        case "greater":
            return student_tail(-statistic, freedom)
        case "less":
            return student_tail(statistic, freedom)
        case _:
            return 2 * student_tail(-abs(statistic), freedom)
