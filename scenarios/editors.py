"""The JSON Schema of scenario files, for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from scenarios.schema import DividedSpec, NumberSpec, Scenario
from scenarios.speaking import ALONE, POLICIES, Policy

_REFERENCE: Final[list[dict[str, Any]]] = [
    {"type": "string", "pattern": r"^\{.+\}$", "description": "a parameter or a draw, as in {asking}"},
    {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": {"type": "null"}},
]
_FILLED: Final[dict[str, Any]] = {"type": "string", "pattern": r"\{.+\}"}
"""A text with a reference in it: what it comes to is not known before it is filled in."""
_SEATS: Final[dict[str, Any]] = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    "description": "Seats or groups by name; `all` are all participants.",
}
_OPTIONS: Final[dict[str, Any]] = {"type": "array", "minItems": 1, "items": {"type": ["string", "number"]}}
_TOLD: Final = {
    "shuffled": ("no_repeat", "not_last"),
    "random": ("no_repeat", "weights"),
    "moderator": ("seat", "fallback"),
    "model": ("model", "prompt", "fallback"),
    "human": ("fallback",),
}
"""What a speaker policy is told, of the fields of `Policy`."""


def scenario_json_schema(guard: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Make the JSON Schema (2020-12); wherever a number or a choice is expected, `{parameter}` may stand too.

    `guard` describes one guard; scenarios know no more of them than that they are a list.
    """
    schema = Scenario.model_json_schema()
    parts = schema.setdefault("$defs", {})
    for model in (NumberSpec, DividedSpec):
        parts[model.__name__] = model.model_json_schema(by_alias=True)
    parts["Speakers"] = _speakers()
    number, divided = ({"$ref": f"#/$defs/{model.__name__}"} for model in (NumberSpec, DividedSpec))
    span = _text(r"^-?\d{1,9}\.\.-?\d{1,9}$", "whole numbers from one to the other: `1..7`")
    _each(schema, "issues", [_OPTIONS, number, divided, span])
    _each(schema, "choices", [_OPTIONS, number, span, {"const": "seats"}])
    _each(parts["Question"], "items", [_OPTIONS, number, span])
    group = {"type": "object"}
    _narrow(schema, "draw", [group, {"type": "array", "items": group}])
    _narrow(parts["Thread"], "size", [{"type": "integer", "minimum": 2}, _text(r"^\d{1,4}(\.\.\d{1,4})?$")])
    when = _text(r"^(before|after|every \d{1,6} rounds?)$")
    _narrow(parts["Question"], "when", [when, {"type": "array", "items": when, "minItems": 1}])
    _narrow(parts["Happening"], "at", [_text(r"^(round|turn|phase|repeat) \d{1,6}$")])
    _narrow(parts["Opening"], "act", [{"type": "object", "required": ["offer"], "maxProperties": 1}])
    for name in ("Thread", "Team"):
        parts[name]["properties"]["speakers"] |= {"anyOf": [{"$ref": "#/$defs/Speakers"}], "default": "round robin"}
    members = parts["Team"]["properties"]["members"]
    members["anyOf"][0]["additionalProperties"] = {"$ref": "#/$defs/Participant"}
    for name, either in (("Phase", ("thread", "secret", "ballot")), ("Repeat", ("times", "go_on"))):
        parts[name]["anyOf"] = [{"required": [key]} for key in either]
    parts["Team"]["oneOf"] = [{"required": ["members"]}, {"required": ["scenario"]}]
    if guard is not None:
        parts["Guard"] = dict(guard)
        for part in (schema, parts["Participant"]):
            part["properties"]["guards"]["items"] = {"$ref": "#/$defs/Guard"}
    loose: dict[str, Any] = _with_references(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **loose}


def _speakers() -> dict[str, Any]:
    """Describe who speaks next: a policy by its name, or by its name with what it is told."""
    fields = Policy.model_json_schema()["properties"]
    fields["not_last"] = {**_SEATS, "description": fields["not_last"]["description"]}
    fields["fallback"] = {**fields["fallback"], "enum": list(ALONE)}
    told: dict[str, Any] = {
        kind: {"type": "object", "additionalProperties": False, "properties": {name: fields[name] for name in names}}
        for kind, names in _TOLD.items()
    }
    told["moderator"] = {"anyOf": [{"type": "string"}, {**told["moderator"], "required": ["seat"]}]}
    told["graph"] = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": _SEATS,
        "description": fields["after"]["description"],
    }
    alone = [kind for kind in POLICIES if kind not in ("graph", "moderator")]
    named = {"type": "object", "properties": told, "additionalProperties": False, "minProperties": 1}
    return {"anyOf": [{"enum": alone}, {**named, "maxProperties": 1}], "description": Policy.__doc__}


def _text(pattern: str, description: str = "") -> dict[str, Any]:
    """Describe a text of a certain form, or one that is still to be filled in."""
    form = {"type": "string", "pattern": pattern}
    return {"anyOf": [form, _FILLED], **({"description": description} if description else {})}


def _each(part: dict[str, Any], field: str, kinds: list[dict[str, Any]]) -> None:
    part["properties"][field]["additionalProperties"] = {"anyOf": [*kinds, *_REFERENCE]}


def _narrow(part: dict[str, Any], field: str, kinds: list[dict[str, Any]]) -> None:
    """Describe a field more closely than its type does."""
    kept = {key: value for key, value in part["properties"][field].items() if key in ("title", "description")}
    part["properties"][field] = {**kept, "anyOf": kinds}


def _with_references(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_with_references(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") in ("number", "integer", "boolean") or "enum" in schema:
        about = {key: schema[key] for key in ("title", "description", "default") if key in schema}
        bare = {key: value for key, value in schema.items() if key not in about}
        return {**about, "anyOf": [bare, *_REFERENCE]}
    return {key: _with_references(value) for key, value in schema.items()}
