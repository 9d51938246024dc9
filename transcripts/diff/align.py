"""Find which turn of one thread answers to which turn of another.

Equal ends are trimmed; what is unique and equal on both sides is an anchor; between anchors small windows are aligned
with affine gaps and similarity, and large ones by what they have in common.  A turn is never matched to one of another
speaker or kind.  Time and memory grow with the turns, and with the square of what repeats only by 1/64.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from transcripts.diff.gaps import align_window

Match = tuple[int, int]
Similar = Callable[[int, int], float]
"""How alike two turns of a speaker are, by their indices: 0 to 1."""

SMALL = 600
"""Cells of a window that is aligned with affine gaps."""


class _Window(NamedTuple):
    """The turns from `a` to before `end_a` on one side, and from `b` to before `end_b` on the other."""

    a: int
    end_a: int
    b: int
    end_b: int

    @property
    def cells(self) -> int:
        return (self.end_a - self.a) * (self.end_b - self.b)


class Sides(NamedTuple):
    """Two sequences of turns as numbers: equal numbers, equal turns."""

    a: list[int]
    b: list[int]
    class_a: list[int]
    """Equal numbers, the same speaker and kind."""
    class_b: list[int]
    similar: Similar


def align(sides: Sides) -> list[Match]:
    """Give the matches in order, equal turns and changed ones; each turn is in one at most."""
    matches: list[Match] = []
    waiting = [_Window(0, len(sides.a), 0, len(sides.b))]
    while waiting:
        window = _trim(waiting.pop(), sides, matches)
        if not window.cells:
            continue
        if window.cells <= SMALL:
            matches += align_window(window, sides)
            continue
        anchors = _unique(window, sides.a, sides.b) or _common(window, sides.a, sides.b)
        if anchors:
            matches += anchors
            waiting += _between(window, anchors)
        else:
            matches += _common(window, sides.class_a, sides.class_b)
    return sorted(matches)


def number(a: Sequence[Hashable], b: Sequence[Hashable]) -> tuple[list[int], list[int]]:
    """Write both sequences as numbers, equal ones for what is equal."""
    known: dict[Hashable, int] = {}
    return [known.setdefault(key, len(known)) for key in a], [known.setdefault(key, len(known)) for key in b]


def in_order(a: Sequence[Hashable], b: Sequence[Hashable]) -> bool:
    """Tell which side is to be taken first, so that swapping the sides gives the mirrored alignment."""
    for left, right in zip(a, b, strict=False):
        if left != right:
            return repr(left) <= repr(right)
    return len(a) <= len(b)


def _trim(window: _Window, sides: Sides, matches: list[Match]) -> _Window:
    """Take equal turns off both ends."""
    a, end_a, b, end_b = window
    left, right = sides.a, sides.b
    while a < end_a and b < end_b and left[a] == right[b]:
        matches.append((a, b))
        a, b = a + 1, b + 1
    while a < end_a and b < end_b and left[end_a - 1] == right[end_b - 1]:
        end_a, end_b = end_a - 1, end_b - 1
        matches.append((end_a, end_b))
    return _Window(a, end_a, b, end_b)


def _unique(window: _Window, left: list[int], right: list[int]) -> list[Match]:
    """Match what is unique on both sides, as far as it stands in the same order (patience)."""
    there = _once(right, window.b, window.end_b)
    here = _once(left, window.a, window.end_a)
    return _longest([(i, there[key]) for key, i in here.items() if key in there])


def _once(keys: list[int], start: int, end: int) -> dict[int, int]:
    counts = Counter(keys[start:end])
    return {key: place for place, key in enumerate(keys[start:end], start) if counts[key] == 1}


def _longest(matches: list[Match]) -> list[Match]:
    """Give the longest series of matches that rises on both sides."""
    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for place, (_, j) in enumerate(matches):
        pile = bisect_left(ends, j)
        before.append(tops[pile - 1] if pile else -1)
        if pile == len(ends):
            ends.append(j)
            tops.append(place)
        else:
            ends[pile], tops[pile] = j, place
    series: list[Match] = []
    place = tops[-1] if tops else -1
    while place >= 0:
        series.append(matches[place])
        place = before[place]
    return series[::-1]


def _common(window: _Window, left: list[int], right: list[int]) -> list[Match]:
    """Match equal numbers by the fewest edits; where nothing is unique, or for speakers alone."""
    found = Levenshtein.opcodes(left[window.a : window.end_a], right[window.b : window.end_b])
    return [
        (window.a + i, window.b + j)
        for block in found
        if block.tag == "equal"
        for i, j in zip(range(block.src_start, block.src_end), range(block.dest_start, block.dest_end), strict=True)
    ]


def _between(window: _Window, anchors: list[Match]) -> Iterator[_Window]:
    a, b = window.a, window.b
    for i, j in (*anchors, (window.end_a, window.end_b)):
        if i > a and j > b:
            yield _Window(a, i, b, j)
        a, b = i + 1, j + 1
