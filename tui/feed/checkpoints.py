"""States of the past: a copy is kept every so often, and what lies between is folded again."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import fields, replace
from itertools import islice
from typing import Any, Final, TypeVar, cast

from transcripts import Event, Spent, Standing, State, Thread

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
    """Copy a state as far as events change it in place; what is in it twice is so in the copy too."""
    return _copy(state, {})


_AS_IT_IS: Final = {"bodies", "situation", "started"}
"""What is never changed in place."""
_OUTSIDE: Final = {"worth", "messages"}
"""What only grows: what was in it once stays as it was."""

T = TypeVar("T")


def _copy(value: T, copies: dict[int, Any]) -> T:
    """Copy a value; `copies` are those that were made already, by what they are copies of."""
    match value:
        case State() | Thread() | Standing() | Spent():
            if id(value) not in copies:
                parts = {name: getattr(value, name) for each in fields(value) if (name := each.name) not in _AS_IT_IS}
                copied = {name: copy(part) if name in _OUTSIDE else _copy(part, copies) for name, part in parts.items()}
                copies[id(value)] = replace(value, **copied)
            return cast(T, copies[id(value)])
        case dict():
            return cast(T, {key: _copy(each, copies) for key, each in value.items()})
        case list() | set():
            return copy(value)
        case _:
            return value
