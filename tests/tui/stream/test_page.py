"""Heights are guessed until they are measured; then every line is where it belongs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.stream.page import Page, wrap
from tui.stream.rows import Row

TEXTS = st.lists(st.text(st.sampled_from("ab \n漢"), max_size=120), max_size=30)


def lines_of(texts: list[str], room: int) -> list[tuple[int, int]]:
    """Give row and line of every line that a screen without end would have."""
    return [(row, line) for row, text in enumerate(texts) for line in range(len(wrap(Row(text), room).lines))]


def found(page: Page) -> list[tuple[int, int]]:
    return [(row, line - page.top(row)) for line in range(page.height) for row in [page.find(line)]]


def page_of(texts: list[str]) -> Page:
    page = Page(lambda row: Row(texts[row]))
    page.extend((len(text), text.count("\n")) for text in texts)
    return page


@given(TEXTS, st.data())
def test_once_measured_every_line_is_found(texts: list[str], data: st.DataObject) -> None:
    page = page_of(texts)
    assert found(page) == [(row, line) for row in range(len(texts)) for line in range(page.size(row))]
    for _ in range(data.draw(st.integers(0, 3))):
        room = data.draw(st.integers(10, 40))
        page.set_room(room)
        page.measure(data.draw(st.lists(st.sampled_from(range(len(texts))))) if texts else ())
    page.measure(range(len(page)))
    assert found(page) == lines_of(texts, page.room)


@given(TEXTS, TEXTS, st.integers(0, 30))
def test_rows_come_and_go_at_the_end(first: list[str], then: list[str], left: int) -> None:
    texts = list(first)
    page = Page(lambda row: Row(texts[row]))
    page.extend((len(text), 0) for text in texts)
    page.measure(range(len(page)))
    del texts[left:]
    page.cut(len(texts))
    texts += then
    page.extend((len(text), 0) for text in then)
    page.measure(range(len(page)))
    assert found(page) == lines_of(texts, page.room)


def test_a_row_that_is_another_one_now_is_measured_again() -> None:
    texts = ["one"]
    page = page_of(texts)
    page.measure(range(len(page)))
    texts[0] = "one\ntwo"
    page.change(0)
    assert page.wrapped(0).row.text == "one\ntwo"
    assert page.measure([0]) and page.height == 2
