from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import Situation, load_scenario, scenario_from_data
from scenarios.frontier import efficient


def situation(issues: dict[str, Any], **participants: Any) -> Situation:
    data = {"title": "t", "issues": issues, "participants": participants, "threads": {"t": {}}, "end": {"rounds": 3}}
    return scenario_from_data(data).resolve()


def test_points_lie_between_the_points_that_are_given() -> None:
    bike = load_scenario("used-bike").resolve()
    terms = {"price": 180, "pickup": "weekend", "helmet": "not included"}
    assert bike.utility("seller", terms) == bike.no_deal("seller") == 26
    assert bike.utility("buyer", {"price": 300, "pickup": "today", "helmet": "not included"}) == bike.no_deal("buyer")


def test_points_come_by_option_by_list_or_by_unit() -> None:
    table = situation(
        {"x": ["p", "q"], "y": [1, 2, 4], "z": {"from": 0, "to": 1, "step": 0.1}, "cake": {"divide": 3}},
        a={"prefers": {"x": {"q": 5, "p": 1}, "y": [1, 2, 3], "z": 10, "cake": 100}},
        b={"prefers": {"cake": {0: 0, 1: 60, 3: 80}}},
    )
    terms = {"x": "q", "y": 4, "z": 0.3, "cake": {"a": 1, "b": 2}}
    assert table.utility("a", terms) == 5 + 3 + 3 + 100
    assert table.utility("b", terms) == 70


def test_expressions_know_shares_options_and_parameters() -> None:
    data = {
        "title": "t",
        "parameters": {"fee": 2},
        "issues": {"cake": {"divide": 4}, "when": ["now", "later"], "rate": [1, 2]},
        "participants": {
            "a": {"payoff": "own.cake * rate - fee + max(all.cake) / n", "never": ["cake.b > 3", "when == later"]},
            "b": {"prefers": {"cake": 1}, "bonus": "10 if when == now and own.cake >= 2 else 0"},
        },
        "threads": {"t": {}},
        "end": {"rounds": 3},
    }
    table = scenario_from_data(data).resolve(parameters={"fee": 1})
    terms = {"cake": {"a": 1, "b": 3}, "when": "now", "rate": 2}
    assert table.utility("a", terms) == 1 * 2 - 1 + 3 / 2
    assert table.utility("b", terms) == 13
    assert table.allowed("a", terms)
    assert not table.allowed("a", {**terms, "when": "later"})
    assert not table.allowed("a", {**terms, "cake": {"a": 0, "b": 4}})
    assert table.allowed("b", {**terms, "when": "later"})


def test_the_space_lists_each_outcome_once_and_finds_it_again() -> None:
    table = situation({"x": ["p", "q"], "cake": {"divide": 3}, "y": {"from": 1, "to": 3}}, a={}, b={}, c={})
    space = table.space
    terms = [space.terms(index) for index in range(space.size)]
    assert space.size == 2 * 10 * 3 and len({str(each) for each in terms}) == space.size
    assert [space.index(each) for each in terms] == list(range(space.size))


@given(st.data(), st.integers(1, 4), st.integers(1, 40))
@settings(max_examples=200)
def test_the_frontier_is_what_nothing_dominates(data: st.DataObject, seats: int, size: int) -> None:
    values = st.integers(0, 6).map(float) | st.floats(-1, 1).map(lambda value: round(value, 9))
    points = data.draw(st.lists(st.tuples(*[values] * seats), min_size=size, max_size=size))

    def dominated(one: tuple[float, ...]) -> bool:
        return any(all(o >= x for o, x in zip(p, one, strict=True)) and p != one for p in points)

    marked = efficient([np.array(column) + 0.0 for column in zip(*points, strict=True)])
    assert list(marked) == [not dominated(one) for one in points]


def test_the_frontier_of_the_job_offer_is_what_trading_off_predicts() -> None:
    """With linear points per issue, an outcome of extremes by any weights of the two is on the frontier."""
    job = load_scenario("job-offer").resolve()
    space, on_frontier = job.space, set(job.space.frontier().tolist())
    assert space.size == 5**8
    welfare = space.utility("recruiter") + space.utility("candidate")
    assert int(welfare.argmax()) in on_frontier
    for share in (0.3, 0.45, 0.55, 0.7):
        assert (
            int((share * space.utility("recruiter") + (1 - share) * space.utility("candidate")).argmax()) in on_frontier
        )


def test_rational_outcomes_are_allowed_and_leave_nobody_below_no_deal() -> None:
    bike = load_scenario("used-bike").resolve()
    for index, (price, pickup, helmet) in enumerate(
        product(range(100, 401, 10), ["today", "weekend"], ["included", "not included"])
    ):
        terms = {"price": price, "pickup": pickup, "helmet": helmet}
        expected = price <= 320 and bike.utility("seller", terms) >= 26 and bike.utility("buyer", terms) >= 30
        assert bike.space.rational[index] == expected


def test_what_is_shared_cannot_be_changed() -> None:
    space = load_scenario("used-bike").resolve().space
    with pytest.raises(ValueError, match="read-only"):
        space.utility("seller")[0] = 9


def test_situations_with_the_same_preferences_share_a_space() -> None:
    bike = load_scenario("used-bike")
    assert bike.resolve(1).space is bike.resolve(2).space
    assert bike.resolve(1, settings=[("buyer.no_deal", 31)]).space is not bike.resolve(1).space
