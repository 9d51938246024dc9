"""Draw with the dots of braille characters, two columns and four rows in a cell."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from tui.watch.lines import Line, Piece

_BLANK: Final = 0x2800
_BITS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""By the row in a cell, and the column in it."""


class Canvas:
    """A picture of so many cells; of what meets in a cell, what was drawn last has its colour."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.columns, self.rows = 2 * width, 4 * height
        """In dots."""
        self._bits = [[0] * width for _ in range(height)]
        self._styles = [[""] * width for _ in range(height)]
        self._marks: dict[tuple[int, int], str] = {}

    def copy(self) -> Canvas:
        """Copy it, to draw on over what is there."""
        other = Canvas(self.width, self.height)
        other._bits = [row.copy() for row in self._bits]
        other._styles = [row.copy() for row in self._styles]
        other._marks = self._marks.copy()
        return other

    def dot(self, x: int, y: int, style: str = "") -> None:
        """Draw a dot; `y` counts from the bottom.  What lies outside is not drawn."""
        if 0 <= x < self.columns and 0 <= y < self.rows:
            row, column = (self.rows - 1 - y) // 4, x // 2
            self._bits[row][column] |= _BITS[(self.rows - 1 - y) % 4][x % 2]
            self._styles[row][column] = style

    def line(self, x0: int, y0: int, x1: int, y1: int, style: str = "") -> None:
        """Draw a straight line."""
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for step in range(steps + 1):
            self.dot(round(x0 + (x1 - x0) * step / steps), round(y0 + (y1 - y0) * step / steps), style)

    def mark(self, x: int, y: int, char: str, style: str = "") -> None:
        """Put a character of one cell where that dot is, in place of all dots there."""
        if 0 <= x < self.columns and 0 <= y < self.rows:
            row, column = (self.rows - 1 - y) // 4, x // 2
            self._marks[row, column] = char
            self._styles[row][column] = style

    def lines(self) -> list[Line]:
        """Give the picture, from the top."""
        return [self._line(row) for row in range(self.height)]

    def _line(self, row: int) -> Line:
        cells = [(self._char(row, column), self._styles[row][column]) for column in range(self.width)]
        return tuple(
            Piece("".join(char for char, _ in run), style) for style, run in groupby(cells, key=lambda cell: cell[1])
        )

    def _char(self, row: int, column: int) -> str:
        if mark := self._marks.get((row, column)):
            return mark
        bits = self._bits[row][column]
        return chr(_BLANK + bits) if bits else " "


class Scale:
    """Turn numbers between `low` and `high` into dots from 0 to `most`."""

    def __init__(self, low: float, high: float, most: int) -> None:
        self.low, self.high, self._most = low, high, most
        self._range = (high - low) or 1.0

    def __call__(self, value: float) -> int:
        return round((value - self.low) / self._range * self._most)
