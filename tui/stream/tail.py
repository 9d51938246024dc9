"""What streams in and is no event yet, below all rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from textual.strip import Strip

from tui.feed import Speaker
from tui.stream.page import Wrapped, wrap
from tui.stream.sheet import Sheet
from tui.stream.strips import Painter

_STEP: Final = 16


class Tail:
    """A row for each who is speaking."""

    def __init__(self) -> None:
        self._rows: list[Wrapped] = []
        self.height = 0

    def __bool__(self) -> bool:
        return bool(self._rows)

    @property
    def room(self) -> int:
        """Lines kept free for it, more than it has: whenever they become more, the whole screen is laid out."""
        return -(-self.height // _STEP) * _STEP

    def hear(self, partial: Mapping[Speaker, str], sheet: Sheet) -> None:
        """Take all that was heard so far; a participant hears nobody else before that one is done."""
        seat, thread = sheet.moment.scene.seat, sheet.writer.thread
        heard = [(*speaker, text) for speaker, text in partial.items() if thread in (None, speaker[0])]
        self._keep(wrap(sheet.writer.partial(*each), sheet.page.room) for each in heard if seat in (None, each[1]))

    def set_room(self, room: int) -> None:
        """Take another width."""
        self._keep(wrap(each.row, room) for each in self._rows)

    def draw(self, line: int, width: int, painter: Painter) -> Strip | None:
        """Draw a line; None behind the last."""
        for each in self._rows:
            if line < len(each.lines):
                return painter.draw_growing(each, line, width)
            line -= len(each.lines)
        return None

    def _keep(self, rows: Iterable[Wrapped]) -> None:
        self._rows = list(rows)
        self.height = sum(len(each.lines) for each in self._rows)
