"""What was offered in the course of a run, what that was worth, and what has no price: read once, cut at any moment."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping
from typing import NamedTuple

from transcripts import Answered, Shelf, Valued


class Point(NamedTuple):
    """An offer, and what it is worth to each."""

    thread: str
    seat: str
    offer: str
    worth: Mapping[str, float]


class Own(NamedTuple):
    """What an offer is worth to who made it."""

    turn: int
    worth: float


class _Curve:
    """A seat's own offers."""

    def __init__(self) -> None:
        self.sizes: array[int] = array("q")
        self.turns: array[int] = array("q")
        self.worths: array[float] = array("d")

    def some(self, size: int, most: int) -> list[Own]:
        """Choose among those of the first `size` events, the first and the last included."""
        end = bisect_right(self.sizes, size)
        places = range(end) if end <= most else [place * (end - 1) // (most - 1) for place in range(most)]
        return [Own(self.turns[place], self.worths[place]) for place in places]


class History:
    """All offers of a run so far: where they are among its events, for there may be very many of them."""

    def __init__(self) -> None:
        self._events = Shelf()
        self._offers: array[int] = array("q")
        """How many events there were with each offer."""
        self._own: dict[str, _Curve] = {}
        self._unpriced: array[int] = array("q")
        self._seen = 0

    def take(self, events: Shelf) -> None:
        """Take in what is new of these events, which are all that there are."""
        self._events = events
        for place, event in events.of(("valued", "answered"), self._seen):
            if isinstance(event, Valued):
                self._offers.append(place + 1)
                if (worth := _real(event.worth.get(event.seat))) is not None:
                    curve = self._own.setdefault(event.seat, _Curve())
                    curve.sizes.append(place + 1)
                    curve.turns.append(event.turn)
                    curve.worths.append(worth)
            elif isinstance(event, Answered) and event.answer is not None and event.cost is None:
                self._unpriced.append(place + 1)
        self._seen = len(events)

    def unpriced(self, size: int) -> int:
        """Count the answers among the first `size` events whose price is not known."""
        return bisect_right(self._unpriced, size)

    def last(self, size: int, most: int) -> list[Point]:
        """Give the last offers among the first `size` events."""
        end = bisect_right(self._offers, size)
        valued = (self._events[place - 1] for place in self._offers[max(end - most, 0) : end])
        return [_point(event) for event in valued if isinstance(event, Valued)]

    def own(self, size: int, most: int) -> dict[str, list[Own]]:
        """Give what each seat offered among the first `size` events: evenly chosen ones, where there are more."""
        return {seat: curve.some(size, most) for seat, curve in self._own.items()}

    def offers(self, size: int) -> dict[str, int]:
        """Count the offers of each seat among the first `size` events."""
        return {seat: bisect_right(curve.sizes, size) for seat, curve in self._own.items()}


def _point(event: Valued) -> Point:
    worth = {seat: real for seat, value in event.worth.items() if (real := _real(value)) is not None}
    return Point(event.thread, event.seat, event.offer, worth)


def _real(value: float | None) -> float | None:
    try:
        return None if value is None else float(value)
    except OverflowError:  # whole numbers of any size can stand in a file
        return None
