from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.arithmetic import Option, parse_expression
from scenarios.grammar import ExpressionError

PICKUP = Option("pickup", ("today", "weekend"), 0)
HELMET = Option("helmet", ("included", "not included"), 1)
NAMES = {"price": 300, "n": 3, "own.give": 5, "all.give": [5, 10, 15], "pickup": PICKUP, "helmet": HELMET}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("-price // 7 % 4", -300 // 7 % 4),
        ("20 - own.give + 1.5 * sum(all.give) / n", 30),
        ("max(1, min(price, 250), abs(-3))", 250),
        ("max(all.give) - min(all.give)", 10),
        ("round(2.567, 2) + floor(1.9) + ceil(0.1)", 4.57),
        ("1 if price > 200 else 2 if price > 100 else 3", 1),
        ("1 / 0 if price < 0 else 7", 7),
        ("7 if price > 0 else 1 / 0", 7),
    ],
)
def test_numbers(source: str, value: float) -> None:
    assert parse_expression(source).number(NAMES) == pytest.approx(value)


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("100 <= price < 300", False),
        ("price in [200, 300] and price not in [1, 2]", True),
        ("pickup == today", True),
        ("today == pickup", True),
        ("pickup in [weekend]", False),
        ("helmet == 'not included' or 1 / 0 > 1", True),
        ("not (price > 100 and pickup == weekend)", True),
        ("0.1 + 0.2 == 0.3", True),
    ],
)
def test_conditions(source: str, holds: bool) -> None:
    assert parse_expression(source).condition(NAMES) is holds


@pytest.mark.parametrize(
    ("source", "at", "said"),
    [
        ("price = 3", 6, "=="),
        ("price ** 2", 6, "no powers"),
        ("(price", 6, "')' is missing"),
        ("price 3", 6, "before '3'"),
        ("3 + ", 4, "at the end"),
        ("open(3)", 0, "no function 'open'"),
        ("helmet.__class__ == 1", 0, "unknown name"),
        ("prise > 3", 0, "did you mean 'price'?"),
        ("price > 1 / (price - 300)", 10, "division by zero"),
        ("price > 1 and pickup == wekend", 24, "did you mean weekend?"),
        ("pickup < today", 7, "no order"),
        ("price > 'a'", 6, "a text"),
        ("1 + (price > 3)", 11, "a number is expected"),
        ("price", 0, "a condition is expected"),
        ("all.give > 1", 9, "several numbers"),
        ("1e999 > 0", 1, "before 'e999'"),
        ("99999999 * 99999999 > 1", 9, "beyond 10^15"),
        ("(" * 50 + "1" + ")" * 50, 40, "deeper"),
        ("1" + " + 1" * 400, 1000, "longer"),
        ("price > 'open", 8, "never closed"),
    ],
)
def test_a_fault_names_its_character(source: str, at: int, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_expression(source).condition(NAMES)
    assert caught.value.at == at
    assert said in f"{caught.value.message} {caught.value.remedy}"


numbers = st.integers(-50, 50)
leaves = st.sampled_from(["a", "b"]) | numbers.map(lambda number: f"({number})")
sums = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner).map(lambda t: f"({' '.join(t)})"),
        st.tuples(inner, inner).map(lambda t: f"max({t[0]}, abs({t[1]}))"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} > {t[2]} else {t[2]})"),
    ),
    max_leaves=8,
)


@given(sums, st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5))
def test_all_at_once_is_the_same_as_one_by_one(source: str, rows: list[tuple[int, int]]) -> None:
    expression = parse_expression(source)
    try:
        singly = [float(expression.number({"a": a, "b": b})) for a, b in rows]
    except ExpressionError:
        with pytest.raises(ExpressionError):
            expression.number({"a": np.array([a for a, _ in rows]), "b": np.array([b for _, b in rows])})
        return
    together = expression.number({"a": np.array([a for a, _ in rows]), "b": np.array([b for _, b in rows])})
    assert np.broadcast_to(together, len(rows)) == pytest.approx(singly)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        parse_expression(source).evaluate(NAMES)
        return
    except ExpressionError as error:
        at = error.at
    assert 0 <= at <= len(source)
