"""Find the first difference in causal order.

A turn can only be due to what came before it, and in each run what came before stands before it.  So of two
differences, of which one brought about the other, the first stands first on both sides; and the sum of both places is
least for the one that nothing brought about, however the threads were interleaved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate, islice
from operator import attrgetter
from typing import NamedTuple

from transcripts.diff.pairs import Pair
from transcripts.diff.turns import BETWEEN, Turn

_ORDER = attrgetter("order", "thread")


class Spot(NamedTuple):
    """A place in a thread where the sides differ."""

    order: float
    """The sum of the turns' places."""
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


def first_spot(
    threads: Mapping[str, Sequence[Pair]], *, beneath: bool = False, late: Collection[str] = ()
) -> Spot | None:
    """Find the first of what `spots` lists: of each thread's the least is the first, for all places rise."""
    firsts = (next(found, None) for found in _by_thread(threads, beneath, late))
    return min((spot for spot in firsts if spot), key=_ORDER, default=None)


def spots(threads: Mapping[str, Sequence[Pair]], *, beneath: bool = False, late: Collection[str] = ()) -> list[Spot]:
    """List where the sides differ, in causal order; with `beneath`, also where only what nobody heard does.

    `late` names the threads that are not there from the beginning: what one side alone has there comes behind all that
    the sides have in common before it.
    """
    return sorted((spot for found in _by_thread(threads, beneath, late) for spot in found), key=_ORDER)


def _by_thread(threads: Mapping[str, Sequence[Pair]], beneath: bool, late: Collection[str]) -> Iterator[Iterator[Spot]]:
    bounds = _Bounds(threads) if late else None
    for name, pairs in threads.items():
        counted = pairs if beneath or name != BETWEEN else _heard(pairs)
        yield _in_thread(name, counted, beneath, bounds if name in late else None)


def _heard(pairs: Sequence[Pair]) -> Sequence[Pair]:
    """Leave out what nobody heard."""
    return [pair for pair in pairs if pair.turn.is_heard]


class _Bounds:
    """Say behind which place of the other side something stands that is on one side only."""

    def __init__(self, threads: Mapping[str, Sequence[Pair]]) -> None:
        matched = [(pair.a.place, pair.b.place) for pairs in threads.values() for pair in pairs if pair.a and pair.b]
        self._sides = [self._side(matched), self._side([(b, a) for a, b in matched])]

    @staticmethod
    def _side(matched: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
        matched = sorted(matched)
        return [here for here, _ in matched], list(accumulate((there for _, there in matched), max))

    def behind(self, side: int, place: float) -> float:
        """Give the last place of the other side that answers to anything before `place` of this one."""
        here, there = self._sides[side]
        before = bisect_left(here, place)
        return there[before - 1] if before else 0.0


def _in_thread(name: str, pairs: Sequence[Pair], beneath: bool, bounds: _Bounds | None) -> Iterator[Spot]:
    """Give the spots of a thread; what is missing and inserted between two matches is one spot."""
    last_a = last_b = 0.5
    gap: int | None = None
    for at, (kind, a, b, _, below, _) in enumerate(pairs):
        if a and b:
            if gap is not None:
                yield _gap(name, pairs, gap, at, (last_a, last_b), bounds)
            gap = None
            if kind != "equal" or (beneath and below):
                yield Spot(a.place + b.place, name, pairs, at)
            last_a, last_b = a.place + 0.5, b.place + 0.5
        elif gap is None:
            gap = at
    if gap is not None:
        yield _gap(name, pairs, gap, len(pairs), (last_a, last_b), bounds)


def _gap(
    name: str, pairs: Sequence[Pair], start: int, end: int, last: tuple[float, float], bounds: _Bounds | None
) -> Spot:
    """Make a spot of pairs without a match, ordered by the first of either side, and by the match before it."""
    first_a = next((pair.a for pair in islice(pairs, start, end) if pair.a), None)
    first_b = next((pair.b for pair in islice(pairs, start, end) if pair.b), None)
    left = first_a.place if first_a else last[0]
    right = first_b.place if first_b else last[1]
    if bounds and not first_a and first_b:
        left = max(left, bounds.behind(1, first_b.place) + 0.5)
    if bounds and not first_b and first_a:
        right = max(right, bounds.behind(0, first_a.place) + 0.5)
    return Spot(left + right, name, pairs, start)
