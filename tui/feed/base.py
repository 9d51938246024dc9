"""What every feed does: take events in, fold them, and give any moment of the run."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from sandbox.rendering.scene import Scene
from transcripts import Asking, Bodies, Event, Shelf
from tui.feed import collecting
from tui.feed.moment import Head, Moment
from tui.feed.past import Past

Speaker = tuple[str, str]
"""A thread, and a seat in it."""


class Feed:
    """A run's events as they come.  It belongs to the one thread that polls it."""

    def __init__(self, name: str, bodies: Bodies | None = None, seat: str | None = None) -> None:
        """`seat` is whose eyes see it; None for the researcher's."""
        self.name = name
        self.seat = seat
        self._past = Past(Bodies() if bodies is None else bodies)
        self._polling = threading.Lock()
        self._scene: Scene | None = None
        self._then: Moment | None = None
        """The moment of the past that was asked for last, which will be asked for again."""
        self._apart = 0

    @property
    def events(self) -> Shelf:
        """In order of arrival; only `poll` lets it grow."""
        return self._past.events

    @property
    def bodies(self) -> Bodies:
        """What the events refer to."""
        return self._past.bodies

    @property
    def stops(self) -> array[int]:
        """How many events there are after the beginning, after each turn, after a fork, and after the end."""
        return self._past.stops

    @property
    def live(self) -> bool:
        """Whether somebody plays it now, so that more will come."""
        return False

    @property
    def waiting(self) -> Sequence[Asking]:
        """The calls that are under way."""
        return list(self._past.waiting.values()) if self.live else []

    @property
    def partial(self) -> Mapping[Speaker, str]:
        """What streams in and is no event yet, by who says it: it is recorded nowhere."""
        return {}

    def poll(self) -> int:
        """Take in what is new, and say how many events that is; raises StoreError.

        Of two that poll at the same time, as a preview does and the screen that is opened from it, one waits.
        """
        with self._polling, collecting.uncollected():
            before = len(self.events)
            self._take_new()
            if len(self.events) - self._apart >= collecting.MANY:
                self._apart = len(self.events)
                collecting.set_apart()  # before it looks again: the first look would be at all of them
            return len(self.events) - before

    def moment(self, upto: int | None = None) -> Moment:
        """Give the run as it was after its first `upto` events, or as it is now.

        Raises LookupError where nothing has arrived yet.
        """
        past = self._past
        if not past.events:
            raise LookupError(f"nothing of {self.name!r} has arrived yet")
        size = len(past.events) if upto is None else max(1, min(upto, len(past.events)))
        head = Head(past.events, size)
        if size == len(past.events):
            return Moment(self._now(), head, past.bodies, now=True, counted=past.tally)
        if self._then is None or self._then.upto != size or self._then.scene.name != self.name:
            scene = Scene(self.name, past.then(size), self.seat, past.origin(size))
            self._then = Moment(scene, head, past.bodies, now=False)
        return self._then

    def step(self, upto: int, by: int) -> int:
        """Go so many turns forth from a moment, or back with a negative number, and give the moment there."""
        place = (bisect_right(self.stops, upto) - 1 if by > 0 else bisect_left(self.stops, upto)) + by
        return self.stops[max(place, 0)] if place < len(self.stops) else len(self.events)

    def after_turn(self, turn: int) -> int:
        """Give the moment after that turn of the run; 0 is the one before all of them."""
        turns = self._past.turns
        return self.stops[turns[min(turn, len(turns)) - 1]] if turn and turns else self.stops[0]

    def close(self) -> None:
        """Let go of it; nothing is asked of it afterwards."""
        if self._apart:
            collecting.take_back()

    def _take_new(self) -> None:
        """Take in what is new."""

    def _take(self, *events: Event) -> None:
        self._past.take(events)
        if any(event.kind == "forked" for event in events):
            self._scene = None  # the situation is another one

    def _now(self) -> Scene:
        if self._scene is None or self._scene.name != self.name:
            past = self._past
            self._scene = Scene(self.name, past.now, self.seat, past.origin(len(past.events)))
        return self._scene
