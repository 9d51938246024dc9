"""What came of an experiment: a row for each run of each trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sandbox.experiments.design import Design

if TYPE_CHECKING:
    import pandas

    from sandbox.experiments.tables import Table

Status = Literal["done", "failed", "exhausted", "open", "waiting"]


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of one trial: the attempt that counts."""

    arm: str
    """The arm's name."""
    levels: Mapping[str, str]
    """By axis, the level's name; empty of an arm that is listed, or is runs that were there."""
    context: str
    """What pairs trials over arms: the same in each arm."""
    number: int
    """Which trial of the arm, from 1; in each scenario, and with each placing of the seats, counted anew."""
    swapped: bool
    """Whether personas and brains of the two seats were swapped."""
    run: str | None
    """The run's name in the store; None where it was not played yet."""
    status: Status
    """`waiting` was not played yet, `open` is under way or was broken off."""
    fault: str | None
    """The kind of fault that failed it."""
    attempts: int
    values: Mapping[str, float | bool | None]
    """What was measured, by path; empty unless it is done.  None is what cannot be said of it."""
    cost: float | None
    """Dollars; None where the price of a call is not known."""
    calls: int
    tokens: int
    seconds: float
    """By the clock, from its beginning to its end."""
    series: str
    """What the runs of one trial share, and no other: the unit of resampling."""
    scenario: str = ""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Results:
    """An experiment's results so far."""

    name: str
    design: Design
    trials: Sequence[Trial]
    manifest: Mapping[str, Any]
    """What somebody else needs to repeat it: plain data."""
    unmeasured: Mapping[str, str] = field(default_factory=dict)
    """Of measures that failed for some runs: for how many, and how; by path."""
    database: Path | None = None
    """The store that holds the runs; None where there is none, and then no more is known than `trials` say."""

    @property
    def complete(self) -> bool:
        """Whether every trial was played."""
        return all(trial.status not in ("waiting", "open") for trial in self.trials)

    def table(self, name: Table = "runs") -> list[dict[str, Any]]:
        """Give a row for each run, or for each of its `seats`, `offers` or `messages`; see docs/reference/python.md."""
        from sandbox.experiments.tables import table

        return table(self, name)

    def frame(self, name: Table = "runs") -> pandas.DataFrame:
        """Give a table as a data frame; raises WrongUse where pandas is not installed."""
        from sandbox.experiments.tables import frame

        return frame(self.table(name))

    def csv(self, name: Table = "runs") -> str:
        """Write a table as CSV."""
        from sandbox.experiments.tables import csv_text

        return csv_text(self.table(name))
