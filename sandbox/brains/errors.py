"""What is wrong with a brain's mapping, and where in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from moot_errors import MootError, Place, nearest

Path = tuple[str | int, ...]


class BrainError(MootError):
    """A brain's mapping cannot be meant; `path` leads to the fault inside the mapping."""

    def __init__(
        self, message: str, *, path: Sequence[str | int] = (), place: Place | None = None, remedy: str | None = None
    ) -> None:
        super().__init__(message, place=place, remedy=remedy)
        self.path: Path = tuple(path)


class Spec(BaseModel):
    """What every brain's mapping has: no key that nothing reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)


S = TypeVar("S", bound=Spec)


def check_spec(model: type[S], mapping: Mapping[str, Any]) -> S:
    """Check a brain's mapping; raises BrainError for the first fault in it."""
    try:
        return model.model_validate(dict(mapping))
    except ValidationError as error:
        raise _told(error.errors(include_url=False)[0], model) from None


def unknown(what: str, name: object, choices: Sequence[str], path: Sequence[str | int]) -> BrainError:
    """Say that nothing has that name, and which is nearest."""
    close = nearest(str(name), choices)
    remedy = f"did you mean {close!r}?" if close else f"there are {', '.join(choices)}"
    return BrainError(f"there is no {what} {name!r}", path=path, remedy=remedy)


def _told(fault: Any, model: type[BaseModel]) -> BrainError:
    """Put pydantic's first fault in a sentence that names the value."""
    path, value, context = tuple(fault["loc"]), fault["input"], fault.get("ctx", {})
    match fault["type"]:
        case "extra_forbidden":
            return unknown("key", path[-1], list(model.model_fields), path)
        case "missing":
            return BrainError(f"the key {path[-1]!r} is missing", path=path[:-1])
        case "literal_error":
            return BrainError(f"{path[-1]!r} cannot be {value!r}", path=path, remedy=f"write {context['expected']}")
        case _:
            says = str(fault["msg"]).replace("Input should be", "it must be").removeprefix("Value error, ")
            return BrainError(f"{'.'.join(map(str, path))} cannot be {value!r}: {says}", path=path)
