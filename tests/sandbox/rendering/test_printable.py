"""Text that is safe to print, and fits."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from sandbox.rendering.layout import clip, table, wrap
from sandbox.rendering.printable import printable, width_of

ANY = st.text(st.characters())  # half surrogates included
WORDS = st.text(st.sampled_from("ab漢字é"), max_size=12) | st.sampled_from(["e\u0301", "a\nb", "", "x" * 90, "漢" * 50])
WIDE = st.lists(WORDS, min_size=20, max_size=40).map(" ".join)


@given(ANY)
def test_printable_text_has_no_controls_and_stays_as_it_is(text: str) -> None:
    shown = printable(text)
    assert not [char for char in shown if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
    assert printable(shown) == shown
    assert set(printable(text, lines=True)) - set(shown) <= {"\n"}


def test_what_is_replaced_and_what_is_kept() -> None:
    assert printable("a\x1b[31mb\x9bc\u202ed\u2066e\x7f\ud800\ufeff") == "a�[31mb�c�d�e���"
    assert printable("one\r\ntwo\tthree\u2028four") == "one two    three four"
    assert printable("one\r\ntwo\u2028three\rfour", lines=True) == "one\ntwo\nthree�four"
    family, persian = "\U0001f468\u200d\U0001f469", "می\u200cخواهم"
    assert printable(family) == family and printable(persian) == persian


def test_cells_are_counted_as_a_terminal_does() -> None:
    assert [width_of(text) for text in ("abc", "漢字", "e\u0301", "é", "\u200d")] == [3, 4, 1, 1, 0]


def test_a_word_is_not_broken_where_the_next_line_has_room_for_it() -> None:
    first = "  seller  plain-dealer  rule linear   "
    assert wrap("someone who sells", 40, first=first, rest="    ") == [first.rstrip(), "    someone who sells"]
    assert wrap("x" * 90, 40, first="a: ", rest="  ")[0] == "a: " + "x" * 37


@given(WIDE, st.integers(40, 60))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = wrap(text, width, first="who: ", rest="  ")
    assert all(width_of(line) <= width for line in lines)
    bare = [lines[0][5:], *(line[2:] for line in lines[1:])]
    assert "".join("".join(bare).split()) == "".join(text.split())


@given(WIDE, st.integers(2, 30))
def test_clipped_text_fits(text: str, width: int) -> None:
    assert width_of(clip(printable(text), width)) <= width


def test_columns_stand_below_each_other_whatever_the_script() -> None:
    assert table([["漢", "1"], ["ab c", "20"]], right=(1,)) == ["漢     1", "ab c  20"]
