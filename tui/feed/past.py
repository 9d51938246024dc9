"""All that there is of a run: its events, what they amount to, and where its turns are."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from sandbox.rendering.scene import Origin, origin_of
from sandbox.tally import Tally
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
    Shelf,
    State,
    Valued,
)
from tui.feed.checkpoints import Checkpoints


class Past:
    """Take events in one by one, and let go of them again: they are made anew when somebody asks for one."""

    def __init__(self, bodies: Bodies) -> None:
        self.bodies = bodies
        self.events = Shelf()
        """In order of arrival."""
        self.stops = array("q")
        """How many events there are after the beginning, after each turn, after a fork, and after the end."""
        self.turns = array("q")
        """By turn: its place in `stops`."""
        self.waiting: dict[tuple[str, str, str], Asking] = {}
        """Calls without an answer, by whose they are and what for."""
        self.tally = Tally()
        """Over all events."""
        self._forks: list[tuple[int, Origin]] = []
        """How many events there were with each fork, and what it left."""
        self._checkpoints = Checkpoints(State(bodies))

    def take(self, events: Sequence[Event], read_from: Sequence[tuple[Any, ...]] = ()) -> None:
        """Take events in, with the rows that they were read from if they were."""
        number = len(self.events)
        self.events.extend(events, read_from)
        for event in events:
            number += 1
            self._checkpoints.take(event, number)
            self._note(event, number)

    def _note(self, event: Event, number: int) -> None:
        """Keep where a turn ends, what is under way and what it took."""
        match event:
            case Valued() | Noted() | Agreed():
                if self.stops and self.stops[-1] == number - 1:
                    self.stops[-1] = number  # what follows a message is part of its turn
                return
            case Said() | Forfeited() | Confided() if event.turn:
                self.turns.append(len(self.stops))
                self.stops.append(number)
            case Asking():
                self.waiting[event.thread, event.seat, event.purpose] = event
                return
            case Answered():
                self.waiting.pop((event.thread, event.seat, event.purpose), None)
            case _:
                if not event.turn and event.is_content:
                    self.stops.append(number)
                if isinstance(event, Forked) and (origin := origin_of([event])):
                    self._forks.append((number, origin))
        self.tally.add(event)

    @property
    def now(self) -> State:
        """The state after all events; it grows."""
        return self._checkpoints.state

    def then(self, size: int) -> State:
        """Give the state after so many events."""
        return self._checkpoints.at(size, self.events)

    def origin(self, size: int) -> Origin | None:
        """Say what the run had branched off after so many events; None where nothing."""
        place = bisect_right(self._forks, size, key=lambda fork: fork[0])
        return self._forks[place - 1][1] if place else None
