"""Fit printable text into a width that is counted in terminal cells."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.rendering.printable import char_width, width_of

NARROWEST = 40
"""What the command line writes at the least; a panel of the interface may be narrower."""
GAP = "  "
_LEAST = 8


def wrap(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Break text into lines; `first` stands before the first of them, `rest` before all others.

    Line breaks in the text stay.  A word wider than a line is broken anywhere.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        for line in _paragraph(paragraph, max(width, _LEAST), first if not lines else rest, rest):
            lines.append(line.rstrip(" "))
    return lines


def clip(text: str, width: int) -> str:
    """Cut text to a width, with an ellipsis where something is missing."""
    if width_of(text) <= width:
        return text
    head = _pieces(text, width - 1, width)[0]
    return f"{head if width_of(head) < width else ''}…"


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Fill text up to a width with spaces, behind it or with `right` before it."""
    spaces = " " * (width - width_of(text))
    return spaces + text if right else text + spaces


def table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), indent: str = "") -> list[str]:
    """Set rows in columns; those with an index in `right` are flush right."""
    if not rows:
        return []
    widths = [max(width_of(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        (indent + GAP.join(pad(cell, widths[k], right=k in right) for k, cell in enumerate(row))).rstrip(" ")
        for row in rows
    ]


def _paragraph(text: str, width: int, first: str, rest: str) -> list[str]:
    lines: list[str] = []
    line, used, filled = first, width_of(first), False
    for word in text.split(" "):
        size = width_of(word)
        if filled and used + 1 + size <= width:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if filled or (used + size > width and width_of(rest) + size <= width):
            lines.append(line)
            line, used = rest, width_of(rest)
        room = max(width - used, 2)
        *full, last = _pieces(word, room, max(width - width_of(rest), 2)) if size > room else (word,)
        for piece in full:
            lines.append(line + piece)
            line, used = rest, width_of(rest)
        line, used, filled = line + last, used + (width_of(last) if full else size), True
    return [*lines, line]


def _pieces(word: str, first: int, rest: int) -> list[str]:
    """Cut a word into pieces that fit, marks staying with the character they belong to; one piece where it fits."""
    pieces, begin, used, room = [], 0, 0, first
    for place, char in enumerate(word):
        used += char_width(char)
        if used > room and place > begin:
            pieces.append(word[begin:place])
            begin, used, room = place, char_width(char), rest
    return [*pieces, word[begin:]]
