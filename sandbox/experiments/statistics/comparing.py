"""What is asked of two arms, and what comes of it: a difference, or being as good as equal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from sandbox.experiments.statistics.estimates import LEVEL, Estimate, estimated
from sandbox.experiments.statistics.resampling import FEWEST, Limits
from sandbox.experiments.statistics.samples import plural
from sandbox.experiments.statistics.sides import Sides, Size
from sandbox.experiments.statistics.testing import Test

Verdict = Literal["yes", "no", "undecided"]
NAMES = ("one", "other")
_FURTHEST = 6.0
"""Standard errors, beyond which a p-value is not looked for."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared, how, and what it says."""

    effect: Estimate
    """With an interval that is not corrected for the family."""
    sides: Mapping[str, float | None]
    """What is compared: means or rates, by what they are of."""
    p: float | None
    """None where nothing could be tested."""
    method: str
    """The test's name."""
    error: float | None = None
    """The effect's standard error."""
    size: Size | None = None
    margin: float | None = None
    """What is asked is whether the effect is less than this, either way; None where it is whether there is any."""
    p_beyond: float | None = None
    """With a margin, the p-value of the effect being no more than that."""
    bounds: tuple[float, float] | None = None
    """The effect's limits whatever the runs without an outcome would have come to; None where none is missing."""
    corrected: float | None = None
    """The p-value, corrected for the family."""
    verdict: Verdict = "undecided"
    deciding: int | None = None
    """How many units an arm would decide, in four of five cases, if effect and spread stay; None where none would."""
    why: str = ""
    """What the verdict rests on, in words."""

    def data(self) -> dict[str, Any]:
        """Write as plain data."""
        data = asdict(self)
        data["size"] = self.size._asdict() if self.size else None
        return data


def named(test: Test, unit: str) -> str:
    """Write a test's name with what it goes over."""
    return test.method.replace("units", plural(unit))


def nothing(unit: str, dropped: Mapping[str, int] | None = None, names: tuple[str, str] = NAMES) -> Comparison:
    """Say that there is nothing to compare."""
    effect = Estimate(None, unit=unit, dropped=dict(dropped or {}), note="nothing to compare")
    return Comparison(effect, dict.fromkeys(names), None, "none")


def difference(
    sides: Sides,
    *,
    unit: str = "context",
    dropped: Mapping[str, int] | None = None,
    names: tuple[str, str] = NAMES,
) -> Comparison:
    """Estimate and test the first side less the second.

    In pairs: McNemar's exact test and Newcombe's interval for yes and no; else the units turn their signs, and the
    interval is BCa's over units.  Apart: Boschloo's exact test (of many, Fisher's) and Newcombe's interval; else units
    are exchanged between the arms.
    """
    if not sides.units:
        return nothing(unit, dropped, names)
    method = sides.method.replace("units", plural(unit))
    effect = estimated(sides.limits(LEVEL), method, unit, sides.n, sides.units, dropped)
    found = sides.test()
    means = dict(zip(names, sides.means, strict=True))
    return Comparison(effect, means, found.p, named(found, unit), sides.error(), sides.size())


def equivalence(
    sides: Sides,
    margin: float,
    *,
    unit: str = "context",
    dropped: Mapping[str, int] | None = None,
    names: tuple[str, str] = NAMES,
) -> Comparison:
    """Ask whether the sides differ by less than a margin, by two one-sided tests (Schuirmann 1987).

    The p-value is the larger of both.
    """
    found = difference(sides, unit=unit, dropped=dropped, names=names)
    if found.p is None:
        return replace(found, margin=margin)
    if sides.units < FEWEST:
        return replace(found, margin=margin, p=1.0, p_beyond=1.0, method="none: too few units")
    if sides.scored:
        too_high, high_enough = _at_least(sides.limits, margin), _at_least(sides.limits, -margin)
        ends = (too_high, 1 - high_enough, 1 - too_high, high_enough)
        method = "two one-sided tests, by Newcombe's interval"
    else:
        asked = ((margin, "less"), (-margin, "greater"), (margin, "greater"), (-margin, "less"))
        tests = [sides.test(shift, way) for shift, way in asked]
        ends = (tests[0].p, tests[1].p, tests[2].p, tests[3].p)
        method = f"two one-sided tests, by {named(tests[0], unit)}"
    within, beyond = max(ends[:2]), min(1.0, 2 * min(ends[2:]))
    return replace(found, margin=margin, p=within, p_beyond=beyond, method=method)


def _at_least(limits: Callable[[float], Limits], target: float) -> float:
    """Give the p-value of the true value being `target` or more: that of the interval whose limit reaches it."""
    from scipy.optimize import brentq
    from scipy.special import ndtr

    def reach(z: float) -> float:
        found = limits(1 - 2 * float(ndtr(-abs(z))))
        end = found.value if z == 0 else found.high if z > 0 else found.low
        assert end is not None
        return end - target

    if reach(_FURTHEST) <= 0:
        return float(ndtr(-_FURTHEST))
    if reach(-_FURTHEST) >= 0:
        return float(ndtr(_FURTHEST))
    return float(ndtr(-brentq(reach, -_FURTHEST, _FURTHEST, xtol=1e-9)))
