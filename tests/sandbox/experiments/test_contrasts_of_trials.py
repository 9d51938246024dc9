"""From trials to answers: what is paired, what is dropped and why, and what is drawn again together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moot_errors import NotFound, WrongUse
from sandbox.experiments import Contrast, Difference, Equivalence, Interaction, Results, Slope, Trial
from sandbox.experiments.statistics import Comparison, detectable
from sandbox.experiments.statistics.trials import Units, contrast
from tests.sandbox.experiments.made import FIRM_SOFT, made

AGREED = replace(FIRM_SOFT, of="agreed", of_swapped="agreed")


def answer(results: Results, asked: Contrast = FIRM_SOFT, unit: str | None = None) -> Comparison:
    return contrast(results.trials, asked, results.design, Units.among(results.trials, unit))


def changed(results: Results, change: dict[int, Trial]) -> Results:
    return replace(results, trials=[change.get(place, trial) for place, trial in enumerate(results.trials)])


def test_trials_are_paired_by_context_whatever_their_order() -> None:
    results = made(trials=20)
    found = answer(results)
    values = [trial.values["utility.seller"] or 0 for trial in results.trials]
    assert found.effect.value == pytest.approx((sum(values[:20]) - sum(values[20:])) / 20)
    assert (found.effect.n, found.effect.units, found.effect.unit) == (20, 20, "context")
    assert answer(replace(results, trials=results.trials[::-1])) == found
    assert answer(made(trials=20), AGREED).method == "McNemar, exact"


def test_pairing_makes_the_interval_narrower() -> None:
    results = made(trials=40, seed=3)
    strangers = replace(
        results,
        trials=[replace(t, context=f"{t.context} of {t.arm}") for t in results.trials],
    )
    paired, apart = answer(results), answer(strangers)
    assert paired.method.startswith("paired") and apart.method == "permutation of runs"
    assert paired.error is not None and apart.error is not None and paired.error < apart.error


def test_a_pair_of_which_one_has_no_outcome_is_dropped_and_said() -> None:
    results = made(trials=10)
    first, second, last = results.trials[0], results.trials[11], results.trials[19]
    broken = changed(
        results,
        {
            0: replace(first, status="failed", values={}),
            11: replace(second, status="exhausted", values={}),
            19: replace(last, context="another"),
        },
    )
    found = answer(broken)
    assert found.effect.n == 7
    assert found.effect.dropped == {"failed": 1, "ended by the budget": 1, "without a partner": 2}
    assert found.bounds is not None and found.effect.low is not None and found.effect.high is not None
    assert found.bounds[0] < found.effect.low and found.bounds[1] > found.effect.high
    assert answer(results).bounds is None


def test_given_agreement_a_pair_counts_where_both_agreed() -> None:
    results = made(trials=30)
    found = answer(results, replace(FIRM_SOFT, of="deal.price", of_swapped="deal.price", where="agreed"))
    both = sum(
        bool(one.values["agreed"] and other.values["agreed"])
        for one, other in zip(results.trials[:30], results.trials[30:], strict=True)
    )
    assert found.effect.n == both and found.effect.dropped == {"not agreed": 30 - both}


def test_other_axes_are_pooled_and_runs_of_a_context_drawn_together() -> None:
    results = made({"tactic": ["firm", "soft"], "buyer.persona": ["haggler", "plain-dealer"]}, trials=12)
    found = answer(results, AGREED)
    assert (found.effect.n, found.effect.units) == (24, 12) and found.method == "paired permutation of contexts"
    within = answer(results, replace(AGREED, within_levels={"buyer.persona": "haggler"}))
    assert (within.effect.n, within.method) == (12, "McNemar, exact")


def test_runs_of_a_series_are_drawn_together() -> None:
    results = made(trials=24)
    in_series = [replace(t, series=f"{t.arm}/{(t.number - 1) // 3}") for t in results.trials]
    found = answer(replace(results, trials=in_series))
    assert (found.effect.n, found.effect.units, found.effect.unit) == (24, 8, "series")


def test_the_levels_of_an_axis_can_be_what_is_drawn_again() -> None:
    personas = [f"persona {number}" for number in range(8)]
    results = made({"tactic": ["firm", "soft"], "buyer.persona": personas}, trials=4)
    found = answer(results, unit="buyer.persona")
    assert (found.effect.n, found.effect.units) == (
        32,
        8,
    ) and found.method == "paired permutation of levels of buyer.persona"
    with pytest.raises(NotFound, match=r"axis 'buyer\.person'"):
        answer(results, unit="buyer.person")
    with pytest.raises(WrongUse, match="that is what is compared"):
        answer(results, unit="tactic")


def test_an_effect_follows_who_sits_there_into_both_seats() -> None:
    results = made(trials=15, effect=0)
    swapped = [
        replace(t, swapped=True, series=f"{t.series} swapped", values={**t.values, "utility.buyer": 10.0})
        for t in results.trials
    ]
    both = replace(results, trials=[*results.trials, *swapped])
    pooled = Difference("tactic", "firm", "soft", "utility.seller", "utility.buyer", {}, pooled=True)
    found = answer(both, pooled)
    assert (found.effect.n, found.effect.units) == (30, 15)
    assert found.effect.value == pytest.approx((answer(results).effect.value or 0) / 2), (
        "of swapped seats it is nothing"
    )
    assert answer(both) == answer(results), "what is not pooled is over the seats as written"


def test_an_interaction_pairs_four_arms() -> None:
    results = made({"tactic": ["firm", "soft"], "buyer.model": ["a", "b"]}, trials=20)
    asked = Interaction("tactic", ("firm", "soft"), "buyer.model", ("a", "b"), "utility.seller", {})
    found = answer(results, asked)
    one, two, three, four = (
        [t.values["utility.seller"] or 0 for t in results.trials if t.arm == arm.name] for arm in results.design.arms
    )
    assert found.effect.value == pytest.approx((sum(one) - sum(three) - sum(two) + sum(four)) / 20)
    assert list(found.sides) == ["a", "b"] and found.effect.n == 20


def test_a_slope_is_over_the_numbers_of_the_levels() -> None:
    results = made({"parameters.asking": ["300", "350", "400"]}, trials=20, effect=0)
    tilted = [
        replace(t, values={**t.values, "rounds": float(t.levels["parameters.asking"]) / 10}) for t in results.trials
    ]
    found = answer(replace(results, trials=tilted), Slope("rounds", "parameters.asking", {}))
    assert found.effect.value == pytest.approx(0.1) and list(found.sides.values()) == pytest.approx([30, 40])


def test_arms_that_are_other_runs_are_compared_apart() -> None:
    results = made(trials=10)
    old = [replace(t, arm="old", levels={}, context=f"run {t.number}") for t in results.trials[10:]]
    found = contrast(
        [*results.trials[:10], *old],
        Difference("arm", "tactic=firm", "old", "agreed", "agreed", {}),
        results.design,
        Units.among(results.trials),
    )
    assert found.method == "Boschloo, exact" and found.effect.unit == "run"


def test_a_dry_run_says_what_each_contrast_can_detect() -> None:
    contrasts: list[Contrast] = [FIRM_SOFT, AGREED, Equivalence("tactic", "firm", "soft", "utility.buyer", 3, {})]
    lines = detectable(made(trials=50, contrasts=contrasts).design)
    assert len(lines) == 3 and all("(50 contexts)" in line for line in lines)
    assert "points" in lines[1] and "standard deviation of" in lines[2]
    assert "too few" in detectable(made(trials=3).design)[0]
