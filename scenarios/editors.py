"""The JSON Schema of scenario files, for editors."""

from __future__ import annotations

from typing import Any

from scenarios.schema import DividedSpec, NumberSpec, Scenario

_REFERENCE: list[dict[str, Any]] = [
    {"type": "string", "pattern": r"^\{.+\}$", "description": "a parameter or a draw, as in {asking}"},
    {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": {"type": "null"}},
]


def scenario_json_schema() -> dict[str, Any]:
    """Make the JSON Schema (2020-12); wherever a number or a choice is expected, `{parameter}` may stand too."""
    schema = Scenario.model_json_schema()
    definitions = schema.setdefault("$defs", {})
    for model in (NumberSpec, DividedSpec):
        definitions[model.__name__] = model.model_json_schema(by_alias=True)
    properties = schema["properties"]
    kinds = [{"$ref": f"#/$defs/{model.__name__}"} for model in (NumberSpec, DividedSpec)]
    options = {"type": "array", "minItems": 1, "items": {"type": ["string", "number"]}}
    properties["issues"]["additionalProperties"] = {"anyOf": [options, *kinds]}
    group = {"type": "object"}
    properties["draw"] = {**properties["draw"], "anyOf": [group, {"type": "array", "items": group}]}
    loose: dict[str, Any] = _with_references(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **loose}


def _with_references(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_with_references(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") in ("number", "integer") or "enum" in schema:
        about = {key: schema[key] for key in ("title", "description", "default") if key in schema}
        bare = {key: value for key, value in schema.items() if key not in about}
        return {**about, "anyOf": [bare, *_REFERENCE]}
    return {key: _with_references(value) for key, value in schema.items()}
