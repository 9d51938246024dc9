"""Arms by trials: an experiment's file, its running, its results and what they say.

Public names are imported when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.experiments.conducting import Course, aexperiment, conduct, experiment
    from sandbox.experiments.contrasts import Contrast, Difference, Equivalence, Interaction, Slope
    from sandbox.experiments.design import Arm, Axis, Design, Level, Measure, Selection
    from sandbox.experiments.executor import Assignment, Executor, Played
    from sandbox.experiments.loading import list_experiments
    from sandbox.experiments.merging import Merged, merge
    from sandbox.experiments.planning import Experiment, prepare
    from sandbox.experiments.progress import Progress
    from sandbox.experiments.reading import ExperimentInfo, read_experiments, read_results
    from sandbox.experiments.results import Results, Trial
    from sandbox.experiments.running import Runner
    from sandbox.experiments.schema import ExperimentSpec, experiment_json_schema

__all__ = [
    "Arm", "Assignment", "Axis", "Contrast", "Course", "Design", "Difference", "Equivalence", "Executor", "Experiment",
    "ExperimentInfo", "ExperimentSpec", "Interaction", "Level", "Measure", "Merged", "Played", "Progress", "Results",
    "Runner", "Selection", "Slope", "Trial",
    "aexperiment", "conduct", "experiment", "experiment_json_schema", "list_experiments", "merge", "prepare",
    "read_experiments", "read_results",
]  # fmt: skip

_HOMES = {
    "contrasts": ("Contrast", "Difference", "Equivalence", "Interaction", "Slope"),
    "design": ("Arm", "Axis", "Design", "Level", "Measure", "Selection"),
    "conducting": ("Course", "aexperiment", "conduct", "experiment"),
    "executor": ("Assignment", "Executor", "Played"),
    "loading": ("list_experiments",),
    "merging": ("Merged", "merge"),
    "planning": ("Experiment", "prepare"),
    "progress": ("Progress",),
    "reading": ("ExperimentInfo", "read_experiments", "read_results"),
    "results": ("Results", "Trial"),
    "running": ("Runner",),
    "schema": ("ExperimentSpec", "experiment_json_schema"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if home := _HOME_OF.get(name):
        value = getattr(importlib.import_module(f"sandbox.experiments.{home}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'sandbox.experiments' has no attribute {name!r}")
