from __future__ import annotations

import subprocess
import sys
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from scenarios import Draws

names = st.lists(st.text(max_size=5) | st.integers(-5, 500), max_size=4).map(tuple)


def test_values_are_the_same_everywhere_and_for_ever() -> None:
    draw = Draws(7).at("brain", "seller", 3)
    assert [draw.integer(0, 999) for _ in range(5)] == [640, 324, 100, 246, 839]
    assert Draws(7).at("tie").uniform() == 0.04083619258434046


def test_hash_randomisation_changes_nothing() -> None:
    code = "from scenarios import Draws; print(Draws(1).at('a', 2).shuffle(range(9)))"
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": salt}, capture_output=True, text=True
        ).stdout
        for salt in "12"
    }
    assert told == {f"{Draws(1).at('a', 2).shuffle(range(9))}\n"}


@given(st.integers(), names, names)
def test_other_names_draw_otherwise(seed: int, one: tuple[str | int, ...], other: tuple[str | int, ...]) -> None:
    same = Draws(seed).at(*one).uniform() == Draws(seed).at(*other).uniform()
    assert same == ([(type(name), name) for name in one] == [(type(name), name) for name in other])


@given(st.integers(), st.integers(-100, 100), st.integers(0, 100))
def test_whole_numbers_stay_in_their_range(seed: int, low: int, span: int) -> None:
    draw = Draws(seed).at("x")
    assert all(low <= draw.integer(low, low + span) <= low + span for _ in range(20))


def test_every_value_is_as_likely_as_any_other() -> None:
    draw = Draws(3).at("fair")
    counts = Counter(tuple(draw.shuffle("abc")) for _ in range(6000))
    assert len(counts) == 6 and all(850 < count < 1150 for count in counts.values())


def test_no_value_of_a_wide_range_is_favoured() -> None:
    """Three quarters of 2**64: a mere remainder would draw the first third of them twice as often as the others."""
    draw = Draws(3).at("wide")
    third = 2**62
    first = sum(draw.integer(0, 3 * third - 1) < third for _ in range(3000))
    assert 920 < first < 1080


def test_weights_are_kept() -> None:
    draw = Draws(3).at("weights")
    counts = Counter(draw.weighted("abc", [1, 0, 3]) for _ in range(4000))
    assert counts["b"] == 0 and 900 < counts["a"] < 1100
