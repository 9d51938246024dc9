"""What an editor is told of guards: a part of the JSON Schema of scenario files."""

from __future__ import annotations

from typing import Any

from sandbox.guards.act import ACTS
from sandbox.guards.judge import JudgeSpec
from sandbox.guards.length import UNITS
from sandbox.guards.pattern import KEYS
from sandbox.guards.reading import GuardSpec, guard_kinds


def guard_json_schema() -> dict[str, Any]:
    """Describe one guard: its kind with what that is told, and what every guard may say."""
    kinds = {name: _TOLD.get(name, {}) for name in guard_kinds()}
    shared = {name: {**each, "title": name} for name, each in GuardSpec.model_json_schema()["properties"].items()}
    shared["then"] = {"anyOf": [_STEP, {"type": "array", "items": _STEP}], "description": shared["then"]["description"]}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {**kinds, **shared},
        "oneOf": [{"required": [name]} for name in kinds],
    }


def _several(one: dict[str, Any]) -> dict[str, Any]:
    """Describe one of these, or a list."""
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _keys(names: tuple[str, ...], value: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": dict.fromkeys(names, value),
    }


_TEXT = {"type": "string"}
_STEP = {
    "anyOf": [
        {"enum": ["forfeit", "end", "person"]},
        {"type": "object", "additionalProperties": False, "required": ["fallback"], "properties": {"fallback": {}}},
    ]
}
_WRITTEN = "|".join(each.replace("_", "[ _]") for each in ACTS)
_TOLD: dict[str, dict[str, Any]] = {
    "length": _keys(UNITS, {"type": "string", "pattern": r"^(\d{0,7}\.\.\d{0,7}|.*\{.+\}.*)$"}),
    "pattern": _keys(KEYS, _several(_TEXT)),
    "schema": {"type": "object"},
    "act": _several({"type": "string", "pattern": rf"^({_WRITTEN}|\{{.+\}})$"}),
    "language": _several(_TEXT),
    "model": JudgeSpec.model_json_schema(),
    "python": {"type": "string", "pattern": r".+\.py:.+"},
}
"""What each kind is told; nothing is known of kinds that others add."""
