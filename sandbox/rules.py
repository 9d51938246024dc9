"""The rules: which acts stand, and when there is an agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transcripts import Accept, Act, Offer, Reject, Standing, State, Terms, Thread, Withdraw

if TYPE_CHECKING:
    from scenarios import Situation


class Refused(Exception):
    """An act that does not stand; `reason` mentions only what its author may know."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def judge(situation: Situation, thread: Thread, seat: str, act: Act | None) -> Act | None:
    """Return the act as it stands, its terms in the scenario's order; raise `Refused` where it does not."""
    match act:
        case Offer(terms=terms):
            return Offer(terms=_bindable(situation, seat, _read(situation, terms)))
        case Accept(offer=name):
            offer = _others_offer(thread, seat, name, "accept")
            _bindable(situation, seat, offer.terms)
            return act
        case Reject(offer=name):
            _others_offer(thread, seat, name, "reject")
            return act
        case Withdraw() if seat not in thread.standing:
            raise Refused("you have no offer on the table to withdraw")
        case _:
            return act


def agreed_on(situation: Situation, thread: Thread) -> Standing | None:
    """Find the standing offer that everybody who has to agree backs.

    `all` means every participant of the scenario: with one gone there can be no agreement, and with one outside this
    thread there is none in it.
    """
    everybody = situation.participants.keys()
    return next((offer for offer in thread.standing.values() if offer.backers >= everybody), None)


def can_still_agree(state: State) -> bool:
    """Tell whether an agreement of all is still possible."""
    return not state.out


def _read(situation: Situation, terms: Terms) -> Terms:
    from scenarios import TermsError

    if not situation.issues:
        raise Refused("there is nothing to agree on in this scenario, so there are no offers")
    try:
        return situation.parse_terms(terms)
    except TermsError as error:
        raise Refused(str(error)) from None


def _bindable(situation: Situation, seat: str, terms: Terms) -> Terms:
    if not situation.allowed(seat, terms):
        never = situation.participants[seat].never
        limits = never if isinstance(never, str) else " or ".join(never or ())
        raise Refused(f"your own limits forbid {situation.render_terms(terms)}: never {limits}")
    return terms


def _others_offer(thread: Thread, seat: str, name: str, verb: str) -> Standing:
    offer = thread.offer(name)
    if offer is None:
        names = [each.id for each in thread.standing.values() if each.seat != seat]
        there = f"on the table: {', '.join(names)}" if names else "no offer of anybody else is on the table"
        raise Refused(f"there is no standing offer {name!r} to {verb}; {there}")
    if offer.seat == seat:
        raise Refused(f"{name} is your own offer: you cannot {verb} it, but withdraw or replace it")
    return offer
