"""Measure how often intervals cover and tests err, on simulated data with known effects.

    python benchmarks/statistics_truth.py --many 2000

Each line simulates experiments, works the statistic out as a report does, and counts: how often an interval at 95 %
holds the true value, how often a test at 5 % finds what is not there, how often a design finds the effect that it is
said to detect in four of five cases.  What is promised is a range; a line fails where what was counted lies outside of
it by more than the simulation's own error (three standard errors).
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from scipy.stats import norm

from sandbox.experiments.statistics import (
    Apart,
    Comparison,
    Estimate,
    Pairs,
    difference,
    equivalence,
    interaction,
    interaction_apart,
    judge,
    least_effect,
    least_rate_difference,
    mean,
    rate,
    slope,
)

Draw = np.random.Generator
COVERS, LEVEL, POWER = (0.92, 0.98), (0.0, 0.06), (0.75, 0.88)
"""What is promised: exact tests and Wilson's interval are on the safe side where there are few values."""


@dataclass(frozen=True)
class Case:
    """Something that is promised to be true of a share of experiments."""

    name: str
    once: Callable[[Draw], bool]
    least: float
    most: float
    quick: bool = False


@dataclass(frozen=True)
class Found:
    share: float
    passes: bool


def simulate(case: Case, many: int, seed: int = 1) -> Found:
    """Count how often it is true, and say whether that is what is promised."""
    draw = np.random.Generator(np.random.PCG64(seed))
    share = sum(case.once(draw) for _ in range(many)) / many
    error = [3 * math.sqrt(max(edge * (1 - edge), 0.01) / many) for edge in (case.least, case.most)]
    return Found(share, case.least - error[0] <= share <= case.most + error[1])


def holds(found: Estimate, truth: float) -> bool:
    assert found.low is not None and found.high is not None
    return found.low <= truth <= found.high


def erred(found: Comparison) -> bool:
    assert found.p is not None
    return found.p < 0.05


def in_units(draw: Draw, units: int, each: int, inside: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Give values that share what their unit has; half of the variance is the unit's."""
    unit = np.repeat(np.arange(units), each)
    return draw.normal(size=units)[unit] + inside * draw.normal(size=units * each), unit


def yes_in_units(draw: Draw, units: int, each: int, share: float) -> tuple[list[bool], list[int]]:
    values, unit = in_units(draw, units, each)
    return list(values / math.sqrt(2) < norm.ppf(share)), list(unit)


def pairs(draw: Draw, n: int, effect: float = 0.0) -> Pairs:
    context = draw.normal(size=n)
    return Pairs.of(context + draw.normal(effect, 1, n), context + draw.normal(size=n), None, "number")


def yes_pairs(draw: Draw, n: int, one: float, other: float, alike: float = 0.5) -> Pairs:
    common, same = draw.random(n), draw.random((2, n)) < alike
    sides = [np.where(same[k], common, draw.random(n)) < share for k, share in enumerate((one, other))]
    return Pairs.of(sides[0], sides[1], None, "rate")


def yes_pairs_in_units(draw: Draw, units: int, each: int) -> Pairs:
    sides = [in_units(draw, units, each)[0] < 0 for _ in range(2)]
    return Pairs.of(sides[0], sides[1], list(np.repeat(np.arange(units), each)), "rate")


def apart(draw: Draw, sizes: tuple[int, int], spread: float, effect: float = 0.0) -> Apart:
    return Apart.of(draw.normal(effect, 1, sizes[0]), draw.normal(0, spread, sizes[1]), None, "number")


def apart_in_units(draw: Draw, units: int, each: int) -> Apart:
    (one, first), (other, second) = in_units(draw, units, each), in_units(draw, units, each)
    return Apart.of(one, other, (list(first), list(second)), "number")


def yes_apart(draw: Draw, n: int, one: float, other: float) -> Apart:
    return Apart.of(draw.random(n) < one, draw.random(n) < other, None, "rate")


def line(draw: Draw, units: int, *, crossed: bool, uneven: bool) -> Comparison:
    x = np.tile([1.0, 2.0, 3.0], units) if crossed else np.repeat(draw.integers(1, 4, units).astype(float), 3)
    values, unit = in_units(draw, units, 3, inside=0.0)
    return slope(list(x), list(values + draw.normal(size=3 * units) * (x if uneven else 1.0)), list(unit))


def fours(draw: Draw, n: int) -> tuple[list[float], list[float], list[float], list[float]]:
    one, two, three, four = (list(draw.normal(0, spread, n)) for spread in (1, 2, 1, 1))
    return one, two, three, four


def false_finding(draw: Draw, family: Literal["holm", "fdr", "none"]) -> bool:
    """Tell whether any of ten differences that are none is said to be one."""
    found = judge([difference(pairs(draw, 20)) for _ in range(10)], family)
    return any(each.verdict == "yes" for each in found)


def decides_as_said(draw: Draw) -> bool:
    """Take as many contexts as would decide, and see whether they do."""
    first = judge(
        [difference(Pairs.of(0.4 + np.sort(norm.ppf((np.arange(12) + 0.5) / 12)), np.zeros(12), None, "number"))]
    )
    assert first[0].deciding is not None
    spread = first[0].error or 0.0
    values = draw.normal(0.4, spread * math.sqrt(12), first[0].deciding)
    return erred(difference(Pairs.of(values, np.zeros(len(values)), None, "number")))


def detects(draw: Draw, n: int) -> bool:
    least = least_effect(n)
    assert least is not None
    return erred(difference(Pairs.of(draw.normal(least, 1, n), np.zeros(n), None, "number")))


def detects_rates(draw: Draw, n: int) -> bool:
    """Let half of the pairs differ, more of them in favour of the first by the least difference that is found."""
    least = least_rate_difference(n)
    assert least is not None
    kind = draw.random(n)
    one = (kind < (0.5 + least) / 2) | (kind > 0.75)
    other = ((kind >= (0.5 + least) / 2) & (kind < 0.5)) | (kind > 0.75)
    return erred(difference(Pairs.of(one, other, None, "rate")))


def covers(
    name: str, estimate: Callable[[Draw], Estimate], truth: float, least: float = COVERS[0], *, quick: bool = False
) -> Case:
    most = 1.0 if "rate" in name else COVERS[1]
    return Case(f"covers: {name}", lambda draw: holds(estimate(draw), truth), least, most, quick)


def errs(name: str, once: Callable[[Draw], Comparison], most: float = LEVEL[1], *, quick: bool = False) -> Case:
    return Case(f"errs: {name}", lambda draw: erred(once(draw)), 0.0, most, quick)


def _means(n: int) -> list[Case]:
    quick = n == 10
    return [
        covers(f"mean of {n}", lambda draw: mean(draw.normal(3, 2, n)), 3, quick=quick),
        covers(f"skewed mean of {n}", lambda draw: mean(draw.exponential(1, n)), 1, 0.88),
        covers(f"mean of {n} units of 5", lambda draw: mean(*in_units(draw, n, 5)), 0, quick=quick),
    ]


def _rates(n: int, share: float) -> list[Case]:
    in_groups = f"rate of {share} of {n} units of 5"
    return [
        covers(f"rate of {share} of {n}", lambda draw: rate(draw.random(n) < share), share),
        covers(in_groups, lambda draw: rate(*yes_in_units(draw, n, 5, share)), share, quick=n == 10),
    ]


def _slopes(crossed: bool, uneven: bool) -> list[Case]:
    name = f"slope, {'in' if crossed else 'between'} units, {'uneven' if uneven else 'even'} spread"
    once = partial(line, units=12, crossed=crossed, uneven=uneven)
    return [
        errs(name, once, 0.075, quick=not crossed),
        covers(name, lambda draw: once(draw).effect, 0, 0.88),
    ]


CASES = [
    *(case for n in (10, 40) for case in _means(n)),
    *(case for n in (10, 40) for share in (0.5, 0.9) for case in _rates(n, share)),
    covers("difference of 20 pairs", lambda draw: difference(pairs(draw, 20, 1)).effect, 1, quick=True),
    covers("rates of 30 pairs", lambda draw: difference(yes_pairs(draw, 30, 0.8, 0.6)).effect, 0.2),
    covers("rates of 20 units", lambda draw: difference(yes_pairs_in_units(draw, 20, 5)).effect, 0),
    covers("arms apart, 30 and 10", lambda draw: difference(apart(draw, (30, 10), 3, 1)).effect, 1),
    covers("rates apart", lambda draw: difference(yes_apart(draw, 25, 0.8, 0.6)).effect, 0.2),
    covers("units apart", lambda draw: difference(apart_in_units(draw, 12, 5)).effect, 0),
    covers("interaction", lambda draw: interaction_apart(fours(draw, 15)).effect, 0),
    errs("8 pairs", lambda draw: difference(pairs(draw, 8)), quick=True),
    errs("30 pairs", lambda draw: difference(pairs(draw, 30))),
    errs("rates of 30 pairs", lambda draw: difference(yes_pairs(draw, 30, 0.7, 0.7))),
    errs("rates of 20 units of 5", lambda draw: difference(yes_pairs_in_units(draw, 20, 5)), quick=True),
    errs("arms apart, 10 and 30, unequal spread", lambda draw: difference(apart(draw, (10, 30), 3))),
    errs("units apart", lambda draw: difference(apart_in_units(draw, 12, 5)), quick=True),
    errs("rates apart", lambda draw: difference(yes_apart(draw, 25, 0.7, 0.7))),
    errs("interaction in fours", lambda draw: interaction(fours(draw, 15))),
    errs("interaction apart", lambda draw: interaction_apart(fours(draw, 15))),
    *(case for crossed in (True, False) for uneven in (True, False) for case in _slopes(crossed, uneven)),
    errs("equivalence at the margin", lambda draw: equivalence(pairs(draw, 30, 0.5), 0.5), quick=True),
    errs("equivalence of rates at the margin", lambda draw: equivalence(yes_pairs(draw, 60, 0.7, 0.6), 0.1)),
    Case("errs: ten at once, holm", partial(false_finding, family="holm"), 0.0, 0.06),
    Case("errs: ten at once, fdr", partial(false_finding, family="fdr"), 0.0, 0.06),
    Case("errs: ten at once, not corrected", partial(false_finding, family="none"), 0.25, 0.5),
    Case("finds: as many as would decide", decides_as_said, *POWER),
    Case("finds: least effect of 15 contexts", partial(detects, n=15), *POWER, quick=True),
    Case("finds: least effect of 60 contexts", partial(detects, n=60), *POWER),
    Case("finds: least difference of rates of 15", partial(detects_rates, n=15), 0.7, 0.92),
    Case("finds: least difference of rates of 60", partial(detects_rates, n=60), 0.7, 0.92),
]


def main() -> None:
    """Print a line for each case; exit code 1 where one fails."""
    parser = argparse.ArgumentParser(description="Simulate experiments, and count how often statistics hold.")
    parser.add_argument("--many", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failed = 0
    print(f"{'':58} {'share':>7}  promised")
    for case in CASES:
        found = simulate(case, options.many, options.seed)
        failed += not found.passes
        verdict = "" if found.passes else "   FAILS"
        print(f"{case.name:58} {found.share:7.3f}  {case.least:.2f} to {case.most:.2f}{verdict}", flush=True)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
