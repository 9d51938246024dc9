"""How it runs: the coordinator, the rules, brains, the Python API and the command line.

Public names are imported when they are first used, so that the command line starts at once.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.brain import Brain
    from sandbox.play import arun, run
    from sandbox.runs import Outcome, Run, load
    from sandbox.view import Known, Reply, Stakes, View
    from sandbox.workspace import Workspace, find_workspace

__all__ = [
    "Brain", "Known", "Outcome", "Reply", "Run", "Stakes", "View", "Workspace",
    "arun", "find_workspace", "load", "run",
]  # fmt: skip

_HOMES = {
    "brain": ("Brain",),
    "play": ("arun", "run"),
    "runs": ("Outcome", "Run", "load"),
    "view": ("Known", "Reply", "Stakes", "View"),
    "workspace": ("Workspace", "find_workspace"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if home := _HOME_OF.get(name):
        value = getattr(importlib.import_module(f"sandbox.{home}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'sandbox' has no attribute {name!r}")
