"""How far an experiment is."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.experiments.executor import Played

_RECENT = 30.0


@dataclass
class Progress:
    """Counts over the trials of an experiment, or of a shard of it."""

    name: str
    total: int
    there: int = 0
    """Done before this time."""
    done: int = 0
    """This time."""
    exhausted: int = 0
    failed: int = 0
    """Trials that were tried as often as is allowed."""
    faults: Counter[str] = field(default_factory=Counter)
    """Attempts that a fault ended this time, by its kind."""
    under_way: int = 0
    elsewhere: int = 0
    """Being played by another process."""
    cost: float = 0.0
    """Dollars of all its runs so far, as far as prices are known."""
    stopped: str = ""
    """Why it was stopped before everything was played; empty where it was not."""
    began: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> int:
        """How many trials need no more playing."""
        return self.there + self.done + self.exhausted + self.failed

    @property
    def left(self) -> int:
        return self.total - self.over

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    @property
    def rate(self) -> float:
        """Trials a second, this time."""
        return (self.done + self.exhausted) / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """None where nothing tells."""
        return self.left / self.rate if self.rate else None

    def data(self) -> dict[str, Any]:
        """Write as plain data."""
        left = self.seconds_left
        return {
            "experiment": self.name,
            "trials": self.total,
            "there": self.there,
            "done": self.done,
            "exhausted": self.exhausted,
            "failed": self.failed,
            "left": self.left,
            "under_way": self.under_way,
            "elsewhere": self.elsewhere,
            "faults": dict(self.faults),
            "cost": round(self.cost, 9),
            "rate": round(self.rate, 3),
            "seconds": round(self.seconds, 3),
            "seconds_left": None if left is None else round(left, 1),
            "stopped": self.stopped or None,
        }


Notify = Callable[[Progress, Played | None], None]
"""Called with how far it is, and with what was just played; None where only the counts have changed."""
