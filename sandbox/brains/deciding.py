"""From a proposal to an act, knowing who has to agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sandbox.brains.choosing import choose
from transcripts import Accept, Act, Offer, Pass, WalkAway

if TYPE_CHECKING:
    from sandbox.brains.sight import Sight
    from sandbox.brains.tactics import Tactic
    from transcripts import Thread


def decide(tactic: Tactic, sight: Sight) -> Act:
    """Choose the act of this turn: accept what the tactic would settle for, or else make its proposal.

    Where the seat could agree to no outcome at all, it walks away at its first turn.
    """
    if sight.ladder.empty:
        return WalkAway()
    proposal = tactic.propose(sight)
    asks = sight.ladder.bottom if sight.time >= 1 and tactic.closes else proposal.asks
    if sight.many:
        return _among_many(sight, proposal.outcome, asks)
    if found := sight.acceptable(asks):
        backs = sight.view.seat in found[0].backers and sight.aside
        return Pass() if backs else Accept(offer=found[0].id)
    return Offer(terms=sight.stakes.terms(proposal.outcome))


def _among_many(sight: Sight, outcome: int, asks: float) -> Act:
    """Look for what enough can agree to; everybody making offers of its own would never end.

    What enough of the others have been for at some time is best, on the table or not.  An offer that the seat backs
    already has had its round, and so it looks for another; only in the end does it stand by it.
    """
    found, welcome = sight.acceptable(asks), sight.welcome(asks)
    backed = [offer for offer in found if sight.view.seat in offer.backers]
    fresh = [offer for offer in found if offer not in backed]
    if welcome is not None and all(sight.outcome(offer) != welcome for offer in found):
        own = sight.view.thread.standing.get(sight.view.seat)
        return Pass() if own and sight.outcome(own) == welcome else Offer(terms=sight.stakes.terms(welcome))
    if sight.time >= 1 and backed and backed[0] is found[0]:
        return Pass()
    return Accept(offer=fresh[0].id) if fresh else Offer(terms=sight.stakes.terms(outcome))


def final_proposal(sight: Sight) -> Act:
    """Propose what most parties would take by all that they have offered and accepted.

    Of those that the seat could agree to: what is known to be enough first, then what most have been for, those with a
    veto before all, then what lies nearest to the others' last offers, and at last what is worth most to itself.
    """
    if sight.ladder.empty:
        return _least_bad(sight)
    history = sight.history
    rational = sight.ladder.rational

    def rank(outcome: int) -> tuple[bool, int, int, float]:
        seats = (history.endorsed[outcome] | {sight.view.seat}) & history.enough.parties
        return (
            history.enough.met(seats),
            len(seats & history.enough.veto),
            len(seats),
            float(sight.ladder.worth[outcome]),
        )

    found = [outcome for outcome in history.endorsed if rational[outcome]]
    if not found:
        return Offer(terms=sight.stakes.terms(choose(sight, sight.ladder.outcomes)))
    return Offer(terms=sight.stakes.terms(max(found, key=lambda each: (*rank(each), -each))))


def favourite(thread: Thread) -> Act:
    """Propose what most stand behind, for a seat that has no part in the agreement."""
    offers = list(thread.standing.values())
    return Offer(terms=max(offers, key=lambda offer: len(offer.backers)).terms) if offers else Pass()


def _least_bad(sight: Sight) -> Act:
    """Propose the best of what is allowed, where nothing is worth the minimum."""
    allowed = sight.stakes.allowed
    if not allowed.any():
        return Pass()
    worth = np.where(allowed, sight.stakes.worth, -np.inf)
    return Offer(terms=sight.stakes.terms(int(worth.argmax())))
