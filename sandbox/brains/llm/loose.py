"""What models write, read loosely where that is safe: thoughts, names in front, JSON with something around it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

_BRACES: Final = 50
"""So many places are tried, at which JSON may begin."""

_DEEPEST: Final = 8
"""Levels of nesting that an answer may have: an act's terms need four."""

_MARK = re.compile(
    r"<(/?)(?:seed:)?(?:think|thinking|thoughts?|reasoning|reflection|analysis|scratchpad)>|\[(/?)THINK\]",
    re.IGNORECASE,
)
_LINE_OF_JSON = re.compile(r"^[ \t]*\{", re.MULTILINE)
_QUOTES: Final = (('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"))


def spoken(text: str, seat: str) -> str:
    """Keep what is said: without thoughts, the speaker's own name in front, and quotation marks around all of it."""
    said = without_thoughts(text).strip()
    said = re.sub(rf"\A[*_\[]*{re.escape(seat)}[*_\]]*\s*:[*_]*\s*", "", said, flags=re.IGNORECASE)
    for left, right in _QUOTES:
        inner = said[1:-1]
        if len(said) > 1 and said[0] == left and said[-1] == right and left not in inner and right not in inner:
            return inner.strip()
    return said


def without_thoughts(text: str) -> str:
    """Take out what a model marks as thought, also where only the mark of its end or of its beginning is there."""
    kept: list[str] = []
    at, thinking = 0, False
    for mark in _MARK.finditer(text):
        closes = bool(mark[1] or mark[2])
        if closes and not thinking:
            kept.clear()  # a server's template had opened it, and so all until here was thought
        elif not closes and not thinking:
            kept.append(text[at : mark.start()])
        at, thinking = mark.end(), not closes
    return "".join(kept) + ("" if thinking else text[at:])


def objects_in(text: str) -> Iterator[dict[str, Any]]:
    """Find the JSON objects in a text, from its first brace on.

    Where no JSON begins at a brace, the next one must begin a line: inside of what is broken nothing is looked for.
    """
    at = text.find("{")
    for _ in range(_BRACES):
        if at < 0:
            return
        try:
            found, end = _DECODER.raw_decode(text, at)
            yield _storable(found)
            at = text.find("{", end)
        except (ValueError, RecursionError):
            line = _LINE_OF_JSON.search(text, at + 1)
            at = line.end() - 1 if line else -1


def load_json(text: str) -> Any:
    """Read JSON that can be stored; raises ValueError for what is none, holds no numbers as numbers, or is too deep."""
    try:
        return _storable(_DECODER.decode(text))
    except RecursionError:
        raise ValueError("nested too deep") from None


def _storable(data: Any) -> Any:
    """Replace half surrogates, which no file can hold."""
    if _is_deep(data, _DEEPEST):
        raise ValueError("nested too deep")
    return json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))


def _is_deep(data: Any, levels: int) -> bool:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return levels < 0 or any(_is_deep(each, levels - 1) for each in inner)


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text} is too large")
    return number


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")


_DECODER = json.JSONDecoder(parse_float=_number, parse_constant=_constant)
