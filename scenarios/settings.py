"""Change one value of a scenario by its path, as `--set` and `vary` do."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moot_errors import Place, WrongUse, nearest
from personas import Document
from scenarios.schema import End, Participant, Scenario

Steps = tuple[str | int | float, ...]
ORDER = "scenario.order."
_ORDERED = ("issues", "participants")


@dataclass(frozen=True)
class ChangedDocument(Document):
    """A document in which some values are not the file's: their place is the setting that put them there."""

    below: Document
    settings: Mapping[Steps, str]

    def place(self, path: Sequence[str | int | float], *, key: bool = False, offset: int | None = None) -> Place:
        steps = tuple(path)
        for size in range(1, len(steps) + 1):
            if setting := self.settings.get(steps[:size]):
                return Place(f"--set {setting}")
        return self.below.place(path, key=key, offset=offset)


def apply_settings(document: Document, settings: Iterable[tuple[str, Any]]) -> Document:
    """Copy a scenario's document with each value put at its path."""
    changed: dict[str, Any] = copy.deepcopy(dict(document.data))
    # The order comes last: a setting may have added what it is about.
    given = sorted(settings, key=lambda setting: setting[0].startswith(ORDER))
    places = {set_path(changed, path, value): path for path, value in given}
    return ChangedDocument(changed, document.file, document.source, document.spots, document, places)


def set_path(data: dict[str, Any], path: str, value: Any) -> Steps:
    """Put `value` at a path that begins with a seat, `parameters.` or `scenario.`; give the keys that lead there.

    What it names must be there already, or be a field that the language knows; below `brain` anything may be added.
    Raises WrongUse with the nearest path.
    """
    first, *rest = path.split(".")
    seats = data.get("participants")
    if first == "scenario":
        steps = rest
    elif first == "parameters":
        steps = ["parameters", *rest]
    elif isinstance(seats, dict) and first in seats:
        steps = ["participants", first, *rest]
    else:
        known = ["parameters", "scenario", *(map(str, seats) if isinstance(seats, dict) else ())]
        raise _unknown(path, first, known, "")
    if path.startswith(ORDER):
        return _reorder(data, path, value)
    if len(steps) < 1 or not rest:
        raise WrongUse(f"the path {path!r} names no value", remedy=f"go on, as in {path}.…")
    return _put(data, steps, value, path, ())


def _reorder(data: dict[str, Any], path: str, value: Any) -> Steps:
    """Put issues, participants or the options of an issue into another order: who is first speaks first."""
    what = path.removeprefix(ORDER)
    issues = data.get("issues")
    steps: Steps = (what,) if what in _ORDERED else ("issues", what)
    parent = data if what in _ORDERED else (issues if isinstance(issues, dict) else {})
    listed = parent.get(what)
    if not isinstance(listed, dict if what in _ORDERED else list):
        options = (
            [name for name, issue in issues.items() if isinstance(issue, list)] if isinstance(issues, dict) else []
        )
        raise _unknown(path, what, [*_ORDERED, *options], ORDER)
    if value == "reversed":
        value = list(reversed(listed))
    if not isinstance(value, list) or sorted(map(str, value)) != sorted(map(str, listed)):
        names = ", ".join(map(str, listed))
        raise WrongUse(
            f"{path!r} puts {names} into another order, and {value!r} is none of them",
            remedy=f"write [{names}] in the order that is meant, or reversed",
        )
    places = {str(each): place for place, each in enumerate(value)}
    order = sorted(listed, key=lambda each: places[str(each)])
    parent[what] = {name: listed[name] for name in order} if isinstance(listed, dict) else order
    return steps


def _put(parent: Any, steps: list[str], value: Any, path: str, done: Steps) -> Steps:
    """Walk down to the value; a key may contain dots, so the longest that fits is taken."""
    known = _known_keys(done)
    anything = done == ("names",) or (len(done) >= 3 and done[0] == "participants" and done[2] == "brain")
    key, left = _step(parent, steps)
    if key is None:
        if (
            isinstance(parent, dict)
            and (anything or steps[0] in known)
            and (not steps[1:] or anything or steps[0] in ("brain", "names"))
        ):
            key, left = steps[0], steps[1:]
            parent[key] = {} if left else value
        else:
            choices = [*known, *(map(str, parent) if isinstance(parent, dict) else ())]
            raise _unknown(path, ".".join(steps), choices, path.removesuffix(".".join(steps)))
    if not left:
        parent[key] = value
        return (*done, key)
    return _put(parent[key], left, value, path, (*done, key))


def _step(parent: Any, steps: list[str]) -> tuple[Any, list[str]]:
    if isinstance(parent, list) and steps[0].isdecimal() and int(steps[0]) < len(parent):
        return int(steps[0]), steps[1:]
    if isinstance(parent, dict):
        for size in range(len(steps), 0, -1):
            written = ".".join(steps[:size])
            for key in parent:
                if str(key) == written:
                    return key, steps[size:]
    return None, steps


def _known_keys(done: Steps) -> list[str]:
    """Name the fields that may be added at a place, whether or not the file has them."""
    if not done:
        return [name for name in Scenario.model_fields if name != "parameters"]
    if done == ("end",):
        return list(End.model_fields)
    if done[0] == "participants" and len(done) == 2:
        return list(Participant.model_fields)
    return []


def _unknown(path: str, part: str, choices: list[str], before: str) -> WrongUse:
    close = nearest(part, choices) or nearest(part.split(".", maxsplit=1)[0], choices)
    hint = (
        f"did you mean {before}{close}?"
        if close
        else f"after {before!r} there are: {', '.join(dict.fromkeys(choices))}"
    )
    if not close and not before:
        hint = f"a path begins with {', '.join(choices)}"
    return WrongUse(f"there is nothing at the path {path!r}", remedy=hint)
