"""Align two short stretches of turns with affine gaps: opening a gap costs more than lengthening it (Gotoh 1982)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transcripts.diff.align import Sides

Match = tuple[int, int]

OPEN, EXTEND = -0.6, -0.2
ALIKE, EQUAL = 2.0, 4.0
"""What a match is worth of turns that are as good as equal, and of equal ones; any is better than two gaps."""
NEVER = float("-inf")


def align_window(window: tuple[int, int, int, int], sides: Sides) -> Iterator[Match]:
    """Give the best matches of two stretches, never across speaker or kind."""
    a, end_a, b, end_b = window
    rows, columns = end_a - a, end_b - b
    if rows == columns == 1:
        return iter([(a, b)] if sides.class_a[a] == sides.class_b[b] else [])

    def worth(i: int, j: int) -> float:
        i, j = a + i, b + j
        if sides.class_a[i] != sides.class_b[j]:
            return NEVER
        return EQUAL if sides.a[i] == sides.b[j] else ALIKE * sides.similar(i, j)

    if rows == columns and _is_plain(window, sides, worth):
        found = [(i, i) for i in range(rows)]
    else:
        found = _walk(rows, columns, _fill(rows, columns, worth))
    return ((a + i, b + j) for i, j in found)


def _is_plain(window: tuple[int, int, int, int], sides: Sides, worth: Callable[[int, int], float]) -> bool:
    """Tell that nothing can be better than to match one after the other, without trying all else.

    Anything else leaves out one turn on each side at least, and matches the others as well as can be.
    """
    a, end_a, b, end_b = window
    if sides.class_a[a:end_a] != sides.class_b[b:end_b] or not set(sides.a[a:end_a]).isdisjoint(sides.b[b:end_b]):
        return False
    return sum(worth(i, i) for i in range(end_a - a)) > ALIKE * (end_a - a - 1) + 2 * OPEN


def _fill(rows: int, columns: int, worth: Callable[[int, int], float]) -> list[list[int]]:
    """Fill the table row by row, and keep for each cell the ways into its three states, as digits to base 3.

    The states: 0, both turns matched; 1, the left one in a gap; 2, the right one in a gap.
    """
    matched = [0.0] + [NEVER] * columns
    down = [NEVER] * (columns + 1)
    across = [NEVER] + [OPEN + EXTEND * j for j in range(columns)]
    ways = [[0] + [9 * 2 for _ in range(columns)]]
    for i in range(1, rows + 1):
        new_matched, new_down, new_across = [NEVER], [OPEN + EXTEND * (i - 1)], [NEVER]
        way = [3 * 1]
        for j in range(1, columns + 1):
            score, from_match = _best(matched[j - 1], down[j - 1], across[j - 1])
            gap, from_down = _best(matched[j] + OPEN, down[j] + EXTEND, across[j] + OPEN)
            skip, from_across = _best(new_matched[j - 1] + OPEN, new_down[j - 1] + OPEN, new_across[j - 1] + EXTEND)
            new_matched.append(score + worth(i - 1, j - 1))
            new_down.append(gap)
            new_across.append(skip)
            way.append(from_match + 3 * from_down + 9 * from_across)
        matched, down, across = new_matched, new_down, new_across
        ways.append(way)
    ways.append([_best(matched[-1], down[-1], across[-1])[1]])
    return ways


def _best(matched: float, down: float, across: float) -> tuple[float, int]:
    if matched >= down and matched >= across:
        return matched, 0
    return (down, 1) if down >= across else (across, 2)


def _walk(rows: int, columns: int, ways: list[list[int]]) -> list[Match]:
    """Go back through the table from its end."""
    state = ways[-1][0]
    found: list[Match] = []
    i, j = rows, columns
    while i or j:
        way = ways[i][j]
        if state == 0:
            i, j, state = i - 1, j - 1, way % 3
            found.append((i, j))
        elif state == 1:
            i, state = i - 1, way // 3 % 3
        else:
            j, state = j - 1, way // 9
    return found
