"""Intervals are those that were published, and hold as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from sandbox.intervals import FEWEST, means, paired_rates, t_quantile, wilson

Pairs = list[tuple[bool, bool]]


def pairs(both: int, one: int, other: int, neither: int) -> Pairs:
    kinds = {(True, True): both, (True, False): one, (False, True): other, (False, False): neither}
    return [pair for pair, many in kinds.items() for _ in range(many)]


def rounded(*values: float | None) -> list[float]:
    return [round(value, 3) for value in values if value is not None]


def test_a_rate_has_the_limits_that_wilson_published() -> None:
    found = wilson(81, 263)  # Newcombe (1998), Stat. Med. 17, 857-872, table I
    assert rounded(found.low, found.high) == [0.255, 0.366]
    assert (wilson(0, 10).low, wilson(10, 10).high) == (0, 1)


@pytest.mark.parametrize(
    ("counts", "limits"),
    [((14, 5, 0, 22), [0.011, 0.226]), ((36, 12, 2, 0), [0.057, 0.340])],  # the published examples of method 10
)
def test_a_difference_of_paired_rates_has_the_limits_that_newcombe_published(
    counts: tuple[int, int, int, int], limits: list[float]
) -> None:
    found = paired_rates(pairs(*counts))
    assert rounded(found.low, found.high) == limits and found.decided


def test_the_other_way_round_a_difference_has_the_other_sign() -> None:
    one, other = paired_rates(pairs(3, 5, 2, 4)), paired_rates(pairs(3, 2, 5, 4))
    assert rounded(one.value, one.low, one.high) == [-each for each in rounded(other.value, other.high, other.low)]


def test_where_no_pair_differs_the_rates_may_still_differ() -> None:
    found = paired_rates(pairs(8, 0, 0, 0))
    assert found.value == 0 and found.low is not None and found.low < -0.1 and not found.decided


def test_students_quantile_is_that_of_the_tables() -> None:
    assert [t_quantile(freedom) for freedom in (5, 9, 29, 99)] == pytest.approx([2.571, 2.262, 2.045, 1.984], abs=1e-3)


def test_the_same_rows_and_seed_have_the_same_limits() -> None:
    rows = [[float(number % 7), 1.0] for number in range(20)]
    assert means(rows, 5) == means(rows, 5) != means(rows, 6)
    assert [each.low for each in means(rows, 5)][1] == 1.0, "what never varies has no width"


def test_of_too_few_trials_there_is_a_mean_and_no_interval() -> None:
    found = means([[5.0]] * (FEWEST - 1), 1)[0]
    assert (found.value, found.low, found.decided) == (5.0, None, False)
    assert means([[5.0]] * FEWEST, 1)[0].decided


@pytest.mark.parametrize("count", [8, 40])
def test_of_normal_values_the_interval_is_as_wide_as_students(count: int) -> None:
    values = np.random.Generator(np.random.PCG64(1)).normal(size=(count, 1))
    found = means(values.tolist(), 1)[0]
    assert found.low is not None and found.high is not None
    wide = 2 * t_quantile(count - 1) * float(values.std(ddof=1)) / count**0.5
    assert found.high - found.low == pytest.approx(wide, rel=0.06)


@pytest.mark.parametrize("count", [10, 30])
def test_the_mean_lies_within_about_as_often_as_promised(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.intervals.RESAMPLES", 1000)
    draw = np.random.Generator(np.random.PCG64(count))
    hits = 0
    for number in range(400):
        found = means(draw.normal(3, 2, size=(count, 1)).tolist(), number)[0]
        assert found.low is not None and found.high is not None
        hits += found.low <= 3 <= found.high
    assert 0.92 <= hits / 400 <= 0.98


@pytest.mark.parametrize(("first", "second"), [(0.8, 0.8), (0.6, 0.4), (0.95, 0.85)])
def test_the_difference_of_rates_lies_within_at_least_about_as_often(first: float, second: float) -> None:
    draw = np.random.Generator(np.random.PCG64(7))
    hits = 0
    for _ in range(400):
        common, own = draw.random(30), draw.random((30, 2))
        chance = np.where(draw.random(30) < 0.5, common, own[:, 0]), np.where(draw.random(30) < 0.5, common, own[:, 1])
        found = paired_rates([(bool(a), bool(b)) for a, b in zip(chance[0] < first, chance[1] < second, strict=True)])
        assert found.low is not None and found.high is not None
        hits += found.low <= first - second <= found.high
    assert hits / 400 >= 0.92
