"""Hold JSON to a JSON Schema, in a bounded number of steps.

A part of JSON Schema 2020-12: what a message needs.  A keyword that is not among it is an error, and never passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from moot_errors import nearest
from personas import Mistake
from sandbox.guards.expressions import Expression
from sandbox.guards.guard import Unjudged

STEPS: Final = 200_000
"""Looks at a value, or at a thousand characters, that one message may take."""
DEEPEST: Final = 100
TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
NOTES: Final = ("$schema", "$id", "$comment", "title", "description", "default", "examples", "$defs", "definitions")
ONE: Final = ("items", "additionalProperties", "not")
SEVERAL: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED: Final = ("properties", "$defs", "definitions")
COUNTS: Final = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
BOUNDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
KEYWORDS: Final = (
    *NOTES, *ONE, *SEVERAL, "properties", *COUNTS, *BOUNDS, "type", "enum", "const", "required", "uniqueItems",
    "pattern", "$ref",
)  # fmt: skip
_AT_MOST: Final = 3
Path = tuple[str | int | float, ...]


class Schema:
    """A schema that was checked, and that JSON can be held to."""

    def __init__(self, written: Any, path: Path) -> None:
        """Check it; raises Mistake with the path of what is wrong, below `path`."""
        self._root = written
        self._patterns: dict[str, Expression] = {}
        self._check(written, path, 0)

    def fault(self, value: Any) -> str | None:
        """Say what is wrong with a value; raises Unjudged where that takes too long."""
        return _Fitting(self._root, self._patterns).fault(self._root, value, "", 0)

    def _check(self, schema: Any, path: Path, depth: int) -> None:
        if isinstance(schema, bool):
            return
        if not isinstance(schema, Mapping):
            raise Mistake(f"a schema is a mapping, true or false, and not {schema!r}", path=path)
        if depth > DEEPEST:
            raise Mistake("the schema is nested too deep", path=path)
        for key, told in schema.items():
            self._check_keyword(key, told, (*path, key), depth)

    def _check_keyword(self, key: str, told: Any, here: Path, depth: int) -> None:
        if key not in KEYWORDS:
            close = nearest(str(key), KEYWORDS)
            remedy = f"did you mean {close!r}?" if close else f"there are {', '.join(KEYWORDS)}"
            raise Mistake(f"guards do not know the keyword {key!r}", remedy, path=here, key=True)
        if key in ONE:
            self._check(told, here, depth + 1)
        elif key in SEVERAL or key in NAMED:
            parts = told.items() if isinstance(told, Mapping) else enumerate(told) if isinstance(told, list) else ()
            if not isinstance(told, dict if key in NAMED else list) or not told:
                raise Mistake(f"{key!r} cannot be {told!r}", f"write {_SHAPES[key in NAMED]}", path=here)
            for step, each in parts:
                self._check(each, (*here, step), depth + 1)
        elif key == "pattern" and isinstance(told, str):
            self._patterns[told] = Expression(told, here)
        elif key == "$ref" and isinstance(told, str):
            if _found(self._root, told) is None:
                raise Mistake(f"{told!r} leads nowhere", "a reference begins with #/$defs/", path=here)
        elif not _is_right(key, told):
            raise Mistake(f"{key!r} cannot be {told!r}", f"write {_WANTED[key]}" if key in _WANTED else None, path=here)


_SHAPES: Final = {True: "a mapping of schemas", False: "a list of schemas"}
_WANTED: Final = {
    "type": f"one of {', '.join(TYPES)}, or a list of them",
    "enum": "a list of values",
    "required": "a list of names",
    "uniqueItems": "true or false",
    "pattern": "a text",
    "$ref": "a text such as '#/$defs/name'",
    **dict.fromkeys(COUNTS, "a whole number from 0 on"),
    **dict.fromkeys(BOUNDS, "a number"),
    "multipleOf": "a number above 0",
}


def _is_right(key: str, told: Any) -> bool:
    """Tell whether a keyword is told what it must be."""
    number = isinstance(told, int | float) and not isinstance(told, bool)
    match key:
        case "type":
            listed = told if isinstance(told, list) else [told]
            return bool(listed) and all(isinstance(each, str) and each in TYPES for each in listed)
        case "enum":
            return isinstance(told, list) and bool(told)
        case "required":
            return isinstance(told, list) and all(isinstance(each, str) for each in told)
        case "uniqueItems":
            return isinstance(told, bool)
        case "pattern" | "$ref":
            return False
        case "multipleOf":
            return number and told > 0
        case _ if key in COUNTS:
            return number and isinstance(told, int) and told >= 0
        case _ if key in BOUNDS:
            return number
        case _:
            return True


def _found(root: Any, reference: str) -> Any:
    """Follow a reference into the schema itself; None where it leads to no schema."""
    first, *steps = reference.split("/")
    below = root
    for step in steps:
        name = step.replace("~1", "/").replace("~0", "~")
        below = below.get(name) if isinstance(below, Mapping) else None
    return below if first == "#" and isinstance(below, Mapping | bool) else None


class _Fitting:
    """Hold one value to a schema."""

    def __init__(self, root: Any, patterns: Mapping[str, Expression]) -> None:
        self._root, self._patterns, self._left = root, patterns, STEPS

    def _spend(self, steps: int = 1) -> None:
        self._left -= steps
        if self._left < 0:
            raise Unjudged("it takes too long to hold it to the schema")

    def fault(self, schema: Any, value: Any, at: str, depth: int) -> str | None:
        """Say what is wrong first, with its place in the value."""
        self._spend()
        if depth > DEEPEST:
            raise Unjudged("it is nested too deep")
        if isinstance(schema, bool):
            return None if schema else f"{at or 'it'} may not be there"
        for said in self._complaints(schema, value, at, depth + 1):
            return said
        return None

    def _complaints(self, schema: Mapping[str, Any], value: Any, at: str, depth: int) -> Iterator[str]:
        name = at or "the whole"
        if "type" in schema:
            types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            if not any(_is_a(value, each) for each in types):
                yield f"{name} must be {' or '.join(types)}, and is {_short(value)}"
        if "enum" in schema and self._key(value) not in [self._key(each) for each in schema["enum"]]:
            yield f"{name} must be one of {', '.join(map(_short, schema['enum']))}, and is {_short(value)}"
        if "const" in schema and self._key(value) != self._key(schema["const"]):
            yield f"{name} must be {_short(schema['const'])}, and is {_short(value)}"
        if isinstance(value, str):
            yield from self._text(schema, value, name)
        elif _is_a(value, "number"):
            yield from _number(schema, value, name)
        elif isinstance(value, dict):
            yield from self._object(schema, value, at, depth)
        elif isinstance(value, list):
            yield from self._array(schema, value, at, depth)
        yield from self._joined(schema, value, at, depth)

    def _joined(self, schema: Mapping[str, Any], value: Any, at: str, depth: int) -> Iterator[str]:
        """Hold it to what other schemas say."""
        name = at or "the whole"
        if "$ref" in schema and (said := self.fault(_found(self._root, schema["$ref"]), value, at, depth)):
            yield said
        for each in schema.get("allOf", ()):
            if said := self.fault(each, value, at, depth):
                yield said
        if "anyOf" in schema or "oneOf" in schema:
            for key in ("anyOf", "oneOf"):
                if key in schema:
                    faults = [self.fault(each, value, at, depth) for each in schema[key]]
                    fitting = sum(fault is None for fault in faults)
                    if not fitting:
                        listed = "; or ".join(fault for fault in faults[:_AT_MOST] if fault)
                        yield f"{name} has none of the {len(faults)} forms that it may have: {listed}"
                    elif key == "oneOf" and fitting > 1:
                        yield f"{name} has {fitting} of the forms of which it may have one"
        if "not" in schema and self.fault(schema["not"], value, at, depth) is None:
            yield f"{name} has a form that it may not have"

    def _text(self, schema: Mapping[str, Any], value: str, name: str) -> Iterator[str]:
        yield from _counted(schema, "Length", len(value), "characters", name)
        if pattern := schema.get("pattern"):
            expression = self._patterns[pattern]
            self._spend(1 + expression.cost(value) // 1000)
            if not expression.matches(value):
                yield f"{name} must match the pattern {pattern}"

    def _object(self, schema: Mapping[str, Any], value: dict[str, Any], at: str, depth: int) -> Iterator[str]:
        name = at or "the whole"
        for key in schema.get("required", ()):
            if key not in value:
                yield f"{name} lacks the key {_short(key)}"
        properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        for key, each in value.items():
            if key not in properties and others is False:
                close = nearest(key[:100], [known for known in properties if known not in value])
                hint = f"; did you mean {_short(close)}?" if close else ""
                yield f"{name} may not have the key {_short(key)}{hint}"
            elif said := self.fault(properties.get(key, others), each, f"{at}.{key[:40]}" if at else key[:40], depth):
                yield said
        yield from _counted(schema, "Properties", len(value), "keys", name)

    def _array(self, schema: Mapping[str, Any], value: list[Any], at: str, depth: int) -> Iterator[str]:
        first = schema.get("prefixItems", [])
        for place, each in enumerate(value):
            its = first[place] if place < len(first) else schema.get("items", True)
            if said := self.fault(its, each, f"{at}[{place}]", depth):
                yield said
        yield from _counted(schema, "Items", len(value), "entries", at or "the whole")
        if schema.get("uniqueItems") and len({self._key(each) for each in value}) < len(value):
            yield f"{at or 'the whole'} has an entry twice"

    def _key(self, value: Any) -> str:
        """Write a value so that two are equal as JSON when their keys are."""
        return json.dumps(self._whole(value), sort_keys=True)

    def _whole(self, value: Any) -> Any:
        self._spend(1 + len(value) // 1000 if isinstance(value, str) else 1)
        if isinstance(value, dict):
            return {key: self._whole(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._whole(each) for each in value]
        return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_a(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, TYPES[kind])


def _number(schema: Mapping[str, Any], value: float, name: str) -> Iterator[str]:
    if "minimum" in schema and value < schema["minimum"]:
        yield f"{name} must be {schema['minimum']} or more, and is {_short(value)}"
    if "exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"]:
        yield f"{name} must be more than {schema['exclusiveMinimum']}, and is {_short(value)}"
    if "maximum" in schema and value > schema["maximum"]:
        yield f"{name} must be {schema['maximum']} or less, and is {_short(value)}"
    if "exclusiveMaximum" in schema and value >= schema["exclusiveMaximum"]:
        yield f"{name} must be less than {schema['exclusiveMaximum']}, and is {_short(value)}"
    if "multipleOf" in schema and Fraction(str(value)) % Fraction(str(schema["multipleOf"])):
        yield f"{name} must be a multiple of {schema['multipleOf']}, and is {_short(value)}"


def _counted(schema: Mapping[str, Any], what: str, count: int, unit: str, name: str) -> Iterator[str]:
    if count < schema.get(f"min{what}", 0):
        yield f"{name} must have {schema[f'min{what}']} {unit} or more, and has {count}"
    if count > schema.get(f"max{what}", count):
        yield f"{name} may have {schema[f'max{what}']} {unit} at most, and has {count}"


def _short(value: Any) -> str:
    """Write a value for a reason, on one line; what holds others is only named."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "an array"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**40:
        return "a number of very many digits"
    text = json.dumps(value[:61] if isinstance(value, str) else value, ensure_ascii=False)
    return text if len(text) <= 60 else f'{text[:58]}…"'


def read_json(text: str, most: int) -> Any:
    """Read JSON with nothing around it; raises ValueError with the reason, and Unjudged for too much of it."""
    if len(text) > most:
        raise Unjudged(f"it has {len(text)} characters, and can have {most}")
    try:
        return _DECODER.decode(text.strip())
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _pairs(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {_short(twice)} is given twice")
    return made


def _real(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return number


def _whole_number(text: str) -> int:
    if len(text) > 100:
        raise ValueError("a number has too many digits")
    return int(text)


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_real, parse_int=_whole_number, parse_constant=_constant
)
