"""A prompt as a difference: always the prompt itself, and as long as what is new in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts import difference

PARTS = st.lists(st.sampled_from("abcdef"), max_size=12)


@given(before=PARTS, parts=PARTS)
def test_a_difference_gives_the_very_prompt(before, parts):
    made = difference(before, parts)
    assert made.apply(before) == tuple(parts)
    assert len(made.plus) <= len(parts)


@given(head=st.integers(0, 3), size=st.integers(1, 20), gone=st.integers(0, 20), new=st.integers(0, 5))
def test_only_what_is_new_is_written(head, size, gone, new):
    fixed = [f"system {n}" for n in range(head)]
    window = [f"message {n}" for n in range(size)]
    after = window[gone:] + [f"message {n}" for n in range(size, size + new)]
    made = difference([*fixed, *window, "the table now"], [*fixed, *after, "the table then"])
    assert len(made.plus) == new + 1


@pytest.mark.parametrize("rooms", [2, 3])
def test_threads_that_grow_side_by_side_cost_what_is_new_in_each(rooms):
    before: list[str] = []
    for n in range(1, 500):
        said = [f"{room}:{k}" for room in range(rooms) for k in range((n + room) // rooms)]
        made = difference(before, ["system", *said, f"turn {n}"])
        assert made.apply(before) == ("system", *said, f"turn {n}")
        assert len(made.new) == (3 if n == 1 else 2) and len(made.plus) <= 2 + rooms
        before = ["system", *said, f"turn {n}"]


@pytest.mark.parametrize("last", [4_000, 20])
def test_four_thousand_messages_cost_what_is_new_in_each(last):
    before: list[str] = []
    written = 0
    for n in range(1, 4_001, 10):
        parts = ["system", *(f"message {k}" for k in range(max(0, n - last), n)), f"turn {n}"]
        made = difference(before, parts)
        assert made.apply(before) == tuple(parts)
        written += len(made.plus)
        before = parts
    assert written <= 4_000 + 2 * 400


def test_lists_and_tuples_are_the_same_prompt() -> None:
    assert difference(["a", "b"], ("x", "a", "b")).apply(("a", "b")) == ("x", "a", "b")
