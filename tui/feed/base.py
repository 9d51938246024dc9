"""What every feed does: take events in, fold them, and give any moment of the run."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from sandbox.rendering.scene import Scene, origin_of
from transcripts import (
    Agreed,
    Answered,
    Asking,
    Bodies,
    Confided,
    Event,
    Forfeited,
    Forked,
    Noted,
    Said,
    State,
    Valued,
)
from tui.feed import collecting
from tui.feed.checkpoints import Checkpoints
from tui.feed.moment import Head, Moment

Speaker = tuple[str, str]
"""A thread, and a seat in it."""


class Feed:
    """A run's events as they come.  It belongs to the one thread that polls it."""

    def __init__(self, name: str, bodies: Bodies | None = None, seat: str | None = None) -> None:
        """`seat` is whose eyes see it; None for the researcher's."""
        self.name = name
        self.events: list[Event] = []
        """In order of arrival; only `poll` lets it grow."""
        self.bodies = Bodies() if bodies is None else bodies
        self.seat = seat
        self.stops = array("q")
        """How many events there are after the beginning, after each turn, after a fork, and after the end."""
        self._turns = array("q")
        """By turn: its place in `stops`."""
        self._waiting: dict[tuple[str, str, str], Asking] = {}
        self._checkpoints = Checkpoints(State(self.bodies))
        self._scene: Scene | None = None
        self._apart = 0

    @property
    def live(self) -> bool:
        """Whether somebody plays it now, so that more will come."""
        return False

    @property
    def waiting(self) -> Sequence[Asking]:
        """The calls that are under way."""
        return list(self._waiting.values()) if self.live else []

    @property
    def partial(self) -> Mapping[Speaker, str]:
        """What streams in and is no event yet, by who says it: it is recorded nowhere."""
        return {}

    def poll(self) -> int:
        """Take in what is new, and say how many events that is; raises StoreError."""
        with collecting.uncollected():
            new = self._arrived()
            for event in new:
                self._take(event)
            if len(self.events) - self._apart >= collecting.MANY:
                self._apart = len(self.events)
                collecting.set_apart()  # before it looks again: the first look would be at all of them
        return len(new)

    def moment(self, upto: int | None = None) -> Moment:
        """Give the run as it was after its first `upto` events, or as it is now.

        Raises LookupError where nothing has arrived yet.
        """
        if not self.events:
            raise LookupError(f"nothing of {self.name!r} has arrived yet")
        size = len(self.events) if upto is None else max(1, min(upto, len(self.events)))
        now = size == len(self.events)
        return Moment(self._now() if now else self._then(size), Head(self.events, size), self.bodies, now)

    def step(self, upto: int, by: int) -> int:
        """Go so many turns forth from a moment, or back with a negative number, and give the moment there."""
        place = (bisect_right(self.stops, upto) - 1 if by > 0 else bisect_left(self.stops, upto)) + by
        return self.stops[max(place, 0)] if place < len(self.stops) else len(self.events)

    def after_turn(self, turn: int) -> int:
        """Give the moment after that turn of the run; 0 is the one before all of them."""
        return self.stops[self._turns[min(turn, len(self._turns)) - 1]] if turn and self._turns else self.stops[0]

    def close(self) -> None:
        """Let go of it; nothing is asked of it afterwards."""
        if self._apart:
            collecting.take_back()

    def _arrived(self) -> Sequence[Event]:
        """Give what is new."""
        return ()

    def _take(self, event: Event) -> None:
        self.events.append(event)
        number = len(self.events)
        self._checkpoints.take(event, number)
        match event:
            case Asking():
                self._waiting[event.thread, event.seat, event.purpose] = event
            case Answered():
                self._waiting.pop((event.thread, event.seat, event.purpose), None)
            case Noted() | Valued() | Agreed():
                if self.stops and self.stops[-1] == number - 1:
                    self.stops[-1] = number  # what follows a message is part of its turn
            case Said() | Forfeited() | Confided() if event.turn:
                self._turns.append(len(self.stops))
                self.stops.append(number)
            case _:
                if not event.turn and event.is_content:
                    self.stops.append(number)
        if isinstance(event, Forked):
            self._scene = None  # the situation is another one

    def _now(self) -> Scene:
        if self._scene is None or self._scene.name != self.name:
            self._scene = self._seen(self._checkpoints.state, len(self.events))
        return self._scene

    def _then(self, size: int) -> Scene:
        return self._seen(self._checkpoints.at(size, self.events), size)

    def _seen(self, state: State, size: int) -> Scene:
        return Scene(self.name, state, self.seat, origin_of(Head(self.events, size)))
