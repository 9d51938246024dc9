"""States of the past: one is kept every so often, and what lies between is folded again."""

from __future__ import annotations

from typing import Final

from transcripts import Event, KeptState, Shelf, State

EVERY: Final = 512
"""Events between two that are kept: to make and fold so many again takes less than a key may."""


class Checkpoints:
    """Fold events one by one, and give the state after any number of them."""

    def __init__(self, first: State) -> None:
        self.state = first
        """After all events so far; it grows."""
        self._kept = [KeptState(first)]

    def take(self, event: Event, number: int) -> None:
        """Fold an event, the `number`th from 1."""
        if event.kind == "valued" and event.offer in self.state.worth:
            self.state.worth = self.state.worth.copy()  # for those that are kept know what it was worth before
        self.state.apply(event)
        if number % EVERY == 0:
            self._kept.append(KeptState(self.state))

    def at(self, size: int, events: Shelf) -> State:
        """Give the state after the first `size` of `events`, all of which were taken."""
        nearest = size // EVERY
        state = self._kept[nearest].state()
        for event in events.between(nearest * EVERY, size):
            state.apply(event)
        return state
