"""Lines of rows as strips, in colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip
from textual.widget import Widget

from tui.stream.colours import component_style, seat_colour
from tui.stream.finding import Search
from tui.stream.page import INDENT, Wrapped
from tui.stream.rows import Mark

GUTTER: Final = 2
"""Columns before a row: a bar in its colour, and a space."""
_BAR: Final = "▎"
_CHOSEN: Final = "▌"
_KEPT: Final = 1024
MARKS: Final = ("offer", "accept", "reject", "leave", "note", "aside", "title", "end", "bad", "hit")
"""What has a style of its own: the widget's component class `stream--WHAT`."""


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


class Painter:
    """Draw rows in the styles of a widget, each line once."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._strips: LRUCache[tuple[int, int, bool], Strip] = LRUCache(_KEPT)
        self._growing: LRUCache[tuple[int | None, str, int], Strip] = LRUCache(_KEPT)
        """Lines of what streams in, by what stands on them: most are the same when more of it comes."""
        self._looks: dict[tuple[int | None, bool], Look] = {}

    def forget(self, *, looks: bool = False) -> None:
        """Draw everything anew; with `looks`, in other styles."""
        self._strips.clear()
        self._growing.clear()
        if looks:
            self._looks.clear()

    def draw(self, row: int, wrapped: Wrapped, line: int, width: int, chosen: bool, search: Search | None) -> Strip:
        """Draw a line of the row of that number."""
        strip = self._strips.get((row, line, chosen))
        if strip is None or strip.cell_length != width:
            look = self.look(wrapped.row.rank, chosen)
            if line >= len(wrapped.lines):  # its height is a guess still
                return Strip.blank(width, look.base)
            hits = search.places(wrapped.row.text) if search else ()
            strip = self._strips[row, line, chosen] = draw(wrapped, line, width, look, hits, chosen=chosen)
        return strip

    def draw_growing(self, wrapped: Wrapped, line: int, width: int) -> Strip:
        """Draw a line of a row that streams in."""
        row, (begin, end) = wrapped.row, wrapped.lines[line]
        look = self.look(row.rank)
        if row.marks and row.marks[-1].end > begin:
            return draw(wrapped, line, width, look)
        key = (row.rank, row.text[begin:end], width)
        strip = self._growing.get(key)
        if strip is None:
            strip = self._growing[key] = draw(wrapped, line, width, look)
        return strip

    def look(self, rank: int | None, chosen: bool = False) -> Look:
        """Give the styles of what the seat of that rank says."""
        look = self._looks.get((rank, chosen))
        if look is None:
            widget = self._widget
            base = widget.get_component_rich_style("stream--chosen") if chosen else widget.rich_style
            marks = {what: component_style(widget, f"stream--{what}") for what in MARKS}
            dark = widget.app.current_theme.dark
            seat = Style.null() if rank is None else Style(color=seat_colour(rank, dark).rich_color, bold=True)
            look = self._looks[rank, chosen] = Look(base, marks, seat)
        return look
