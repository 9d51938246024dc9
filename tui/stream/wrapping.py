"""Break printable text into lines, as the places where each begins and ends: a mark in the text stays where it was."""

from __future__ import annotations

import re
from typing import Final

from rich.cells import split_graphemes

Line = tuple[int, int]
"""Where a line begins in the text, and where it ends."""

_WIDE: Final = re.compile(r"[^\n -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u20ac\u2190-\u21ff]")
"""Finds what may not be one cell wide."""

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
    spans, _ = split_graphemes(text[begin:end])
    start, used, space = begin, 0, -1  # the line's beginning, its cells, and its last space
    place = 0
    while place < len(spans):
        left, _, cells = spans[place]
        if used + cells > room and begin + left > start:
            at = begin + left
            if text[at] == " ":
                lines.append((start, at))
                while place < len(spans) and text[begin + spans[place][0]] == " ":
                    place += 1
            elif space > start:
                lines.append((start, space))
                at = space
                while text[at] == " ":
                    at += 1
                place = _place_of(spans, at - begin, place)
            else:
                lines.append((start, at))
            start = begin + spans[place][0] if place < len(spans) else end
            used, space, room = 0, -1, rest
            continue
        if text[begin + left] == " ":
            space = begin + left
        used += cells
        place += 1
    lines.append((start, end))


def _place_of(spans: list[tuple[int, int, int]], at: int, place: int) -> int:
    """Go back to the span that begins there."""
    while spans[place][0] > at:
        place -= 1
    return place
