"""Rows one below the other: how high each is, and where it stands.

To write and break each row takes too long for a run of fifty thousand messages, so heights are guessed; they are
*measured* for rows that are shown and for those near them.  Who shows a page keeps the row that is read where it is
while those above it change their heights.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Final, NamedTuple

from textual.cache import LRUCache

from tui.steady import steady
from tui.stream.rows import Row
from tui.stream.wrapping import Line, break_lines

INDENT: Final = 2
"""Columns by which all lines of a row but its first are set in."""
_KEPT: Final = 512
_RAGGED: Final = 16
"""A sixteenth of the lines' room stays empty, for words are not broken."""


class Wrapped(NamedTuple):
    """A row, and its lines in the present width."""

    row: Row
    lines: list[Line]


class Page:
    """Know the height of every row, exactly or by a guess."""

    def __init__(self, write: Callable[[int], Row]) -> None:
        """`write` gives the row of that number."""
        self._write = write
        self._sizes: array[int] = array("l")
        self._extras: array[int] = array("l")
        self._heights: array[int] = array("l")
        self._measured = bytearray()
        self._tops: array[int] = array("q", [0])
        """Where each row begins; at the end, where the next one would."""
        self._wrapped: LRUCache[int, Wrapped] = LRUCache(_KEPT)
        self.room = 80
        """Columns."""

    def __len__(self) -> int:
        return len(self._heights)

    @property
    def height(self) -> int:
        """Lines of all rows."""
        return self._tops[-1]

    def top(self, row: int) -> int:
        """Say at which line a row begins."""
        return self._tops[row]

    def size(self, row: int) -> int:
        """Say how many lines a row has."""
        return self._heights[row]

    def find(self, line: int) -> int:
        """Find the row in which a line stands."""
        return min(max(bisect_right(self._tops, line) - 1, 0), max(len(self) - 1, 0))

    def extend(self, guesses: Iterable[tuple[int, int]]) -> None:
        """Add rows at the end, each by its characters and its lines besides those that they fill."""
        first = len(self)
        for size, extra in guesses:
            self._sizes.append(size)
            self._extras.append(extra)
            self._heights.append(self._guess(size, extra))
        self._measured.extend(bytes(len(self._heights) - first))
        self._tops[-1:] = array("q", accumulate(self._heights[first:], initial=self._tops[-1]))

    def cut(self, rows: int) -> None:
        """Leave out all rows but the first of that number."""
        for row in range(rows, len(self)):
            self._wrapped.discard(row)
        for each in (self._sizes, self._extras, self._heights, self._measured):
            del each[rows:]
        del self._tops[rows + 1 :]

    def set_room(self, room: int) -> None:
        """Take another width: all heights are guessed anew."""
        self.room = room
        self.forget()

    def forget(self) -> None:
        """Guess all heights anew, for rows may look otherwise."""
        self._wrapped.clear()
        self._heights = array("l", map(self._guess, self._sizes, self._extras))
        self._measured = bytearray(len(self._heights))
        self._tops = array("q", accumulate(self._heights, initial=0))

    def change(self, row: int) -> None:
        """Say that a row is another one now."""
        self._wrapped.discard(row)
        self._measured[row] = 0

    def wrapped(self, row: int) -> Wrapped:
        """Give a row and its lines."""
        found = self._wrapped.get(row)
        if found is None:
            found = self._wrapped[row] = wrap(self._write(row), self.room)
        return found

    def measure(self, rows: Iterable[int]) -> bool:
        """Learn the heights of these rows, and say whether any had been guessed wrongly."""
        first = len(self)
        for row in rows:
            if not self._measured[row]:
                self._measured[row] = 1
                height = len(self.wrapped(row).lines)
                if height != self._heights[row]:
                    self._heights[row] = height
                    first = min(first, row)
        if first == len(self):
            return False
        self._tops[first:] = array("q", accumulate(self._heights[first:], initial=self._tops[first]))
        return True

    def _guess(self, size: int, extra: int) -> int:
        room = max(self.room - INDENT, 1)
        return 1 + extra + (size - 1) // max(room - room // _RAGGED, 1)


def wrap(row: Row, room: int) -> Wrapped:
    """Break a row into lines of so many columns."""
    row = row._replace(text=steady(row.text))
    return Wrapped(row, break_lines(row.text, room, room - INDENT))
