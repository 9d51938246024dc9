from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios import DividedIssue, NumberIssue, OptionIssue, Situation, TermsError, load_scenario, scenario_from_data

BIKE = load_scenario("used-bike").resolve()
GOOD = {"price": 210, "pickup": "today", "helmet": "not included"}


def table(issues: dict[str, Any], seats: str = "ab") -> Situation:
    data = {"title": "t", "participants": {seat: {} for seat in seats}, "threads": {"t": {}}, "end": {"rounds": 3}}
    return scenario_from_data({**data, "issues": issues}).resolve()


@pytest.mark.parametrize(
    "written",
    [
        {"price": "210 €", "pickup": "Today", "helmet": "not_included"},
        {"helmet": "NOT INCLUDED", "price": 210.0, "pickup": " today "},
        {"price": "€210", "pickup": "today", "helmet": "not-included"},
    ],
)
def test_terms_are_read_as_people_write_them(written: dict[str, Any]) -> None:
    terms = BIKE.parse_terms(written)
    assert terms == GOOD and list(terms) == ["price", "pickup", "helmet"] and type(terms["price"]) is int


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"price": 205}, "nearest to 205 are 200 and 210"),
        ({"price": 500}, "500 is outside"),
        ({"price": "1,000"}, "not '1,000'"),
        ({"price": True}, "not True"),
        ({"price": float("nan")}, "not nan"),
        ({"price": "9" * 400}, "takes a number from 100 to 400"),
        ({"pickup": "weekends"}, "did you mean 'weekend'?"),
        ({"pickup": None}, "'today' or 'weekend', not None"),
        ({"prize": 1}, "did you mean 'price'?"),
    ],
)
def test_other_terms_are_refused_with_a_reason(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(TermsError) as caught:
        BIKE.parse_terms({**GOOD, **change})
    assert reason in caught.value.reason


def test_an_offer_names_every_issue() -> None:
    with pytest.raises(TermsError, match="missing: pickup, helmet"):
        BIKE.parse_terms({"price": 210})


def test_a_division_gives_everybody_a_share_and_leaves_nothing_over() -> None:
    cake = table({"cake": {"divide": 3}})
    assert cake.parse_terms({"cake": {"b": "1", "a": 2.0}}) == {"cake": {"a": 2, "b": 1}}
    for shares, reason in [
        ({"a": 2}, "missing: b"),
        ({"a": 2, "b": 2}, "add up to 4"),
        ({"a": 1.5, "b": 1.5}, "whole"),
    ]:
        with pytest.raises(TermsError, match=reason):
            cake.parse_terms({"cake": shares})


def test_terms_read_well_aloud() -> None:
    assert BIKE.render_terms({**GOOD, "helmet": "included"}) == "210 €, pickup today, helmet included"
    other = table({"salary": {"from": 1, "to": 9, "unit": "€"}, "extra_pay": {"from": 0, "to": 9, "unit": "€"}})
    assert other.render_terms({"salary": 2, "extra_pay": 3}) == "salary 2 €, extra pay 3 €"
    cake = table({"cake": {"divide": 3}, "days": {"from": 1, "to": 9}})
    assert cake.render_terms({"cake": {"a": 2, "b": 1}, "days": 4}) == "cake: 2 to a, 1 to b; days 4"


def test_options_may_be_numbers_and_are_found_without_their_spaces() -> None:
    other = table({"change": [-5, 0, 5], "share": ["10 %", "20 %"]})
    assert other.parse_terms({"change": "-5", "share": "10%"}) == {"change": -5, "share": "10 %"}


def test_a_grid_of_tenths_has_exact_values() -> None:
    rate = NumberIssue("rate", 0.1, 0.9, 0.1, "%")
    assert [rate.value(place) for place in range(rate.size)] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert rate.parse("0.3") == 0.3


issues = st.one_of(
    st.builds(
        lambda low, size, step: NumberIssue("x", low, round(low + size * step, 9), step, ""),
        st.integers(-50, 50),
        st.integers(0, 20),
        st.sampled_from([1, 5, 0.1, 0.25]),
    ),
    st.lists(st.text("abcdef", min_size=1), min_size=1, unique_by=str.casefold).map(
        lambda o: OptionIssue("x", tuple(o))
    ),
    st.builds(
        lambda steps, step, seats: DividedIssue("x", round(steps * step, 9), step, "", tuple(seats)),
        st.integers(1, 7),
        st.sampled_from([1, 5, 0.1]),
        st.sampled_from(["a", "ab", "abc", "abcd"]),
    ),
)


@given(issues)
def test_each_value_has_one_index_and_is_read_back(issue: NumberIssue | OptionIssue | DividedIssue) -> None:
    if isinstance(issue, NumberIssue):
        assert issue.values().tolist() == [issue.value(place) for place in range(issue.size)]
    for place in range(issue.size):
        value = issue.value(place)
        assert issue.index(value) == place and issue.parse(value) == value


json_like = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(json_like | st.dictionaries(st.sampled_from(["price", "pickup", "helmet"]), json_like))
def test_whatever_a_model_writes_is_read_or_refused(written: Any) -> None:
    try:
        terms = BIKE.parse_terms(written)
    except TermsError:
        return
    assert BIKE.space.terms(BIKE.space.index(terms)) == terms == BIKE.parse_terms(terms)
