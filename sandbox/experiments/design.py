"""An experiment as it is meant: axes, arms, what is measured, what is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.experiments.contrasts import Contrast

Family = Literal["holm", "fdr", "none"]


@dataclass(frozen=True, slots=True)
class Level:
    """One value that an axis takes."""

    name: str
    settings: Mapping[str, Any]
    """Values by path, as `--set` has them."""
    number: float | None = None
    """The value, where it is a number: what a slope is taken over."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Something that varies."""

    name: str
    levels: Sequence[Level]

    def level(self, name: str) -> Level:
        """Find a level by its name; raises KeyError."""
        try:
            return next(level for level in self.levels if level.name == name)
        except StopIteration:
            raise KeyError(name) from None


@dataclass(frozen=True, slots=True)
class Selection:
    """Runs that are there already, as an arm."""

    query: str
    """As written: `tag:pilot`, `scenario:used-bike run:used-bike-*`, `experiment=pilot`."""
    given: Mapping[str, str]
    """The query, taken apart."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One way in which trials are played."""

    name: str
    """`tactic=firm, buyer.persona=haggler`; as written of an arm that is listed; `all` where nothing varies."""
    levels: Mapping[str, str]
    """By axis; empty of an arm that is listed."""
    settings: Mapping[str, Any]
    runs: Selection | None = None
    """Of an arm that is not played: the runs that it is."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is measured of each run."""

    path: str
    meaning: str
    """In a few words, for the legend of a table."""
    kind: Literal["rate", "number"]
    """A rate's values are True and False."""
    agreed_only: bool = False
    """Whether there is a value only where there was an agreement, as of `deal.price`."""
    function: str | None = None
    """`file.py:function`, of a measure that is somebody's Python."""


@dataclass(frozen=True, slots=True)
class Design:
    """All of an experiment but the running."""

    name: str
    scenarios: Sequence[str]
    axes: Sequence[Axis]
    arms: Sequence[Arm]
    trials: int
    """Of each arm in each scenario; with swapped seats twice as many are played."""
    seed: int
    measures: Sequence[Measure]
    contrasts: Sequence[Contrast]
    """Those of one family, in the order of the file: one for each measure and each pair of levels."""
    family: Family = "holm"
    alpha: float = 0.05
    swap: tuple[str, str] | None = None
    """The two seats whose personas and brains are swapped in every second trial."""
    series: int = 1
    """How many runs a trial has."""
    floor: Mapping[str, str] = field(default_factory=dict)
    """By the name of an arm that asks a model, the arm that is the same with rule brains, where there is one."""

    def measure(self, path: str) -> Measure:
        """Find a measure by its path; raises KeyError."""
        try:
            return next(measure for measure in self.measures if measure.path == path)
        except StopIteration:
            raise KeyError(path) from None

    def axis(self, name: str) -> Axis:
        """Find an axis by its name; raises KeyError."""
        try:
            return next(axis for axis in self.axes if axis.name == name)
        except StopIteration:
            raise KeyError(name) from None
