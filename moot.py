"""The front door of Moot: a sandbox in which conversational agents negotiate.

    import moot

    run = moot.run("used-bike", seed=7)
    run.outcome.agreed, run.outcome.utility["seller"]

Names are imported when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from moot_errors import MootError as Error

if TYPE_CHECKING:
    from sandbox import (
        Brain,
        BrainError,
        Branches,
        Estimate,
        Outcome,
        Refusal,
        Reply,
        Run,
        Unusable,
        View,
        adry_run,
        afork,
        areplay,
        aresume,
        arun,
        dry_run,
        fork,
        load,
        replay,
        resume,
        run,
    )
    from transcripts import Store, Transcript

__all__ = [
    "Brain", "BrainError", "Branches", "Error", "Estimate", "Outcome", "Refusal", "Reply", "Run", "Store", "Transcript",
    "Unusable", "View", "adry_run", "afork", "areplay", "aresume", "arun", "dry_run", "fork", "load", "replay",
    "resume", "run",
]  # fmt: skip

_HOMES = {
    "sandbox": (
        "Brain", "BrainError", "Branches", "Estimate", "Outcome", "Refusal", "Reply", "Run", "Unusable", "View",
        "adry_run", "afork", "areplay", "aresume", "arun", "dry_run", "fork", "load", "replay", "resume", "run",
    ),
    "transcripts": ("Store", "Transcript"),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if home := _HOME_OF.get(name):
        value = getattr(importlib.import_module(home), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'moot' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
