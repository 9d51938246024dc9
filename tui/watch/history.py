"""What was offered in the course of a run, what that was worth, and what has no price: read once, cut at any moment."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from transcripts import Answered, Event, Valued


class Point(NamedTuple):
    """An offer, and what it is worth to each."""

    upto: int
    """How many events there were with it."""
    turn: int
    thread: str
    seat: str
    offer: str
    worth: Mapping[str, float]


class History:
    """All offers of a run so far; takes in each event once."""

    def __init__(self) -> None:
        self._points: list[Point] = []
        self._own: dict[str, list[Point]] = {}
        self._unpriced: list[int] = []
        self._seen = 0

    def take(self, events: Sequence[Event]) -> None:
        """Take in what is new of these events, which are all that there are."""
        while self._seen < len(events):
            event = events[self._seen]
            self._seen += 1
            if isinstance(event, Valued):
                worth = {seat: real for seat, value in event.worth.items() if (real := _real(value)) is not None}
                point = Point(self._seen, event.turn, event.thread, event.seat, event.offer, worth)
                self._points.append(point)
                if event.seat in worth:
                    self._own.setdefault(event.seat, []).append(point)

            elif isinstance(event, Answered) and event.answer is not None and event.cost is None:
                self._unpriced.append(self._seen)

    def unpriced(self, size: int) -> int:
        """Count the answers among the first `size` events whose price is not known."""
        return bisect_right(self._unpriced, size)

    def last(self, size: int, most: int) -> list[Point]:
        """Give the last offers among the first `size` events."""
        end = _end(self._points, size)
        return self._points[max(end - most, 0) : end]

    def own(self, size: int, most: int) -> dict[str, list[Point]]:
        """Give what each seat offered among the first `size` events: evenly chosen ones, where there are more."""
        return {seat: _some(points, _end(points, size), most) for seat, points in self._own.items()}

    def offers(self, size: int) -> dict[str, int]:
        """Count the offers of each seat among the first `size` events."""
        return {seat: _end(points, size) for seat, points in self._own.items()}


def _end(points: Sequence[Point], size: int) -> int:
    return bisect_right(points, size, key=lambda point: point.upto)


def _some(points: Sequence[Point], end: int, most: int) -> list[Point]:
    """Choose among the first points, the first and the last included."""
    if end <= most:
        return list(points[:end])
    return [points[place * (end - 1) // (most - 1)] for place in range(most)]


def _real(value: float) -> float | None:
    try:
        return float(value)
    except OverflowError:  # whole numbers of any size can stand in a file
        return None
