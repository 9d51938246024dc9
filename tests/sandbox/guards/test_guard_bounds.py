"""Nothing that anybody writes, in a scenario or in a message, makes a guard take long."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas import Mistake
from sandbox.guards.expressions import LARGEST, STEPS, Expression, size_of
from tests.sandbox.guards.held import check

MB = 1_000_000
SECONDS = 3
"""Far more than is taken, far less than a pattern that goes wild takes."""
TEXTS = ["a" * MB, "ab" * (MB // 2), "ä" * MB, "x y " * (MB // 4), "0 1\n" * (MB // 4), " " * MB, "(" * MB]
PATTERNS = [
    "(a+)+$", "(a|a)*[b-c]", "(a|aa)+$", "(.*)*[x-z]!", r"(\w+\s?)+[!-&]$", "(?:a?){{300}}a{{300}}[c-d]",
    "([ab]*a[ab]{{90}})+[c-d]",
    r"\w{{0,100}}[#-&]", "(?s)(.{{0,60}}){{3}}[#-&]", "(x+x+)+y", r"^(([a-z])+.)+[A-Z]([a-z])+$",
]  # fmt: skip


def quick(guard: Any, text: str) -> None:
    began = time.perf_counter()
    check(guard, text)
    assert time.perf_counter() - began < SECONDS


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_hostile_pattern_takes_no_time(pattern: str) -> None:
    for text in TEXTS:
        quick({"pattern": {"forbid": pattern}}, text)


@pytest.mark.parametrize("guard", [{"length": {"words": "..80"}}, {"language": "en"}, {"schema": {"type": "object"}}])
def test_a_hostile_text_takes_no_time(guard: Any) -> None:
    for text in [*TEXTS, "[" * MB, '{"a":' * (MB // 5), f"[{'9' * MB}]", json.dumps(["a"] * (MB // 5))]:
        quick(guard, text)


def test_what_is_too_long_to_be_searched_does_not_pass() -> None:
    large = {"pattern": {"forbid": r"\w{{0,100}}[#-&]"}}
    stopped = check(large, "a" * MB)
    assert stopped is not None
    assert stopped.reason == "it could not be judged: it has 1000000 characters, and can have 39525"
    assert check({**large, "in_doubt": "pass"}, "a" * MB) is None


def test_a_schema_that_goes_round_for_ever_does_not_pass() -> None:
    round_and_round = {"$ref": "#"}
    doubling: dict[str, Any] = {"$defs": {f"d{k}": {"allOf": [{"$ref": f"#/$defs/d{k + 1}"}] * 2} for k in range(40)}}
    doubling["$defs"]["d40"] = {}
    for schema in (round_and_round, {**doubling, "$ref": "#/$defs/d0"}):
        stopped = check({"schema": schema}, "1")
        assert stopped is not None
        assert stopped.reason.startswith("it could not be judged: it")


def test_many_patterns_in_a_schema_add_up() -> None:
    schema = {"items": {"anyOf": [{"pattern": f"a{k}"} for k in range(300)]}}
    quick({"schema": schema}, json.dumps(["b" * 90] * 2000))


PIECE = st.sampled_from(["a", "b", ".", "[ab]", r"\w", "é", "|", "a?", "b*", "(?:a)", "^", "$", "(?i)"])
COUNT = st.sampled_from(["{2}", "{0,3}", "{4,}", "+", "*", ""])


@given(
    st.recursive(
        PIECE, lambda inner: st.tuples(st.lists(inner, max_size=4), COUNT).map(lambda p: f"({''.join(p[0])}){p[1]}")
    )
)
def test_a_size_is_never_smaller_than_the_pattern_written_out(pattern: str) -> None:
    assert size_of(f"({pattern}){{7}}") >= 7 * (size_of(pattern) - 1)
    assert size_of(f"({pattern}){{3}}{{7}}") >= 21 * (size_of(pattern) - 1)
    assert size_of(pattern) >= size_of(pattern.replace("{2}", "").replace("{0,3}", "").replace("{4,}", ""))
    if size_of(pattern) <= LARGEST:
        try:
            expression = Expression(pattern, ())
        except Mistake:
            return
        expression.matches("ab" * (STEPS // expression.size // 1000))


def test_a_text_of_half_characters_is_no_text() -> None:
    stopped = check({"pattern": {"forbid": "a"}}, "\ud800")
    assert stopped is not None
    assert stopped.reason == "it could not be judged: it is no text"
