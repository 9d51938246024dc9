"""Lines of a page: pieces of printable text, each with the name of a style.

What is written for the command line is written here too, with `Ink` in place of colours, and read by `lines_of`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from sandbox.rendering.paint import Paint

STYLES: Final = ("bold", "dim", "good", "bad", "warn", "hit", "here")
"""Names of styles; `seat-3` is the colour of the fourth seat."""

SEAT: Final = "seat-"

# Characters that nothing printable holds.
_OPEN, _NAMED, _CLOSE = "\x01", "\x02", "\x03"


class Piece(NamedTuple):
    """Printable text, and the names of its styles with spaces between, the innermost last."""

    text: str
    style: str = ""


Line = tuple[Piece, ...]


class Ink(Paint):
    """Mark text with the names of styles."""

    def __init__(self) -> None:
        super().__init__(on=True)

    def __call__(self, text: str, style: str) -> str:
        return f"{_OPEN}{style}{_NAMED}{text}{_CLOSE}" if text else text

    def stress(self, text: str) -> str:
        return self(text, "bold")

    def seat(self, text: str, rank: int) -> str:
        """Mark text with the colour of the seat of that rank."""
        return self(text, seat_style(rank))


def seat_style(rank: int) -> str:
    """Name the style of the seat of that rank."""
    return f"{SEAT}{rank}"


def lines_of(marked: Iterable[str]) -> list[Line]:
    """Read lines that an `Ink` marked."""
    return [_read(line) for line in marked]


def line(text: str, style: str = "") -> Line:
    """Make a line of one piece."""
    return (Piece(text, style),)


def _read(marked: str) -> Line:
    """Read one line; what stands in several styles has all of them."""
    first, *parts = marked.split(_OPEN)
    pieces = [Piece(first)] if first or not parts else []
    styles = [""]
    for part in parts:
        style, _, rest = part.partition(_NAMED)
        styles.append(f"{styles[-1]} {style}".strip())
        for place, text in enumerate(rest.split(_CLOSE)):
            if place:
                styles.pop()
            if text:
                pieces.append(Piece(text, styles[-1]))
    return tuple(pieces)
