"""Language models: what is asked, who answers, and everything that may go wrong on the way.

`Models` opens a `Model` for each profile; only `client` imports httpx, only
the modules called `autogen…` import AutoGen.  Public names
are imported when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.models.cost import cost_of
    from sandbox.models.errors import ModelError
    from sandbox.models.keys import known_secrets
    from sandbox.models.opening import Models, open_model
    from sandbox.models.profiles import Profile, find_profile, load_profiles
    from sandbox.models.secrets import redact
    from sandbox.models.types import (
        Answer,
        Attempt,
        ChatMessage,
        JsonSchema,
        Model,
        Request,
        Served,
        TextPart,
        Tool,
        ToolCall,
        Usage,
    )

__all__ = [
    "Answer",
    "Attempt",
    "ChatMessage",
    "JsonSchema",
    "Model",
    "ModelError",
    "Models",
    "Profile",
    "Request",
    "Served",
    "TextPart",
    "Tool",
    "ToolCall",
    "Usage",
    "cost_of",
    "find_profile",
    "known_secrets",
    "load_profiles",
    "open_model",
    "redact",
]

_HOMES = {
    "cost": ("cost_of",),
    "errors": ("ModelError",),
    "keys": ("known_secrets",),
    "opening": ("Models", "open_model"),
    "profiles": ("Profile", "find_profile", "load_profiles"),
    "secrets": ("redact",),
    "types": (
        "Answer", "Attempt", "ChatMessage", "JsonSchema", "Model", "Served", "Request", "TextPart", "Tool", "ToolCall",
        "Usage",
    ),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if home := _HOME_OF.get(name):
        value = getattr(importlib.import_module(f"sandbox.models.{home}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'sandbox.models' has no attribute {name!r}")
