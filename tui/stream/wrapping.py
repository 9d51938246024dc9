"""Break printable text into lines, as the places where each begins and ends: a mark in the text stays where it was."""

from __future__ import annotations

import re
from typing import Final

from rich.cells import split_graphemes

Line = tuple[int, int]
"""Where a line begins in the text, and where it ends."""

_WIDE: Final = re.compile(
    r"[^\n -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u20ac\u2190-\u21ff"
    r"\u2500-\u25fc\u2713\u2717\u2800-\u28ff]"
)
"""Finds what may not be one cell wide."""

_JOINING: Final = "\u200d\ufe0f"

LEAST = 8
"""Columns that are taken for there, however narrow it is."""


def break_lines(text: str, first: int, rest: int) -> list[Line]:
    """Break text at spaces into lines of at most `first` cells, and all but the first of at most `rest`.

    Line breaks in the text stay; a word wider than a line is broken anywhere, but for what belongs to one character.
    """
    first, rest = max(first, LEAST), max(rest, LEAST)
    narrow = text.isascii() or not _WIDE.search(text)
    lines: list[Line] = []
    begin = 0
    while True:
        end = text.find("\n", begin)
        stop = len(text) if end < 0 else end
        room = rest if lines else first
        if stop - begin <= room // 2 or (narrow and stop - begin <= room):
            lines.append((begin, stop))
        elif narrow:
            _break_narrow(text, begin, stop, room, rest, lines)
        else:
            _break_wide(text, begin, stop, room, rest, lines)
        if end < 0:
            return lines
        begin = end + 1


def _break_narrow(text: str, begin: int, end: int, room: int, rest: int, lines: list[Line]) -> None:
    """Break a paragraph whose characters have one cell each."""
    while end - begin > room:
        cut = text.rfind(" ", begin, begin + room + 1)
        if cut > begin:
            lines.append((begin, cut))
            begin = cut + 1
            while begin < end and text[begin] == " ":
                begin += 1
        else:
            lines.append((begin, begin + room))
            begin += room
        room = rest
    lines.append((begin, end))


def _break_wide(text: str, begin: int, end: int, room: int, rest: int, lines: list[Line]) -> None:
    """Break a paragraph in which characters have none, one or two cells each, and some belong together."""
    spans = _characters(text[begin:end])
    spaces = [text[begin + left : begin + right] == " " for left, right, _ in spans]
    first, used, space = 0, 0, -1  # the line's first character, its cells, and its last space
    place = 0
    while place < len(spans):
        if used + spans[place][2] <= room or place == first:
            if spaces[place]:
                space = place
            used += spans[place][2]
            place += 1
            continue
        cut = place if spaces[place] or space <= first else space
        lines.append((begin + spans[first][0], begin + spans[cut][0]))
        while cut < len(spans) and spaces[cut]:
            cut += 1
        first = place = cut
        used, space, room = 0, -1, rest
    lines.append((begin + spans[first][0] if first < len(spans) else end, end))


def _characters(text: str) -> list[tuple[int, int, int]]:
    """Find what belongs to one character each: where it begins and ends, and its cells.

    What would join the first one to nothing is a character without cells: Rich joins such to one another, and to what
    comes behind them, but not where it measures a line.
    """
    lead = len(text) - len(text.lstrip(_JOINING))
    spans, _ = split_graphemes(text[lead:])
    first = [(0, lead, 0)] if lead else []
    return first + [(begin + lead, end + lead, cells) for begin, end, cells in spans]
