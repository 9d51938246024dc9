"""States of the past: a copy is kept every so often, and what lies between is folded again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from transcripts import Event, Standing, State, Thread

EVERY = 8192
"""Events between two copies: to fold so many again takes less than a key may, and the copies take little room."""


class Checkpoints:
    """Fold events one by one, and give the state after any number of them."""

    def __init__(self, first: State) -> None:
        self.state = first
        """After all events so far; it grows."""
        self._kept = [copy_of(first)]

    def take(self, event: Event, number: int) -> None:
        """Fold an event, the `number`th from 1."""
        self.state.apply(event)
        if number % EVERY == 0:
            self._kept.append(copy_of(self.state))

    def at(self, size: int, events: Sequence[Event]) -> State:
        """Give the state after the first `size` of `events`, all of which were taken."""
        nearest = size // EVERY
        state = copy_of(self._kept[nearest])
        for event in islice(events, nearest * EVERY, size):
            state.apply(event)
        return state


def copy_of(state: State) -> State:
    """Copy a state as far as events change it in place."""
    return replace(
        state,
        threads={name: _thread(thread) for name, thread in state.threads.items()},
        turns_of=dict(state.turns_of),
        out=set(state.out),
        worth=dict(state.worth),
        notes={seat: dict(notes) for seat, notes in state.notes.items()},
        spent=replace(state.spent),
        prompts={whose: list(parts) for whose, parts in state.prompts.items()},
    )


def _thread(thread: Thread) -> Thread:
    standing = {seat: _standing(offer) for seat, offer in thread.standing.items()}
    return replace(thread, messages=list(thread.messages), standing=standing, turns=dict(thread.turns))


def _standing(offer: Standing) -> Standing:
    return replace(offer, backers=set(offer.backers))
