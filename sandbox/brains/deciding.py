"""From a proposal to an act, knowing who has to agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transcripts import Accept, Act, Offer, Pass, WalkAway

if TYPE_CHECKING:
    from sandbox.brains.sight import Sight
    from sandbox.brains.tactics import Tactic


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
