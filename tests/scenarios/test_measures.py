from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios import Measures, Situation, load_scenario, measure, scenario_from_data

POINTS = [(0, 10), (4, 8), (6, 6), (5, 5), (9, 1), (10, 0), (8, 7)]


def table(points: Sequence[tuple[float, float]], **more: Any) -> Situation:
    """Make a situation of one issue whose options are worth those points."""
    data = {
        "title": "t",
        "issues": {"x": [f"o{place}" for place in range(len(points))]},
        "participants": {
            "a": {"prefers": {"x": [a for a, _ in points]}, **more.get("a", {})},
            "b": {"prefers": {"x": [b for _, b in points]}, **more.get("b", {})},
        },
        "threads": {"t": {}},
        "end": {"rounds": 3},
    }
    return scenario_from_data(data).resolve()


def measured(situation: Situation, terms: dict[str, Any] | None) -> Measures:
    measures = measure(situation, terms)
    assert measures is not None
    return measures


def test_an_agreement_is_held_against_what_was_possible() -> None:
    found = measured(table(POINTS, a={"no_deal": 2}, b={"no_deal": 4, "never": "x == o4"}), {"x": "o2"})
    assert found.distance == pytest.approx((0.2**2 + 0.1**2) ** 0.5)
    assert replace(found, distance=0) == Measures(
        agreed=True,
        utility={"a": 6, "b": 6},
        best={"a": 10, "b": 10},
        ideal={"a": 8, "b": 8},
        share_of_best={"a": 0.6, "b": 0.6},
        surplus_share={"a": 0.666666667, "b": 0.333333333},
        welfare=12,
        welfare_share=0.8,
        nash=8,
        nash_share=0.444444444,
        kalai=0.5,
        efficient=False,
        distance=0,
        better={"x": "o6"},
        frontier=5,
        rational=4,
    )


def test_no_deal_is_worth_what_each_has_elsewhere() -> None:
    found = measured(table(POINTS, a={"no_deal": 2}, b={"no_deal": 4}), None)
    assert (found.agreed, found.utility, found.nash, found.kalai) == (False, {"a": 2, "b": 4}, 0, 0)
    assert found.surplus_share == {"a": None, "b": None} and found.better == {"x": "o6"}


def test_two_losses_are_no_gain() -> None:
    found = measured(table([(1, 1), (9, 9)], a={"no_deal": 5}, b={"no_deal": 5}), {"x": "o0"})
    assert found.nash == 0 and found.kalai == -1


def test_what_somebody_never_accepts_is_no_improvement() -> None:
    found = measured(table([(1, 1), (9, 9)], a={"never": "x == o1"}), {"x": "o0"})
    assert found.better is None and not found.efficient


def test_where_nothing_is_allowed_there_is_nothing_to_compare_with() -> None:
    found = measured(table([(1, 1)], a={"never": "1 > 0"}), None)
    assert found.best == found.ideal == {"a": None, "b": None} and found.rational == 0 and found.nash_share is None


def test_a_conversation_has_no_measures() -> None:
    talk = {"title": "t", "participants": {"a": {}}, "threads": {"t": {}}, "end": {"rounds": 3}}
    assert measure(scenario_from_data(talk).resolve(), None) is None


def test_measures_are_plain_data() -> None:
    bike = load_scenario("used-bike").resolve()
    terms = bike.parse_terms({"price": 210, "pickup": "today", "helmet": "included"})
    data = measured(bike, terms).data()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["utility"] == {"seller": 42, "buyer": 73} and type(data["welfare"]) is int


values = st.integers(-5, 9)


@given(st.lists(st.tuples(values, values), min_size=1, max_size=12), st.data())
def test_whoever_measures_finds_what_brute_force_finds(points: list[tuple[float, float]], data: st.DataObject) -> None:
    situation = table(points)
    chosen = data.draw(st.integers(0, len(points) - 1))
    found = measured(situation, {"x": f"o{chosen}"})
    a, b = points[chosen]
    above = [(p, q) for p, q in points if p >= a and q >= b and (p, q) != (a, b)]
    assert found.efficient == (not above)
    assert (found.distance == 0) == found.efficient
    assert found.rational == sum(p >= 0 and q >= 0 for p, q in points)
    assert found.nash == (a * b if a >= 0 and b >= 0 else 0)
    if above:
        assert found.better is not None
        better = points[situation.space.index(found.better)]
        assert better in above
        assert _nash(better) == max(map(_nash, above))


def _nash(point: tuple[float, float]) -> float:
    return max(point[0], 0) * max(point[1], 0)
