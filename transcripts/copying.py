"""Copies of a state: what changes is copied, what never does is shared."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import islice
from typing import Any

from transcripts.fold import Spent, State
from transcripts.threads import Standing, Thread

_CHANGING = (Thread, Standing, Spent)
"""What `State.apply` changes, beside containers."""
_SHARED = frozenset({"bodies", "situation"})
"""What no event changes in place."""
_GROWING = frozenset({"messages", "worth"})
"""What grows with every message, and in which nothing that is there becomes another thing."""


def copy_state(state: State) -> State:
    """Give a state that further events change without changing this one; a thread stays one thread everywhere in it."""
    copy: State = _again(state, {}, keeping=False)
    return copy


class KeptState:
    """A state as it is now, in little room: of what grows with every message it keeps how far that had come.

    What it was made of may take further events, but for one that values an offer anew: then `worth` must be put in the
    place of a copy before.
    """

    def __init__(self, state: State) -> None:
        self._kept: State = _again(state, {}, keeping=True)

    def state(self) -> State:
        """Give the state; a new one each time, which further events may change."""
        return copy_state(self._kept)


@dataclass(frozen=True, slots=True)
class _Head:
    """The first entries of a list or dictionary that grows."""

    whole: Any
    size: int

    def copy(self) -> Any:
        if not isinstance(self.whole, dict):
            return self.whole[: self.size]
        if 2 * self.size < len(self.whole):
            return dict(islice(self.whole.items(), self.size))
        first = self.whole.copy()  # which is much quicker, and so is to take the rest out again
        while len(first) > self.size:
            first.popitem()
        return first


def _again(whole: Any, made: dict[int, Any], *, keeping: bool) -> Any:
    """Copy a dataclass field by field."""
    values = {}
    for field in fields(whole):
        value = getattr(whole, field.name)
        if isinstance(value, _Head):
            value = value.copy()
        elif field.name in _GROWING:
            value = _Head(value, len(value)) if keeping else value.copy()
        elif field.name not in _SHARED:
            value = _copied(value, made, keeping=keeping)
        values[field.name] = value
    return type(whole)(**values)


def _copied(value: Any, made: dict[int, Any], *, keeping: bool) -> Any:
    if isinstance(value, _CHANGING):
        if id(value) not in made:
            made[id(value)] = _again(value, made, keeping=keeping)
        return made[id(value)]
    if isinstance(value, dict):
        return {key: _copied(each, made, keeping=keeping) for key, each in value.items()}
    if isinstance(value, set):
        return set(value)
    if isinstance(value, list):
        holds = value and isinstance(value[0], (*_CHANGING, dict, list, set))
        return [_copied(each, made, keeping=keeping) for each in value] if holds else list(value)
    return value
