"""How much a baseline's runs differ among themselves, and whether another one differs by more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, Final

from sandbox.checking.causes import apart, compare
from sandbox.checking.rules import Rules
from sandbox.rendering.numbers import count
from transcripts import Transcript

COMPARED: Final = 8
"""Runs of a baseline that are held against each other, at most."""


@dataclass(frozen=True)
class Variation:
    """A difference beside the usual ones."""

    pairs: int
    """Pairs of the baseline's own runs that were compared."""
    differ: int
    """How many of these differ."""
    most: int
    """In how many turns, at most."""
    now: int
    """In how many turns the run differs from the nearest of them."""

    @property
    def usual(self) -> bool:
        """Whether the run differs no more than they do."""
        return self.now <= self.most

    def __str__(self) -> str:
        """Say it in a line."""
        known = f"{self.differ} of {count(self.pairs, 'pair')} of the baseline's own runs differ"
        this = f"this differs in {self.now:,} from the nearest, which is {'no more' if self.usual else 'more'}"
        return f"known variation: {known}, in up to {count(self.most, 'turn')}; {this}"

    def data(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {**asdict(self), "usual": self.usual}


def variation(kept: Sequence[Transcript], run: Transcript, rules: Rules) -> Variation | None:
    """Hold a run's difference against those of the baseline's runs among themselves; None where there is but one."""
    if len(kept) < 2:
        return None
    now = min(apart(compare(each, run, rules)) for each in kept)
    usual = [apart(compare(one, other, rules)) for one, other in combinations(kept[:COMPARED], 2)]
    return Variation(len(usual), sum(map(bool, usual)), max(usual), now)
