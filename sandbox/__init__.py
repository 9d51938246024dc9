"""How it runs: the coordinator, the rules, brains, the Python API and the command line.

Public names are imported when they are first used, so that the command line starts at once.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox import (
        brains,
        cast,
        checking,
        cli,
        control,
        deeds,
        experiments,
        following,
        models,
        plan,
        prompts,
        rendering,
        tally,
        trust,
        view,
    )
    from sandbox.answers import Differs, Unrecorded
    from sandbox.brain import Brain, Unusable
    from sandbox.brains import BrainError
    from sandbox.branches import Branches, Summary
    from sandbox.checking import CheckFailed, Checks, CheckSession, Judgement, Rate, Undecided
    from sandbox.comparing import diff
    from sandbox.continuing import afork, aresume, fork, resume
    from sandbox.dryrun import Estimate, adry_run, dry_run
    from sandbox.experiments import Course, aexperiment, experiment
    from sandbox.play import arun, run
    from sandbox.recorded import Hybrid
    from sandbox.replaying import areplay, replay
    from sandbox.runs import Outcome, Run, load
    from sandbox.view import Known, Refusal, Reply, Stakes, View
    from sandbox.workspace import Workspace, find_workspace

__all__ = [
    "Brain",
    "BrainError",
    "Branches",
    "CheckFailed",
    "CheckSession",
    "Checks",
    "Course",
    "Differs",
    "Estimate",
    "Hybrid",
    "Judgement",
    "Known",
    "Outcome",
    "Rate",
    "Refusal",
    "Reply",
    "Run",
    "Stakes",
    "Summary",
    "Undecided",
    "Unrecorded",
    "Unusable",
    "View",
    "Workspace",
    "adry_run",
    "aexperiment",
    "afork",
    "areplay",
    "aresume",
    "arun",
    "brains",
    "cast",
    "checking",
    "cli",
    "control",
    "deeds",
    "diff",
    "dry_run",
    "experiment",
    "experiments",
    "find_workspace",
    "following",
    "fork",
    "load",
    "models",
    "plan",
    "prompts",
    "rendering",
    "replay",
    "resume",
    "run",
    "tally",
    "trust",
    "view",
]

_HOMES = {
    "answers": ("Differs", "Unrecorded"),
    "brain": ("Brain", "Unusable"),
    "brains": ("BrainError",),
    "branches": ("Branches", "Summary"),
    "checking": ("CheckFailed", "CheckSession", "Checks", "Judgement", "Rate", "Undecided"),
    "comparing": ("diff",),
    "continuing": ("afork", "aresume", "fork", "resume"),
    "dryrun": ("Estimate", "adry_run", "dry_run"),
    "experiments": ("Course", "aexperiment", "experiment"),
    "play": ("arun", "run"),
    "recorded": ("Hybrid",),
    "replaying": ("areplay", "replay"),
    "runs": ("Outcome", "Run", "load"),
    "view": ("Known", "Refusal", "Reply", "Stakes", "View"),
    "workspace": ("Workspace", "find_workspace"),
}
_MODULES = frozenset(
    {
        "brains",
        "cast",
        "checking",
        "cli",
        "control",
        "deeds",
        "experiments",
        "following",
        "models",
        "plan",
        "prompts",
        "rendering",
        "tally",
        "trust",
        "view",
    }
)
"""What the terminal interface shares with the command line."""

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"sandbox.{name}")
    if home := _HOME_OF.get(name):
        value = getattr(importlib.import_module(f"sandbox.{home}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'sandbox' has no attribute {name!r}")
