"""The tactics of rule brains: what to propose next, and what to settle for.

Time-dependent tactics are those of Faratin, Sierra and Jennings, "Negotiation decision functions for autonomous agents"
(1998): with t the elapsed share of the deadline, aim at u(t) = u_max - (u_max - u_min) * t^e.  u_max and u_min are the
most and the least that an outcome is worth which the seat's limits allow and its reservation value does not forbid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from sandbox.brains.choosing import choose, draw_from
from sandbox.brains.sight import Sight

DIGITS: Final = 9
"""Powers depend on the C library in their last digits, so that targets are rounded."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a tactic would offer now, and the least it would accept instead."""

    outcome: int
    asks: float


class Tactic(Protocol):
    """Decide the next proposal from what the seat sees; keep nothing in mind."""

    @property
    def closes(self) -> bool:
        """Whether the last turn settles for anything that is rational."""
        ...

    def propose(self, sight: Sight) -> Proposal:
        """Choose what to offer next, from a ladder that is not empty."""
        ...


@dataclass(frozen=True, slots=True)
class TimeDependent:
    """Concede with time: u(t) = u_max - (u_max - u_min) * t^e.

    Boulware (e = 4) holds out and gives way late, linear (e = 1) evenly, Conceder (e = 0.25) early; Faratin's beta is
    1/e.  Accepts by AC_next (Baarslag et al. 2014): what is worth no less than the own next proposal.
    """

    e: float
    closes: bool = True

    def propose(self, sight: Sight) -> Proposal:
        ladder = sight.ladder
        return _aim_at(sight, ladder.top - ladder.range * round(sight.time**self.e, DIGITS))


@dataclass(frozen=True, slots=True)
class Hardheaded:
    """Never concede: e is infinite and t^e is taken as 0 throughout, the last turn included.

    Proposes the best outcome every time, and accepts only what is worth as much.
    """

    closes: bool = False

    def propose(self, sight: Sight) -> Proposal:
        return Proposal(choose(sight, sight.ladder.near(sight.ladder.top)), sight.ladder.top)


@dataclass(frozen=True, slots=True)
class TitForTat:
    """Give what was given: concede in own utility what the others conceded in it (Faratin et al. 1998, absolute).

    The target is u_max - goodwill - (worth of their last offer - worth of their first), averaged over the others and
    kept within u_max and u_min.  The goodwill is what one turn of a linear concession gives, from the second turn on:
    two mirrors would otherwise stand before each other for ever.  The last turn settles for what is rational.
    """

    closes: bool = True

    def propose(self, sight: Sight) -> Proposal:
        ladder, others = sight.ladder, sight.history.others.values()
        given = sum(bids.last - bids.first for bids in others) / len(others) if others else 0.0
        goodwill = ladder.range * sight.step if sight.turn else 0.0
        return _aim_at(sight, min(ladder.top, max(ladder.bottom, ladder.top - goodwill - given)))


@dataclass(frozen=True, slots=True)
class Micro:
    """Concede by the smallest step, and only as often as the others do: MiCRO (de Jonge 2022).

    Outcomes are sorted by own utility.  While no more distinct ones were sent than received, the best one not yet sent
    is proposed; else one of those sent, drawn by the seed.  Accepts what is worth no less than the least that it would
    propose.  MiCRO is bilateral: among several, received is what the one who offered fewest has offered.
    """

    closes: bool = False

    def propose(self, sight: Sight) -> Proposal:
        ladder, own, others = sight.ladder, sight.history.own, sight.history.others.values()
        sent = own.distinct if own else set()
        parties = len(sight.history.enough.parties - {sight.view.seat}) or 1
        received = min((len(bids.distinct) for bids in others), default=0) if len(others) >= parties else 0
        following = self._next(sight, sent)
        if following is not None and (not sent or len(sent) <= received):
            return Proposal(following, float(ladder.worth[following]))
        repeated = draw_from(sight, sorted(outcome for outcome in sent if ladder.rational[outcome]))
        return Proposal(repeated, min(float(ladder.worth[outcome]) for outcome in sent))

    @staticmethod
    def _next(sight: Sight, sent: set[int]) -> int | None:
        """Find the best outcome not yet sent; the history remembers how far down that is."""
        outcomes, history = sight.ladder.outcomes, sight.history
        while history.top_sent < len(outcomes):
            outcome = int(outcomes[-1 - history.top_sent])
            if outcome not in sent:
                return outcome
            history.top_sent += 1
        return None


@dataclass(frozen=True, slots=True)
class Random:
    """Propose any rational outcome, each as likely as any other; accept what is worth no less than that.

    A floor to compare others with, and so without a rule for the last turn.
    """

    closes: bool = False

    def propose(self, sight: Sight) -> Proposal:
        outcome = draw_from(sight, sight.ladder.outcomes)
        return Proposal(outcome, float(sight.ladder.worth[outcome]))


def _aim_at(sight: Sight, target: float) -> Proposal:
    """Propose an outcome at or just above the target, and ask for as much.

    Where more than two must agree, all that is worth no less will do, for there is little that suits everybody.
    """
    target = round(target, DIGITS)
    near = sight.ladder.near(target)
    if sight.many:
        return Proposal(choose(sight, sight.ladder.above(target)), float(sight.ladder.worth[near[0]]))
    outcome = choose(sight, near)
    return Proposal(outcome, float(sight.ladder.worth[outcome]))


TACTICS: Final[dict[str, Tactic]] = {
    "boulware": TimeDependent(e=4),
    "linear": TimeDependent(e=1),
    "conceder": TimeDependent(e=0.25),
    "hardheaded": Hardheaded(),
    "tit-for-tat": TitForTat(),
    "micro": Micro(),
    "random": Random(),
}
