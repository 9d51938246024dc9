"""Lines of rows as strips, in colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.stream.page import INDENT, Wrapped
from tui.stream.rows import Mark

GUTTER: Final = 2
"""Columns before a row: a bar in its colour, and a space."""
_BAR: Final = "▎"
_CHOSEN: Final = "▌"


class Look(NamedTuple):
    """The styles that a row is drawn with."""

    base: Style
    marks: dict[str, Style]
    """By what a mark says; `hit` is that of words that were looked for."""
    seat: Style
    """The colour of who speaks."""


def draw(
    wrapped: Wrapped, line: int, width: int, look: Look, hits: Sequence[tuple[int, int]] = (), *, chosen: bool = False
) -> Strip:
    """Draw a line of a row; `hits` are the places of what was looked for."""
    row, (begin, end) = wrapped.row, wrapped.lines[line]
    bar = _CHOSEN if chosen else _BAR if row.rank is not None else " "
    segments = [Segment(bar.ljust(GUTTER + (INDENT if line else 0)), look.base + look.seat)]
    for left, right, what in _pieces(begin, end, row.marks):
        style = look.base + (look.marks.get(what, Style.null()) if what else Style.null())
        if what == "name":
            style += look.seat
        for from_, to, hit in _cut(left, right, hits):
            segments.append(Segment(row.text[from_:to], style + look.marks["hit"] if hit else style))
    return Strip(segments).adjust_cell_length(width, look.base)


def _pieces(begin: int, end: int, marks: Sequence[Mark]) -> Iterator[tuple[int, int, str]]:
    """Cut a line where marks begin and end."""
    for mark in marks:
        if mark.end <= begin:
            continue
        if mark.begin >= end:
            break
        if begin < mark.begin:
            yield begin, mark.begin, ""
            begin = mark.begin
        yield begin, min(mark.end, end), mark.what
        begin = min(mark.end, end)
    if begin < end:
        yield begin, end, ""


def _cut(left: int, right: int, hits: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    """Cut a piece where hits begin and end."""
    for begin, end in hits:
        if end <= left:
            continue
        if begin >= right:
            break
        if left < begin:
            yield left, begin, False
        yield max(left, begin), min(right, end), True
        left = min(right, end)
    if left < right:
        yield left, right, False
