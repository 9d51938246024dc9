"""What two runs have side by side, as lines, and where their differences are among these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sandbox.rendering.diff import Page as Around
from sandbox.rendering.diff import Sides
from sandbox.rendering.diff_turns import Turns
from sandbox.rendering.layout import clip
from sandbox.rendering.numbers import number
from sandbox.rendering.outcome import values_of
from sandbox.rendering.printable import printable
from tui.watch.lines import Ink, Line, Piece, line, lines_of, seat_style

if TYPE_CHECKING:
    from transcripts.diff import Diff, Pair

WIDE = 90
"""Columns from which on the two stand side by side."""


class Sheet:
    """Write two runs, turn by turn; what stands where is known when `lines` has been called."""

    def __init__(self, found: Diff, names: tuple[str, str]) -> None:
        self.found, self.names = found, names
        self.sides = Sides.of(found, names)
        self.context: int | None = 1
        """How many equal turns are shown around a difference; None for all of them."""
        self.differing = sorted(
            (pair for pairs in found.threads.values() for pair in pairs if not pair.same), key=_number
        )
        """The turns that are not the same, in their order over all threads."""
        self._places: dict[int, range] = {}

    @property
    def size(self) -> int:
        """Say how many turns are to be written, at the most."""
        if self.context is None:
            return sum(map(len, self.found.threads.values()))
        return len(self.differing) * (1 + 2 * self.context)

    def head(self, width: int) -> list[Line]:
        """Say where they part and why."""
        return lines_of(Around(self.found, self.sides, Ink(), width).head())

    def lines(self, width: int) -> list[Line]:
        """Write the turns, and below them what both came to."""
        ink = Ink()
        turns = Turns(self.sides, ink, width, beside=width >= WIDE, context=0)
        lines: list[Line] = []
        for name, pairs in self.found.threads.items():
            lines += [*([line("")] if lines else []), line(printable(name), "bold")]
            near, left_out = self._near(pairs), 0
            for place, pair in enumerate(pairs):
                if place not in near:
                    left_out += 1
                    continue
                lines += lines_of(_skipped(turns, left_out))
                left_out = 0
                written = lines_of([*turns.pair(pair), *_beneath(pair, ink)])
                if not pair.same:
                    self._places[id(pair)] = range(len(lines), len(lines) + len(written))
                lines += written
            lines += lines_of(_skipped(turns, left_out))
        around = Around(self.found, self.sides, ink, width)
        return [*lines, *lines_of([*around.outcome(), "", *around.rules()])]

    def place(self, pair: Pair) -> range:
        """Give the lines on which a turn that is not the same was written."""
        return self._places.get(id(pair), range(0))

    def turn(self, pair: Pair, side: int) -> int:
        """Give the number of the turn that a side has in a pair, or of its last one before that."""
        for pairs in self.found.threads.values():
            number = 0
            for each in pairs:
                if turn := (each.a, each.b)[side] or (each.other if each is pair else None):
                    number = turn.number
                if each is pair:
                    return number
        return 0

    def first(self) -> int:
        """Give the place among `differing` of what comes first in causal order."""
        first = self.found.first
        turns = [first.a, first.b] if first else []
        return next((place for place, pair in enumerate(self.differing) if [pair.a, pair.b] == turns), 0)

    def utilities(self, width: int) -> Line:
        """Say in a line what either run was worth to each, and the difference."""
        left, right = (values_of({"utility": summary.utility}, "utility") for summary in self.found.summaries)
        seats = dict.fromkeys(seat for each in self.sides.scenes for seat in each.state.seats)
        pieces: list[Piece] = []
        for rank, seat in enumerate(seats):
            a, b = left.get(seat), right.get(seat)
            if a is None and b is None:
                continue
            by = "" if a is None or b is None else f" ({b - a:+g})" if a != b else " (=)"
            pieces += [Piece(printable(f"{seat} "), seat_style(rank)), Piece(f"{number(a)} → {number(b)}{by}   ")]
        if not pieces:
            return line(clip("Neither run has an outcome that is worth something to anybody.", width), "dim")
        return tuple(pieces)

    def _near(self, pairs: Sequence[Pair]) -> Iterable[int]:
        if self.context is None:
            return range(len(pairs))
        near: set[int] = set()
        for place, pair in enumerate(pairs):
            if not pair.same:
                near.update(range(place - self.context, place + self.context + 1))
        return near


def _number(pair: Pair) -> int:
    return min(turn.number for turn in (pair.a, pair.b) if turn)


def _skipped(turns: Turns, many: int) -> list[str]:
    return [turns.skipped(many)] if many else []


def _beneath(pair: Pair, ink: Ink) -> list[str]:
    """Name what differs and nobody heard of."""
    return [ink(f"    beneath: {', '.join(pair.beneath)}", "warn")] if pair.kind == "equal" and pair.beneath else []
