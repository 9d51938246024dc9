"""Events as plain data, and plain data as events: what stands in a line of a file and in a row of the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from moot_errors import nearest
from transcripts.acts import Act
from transcripts.base import Evidence
from transcripts.events import Event


def _by_kind(union: Any) -> dict[str, type[BaseModel]]:
    """Give the members of a discriminated union by their kind."""
    members = get_args(get_args(union)[0])
    return {model.model_fields["kind"].default: model for model in members}


_ADAPTER: TypeAdapter[Event] = TypeAdapter(Event)
_MANY: TypeAdapter[list[Event]] = TypeAdapter(list[Event])
_MODELS = _by_kind(Event)
_ACTS = _by_kind(Act)
_NOT_CONTENT = {"v", "evidence"}
_ALWAYS = {"kind", "tick", "turn", "step"}
_DEFAULTS = {
    kind: [
        (name, field.get_default(call_default_factory=True))
        for name, field in model.model_fields.items()
        if not field.is_required() and name not in _NOT_CONTENT | _ALWAYS
    ]
    for kind, model in _MODELS.items()
}


class Problem(Exception):
    """Say what is wrong with an event's data, and where in it: keys and indices from the outside in."""

    def __init__(self, message: str, path: tuple[str | int, ...] = (), remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.remedy = remedy


class _Found(NamedTuple):
    path: tuple[str | int, ...]
    value: Any


def content(event: Event) -> dict[str, Any]:
    """Give what happened, as plain data: neither evidence nor version, and no field that says what it would anyway.

    So a field that a later version adds leaves the content of every earlier run as it was, to the byte.
    """
    data = event.model_dump(exclude=_NOT_CONTENT, exclude_none=True)
    for name, default in _DEFAULTS[event.kind]:
        if name in data and data[name] == default:
            del data[name]
    return data


def same_content(one: Event, other: Event) -> bool:
    """Tell whether the same happened, without writing it out where it did."""
    if type(one) is type(other):
        theirs = other.__dict__
        if all(value == theirs[name] for name, value in one.__dict__.items() if name not in _NOT_CONTENT):
            return True
    return content(one) == content(other)


def evidence(event: Event) -> dict[str, Any]:
    """Give how it came about, as plain data."""
    return event.evidence.model_dump(exclude_none=True) if event.evidence else {}


def to_event(data: Mapping[str, Any]) -> Event:
    """Read plain data of this version as an event; raises Problem."""
    try:
        return _ADAPTER.validate_python(data)
    except ValidationError as error:
        raise _problem(error, data) from error


def to_events(data: list[dict[str, Any]]) -> list[Event]:
    """Read plain data of this version as events; raises ValueError where `to_event` would say what is wrong."""
    return _MANY.validate_python(data)


def _problem(error: ValidationError, data: Mapping[str, Any]) -> Problem:
    first = error.errors(include_url=False)[0]
    found = _find(data, first["loc"])
    key = first["loc"][-1] if first["loc"] else ""
    match first["type"]:
        case "missing":
            return Problem(f"{key!r} is missing", found.path)
        case "extra_forbidden":
            return Problem(f"there is no field {key!r} here", found.path, _did_you_mean(str(key), _fields(data, found)))
        case "union_tag_not_found":
            return Problem("'kind' is missing", found.path)
        case "union_tag_invalid":
            kind = found.value.get("kind")
            what, kinds = ("act", _ACTS) if found.path else ("event", _MODELS)
            path = (*found.path, "kind")
            return Problem(f"there is no kind of {what} {kind!r}", path, _did_you_mean(str(kind), list(kinds)))
        case _:
            return Problem(f"{first['input']!r} cannot stand here: {first['msg']}", found.path)


def _find(data: Any, location: tuple[str | int, ...]) -> _Found:
    """Follow a location of pydantic's, which also names the members of unions, as far as the data goes."""
    path: list[str | int] = []
    for part in location:
        inside: Any = dict(enumerate(data)) if isinstance(data, list) else data
        if isinstance(inside, Mapping) and part in inside:
            data = inside[part]
            path.append(part)
    return _Found(tuple(path), data)


def _fields(data: Mapping[str, Any], found: _Found) -> list[str]:
    match found.path:
        case ("evidence", _):
            return list(Evidence.model_fields)
        case ("act", _):
            return list(_ACTS[data["act"]["kind"]].model_fields)
        case _:
            return list(_MODELS[data["kind"]].model_fields)


def _did_you_mean(name: str, choices: list[str]) -> str:
    close = nearest(name, choices)
    return f"did you mean {close!r}?" if close else f"there are {', '.join(choices)}"
