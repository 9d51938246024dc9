"""Copies of a state: what changes is copied, what never does is shared."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from transcripts.fold import Spent, State
from transcripts.threads import Standing, Thread

_CHANGING = (Thread, Standing, Spent)
"""What `State.apply` changes, beside containers."""
_SHARED = frozenset({"bodies", "situation"})
"""What no event changes in place."""


def copy_state(state: State) -> State:
    """Give a state that further events change without changing this one; a thread stays one thread everywhere in it."""
    copy: State = _again(state, {})
    return copy


def _again(whole: Any, made: dict[int, Any]) -> Any:
    """Copy a dataclass field by field."""
    values = {
        field.name: getattr(whole, field.name) if field.name in _SHARED else _copied(getattr(whole, field.name), made)
        for field in fields(whole)
    }
    return type(whole)(**values)


def _copied(value: Any, made: dict[int, Any]) -> Any:
    if isinstance(value, _CHANGING):
        if id(value) not in made:
            made[id(value)] = _again(value, made)
        return made[id(value)]
    if isinstance(value, dict):
        return {key: _copied(each, made) for key, each in value.items()}
    if isinstance(value, set):
        return set(value)
    if isinstance(value, list):
        holds = value and isinstance(value[0], (*_CHANGING, dict, list, set))
        return [_copied(each, made) for each in value] if holds else list(value)
    return value
