"""What is proposed for others to agree on: the last proposal, and what somebody proposes who is no party to it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from sandbox.brains.agreeing import Enough, enough_among
from sandbox.brains.choosing import distances_of
from sandbox.brains.ladder import EPS
from scenarios import index_of, terms_at
from transcripts import Accept, Act, Offer, Pass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sandbox.brains.sight import Sight
    from sandbox.brains.tactics import Tactic
    from sandbox.view import View

_WISHES: Final = 20
"""So many of the last outcomes that a party was for are compared."""

_DRAWN: Final = 50
"""So many outcomes are drawn at most, until one is new."""


def may_offer(view: View) -> bool:
    """Tell whether the seat may make offers in the thread."""
    return view.seat in view.known.proposers.get(view.thread.form, (view.seat,))


def final_proposal(tactic: Tactic, sight: Sight) -> Act:
    """Propose what most parties would take by all that they have offered and accepted.

    Of those that gain the seat something: what is known to be enough first, then what most have been for, those with a
    veto before all, and at last what is worth most to itself.  Where there is none, what its tactic would offer.
    """
    if sight.ladder.empty:
        return _least_bad(sight)
    history, ladder = sight.history, sight.ladder

    def rank(outcome: int) -> tuple[bool, int, int, float]:
        seats = history.endorsed[outcome] | {sight.view.seat}
        return (*_support(history.enough, seats), float(ladder.worth[outcome]))

    found = [
        outcome
        for outcome in history.endorsed
        if ladder.rational[outcome] and ladder.worth[outcome] > sight.stakes.no_deal + EPS
    ]
    outcome = max(found, key=lambda each: (*rank(each), -each)) if found else tactic.propose(sight).outcome
    return Offer(terms=sight.stakes.terms(outcome))


def mediate(view: View) -> Act:
    """Propose what suits the parties by their offers and acceptances, in all threads of a seat that is no party.

    Where each party has been for something: of all that, what is enough or lies nearest to what the others were for.
    Before that the middle, and then whatever is drawn.  In talk nothing is proposed twice, and while not all who are
    here have answered the standing offer, it waits.
    """
    parties, talks = frozenset(view.known.parties), view.task.kind == "talk"
    own = view.thread.standing.get(view.seat)
    since = view.thread.messages[int(own.id.rpartition(":")[2]) :] if own else []
    if talks and own and not parties & {*view.thread.members} <= {message.seat for message in since}:
        return Pass()
    wishes, tried = _wishes(view)
    wished = sorted({outcome for outcomes in wishes.values() for outcome in outcomes} - (tried if talks else set()))
    if wished and parties <= wishes.keys():
        return Offer(terms=terms_at(view.known.issues, _nearest(view, wishes, wished)))
    issues = view.known.issues
    middle = index_of(issues, {name: issue.value(issue.size // 2) for name, issue in issues.items()})
    last = math.prod(issue.size for issue in issues.values()) - 1
    drawn = (view.draw("outcome", str(n)).integer(0, last) for n in range(_DRAWN))
    return Offer(terms=terms_at(issues, next((each for each in (middle, *drawn) if each not in tried), middle)))


def _nearest(view: View, wishes: Mapping[str, Sequence[int]], wished: Sequence[int]) -> int:
    """Find what is enough by what parties were for, or least far from it; of equals, the wish of who gave way most."""
    issues, enough = tuple(view.known.issues.values()), enough_among(view.known, frozenset(view.known.parties))
    among = np.array(wished)
    apart = {
        seat: np.min([distances_of(issues, among, point) for point in outcomes[-_WISHES:]], axis=0)
        for seat, outcomes in wishes.items()
    }

    def rank(place: int) -> tuple[bool, float, int, int]:
        backers = {seat for seat, outcomes in wishes.items() if wished[place] in outcomes}
        far = sum(float(distances[place]) for distances in apart.values())
        return enough.met(backers), -round(far, 1), max(len(set(wishes[seat])) for seat in backers), -place

    return wished[max(range(len(wished)), key=rank)]


def _wishes(view: View) -> tuple[dict[str, list[int]], set[int]]:
    """Collect what each party has offered and accepted, in its order, and what the seat itself has proposed."""
    wishes: dict[str, list[int]] = {}
    tried: set[int] = set()
    for thread in view.threads.values():
        named: dict[str, int] = {}
        for message in thread.messages:
            match message.act:
                case Offer(terms=terms):
                    outcome = named[message.id] = index_of(view.known.issues, terms)
                case Accept(offer=name) if name in named:
                    outcome = named[name]
                case _:
                    continue
            if message.seat in view.known.parties:
                wishes.setdefault(message.seat, []).append(outcome)
            elif message.seat == view.seat:
                tried.add(outcome)
    return wishes, tried


def _support(enough: Enough, seats: AbstractSet[str]) -> tuple[bool, int, int]:
    """Rank who is for something: enough, with a veto, how many."""
    return enough.met(seats), len(seats & enough.veto), len(seats & enough.parties)


def _least_bad(sight: Sight) -> Act:
    """Propose the best of what is allowed, where nothing is worth the minimum."""
    allowed = sight.stakes.allowed
    if not allowed.any():
        return Pass()
    worth = np.where(allowed, sight.stakes.worth, -np.inf)
    return Offer(terms=sight.stakes.terms(int(worth.argmax())))
