"""How it runs: the coordinator, the rules, brains, the Python API and the command line.

Public names are imported when they are first used, so that the command line starts at once.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.answers import Differs, Unrecorded
    from sandbox.brain import Brain, Unusable
    from sandbox.brains import BrainError
    from sandbox.dryrun import Estimate, adry_run, dry_run
    from sandbox.play import arun, run
    from sandbox.replaying import areplay, replay
    from sandbox.runs import Outcome, Run, load
    from sandbox.view import Known, Refusal, Reply, Stakes, View
    from sandbox.workspace import Workspace, find_workspace

__all__ = [
    "Brain", "BrainError", "Differs", "Estimate", "Known", "Outcome", "Refusal", "Reply", "Run", "Stakes",
    "Unrecorded", "Unusable", "View", "Workspace",
    "adry_run", "areplay", "arun", "dry_run", "find_workspace", "load", "replay", "run",
]  # fmt: skip

_HOMES = {
    "answers": ("Differs", "Unrecorded"),
    "brain": ("Brain", "Unusable"),
    "brains": ("BrainError",),
    "dryrun": ("Estimate", "adry_run", "dry_run"),
    "play": ("arun", "run"),
    "replaying": ("areplay", "replay"),
    "runs": ("Outcome", "Run", "load"),
    "view": ("Known", "Refusal", "Reply", "Stakes", "View"),
    "workspace": ("Workspace", "find_workspace"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if home := _HOME_OF.get(name):
        value = getattr(importlib.import_module(f"sandbox.{home}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'sandbox' has no attribute {name!r}")
