"""Choose among outcomes that are worth the same: what lies nearest to the others' last offers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from scenarios import DividedIssue, NumberIssue

if TYPE_CHECKING:
    from sandbox.brains.agreeing import Enough
    from sandbox.brains.sight import Sight
    from scenarios import Issue


ALIKE: Final = 0.02
"""Outcomes whose distances differ by no more than this, averaged over the issues, are equally near."""


def choose(sight: Sight, candidates: np.ndarray) -> int:
    """Take the candidate nearest to the last offers of the others; the seed decides near ties.

    Where more than two must agree, that is nearest to the one it is furthest from, of those who are needed; and what
    the seat has offered before is not offered again while there is something else: not everybody took it.
    """
    issues = tuple(sight.view.known.issues.values())
    points = {seat: bids.outcome for seat, bids in sight.history.others.items()}
    if sight.many and (own := sight.history.own):
        new = candidates[~np.isin(candidates, list(own.distinct))]
        candidates = new if len(new) else candidates
    if len(candidates) > 1 and points:
        apart = np.array([distances_of(issues, candidates, point) for point in points.values()])
        apart = _of_needed(sight.history.enough, sight.view.seat, list(points), apart)
        distances = apart.max(axis=0) + apart.sum(axis=0) / 100
        candidates = candidates[distances <= distances.min() + ALIKE * len(issues)]
    return draw_from(sight, candidates)


def _of_needed(enough: Enough, seat: str, seats: list[str], apart: np.ndarray) -> np.ndarray:
    """Keep the distances to those whose agreement is needed: whoever has a veto, and the nearest of the others."""
    if enough.everybody:
        return apart
    vetoing = [place for place, each in enumerate(seats) if each in enough.veto]
    free = [place for place in range(len(seats)) if place not in vetoing]
    count = enough.needed - len(enough.veto | {seat})
    kept: np.ndarray = np.concatenate([apart[vetoing], np.sort(apart[free], axis=0)[: max(0, count)]])
    return kept if len(kept) else apart


def draw_from(sight: Sight, outcomes: Sequence[int] | np.ndarray) -> int:
    """Let the seed decide."""
    return int(outcomes[0 if len(outcomes) == 1 else sight.view.draw("outcome").integer(0, len(outcomes) - 1)])


def distances_of(issues: tuple[Issue, ...], outcomes: np.ndarray, point: int) -> np.ndarray:
    """Add up over the issues how far each outcome is from the point: from 0 to 1 for each issue."""
    shape = tuple(issue.size for issue in issues)
    total = np.zeros(len(outcomes))
    for issue, place, at in zip(issues, np.unravel_index(outcomes, shape), np.unravel_index(point, shape), strict=True):
        total += _apart(issue, int(at))[place]
    return total


@lru_cache(maxsize=4096)
def _apart(issue: Issue, at: int) -> np.ndarray:
    """Say how far each value of the issue is from the one at that index.

    Numbers are as far apart as they lie on their range.  Options may or may not have an order: two different ones are
    at least half the way apart, and more the further they stand from each other in the list.  Of a divided quantity it
    is the share that would have to change hands.
    """
    if isinstance(issue, DividedIssue):
        shares = _shares(issue)
        apart: np.ndarray = np.abs(shares - shares[at]).sum(axis=1) / 2
        return apart
    steps: np.ndarray = np.abs(np.arange(issue.size) - at) / max(1, issue.size - 1)
    return steps if isinstance(issue, NumberIssue) else np.where(steps > 0, (1 + steps) / 2, 0.0)


@lru_cache(maxsize=64)
def _shares(issue: DividedIssue) -> np.ndarray:
    """Tabulate who gets what part of the quantity, by the index of the value."""
    values = [list(issue.value(index).values()) for index in range(issue.size)]
    return np.array(values, dtype=float) / issue.quantity
