"""Hold back what is not JSON of a schema."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from personas import Mistake
from sandbox.guards.fit import Schema, read_json
from sandbox.guards.guard import Setting, is_message, words_of

if TYPE_CHECKING:
    from sandbox.view import Reply, View

LONGEST: Final = 200_000
"""Characters of JSON that are read."""


@dataclass(frozen=True, slots=True)
class FitsSchema:
    """Demand prose that is JSON of a schema; where there is no prose, what the act says in words."""

    schema: Schema

    async def check(self, view: View, reply: Reply) -> str | None:
        if not is_message(reply):
            return None
        try:
            value = read_json(reply.text if reply.text.strip() else words_of(reply), LONGEST)
        except json.JSONDecodeError as error:
            return f"it must be JSON and nothing else: {error.msg} in line {error.lineno}, column {error.colno}"
        except ValueError as error:
            return f"it must be JSON and nothing else: {error}"
        return self.schema.fault(value)


def make(told: Any, setting: Setting) -> FitsSchema:
    """Check the schema; raises Mistake."""
    if not isinstance(told, dict):
        remedy = "such as {type: object, required: [price]}"
        raise Mistake(f"a schema is a mapping, and not {told!r}", remedy, path=setting.path)
    return FitsSchema(Schema(told, setting.path))
