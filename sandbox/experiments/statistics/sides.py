"""Two arms side by side: in pairs of the same context, or apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from sandbox.experiments.statistics.estimates import rate_interval, ratio, too_few
from sandbox.experiments.statistics.resampling import FEWEST, Limits, bca, sign_flips
from sandbox.experiments.statistics.samples import Units, Values, by_unit
from sandbox.experiments.statistics.testing import MANY, Test, mcnemar, permuted, student, two_rates
from sandbox.intervals import paired_cells, unpaired_rates

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

SAME = "the same in each pair"
Kind = Literal["rate", "number"]


class Size(NamedTuple):
    """An effect without its unit."""

    name: str
    """`d`: Cohen's, over the root mean square of both standard deviations; `h`: Cohen's, of rates; `r`: Pearson's."""
    value: float
    low: float | None = None
    high: float | None = None


class Sides(Protocol):
    """Two arms, and what can be asked of how they differ: the first less the second."""

    @property
    def n(self) -> int:
        """Values, or pairs of them."""

    @property
    def units(self) -> int:
        """Units, of the arm that has fewer."""

    @property
    def means(self) -> tuple[float, float]: ...

    @property
    def method(self) -> str:
        """How the interval is found."""

    @property
    def scored(self) -> bool:
        """Whether the interval is that of rates, and is what one-sided tests go by."""

    def limits(self, level: float) -> Limits: ...

    def test(self, shift: float = 0.0, way: str = "two-sided") -> Test:
        """Test whether the difference is `shift`."""

    def error(self) -> float | None:
        """Give the standard error of the difference."""

    def size(self) -> Size | None: ...


@dataclass(frozen=True, eq=False)
class Pairs:
    """Two arms in the same contexts; pairs that share a unit depend on each other."""

    rows: Array
    """By unit: the sums of the differences, of both sides, of their squares and of their products, and how many."""
    kind: Kind

    @classmethod
    def of(cls, one: Values, other: Values, units: Units | None, kind: Kind) -> Pairs:
        import numpy as np

        a, b = (np.asarray(each, dtype=np.float64) for each in (one, other))
        return cls(by_unit(units, a - b, a, b, a**2, b**2, a * b), kind)

    @property
    def n(self) -> int:
        return int(self.rows[:, -1].sum())

    @property
    def units(self) -> int:
        return len(self.rows)

    @property
    def means(self) -> tuple[float, float]:
        sums = self.rows.sum(axis=0) / self.n
        return float(sums[1]), float(sums[2])

    @property
    def same(self) -> bool:
        """Whether both sides have the same in each unit."""
        return bool((self.rows[:, 0] == 0).all())

    @property
    def scored(self) -> bool:
        return self.kind == "rate" and (self.units == self.n or self.same)

    @property
    def method(self) -> str:
        return "Newcombe, paired" if self.scored else "BCa bootstrap over units"

    def limits(self, level: float) -> Limits:
        from scipy.special import ndtri

        why = SAME if self.same else ""
        if not self.scored:
            found = bca([self.rows], ratio, level)
            return found._replace(why=why or found.why) if found.low is not None else found
        first, second, both = (float(self.rows[:, k].sum()) * self.units / self.n for k in (1, 2, 5))
        neither = max(self.units - first - second + both, 0.0)
        limits = paired_cells(both, first - both, second - both, neither, float(ndtri((1 + level) / 2)))
        if self.units < FEWEST:
            return Limits(limits.value, None, None, too_few(self.units))
        return Limits(limits.value, limits.low, limits.high, why)

    def test(self, shift: float = 0.0, way: str = "two-sided") -> Test:
        import numpy as np

        differences = self.rows[:, 0]
        if self.kind == "rate" and self.units == self.n and shift == 0 and way == "two-sided":
            return mcnemar(*(int(np.count_nonzero(each)) for each in (differences > 0, differences < 0)))
        return flipped(differences - shift * self.rows[:, -1], way)

    def error(self) -> float | None:
        return error_of(self.rows)

    def size(self) -> Size | None:
        return _h(*self.means) if self.kind == "rate" else _d(bca([self.rows], _paired_d))


@dataclass(frozen=True, eq=False)
class Apart:
    """Two arms that share no contexts."""

    first: Array
    """By unit: the sums of the values and of their squares, and how many."""
    second: Array
    kind: Kind

    @classmethod
    def of(cls, one: Values, other: Values, units: tuple[Units, Units] | None, kind: Kind) -> Apart:
        import numpy as np

        a, b = (np.asarray(each, dtype=np.float64) for each in (one, other))
        return cls(by_unit(units and units[0], a, a**2), by_unit(units and units[1], b, b**2), kind)

    @property
    def both(self) -> tuple[Array, Array]:
        return self.first, self.second

    @property
    def n(self) -> int:
        return int(sum(rows[:, -1].sum() for rows in self.both))

    @property
    def units(self) -> int:
        return min(map(len, self.both))

    @property
    def means(self) -> tuple[float, float]:
        first, second = (float(ratio(rows.sum(axis=0))) for rows in self.both)
        return first, second

    @property
    def scored(self) -> bool:
        return self.kind == "rate"

    @property
    def method(self) -> str:
        return "Newcombe" if self.scored else "BCa bootstrap over units"

    def limits(self, level: float) -> Limits:
        if not self.scored:
            return bca(self.both, lambda a, b: ratio(a) - ratio(b), level)
        found = unpaired_rates(*(rate_interval(rows[:, [0, -1]], level) for rows in self.both))
        if self.units < FEWEST:
            return Limits(found.value, None, None, too_few(self.units))
        return Limits(found.value, found.low, found.high)

    def test(self, shift: float = 0.0, way: str = "two-sided") -> Test:
        first, second = (rows[:, [0, -1]] for rows in self.both)
        one_each = len(first) + len(second) == self.n
        if self.kind == "rate" and one_each and shift == 0 and way == "two-sided":
            yes = int(first[:, 0].sum()), int(second[:, 0].sum())
            return two_rates(yes, (len(first) - yes[0], len(second) - yes[1]))
        return permuted(first, second, shift, way)

    def error(self) -> float | None:
        errors = [each for each in map(error_of, self.both) if each is not None]
        return math.hypot(*errors) if len(errors) == 2 else None

    def size(self) -> Size | None:
        return _h(*self.means) if self.kind == "rate" else _d(bca(self.both, _unpaired_d))


def flipped(units: Array, way: str = "two-sided") -> Test:
    """Test whether what units say adds up to nothing, by turning their signs."""
    if len(units) > MANY:
        return Test(student(units, way), "Student's t, over units")
    return Test(sign_flips(units, way), "paired permutation of units")


def error_of(rows: Array) -> float | None:
    """Give the standard error of a mean, from how far units are from it; the first column's, over the last."""
    count, n = len(rows), rows[:, -1].sum()
    if count < 2:
        return None
    apart = rows[:, 0] - rows[:, 0].sum() / n * rows[:, -1]
    return float(math.sqrt((apart**2).sum() * count / (count - 1)) / n)


def _paired_d(sums: Any) -> Any:
    first, second, first_square, second_square = (sums[..., k] / sums[..., -1] for k in (1, 2, 3, 4))
    return _standardised(first, second, first_square, second_square)


def _unpaired_d(first: Any, second: Any) -> Any:
    means = [sums[..., 0] / sums[..., -1] for sums in (first, second)]
    return _standardised(*means, *(sums[..., 1] / sums[..., -1] for sums in (first, second)))


def _standardised(first: Any, second: Any, first_square: Any, second_square: Any) -> Any:
    """Divide the difference of two means by the root mean square of both standard deviations."""
    import numpy as np

    spread = (first_square - first**2 + second_square - second**2) / 2
    least = 1e-9 * (first_square + second_square)
    return (first - second) / np.sqrt(np.where(spread > least, spread, np.nan))


def _d(limits: Limits) -> Size | None:
    return Size("d", limits.value, limits.low, limits.high) if math.isfinite(limits.value) else None


def _h(one: float, other: float) -> Size:
    turned = [2 * math.asin(math.sqrt(min(max(each, 0), 1))) for each in (one, other)]
    return Size("h", round(turned[0] - turned[1], 9))
