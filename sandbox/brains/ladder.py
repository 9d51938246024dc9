"""The outcomes that one seat could agree to, sorted once by what they are worth to it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from sandbox.view import Stakes

EPS: Final = 1e-9
"""Utilities nearer than this are the same."""

BAND: Final = 1 / 20
"""Outcomes worth up to this share of the range more than what is aimed at are as good as it."""

MOST: Final = 4096
"""So many near ties are compared; beyond them the cheapest."""

_KEPT: Final = 16


@dataclass(frozen=True, slots=True, eq=False)
class Ladder:
    """The rational outcomes: what the seat's limits allow, and what is worth its reservation value or more."""

    outcomes: np.ndarray
    """Indices into the space, the least worth first, ties in the scenario's order."""
    worths: np.ndarray
    """What they are worth, ascending."""
    worth: np.ndarray
    """What every outcome of the space is worth."""
    rational: np.ndarray
    """Whether the outcome of that index is on the ladder."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing that the seat could agree to."""
        return len(self.outcomes) == 0

    @property
    def top(self) -> float:
        return float(self.worths[-1])

    @property
    def bottom(self) -> float:
        return float(self.worths[0])

    @property
    def range(self) -> float:
        return self.top - self.bottom

    def near(self, target: float) -> np.ndarray:
        """Find the outcomes at or just above a target utility; the best ones where nothing reaches it."""
        first = int(np.searchsorted(self.worths, min(target, self.top) - EPS))
        aim = max(target, float(self.worths[first]))
        last = int(np.searchsorted(self.worths, max(aim, target + BAND * self.range) + EPS, side="right"))
        return self.outcomes[first : min(last, first + MOST)]

    def above(self, target: float) -> np.ndarray:
        """Find all outcomes at or above a target utility, or the cheapest of very many."""
        first = int(np.searchsorted(self.worths, min(target, self.top) - EPS))
        return self.outcomes[first : first + MOST]


_ladders: OrderedDict[tuple[int, float], tuple[Stakes, Ladder]] = OrderedDict()


def ladder_of(stakes: Stakes) -> Ladder:
    """Sort what the outcomes are worth, or take it from another run of the same situation.

    What is rational is worth `no_deal` or more, and `minimum` or more where the rules count something else as enough.
    The few ladders that are kept hold on to their arrays, so that no other array can have the same identity.
    """
    floor = max(stakes.no_deal, stakes.minimum)
    key = (id(stakes.worth), floor)
    kept = _ladders.get(key)
    if kept is None or not np.array_equal(kept[0].allowed, stakes.allowed):
        kept = _ladders[key] = (stakes, _sort(stakes.worth, stakes.allowed, floor))
    _ladders.move_to_end(key)
    if len(_ladders) > _KEPT:
        _ladders.popitem(last=False)
    return kept[1]


def _sort(worth: Any, allowed: Any, floor: float) -> Ladder:
    rational = allowed & (worth >= floor - EPS)
    outcomes = np.flatnonzero(rational)
    order = np.argsort(worth[outcomes], kind="stable")
    outcomes = outcomes[order]
    return Ladder(outcomes, worth[outcomes], worth, rational)
