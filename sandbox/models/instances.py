"""Values drawn from a JSON Schema."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from typing import Any

_DEEPEST = 12
_WORDS = ("fair", "soon", "open", "clear", "today", "both", "useful", "agreed")
_DIVIDES = "add up to"
"""What the description of an object says whose numbers are shares of their common maximum; no schema can say it."""


def words(draw: random.Random) -> str:
    """Draw three words."""
    return " ".join(draw.choice(_WORDS) for _ in range(3))


def instance_of(schema: Any, draw: random.Random, text: Callable[[random.Random], str] = words) -> Any:
    """Draw a value that a schema allows; `text` writes what stands in a string.

    Knows enum, const, default for what it does not know, types, ranges, multipleOf, lengths, required, items,
    anyOf/oneOf/allOf and local $ref; not pattern, if/then/else and not.
    """
    return _Drawing(schema if isinstance(schema, Mapping) else {}, draw, text).value(schema, 0)


class _Drawing:
    def __init__(self, root: Mapping[str, Any], draw: random.Random, text: Callable[[random.Random], str]) -> None:
        self._root, self._draw, self._text = root, draw, text

    def value(self, schema: Any, depth: int) -> Any:
        if not isinstance(schema, Mapping) or depth > _DEEPEST:
            return None
        schema = self._whole(schema, depth)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._draw.choice(schema["enum"])
        for key in ("anyOf", "oneOf"):
            if schema.get(key):
                return self.value(self._one_of(schema, key), depth + 1)
        kind = schema.get("type") or _implied(schema)
        if isinstance(kind, list):
            kind = next((each for each in kind if each != "null"), "null")
        match kind:
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, depth)
            case "integer" | "number":
                return self._number(schema, whole=kind == "integer")
            case "string":
                return self._string(schema)
            case "boolean":
                return self._draw.random() < 0.5
            case _:
                return schema.get("default")

    def _one_of(self, schema: Mapping[str, Any], key: str) -> dict[str, Any]:
        branches = [branch for branch in schema[key] if isinstance(branch, Mapping)]
        real = [branch for branch in branches if branch.get("type") != "null"] or branches or [{}]
        return _merged({name: value for name, value in schema.items() if name != key}, self._draw.choice(real))

    def _whole(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        """Put in what a schema refers to, and what all of it must be."""
        found = dict(schema)
        for _ in range(_DEEPEST):
            target = found.pop("$ref", None)
            if target is None:
                break
            found = _merged(found, self._pointed(target))
        for part in found.pop("allOf", None) or ():
            if isinstance(part, Mapping) and depth <= _DEEPEST:
                found = _merged(found, self._whole(part, depth + 1))
        return found

    def _pointed(self, target: Any) -> Mapping[str, Any]:
        found: Any = self._root
        for step in str(target).removeprefix("#").split("/")[1:]:
            found = found.get(step.replace("~1", "/").replace("~0", "~"), {}) if isinstance(found, Mapping) else {}
        return found if isinstance(found, Mapping) else {}

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties") or {}
        required = schema.get("required") or []
        names = [name for name in properties if name in required or (depth < 3 and self._draw.random() < 0.5)]
        names += [name for name in required if name not in properties]
        if _DIVIDES in str(schema.get("description")) and (shares := self._shares(properties, names)):
            return shares
        return {name: self.value(properties.get(name, {"type": "string"}), depth + 1) for name in names}

    def _shares(self, properties: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
        """Divide what each may have at most among all; empty where that is not the same for each."""
        wholes = {_shareable(properties.get(name)) for name in names}
        if len(wholes) != 1 or None in wholes:
            return {}
        quantity, step = wholes.pop() or (0, 1)
        cuts = sorted(self._draw.randint(0, quantity // step) * step for _ in names[1:])
        return {name: high - low for name, low, high in zip(names, [0, *cuts], [*cuts, quantity], strict=True)}

    def _array(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        least = int(schema.get("minItems", 0))
        most = max(least, min(int(schema.get("maxItems", least + 2)), least + 4))
        items = [
            self.value(schema.get("items", {"type": "string"}), depth + 1)
            for _ in range(self._draw.randint(least, most))
        ]
        if schema.get("uniqueItems"):
            items = [item for at, item in enumerate(items) if item not in items[:at]]
        return items

    def _number(self, schema: Mapping[str, Any], *, whole: bool) -> int | float:
        step = schema.get("multipleOf") or (1 if whole else None)
        low = schema.get("minimum", schema.get("exclusiveMinimum"))
        high = schema.get("maximum", schema.get("exclusiveMaximum"))
        low = (min(0, high) if high is not None else 0) if low is None else low
        high = low + max(100, (step or 1) * 10) if high is None else high
        if step is None:
            return round(self._inside(schema, low, high), 6)
        first = math.ceil(low / step) + (schema.get("exclusiveMinimum") == math.ceil(low / step) * step)
        last = math.floor(high / step) - (schema.get("exclusiveMaximum") == math.floor(high / step) * step)
        found = self._draw.randint(first, max(first, last)) * step
        return int(found) if whole else found

    def _inside(self, schema: Mapping[str, Any], low: float, high: float) -> float:
        margin = (high - low) / 100 if "exclusiveMinimum" in schema or "exclusiveMaximum" in schema else 0.0
        return self._draw.uniform(low + margin, high - margin)

    def _string(self, schema: Mapping[str, Any]) -> str:
        least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
        text = self._text(self._draw)
        while len(text) < least:
            text += " " + self._draw.choice(_WORDS)
        return text if most is None else text[: int(most)]


def _shareable(schema: Any) -> tuple[int, int] | None:
    """Give the most that a share may be, and its step, where both are whole and none is the least."""
    if not isinstance(schema, Mapping) or schema.get("minimum") != 0:
        return None
    most, step = schema.get("maximum"), schema.get("multipleOf", 1)
    if not isinstance(most, int) or not isinstance(step, int):
        return None
    return (most, step) if step > 0 and most % step == 0 else None


def _implied(schema: Mapping[str, Any]) -> str | None:
    if "properties" in schema or "required" in schema:
        return "object"
    if "items" in schema:
        return "array"
    return "number" if {"minimum", "maximum", "multipleOf"} & schema.keys() else None


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Join two schemas that must both hold; of the same key, lists and mappings are joined too."""
    joined = dict(one)
    for key, value in other.items():
        mine = joined.get(key)
        if isinstance(mine, Mapping) and isinstance(value, Mapping):
            joined[key] = {**mine, **value}
        elif key == "required" and isinstance(mine, list) and isinstance(value, list):
            joined[key] = [*mine, *(name for name in value if name not in mine)]
        else:
            joined[key] = value
    return joined
