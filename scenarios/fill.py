"""Put parameters and draws where a scenario names them: `{asking}` in a text, a number or a key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from moot_errors import nearest
from personas import Mistake
from scenarios.arithmetic import Option, names_in, parse_expression
from scenarios.grammar import ExpressionError
from scenarios.values import is_number, tidy

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_COUNT = re.compile(r"\d+(,\d*)?|,\d+")
Step = str | int | float
Path = tuple[Step, ...]


def fill(data: Any, names: Mapping[str, Any], path: Path = ()) -> Any:
    """Copy `data` with each `{expression}` worked out; raises Mistake with the path of what cannot be.

    A text that is one reference and nothing else becomes the value itself, so that `no_deal: "{cost}"` is a number.
    `{{` and `}}` stand for single braces.  In a guard's pattern `{2,3}` stays what it is there, a number of times.
    """
    if isinstance(data, dict):
        if (reference := _bare_reference(data, names, path)) is not None:
            return _evaluate(reference, names, path, 0)
        return {
            fill(key, names, path) if isinstance(key, str) else key: fill(value, names, (*path, key))
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [fill(item, names, (*path, place)) for place, item in enumerate(data)]
    return _fill_text(data, names, path) if isinstance(data, str) else data


def mistaken(error: ExpressionError, source: str, path: Path, start: int = 0) -> Mistake:
    """Say where in the file an expression goes wrong: it begins at character `start` of the text at `path`."""
    message = error.message if repr(source) in error.message else f"{error.message} in {source!r}"
    return Mistake(message, error.remedy, path=path, offset=start + error.at)


def _bare_reference(data: dict[Any, Any], names: Mapping[str, Any], path: Path) -> str | None:
    """See what YAML makes of an unquoted `{asking}`: a mapping of one key without a value."""
    if len(data) != 1:
        return None
    key, value = next(iter(data.items()))
    if value is not None or not isinstance(key, str):
        return None
    try:
        used = names_in(parse_expression(key).tree)
    except ExpressionError:
        return None
    if used and used <= set(names):
        return key
    unknown = sorted(used - set(names))
    close = nearest(unknown[0], names) if unknown else None
    if close:
        raise Mistake(f"unknown name {unknown[0]!r}", f"did you mean {close!r}?", path=(*path, key), key=True)
    return None


def _fill_text(text: str, names: Mapping[str, Any], path: Path) -> Any:
    if "{" not in text and "}" not in text:
        return text
    whole = _BRACES.fullmatch(text)
    if whole and whole[1] is not None and not _is_count(whole[1], path):
        return _evaluate(whole[1], names, path, 1)

    def replace(match: re.Match[str]) -> str:
        if match[0] in {"{{", "}}"}:
            return match[0][0]
        if match[1] is not None and _is_count(match[1], path):
            return match[0]
        if match[1] is None:
            raise Mistake(
                f"the brace {match[0]!r} stands alone",
                f"write {match[0] * 2!r} for the sign",
                path=path,
                offset=match.start(),
            )
        return _text(_evaluate(match[1], names, path, match.start() + 1))

    return _BRACES.sub(replace, text)


def _is_count(inside: str, path: Path) -> bool:
    """Tell what a pattern repeats from what it refers to."""
    return "guards" in path and ("pattern" in path or "schema" in path) and bool(_COUNT.fullmatch(inside))


def _evaluate(source: str, names: Mapping[str, Any], path: Path, start: int) -> Any:
    try:
        value = parse_expression(source).evaluate(names)
    except ExpressionError as error:
        raise mistaken(error, source, path, start) from None
    if isinstance(value, (list, Option)):
        raise Mistake(f"{source!r} is not a single value", path=path, offset=start)
    return tidy(value) if is_number(value) else value


def _text(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
