"""Estimates and tests are those that were published, whoever comes first; what cannot be said is said so."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sandbox.experiments.statistics import (
    FEWEST,
    SAME,
    Apart,
    Comparison,
    Pairs,
    corrected,
    difference,
    equivalence,
    interaction,
    judge,
    least_effect,
    least_margin,
    least_rate_difference,
    mean,
    rate,
    slope,
)
from sandbox.intervals import wilson

FLOATS = st.lists(st.floats(-100, 100).map(lambda x: round(x, 3)), min_size=FEWEST, max_size=30)


def draw(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def test_a_rate_is_wilsons() -> None:
    found = rate([True] * 81 + [False] * 182)
    assert (found.n, found.units, found.method) == (263, 263, "Wilson")
    assert [round(each or 0, 3) for each in (found.low, found.high)] == [0.255, 0.366]


@pytest.mark.parametrize("n", [12, 200])
def test_a_mean_has_the_limits_of_scipys_bca_at_students_quantiles(n: int) -> None:
    values = draw(1).exponential(size=n)
    found = mean(list(values))
    wide = 2 * stats.norm.cdf(stats.t.ppf(0.975, n - 1) * math.sqrt(n / (n - 1))) - 1
    theirs = stats.bootstrap((values,), np.mean, n_resamples=20_000, confidence_level=wide, random_state=1)
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx(theirs.confidence_interval, rel=0.02)


@given(FLOATS, st.randoms())
@settings(max_examples=25, deadline=None)
def test_who_came_first_and_what_units_are_called_changes_nothing(values: list[float], chance: object) -> None:
    units = [number // 2 for number in range(len(values))]
    mixed = list(zip(values, units, strict=True))
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # random.Random
    one = mean(values, units)
    assert one == mean([value for value, _ in mixed], [f"unit {unit % 3} {unit}" for _, unit in mixed])


@given(FLOATS, st.floats(-50, 50))
@settings(max_examples=25, deadline=None)
def test_limits_move_with_the_values(values: list[float], by: float) -> None:
    one, other = mean(values), mean([value + by for value in values])
    if one.low is None or one.high is None or one.low == one.high:
        return
    assert one.value is not None and other.low is not None and other.high is not None
    assert one.low <= one.high
    assert other.high - other.low == pytest.approx(one.high - one.low, rel=0.02, abs=1e-4)


@pytest.mark.parametrize(("one", "other"), [(5, 15), (0, 6), (3, 3)])
def test_pairs_that_differ_are_tested_by_mcnemars_exact_test(one: int, other: int) -> None:
    first = [True] * one + [False] * other + [True] * 9
    second = [False] * one + [True] * other + [True] * 9
    found = difference(Pairs.of(first, second, None, "rate"))
    assert found.method == "McNemar, exact"
    assert found.p == pytest.approx(stats.binomtest(one, one + other).pvalue)
    assert found.effect.value == pytest.approx((one - other) / len(first))


def test_few_pairs_are_tested_by_all_ways_to_turn_their_signs() -> None:
    differences = [3.0, 1.0, 2.5, 4.0, -0.5, 2.0, 1.5]
    found = difference(Pairs.of(differences, [0.0] * 7, None, "number"))
    theirs = stats.permutation_test(
        (differences, [0.0] * 7), lambda a, b: np.mean(a - b), permutation_type="samples", n_resamples=np.inf
    )
    assert found.p == pytest.approx(theirs.pvalue) == 4 / 2**7


def test_arms_apart_are_tested_by_boschloo_and_many_by_fisher() -> None:
    few = difference(Apart.of([True] * 7 + [False] * 3, [True] * 2 + [False] * 8, None, "rate"))
    assert few.method == "Boschloo, exact" and few.p == pytest.approx(stats.boschloo_exact([[7, 2], [3, 8]]).pvalue)
    many = difference(Apart.of([True] * 90 + [False] * 60, [True] * 60 + [False] * 90, None, "rate"))
    assert many.method == "Fisher, exact" and many.p == pytest.approx(stats.fisher_exact([[90, 60], [60, 90]])[1])


def test_numbers_apart_are_tested_by_exchanging_them() -> None:
    one, other = draw(2).normal(1, 1, 40), draw(3).normal(0, 3, 25)
    found = difference(Apart.of(list(one), list(other), None, "number"))
    assert found.p == pytest.approx(stats.ttest_ind(one, other, equal_var=False).pvalue, abs=0.02)
    assert found.effect.units == 25 and found.effect.n == 65


def test_of_very_many_units_students_distribution_is_used_and_named() -> None:
    one, other = draw(4).normal(0.1, 1, 1500), draw(5).normal(0, 1, 1500)
    pairs = difference(Pairs.of(list(one), list(other), None, "number"))
    assert pairs.method == "Student's t, over contexts" and pairs.p == pytest.approx(stats.ttest_rel(one, other).pvalue)
    apart = difference(Apart.of(list(one), list(other), None, "number"), unit="run")
    assert apart.p == pytest.approx(stats.ttest_ind(one, other, equal_var=False).pvalue, abs=1e-3)


def test_a_slope_is_that_of_least_squares() -> None:
    x = np.tile([1.0, 2.0, 5.0], 20)
    y = 3 * x + draw(6).normal(size=60)
    found, theirs = slope(list(x), list(y)), stats.linregress(x, y)
    assert found.effect.value == pytest.approx(theirs.slope) and found.size is not None
    assert found.size.value == pytest.approx(theirs.rvalue) and found.error == pytest.approx(theirs.stderr, rel=0.3)
    assert list(found.sides) == ["1", "5"]


def test_an_interaction_is_a_difference_of_differences() -> None:
    found = interaction(([5.0] * 8, [2.0] * 8, [4.0] * 8, [3.0] * 8))
    assert found.effect.value == 2 and found.sides == {"one": 3, "other": 1} and found.p == 2 / 2**8


def test_equivalence_is_shown_refuted_or_undecided() -> None:
    close = draw(7).normal(0, 1, 60)
    close -= close.mean()
    zeros = [0.0] * 60
    found = judge(
        [
            equivalence(Pairs.of(list(close), zeros, None, "number"), 1.0),
            equivalence(Pairs.of(list(close + 3), zeros, None, "number"), 1.0),
            equivalence(Pairs.of(list(close + 0.9), zeros, None, "number"), 1.0),
        ]
    )
    assert [each.verdict for each in found] == ["yes", "no", "undecided"]


def test_the_same_rate_in_every_pair_is_no_proof_of_equality() -> None:
    few = equivalence(Pairs.of([True] * 20, [True] * 20, None, "rate"), 0.05)
    many = equivalence(Pairs.of([True] * 200, [True] * 200, None, "rate"), 0.05)
    assert few.p is not None and few.p > 0.05 and many.p is not None and many.p < 0.05


def test_families_are_corrected_as_published() -> None:
    p = [0.01, 0.04, 0.03, 0.005]
    assert corrected(p, "holm") == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert corrected(p, "fdr") == pytest.approx(list(stats.false_discovery_control(p)))
    assert corrected([0.01, None, 0.04], "holm") == [pytest.approx(0.02), None, pytest.approx(0.04)]
    assert corrected(p, "none") == p


def test_what_is_undecided_says_how_many_would_decide() -> None:
    values = draw(8).normal(0.3, 1, 20)
    found = judge([difference(Pairs.of(list(values), [0.0] * 20, None, "number"))])[0]
    assert found.verdict == "undecided" and found.deciding is not None
    spread, effect = float(values.std(ddof=1)), float(values.mean())
    assert found.deciding == math.ceil((stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) ** 2 * spread**2 / effect**2)
    in_a_family = judge([difference(Pairs.of(list(values), [0.0] * 20, None, "number"))] * 5)[0]
    assert in_a_family.deciding is not None and in_a_family.deciding > found.deciding


@pytest.mark.parametrize("n", range(1, 8))
def test_of_constant_or_few_values_nothing_is_nan(n: int) -> None:
    found = mean([5.0] * n)
    assert (found.value, found.n) == (5, n)
    assert (found.low, found.note) == ((5, "it never varies") if n >= FEWEST else (None, found.note))
    assert n >= FEWEST or "too few" in found.note
    compared = difference(Pairs.of([5.0] * n, [5.0] * n, None, "number"))
    assert compared.p == 1 and compared.size is None and compared.effect.value == 0
    assert judge([compared])[0].verdict == "undecided" and judge([compared])[0].deciding is None
    assert no_nan(compared) and no_nan(slope([1.0] * n, [2.0] * n)) and no_nan(slope(list(range(n)), [2.0] * n))
    assert no_nan(difference(Apart.of([1.0] * n, [2.0], None, "number")))
    assert no_nan(equivalence(Pairs.of([True] * n, [False] * n, None, "rate"), 0.1))


def no_nan(found: Comparison) -> bool:
    numbers = [found.effect.value, found.effect.low, found.effect.high, found.p, found.error]
    return not any(each is not None and math.isnan(each) for each in numbers)


def test_of_nothing_there_is_nothing() -> None:
    assert (mean([]).value, rate([]).value, mean([]).note) == (None, None, "nothing to count")
    for found in (difference(Pairs.of([], [], None, "rate")), difference(Apart.of([], [1.0], None, "number"))):
        judged = judge([found])[0]
        assert (judged.p, judged.verdict, judged.why) == (None, "undecided", "nothing to compare")


def test_the_same_in_each_pair_is_said() -> None:
    assert difference(Pairs.of([1.0, 2.0] * 5, [1.0, 2.0] * 5, None, "number")).effect.note == SAME


def test_values_of_one_unit_count_for_less() -> None:
    values = [True] * 40 + [False] * 20
    alone, together = rate(values), rate(values, [number // 10 for number in range(60)], unit="context")
    assert together.low is not None and alone.low is not None and together.low < alone.low
    assert (together.units, together.method) == (6, "Wilson, for as many runs as contexts stand for")
    always = rate([True] * 60, [number // 10 for number in range(60)])
    assert always.low == pytest.approx(wilson(6, 6).low), "nothing shows that they do not go together entirely"


def test_what_a_design_can_detect_grows_finer_with_more_contexts() -> None:
    for least in (least_effect, least_margin, least_rate_difference):
        assert least(3) is None
        few, many = least(20), least(200)
        assert few is not None and many is not None and few > 2 * many > 0
    assert least_effect(34) == pytest.approx(0.5, abs=0.01)  # Cohen (1988): 34 pairs for d = 0.5 at 80 %
