"""What a tactic looks at: the view, read as a negotiation about outcomes and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.brains.ladder import EPS, Ladder

if TYPE_CHECKING:
    from sandbox.brains.history import History
    from sandbox.view import Stakes, View
    from transcripts import Standing

PACE = 0.9
"""Where no one knows when it ends, each turn leaves this share of the time that was left: after 20 turns an eighth."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One turn as a tactic sees it."""

    view: View
    stakes: Stakes
    ladder: Ladder
    history: History

    @property
    def turn(self) -> int:
        """The seat's own turns in this thread before this one."""
        return self.view.thread.turns.get(self.view.seat, 0)

    @property
    def many(self) -> bool:
        """Whether more than two must agree."""
        return len(self.view.thread.members) > 2

    @property
    def aside(self) -> bool:
        """Whether what is accepted here may be no agreement yet: others than those who are here must agree as well."""
        return self.view.thread.opened_by is not None or not self.history.enough.parties - {self.view.seat}

    @property
    def turns(self) -> int | None:
        """In how many own turns to concede, N; None where no one knows when it ends.

        Where more than two must agree, the last round is for answers: what is offered in it comes too late for some.
        """
        rounds = self.view.known.rounds
        return None if rounds is None else max(1, rounds - self.many)

    @property
    def time(self) -> float:
        """The elapsed share of the deadline, k/(N-1) for the k-th of N own turns, k from 0.

        So the last turn is at 1, and so is the only one.  Without a known end it is 1 - 0.9^k, and never 1.
        """
        if self.turns is None:
            return float(round(1 - PACE**self.turn, 9))
        return 1.0 if self.turns == 1 else min(1.0, self.turn / (self.turns - 1))

    @property
    def step(self) -> float:
        """The share of the time that one turn takes; a twentieth where no one knows when it ends."""
        return 1 / 20 if self.turns is None else 1 / max(1, self.turns - 1)

    def standing(self) -> list[Standing]:
        """List what others have on the table and this seat could agree to."""
        offers = self.view.thread.standing.values()
        return [each for each in offers if each.seat != self.view.seat and self.ladder.rational[self.outcome(each)]]

    def outcome(self, offer: Standing) -> int:
        """Find the index of an offer's outcome."""
        bids = self.history.bids.get(offer.seat)
        if bids is not None and bids.terms is offer.terms:
            return bids.outcome
        return self.stakes.index(offer.terms)

    def worth(self, offer: Standing) -> float:
        return float(self.ladder.worth[self.outcome(offer)])

    def acceptable(self, asks: float) -> list[Standing]:
        """List the standing offers of others worth `asks` or more, the one to take first.

        That is one that would be agreed with this seat; else the one most others have been for, and are, those with a
        veto before all: it needs many, and so whoever can live with several helps the one that is furthest.
        """
        seat, endorsed, enough = self.view.seat, self.history.endorsed, self.history.enough

        def rank(offer: Standing) -> tuple[bool, int, int, int, float]:
            ever = endorsed[self.outcome(offer)] - {seat}
            return (
                enough.met(offer.backers | {seat}),
                len(ever & enough.veto),
                len(ever),
                len(offer.backers - {seat}),
                self.worth(offer),
            )

        return sorted((each for each in self.standing() if self.worth(each) >= asks - EPS), key=rank, reverse=True)

    def welcome(self, asks: float) -> int | None:
        """Find the best outcome worth `asks` or more that enough others have offered or accepted at some time."""
        worth, rational = self.ladder.worth, self.ladder.rational
        found = [each for each in self.history.welcome if rational[each] and worth[each] >= asks - EPS]
        return max(found, key=lambda each: (float(worth[each]), -each), default=None)
