"""Text is broken into lines that fit, and nothing of it is lost."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len, get_character_cell_size

from sandbox.rendering.printable import printable
from tui.steady import steady
from tui.stream import wrapping
from tui.stream.wrapping import LEAST, break_lines

ROOMS = st.integers(LEAST, 30)
SOME = st.text(st.sampled_from("ab  \n—é")) | st.text(st.sampled_from("ab \n漢字🙂e\u0301👩\u200d🔬❤\ufe0f"))
TEXTS = (SOME | st.text()).map(lambda text: printable(text, lines=True))


def shown(text: str, first: int, rest: int) -> list[str]:
    return [text[begin:end] for begin, end in break_lines(text, first, rest)]


@given(TEXTS, ROOMS, ROOMS)
@example("\u200d\u200daaa字字字", LEAST, LEAST)
@example("a\n\ufe0f\u200d\u200d\u200d\u200daaa字字字", LEAST, LEAST)
def test_lines_fit_and_only_spaces_at_their_ends_are_left_out(text: str, first: int, rest: int) -> None:
    lines = break_lines(text, first, rest)
    place = 0
    for begin, end in lines:
        assert begin >= place and not text[place:begin].strip(" \n") and begin <= end
        place = end
    assert not text[place:].strip(" ")
    for number, (begin, end) in enumerate(lines):
        assert cell_len(text[begin:end]) <= (rest if number else first)
    assert sum(text[one:two].count("\n") for one, two in lines) == 0
    assert len(lines) >= text.count("\n") + 1


@given(st.text(st.sampled_from("ab  \n—é")), ROOMS, ROOMS)
def test_the_quick_way_breaks_as_the_careful_one(text: str, first: int, rest: int) -> None:
    careful: list[tuple[int, int]] = []
    begin = 0
    for paragraph in text.split("\n"):
        end = begin + len(paragraph)
        room = rest if careful else first
        wrapping._break_wide(text, begin, end, room, rest, careful)
        begin = end + 1
    assert shown(text, first, rest) == [text[one:two] for one, two in careful]


def test_it_breaks_at_spaces() -> None:
    assert shown("one two three four", 8, 10) == ["one two", "three four"]
    assert shown("one  two   three", 8, 8) == ["one  two", "three"]
    assert shown("a line\n\nand one", 10, 10) == ["a line", "", "and one"]
    assert shown("  indented text here", 12, 12) == ["  indented", "text here"]


def test_what_is_too_long_is_broken_anywhere() -> None:
    assert shown("abcdefghijklmnop", 8, 10) == ["abcdefgh", "ijklmnop"]
    assert shown("漢字漢字漢字", 9, 9) == ["漢字漢字", "漢字"]
    family = "👨\u200d👩\u200d👧"
    assert shown(family * 6, 8, 8) == [family * 4, family * 2]
    assert shown("e\u0301" * 10, 8, 8) == ["e\u0301" * 8, "e\u0301" * 2]


HOSTILE = st.text(st.sampled_from("ab 字\u0301\u200c\u200d\ufe0e\ufe0f❤👩👍🏽🏳🌈1\u20e3क्ष")) | st.text()


@given(HOSTILE.map(printable), st.data())
def test_a_steady_text_is_as_wide_as_its_characters_wherever_it_is_cut(text: str, data: st.DataObject) -> None:
    told = steady(text)
    assert len(told) == len(text) and cell_len(told) == sum(map(get_character_cell_size, told))
    cut = data.draw(st.integers(0, len(told)))
    assert cell_len(told) == cell_len(told[:cut]) + cell_len(told[cut:])
    assert steady(told) == told and steady("plain — 字 e\u0301 🙂") == "plain — 字 e\u0301 🙂"
