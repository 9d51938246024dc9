"""Find the first difference in causal order.

A turn can only be due to what came before it, and in each run what came before stands before it.  So of two
differences, of which one brought about the other, the first stands first on both sides; and the sum of both places is
least for the one that nothing brought about, however the threads were interleaved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from transcripts.diff.pairs import Pair
from transcripts.diff.turns import Turn


class Spot(NamedTuple):
    """A place in a thread where the sides differ."""

    order: float
    """The sum of the turns' numbers."""
    thread: str
    pairs: Sequence[Pair]
    """All of the thread's."""
    at: int

    @property
    def pair(self) -> Pair:
        return self.pairs[self.at]

    @property
    def a(self) -> Turn | None:
        """The left turn that stands here; None where the thread has no further one."""
        return next((pair.a for pair in self._rest() if pair.a), None)

    @property
    def b(self) -> Turn | None:
        """The right one."""
        return next((pair.b for pair in self._rest() if pair.b), None)

    def _rest(self) -> Iterator[Pair]:
        return islice(self.pairs, self.at, None)


def spots(threads: Mapping[str, Sequence[Pair]], *, beneath: bool = False) -> list[Spot]:
    """List where the sides differ, in causal order; with `beneath`, also where only that differs."""
    found = [spot for name, pairs in threads.items() for spot in _in_thread(name, pairs, beneath)]
    return sorted(found, key=lambda spot: (spot.order, spot.thread))


def _in_thread(name: str, pairs: Sequence[Pair], beneath: bool) -> Iterator[Spot]:
    """Give the spots of a thread; what is missing and inserted between two matches is one spot."""
    last_a = last_b = 0.5
    gap: int | None = None
    for at, (kind, a, b, _, below, _) in enumerate(pairs):
        if a and b:
            if gap is not None:
                yield _gap(name, pairs, gap, at, (last_a, last_b))
            gap = None
            if kind != "equal" or (beneath and below):
                yield Spot(a.number + b.number, name, pairs, at)
            last_a, last_b = a.number + 0.5, b.number + 0.5
        elif gap is None:
            gap = at
    if gap is not None:
        yield _gap(name, pairs, gap, len(pairs), (last_a, last_b))


def _gap(name: str, pairs: Sequence[Pair], start: int, end: int, last: tuple[float, float]) -> Spot:
    """Make a spot of pairs without a match, ordered by the first of either side, and by the match before it."""
    first_a = next((pair.a for pair in islice(pairs, start, end) if pair.a), None)
    first_b = next((pair.b for pair in islice(pairs, start, end) if pair.b), None)
    left = first_a.number if first_a else last[0]
    right = first_b.number if first_b else last[1]
    return Spot(left + right, name, pairs, start)
