"""Arms by trials: an experiment's file, its running, its results and what they say.

Public names are imported when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.experiments.contrasts import Contrast, Difference, Equivalence, Interaction, Slope
    from sandbox.experiments.design import Arm, Axis, Design, Level, Measure, Selection
    from sandbox.experiments.results import Results, Trial

__all__ = [
    "Arm", "Axis", "Contrast", "Design", "Difference", "Equivalence", "Interaction", "Level", "Measure", "Results",
    "Selection", "Slope", "Trial",
]  # fmt: skip

_HOMES = {
    "contrasts": ("Contrast", "Difference", "Equivalence", "Interaction", "Slope"),
    "design": ("Arm", "Axis", "Design", "Level", "Measure", "Selection"),
    "results": ("Results", "Trial"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if home := _HOME_OF.get(name):
        value = getattr(importlib.import_module(f"sandbox.experiments.{home}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'sandbox.experiments' has no attribute {name!r}")
