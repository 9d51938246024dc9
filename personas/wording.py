"""Say in plain words what a validation fault of pydantic's means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .source import shown

_KINDS = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "finite_number": "a number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "iterable": "a list",
    "dict": "a mapping",
    "mapping": "a mapping",
    "model": "a mapping",
    "model_attributes": "a mapping",
    "dataclass": "a mapping",
    "none_required": "nothing",
    "date": "a date",
    "time": "a time",
    "datetime": "a date and time",
}
_KIND_ENDINGS = ("_type", "_parsing", "_from_float", "_parsing_size", "_exact")


def expected(fault: Mapping[str, Any]) -> list[str]:
    """List what would have been right in place of a value of the wrong kind; empty for every other fault."""
    kind = fault["type"]
    if kind in ("literal_error", "enum"):
        return choices_of(fault, quoted=True)
    if kind in _KINDS:
        return [_KINDS[kind]]
    for ending in _KIND_ENDINGS:
        if kind.endswith(ending) and kind.removesuffix(ending) in _KINDS:
            return [_KINDS[kind.removesuffix(ending)]]
    return []


def choices_of(fault: Mapping[str, Any], *, quoted: bool = False) -> list[str]:
    """List the values that pydantic says it would have taken."""
    written = str(fault.get("ctx", {}).get("expected", fault.get("ctx", {}).get("expected_tags", "")))
    parts = [part for half in written.split(", ") for part in half.split(" or ")] if written else []
    return parts if quoted else [part.strip("'\"") for part in parts]


def one_of(parts: list[str]) -> str:
    """Join alternatives: "a, b or c"."""
    unique = [part for part in dict.fromkeys(parts) if part != "a whole number" or "a number" not in parts]
    return unique[0] if len(unique) == 1 else f"{', '.join(unique[:-1])} or {unique[-1]}"


def found(value: Any) -> str:
    """Describe the value that is there."""
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        kind = "a mapping" if isinstance(value, dict) else "a list"
        return f"{kind} ({shown(value)})" if value else f"an empty {kind.removeprefix('a ')}"
    return shown(value) if not isinstance(value, bool) else str(value).lower()


def sentence(fault: Mapping[str, Any]) -> str:
    """Say what is wrong with one value, without a wall of words."""
    kind, value = fault["type"], fault["input"]
    if wanted := expected(fault):
        return f"expected {one_of(wanted)}, got {found(value)}"
    if kind in _SENTENCES:
        return _SENTENCES[kind](fault.get("ctx", {}), value)
    return f"{fault['msg'][:1].lower()}{fault['msg'][1:]}, got {found(value)}"


def _too_short(ctx: Mapping[str, Any], value: Any) -> str:
    least = ctx["min_length"]
    if not value:
        return "expected text, got an empty text" if isinstance(value, str) else "expected one entry or more, got none"
    return f"expected at least {least} {_units(value)}, got {found(value)}"


def _too_long(ctx: Mapping[str, Any], value: Any) -> str:
    return f"expected at most {ctx['max_length']} {_units(value)}, got {len(value)}: {shown(value)}"


def _units(value: Any) -> str:
    return "characters" if isinstance(value, str) else "entries"


def _bound(name: str, words: str) -> Callable[[Mapping[str, Any], Any], str]:
    return lambda ctx, value: f"expected {words} {ctx[name]:g}, got {found(value)}"


_SENTENCES: dict[str, Callable[[Mapping[str, Any], Any], str]] = {
    "greater_than": _bound("gt", "more than"),
    "greater_than_equal": _bound("ge", "at least"),
    "less_than": _bound("lt", "less than"),
    "less_than_equal": _bound("le", "at most"),
    "multiple_of": _bound("multiple_of", "a multiple of"),
    "string_pattern_mismatch": lambda ctx, value: f"{found(value)} is not of the form {ctx['pattern']}",
    "string_too_short": _too_short,
    "too_short": _too_short,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "union_tag_invalid": lambda ctx, value: f"{shown(ctx['tag'])} is no known {ctx['discriminator'].strip(chr(39))}",
    "union_tag_not_found": lambda ctx, value: f"{found(value)} lacks the key {ctx['discriminator']}",
    "value_error": lambda ctx, value: str(ctx["error"]),
    "assertion_error": lambda ctx, value: str(ctx["error"]),
}
