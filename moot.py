"""The front door of Moot: a sandbox in which conversational agents negotiate.

    import moot

    run = moot.run("used-bike", seed=7)
    run.outcome.agreed, run.outcome.utility["seller"]

Names are imported when they are first used.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from typing import TYPE_CHECKING, Any

from moot_errors import MootError as Error

if TYPE_CHECKING:
    from sandbox import (
        Brain,
        BrainError,
        Branches,
        Course,
        Estimate,
        Outcome,
        Refusal,
        Reply,
        Run,
        Unusable,
        View,
        adry_run,
        aexperiment,
        afork,
        areplay,
        aresume,
        arun,
        diff,
        dry_run,
        experiment,
        fork,
        load,
        replay,
        resume,
        run,
    )
    from transcripts import Store, Transcript

__all__ = [
    "Brain", "BrainError", "Branches", "Course", "Error", "Estimate", "Outcome", "Refusal", "Reply", "Run", "Store",
    "Transcript", "Unusable", "View", "adry_run", "aexperiment", "afork", "areplay", "aresume", "arun", "diff",
    "dry_run", "experiment", "fork", "load", "replay", "resume", "run",
]  # fmt: skip

_HOMES = {
    "sandbox": (
        "Brain", "BrainError", "Branches", "Course", "Estimate", "Outcome", "Refusal", "Reply", "Run", "Unusable",
        "View", "adry_run", "aexperiment", "afork", "areplay", "aresume", "arun", "diff", "dry_run", "experiment",
        "fork", "load", "replay", "resume", "run",
    ),
    "transcripts": ("Store", "Transcript"),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if home := _HOME_OF.get(name):
        try:
            value = getattr(importlib.import_module(home), name)
        except (ImportError, AttributeError):
            _refuse_strangers()
            raise
        globals()[name] = value
        return value
    raise AttributeError(f"module 'moot' has no attribute {name!r}")


def _refuse_strangers() -> None:
    """Say so where somebody else's package stands before one of ours: the names are common words."""
    ours = os.path.dirname(os.path.abspath(__file__))
    for package in ("personas", "sandbox", "scenarios", "transcripts"):
        spec = importlib.util.find_spec(package)
        if spec and spec.origin and os.path.dirname(os.path.dirname(os.path.abspath(spec.origin))) != ours:
            problem = f"{package!r} is a package of Moot's, and Python finds {spec.origin!r} before it"
            raise Error(problem, remedy="rename that one, or run from a folder that does not hold it")


def __dir__() -> list[str]:
    return sorted(__all__)


if __name__ == "__main__":
    from sandbox.cli import main

    main()
