"""Validate the data of a document, and tell each fault at its place in the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from moot_errors import DocumentError, nearest

from .documents import Document, Steps
from .fields import keys_at
from .source import shown
from .wording import choices_of, expected, found, one_of, sentence

M = TypeVar("M", bound=BaseModel)

_WHOLE: Any = object()
_LISTED = 3
_FEW = 12


class Mistake(ValueError):
    """Say, from inside a pydantic validator, where in the value a fault lies and what would be right.

    `path` leads from the validated value to the faulty one, `key` means the key there, and `offset` counts characters
    into its text.
    """

    def __init__(
        self,
        message: str,
        remedy: str | None = None,
        *,
        path: Sequence[str | int | float] = (),
        key: bool = False,
        offset: int | None = None,
    ) -> None:
        super().__init__(message)
        self.remedy = remedy
        self.path = tuple(path)
        self.key = key
        self.offset = offset


@dataclass(frozen=True, slots=True)
class _Fault:
    """One fault of pydantic's: `at` is its path in the data, `branches` the unions' that it arose in, outer first."""

    raw: Any
    at: Steps
    branches: tuple[tuple[Steps, str], ...] = ()


def validate(model: type[M], document: Document, path: Sequence[str | int | float] = (), data: Any = _WHOLE) -> M:
    """Make a model of what a document says at a path, or of `data` that stands in its place.

    Raises one DocumentError: the first fault in the order of the file; the others are listed below it.
    """
    root = tuple(path)
    value = _at(document.data, root) if data is _WHOLE else data
    try:
        return model.model_validate(value)
    except ValidationError as error:
        faults = [_located(raw, value) for raw in error.errors(include_url=False)]
    told = _caused_last(_told_once(faults, model))
    raise _together([(rank, _told(fault, model, value, document, root)) for rank, fault in told]) from None


def _at(data: Any, path: Steps) -> Any:
    for step in path:
        data = data[step]
    return data


def _located(raw: Any, data: Any) -> _Fault:
    """Find the part of pydantic's location that is a path in the data; the rest names branches and validators."""
    loc = raw["loc"]
    if raw["type"] == "missing":
        loc = loc[:-1]
    taken = _alignment(loc, data)
    indices = {index for _, index in taken}
    branches = tuple(
        (tuple(step for step, before in taken if before < index), str(label))
        for index, label in enumerate(loc)
        if index not in indices and label != "[key]"
    )
    return _Fault(raw, tuple(step for step, _ in taken), branches)


def _alignment(loc: Sequence[str | int], data: Any, index: int = 0) -> list[tuple[Any, int]]:
    """Choose which steps of a location descend into the data: the most, and the latest where it is all one."""
    if index == len(loc):
        return []
    taken: list[tuple[Any, int]] = []
    for step in _steps_for(loc[index], data):
        taken = [(step, index), *_alignment(loc, data[step], index + 1)]
    if len(taken) == len(loc) - index:
        return taken
    skipped = _alignment(loc, data, index + 1)
    return taken if len(taken) > len(skipped) else skipped


def _steps_for(step: str | int, data: Any) -> list[Any]:
    if isinstance(data, list):
        return [step] if isinstance(step, int) and 0 <= step < len(data) else []
    if isinstance(data, dict):
        return [key for key in (step, _number(step)) if key in data][:1]
    return []


def _number(step: str | int) -> float | None:
    """Read a key back that pydantic spells as text because it is a fraction."""
    try:
        return float(step)
    except ValueError:
        return None


def _told_once(faults: list[_Fault], model: type[BaseModel]) -> list[_Fault]:
    """Keep of each union its most specific branch, and drop a missing key that a misspelt one stands for."""
    told = _specific(faults)
    misspelt = {
        (fault.at[:-1], nearest(str(fault.at[-1]), keys_at(model, fault.at[:-1])))
        for fault in told
        if fault.raw["type"] == "extra_forbidden"
    }
    return [f for f in told if f.raw["type"] != "missing" or (f.at, f.raw["loc"][-1]) not in misspelt]


def _caused_last(faults: list[_Fault]) -> list[tuple[bool, _Fault]]:
    """Rank a missing key behind an unknown one beside it, which may be what was meant by it."""
    unknown = {fault.at[:-1] for fault in faults if fault.raw["type"] == "extra_forbidden"}
    return [(fault.raw["type"] == "missing" and fault.at in unknown, fault) for fault in faults]


def _specific(faults: list[_Fault]) -> list[_Fault]:
    told = [fault for fault in faults if not fault.branches]
    unions: dict[Steps, dict[str, list[_Fault]]] = defaultdict(lambda: defaultdict(list))
    for fault in faults:
        if fault.branches:
            (at, label), *inner = fault.branches
            unions[at][label].append(_Fault(fault.raw, fault.at, tuple(inner)))
    for at, branches in unions.items():
        told.extend(_specific(_best_branch(at, list(branches.values()))))
    return told


def _best_branch(at: Steps, branches: list[list[_Fault]]) -> list[_Fault]:
    """Prefer the branch that the value has the shape of; with none, say all that would have done."""
    if len(branches) == 1:
        return branches[0]
    shaped = [branch for branch in branches if not any(_is_misfit(at, f) or _is_mistagged(at, f) for f in branch)]
    if shaped:
        return min(shaped, key=len)
    every = [fault for branch in branches for fault in branch]
    return [_merged([f for f in every if _is_mistagged(at, f)] or [f for f in every if _is_misfit(at, f)])]


def _is_misfit(at: Steps, fault: _Fault) -> bool:
    return fault.at == at and bool(expected(fault.raw))


def _is_mistagged(at: Steps, fault: _Fault) -> bool:
    """Tell whether a key such as `kind` says that the value belongs to another branch."""
    return fault.raw["type"] == "literal_error" and len(fault.at) == len(at) + 1


def _merged(faults: list[_Fault]) -> _Fault:
    """Make one fault of what several branches expected of the same value."""
    first = faults[0]
    wanted = [part for fault in faults if fault.at == first.at for part in expected(fault.raw)]
    value = first.raw["input"]
    literals = [part.strip("'\"") for part in wanted if part.startswith(("'", '"'))]
    problem = Mistake(f"expected {one_of(wanted)}, got {found(value)}", _did_you_mean(value, literals))
    return _Fault({**first.raw, "type": "value_error", "ctx": {"error": problem}}, first.at)


def _told(fault: _Fault, model: type[BaseModel], data: Any, document: Document, root: Steps) -> DocumentError:
    raw, at = fault.raw, (*root, *fault.at)
    kind, cause = raw["type"], raw.get("ctx", {}).get("error")
    of_key = "[key]" in raw["loc"]
    if kind == "extra_forbidden":
        known = [key for key in keys_at(model, fault.at[:-1]) if key not in _at(data, fault.at[:-1])]
        remedy = _did_you_mean(at[-1], known) or _all_of("known here", known)
        return document.error(at, f"unknown key {shown(at[-1])}", remedy, key=True)
    if kind == "missing":
        return _told_missing(raw["loc"][-1], at, document)
    if isinstance(cause, Mistake):
        return document.error(
            (*at, *cause.path), str(cause), cause.remedy, key=cause.key or of_key, offset=cause.offset
        )
    choices = choices_of(raw)
    remedy = _did_you_mean(raw.get("ctx", {}).get("tag", raw["input"]), choices)
    if kind == "union_tag_invalid":
        remedy = remedy or _all_of("one of", choices)
    return document.error(at, sentence(raw), remedy, key=of_key)


def _told_missing(name: str | int, at: Steps, document: Document) -> DocumentError:
    if isinstance(name, int):
        return document.error(at, f"entry {name + 1} of the list is missing")
    return document.error(at, f"the key {name!r} is missing", f"add '{name}: ...'", key=True)


def _did_you_mean(value: Any, choices: Iterable[str]) -> str | None:
    """Offer the nearest choice, if the value is a text and one is near."""
    close = nearest(value, choices) if isinstance(value, str) else None
    return f"did you mean {close!r}?" if close else None


def _all_of(lead: str, choices: list[str]) -> str | None:
    return f"{lead}: {', '.join(choices)}" if 0 < len(choices) <= _FEW else None


def _together(errors: list[tuple[bool, DocumentError]]) -> DocumentError:
    """Make one error of several: the first of the lower rank in the file, and below it where the others are."""
    first, *others = (error for _, error in sorted(errors, key=lambda each: (each[0], _position(each[1]))))
    lines = [first.remedy] if first.remedy else []
    lines += [f"also {_in_one_line(other)}" for other in others[:_LISTED]]
    if len(others) > _LISTED:
        lines[-1] = f"and {len(others) - _LISTED + 1} more after these"
    return DocumentError(first.message, place=first.place, remedy="\n  ".join(lines) or None)


def _position(error: DocumentError) -> tuple[int, int]:
    return (error.place.line or 0, error.place.column or 0) if error.place else (0, 0)


def _in_one_line(error: DocumentError) -> str:
    hint = f"; {error.remedy}" if error.remedy and error.remedy.startswith("did you mean") else ""
    return f"{error.place}: {error.message}{hint}"
