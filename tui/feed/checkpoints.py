"""States of the past: a copy is kept every so often, and what lies between is folded again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from transcripts import Event, State, copy_state

EVERY = 8192
"""Events between two copies: to fold so many again takes less than a key may, and the copies take little room."""


class Checkpoints:
    """Fold events one by one, and give the state after any number of them."""

    def __init__(self, first: State) -> None:
        self.state = first
        """After all events so far; it grows."""
        self._kept = [copy_state(first)]

    def take(self, event: Event, number: int) -> None:
        """Fold an event, the `number`th from 1."""
        self.state.apply(event)
        if number % EVERY == 0:
            self._kept.append(copy_state(self.state))

    def at(self, size: int, events: Sequence[Event]) -> State:
        """Give the state after the first `size` of `events`, all of which were taken."""
        nearest = size // EVERY
        state = copy_state(self._kept[nearest])
        for event in islice(events, nearest * EVERY, size):
            state.apply(event)
        return state
