"""Tell what a move amounts to, as the seat sees it: its own next one, and the other's last one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from sandbox.brains.choosing import distances_of
from sandbox.brains.ladder import EPS
from transcripts import Accept, Offer, Reject, WalkAway

if TYPE_CHECKING:
    from personas import Occasion
    from sandbox.brains.history import Bids
    from sandbox.brains.sight import Sight
    from transcripts import Act, Terms

Move = Literal["first", "jump", "step", "same", "sideways", "refused"]

JUMP: Final = 0.15
"""From this share of the seat's range on, what the other gave is a great step."""

NEAR: Final = 0.05
"""Offers are near when they differ by no more than this, averaged over the issues (see `choosing`)."""

NEAR_AT_LAST: Final = 0.15
"""The same in the last turn."""


def occasion_of(act: Act, sight: Sight) -> Occasion:
    """Name the occasion for which words are needed."""
    match act:
        case Offer(terms=terms):
            return _of_offer(terms, sight)
        case Accept():
            return "accept"
        case Reject():
            return "reject"
        case WalkAway():
            return "walk_away"
        case _:
            return "pass"


def _of_offer(terms: Terms, sight: Sight) -> Occasion:
    own = sight.history.own
    if own is None:
        return "opening"
    outcome = sight.stakes.index(terms)
    if _is_near(outcome, sight):
        return "near"
    return "concede" if sight.ladder.worth[outcome] < own.last - EPS else "hold"


def _is_near(outcome: int, sight: Sight) -> bool:
    others = sight.history.others.values()
    issues = tuple(sight.view.known.issues.values())
    most = (NEAR_AT_LAST if sight.time >= 1 else NEAR) * len(issues)
    return bool(others) and all(distances_of(issues, np.array([outcome]), bids.outcome)[0] <= most for bids in others)


def is_trade(act: Act, sight: Sight) -> bool:
    """Tell whether an offer differs from the own last one."""
    own = sight.history.own
    return isinstance(act, Offer) and own is not None and own.terms != act.terms


def last_move(sight: Sight) -> tuple[Move, Bids | None] | None:
    """Tell what the newest message of somebody else did; None where there is nothing in it to answer."""
    heard = sight.history.heard
    if heard is None:
        return None
    if isinstance(heard.act, Reject):
        return "refused", None
    bids = sight.history.bids.get(heard.seat)
    if bids is None or not isinstance(heard.act, Offer):
        return None
    return _kind_of(bids, sight), bids


def _kind_of(bids: Bids, sight: Sight) -> Move:
    if bids.before is None:
        return "first"
    gained = bids.last - bids.before
    if bids.terms == bids.terms_before:
        return "same"
    if gained <= EPS:
        return "sideways"
    return "jump" if gained >= JUMP * sight.ladder.range else "step"


def only_change(before: Terms | None, after: Terms) -> str | None:
    """Name the one issue that differs; None where none or several do."""
    changed = changes(before, after)
    return changed[0] if len(changed) == 1 else None


def changes(before: Terms | None, after: Terms) -> list[str]:
    """List the issues that differ; none where there was nothing before."""
    return [name for name in after if before.get(name) != after[name]] if before else []
