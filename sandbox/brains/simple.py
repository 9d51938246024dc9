"""What a rule brain votes, answers and bids, and whom it names: small rules, and draws that a seat keeps to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sandbox.brains.games import move
from sandbox.brains.kin import own_kind
from sandbox.brains.ladder import EPS
from sandbox.brains.naming import named_in
from scenarios import OptionIssue
from transcripts import MODERATOR, Accept, Answer, Assign, Bid, HandOver, Reject, Vote

if TYPE_CHECKING:
    from sandbox.brains.spec import Choosing
    from sandbox.view import View
    from scenarios import Issue
    from transcripts import Act, Message

FOR: Final = frozenset({"for", "yes", "aye", "yea", "accept", "agree", "approve", "in favour", "in favor"})
"""Words for being for what is proposed."""

FOLLOWS: Final = 0.5
"""How often a seat goes over to the majority that it has heard of."""


RECENT: Final = 200
"""So many messages are looked through for what somebody is for."""


def by_rule(view: View, strategy: Choosing = "best-reply") -> Act:
    """Do what is asked where that is no talk and no proposal."""
    match view.task.kind:
        case "move":
            return move(view, strategy)
        case "vote":
            return vote(view)
        case "answer":
            return answer(view)
        case "bid":
            return bid(view)
        case _:
            return name_next(view)


def vote(view: View) -> Vote:
    """Vote for what is proposed if that is worth its minimum; on anything else as the seat is inclined.

    Where it heard how the others voted, and more of them for something else, it may go over to them.
    """
    domain, stakes = view.task.domain, view.known.stakes
    offer = next(reversed(view.thread.standing.values()), None)
    terms = view.task.terms or (offer.terms if offer else None)
    if stakes is not None and terms is not None and (sides := _sides(domain)):
        outcome = stakes.index(terms)
        enough = stakes.worth[outcome] >= max(stakes.no_deal, stakes.minimum) - EPS
        return Vote(choice=sides[0] if enough and stakes.allowed[outcome] else sides[1])
    return Vote(choice=_inclined(view, view.task.about, domain))


def answer(view: View) -> Answer:
    """Answer as the seat is inclined: the same again when it is asked again, and what it voted where that is asked."""
    return Answer(items={name: _inclined(view, name, domain) for name, domain in view.task.items.items()})


def bid(view: View) -> Bid:
    """Want to speak where it was addressed, or has not spoken for long; and not right after itself."""
    thread, seat = view.thread, view.seat
    if thread.last == seat:
        return Bid(strength=0)
    waited = thread.taken - thread.spoke.get(seat, 0)
    late = waited >= len(thread.members)
    strength = 2 * _addressed(view) + late + (seat not in thread.spoke) + view.draw("bid").integer(0, 1)
    return Bid(strength=min(4, strength))


def name_next(view: View) -> HandOver:
    """Name who has spoken least, and of those who has waited longest."""
    turns, spoke = view.thread.turns, view.thread.spoke
    return HandOver(to=min(view.task.seats, key=lambda seat: (turns.get(seat, 0), spoke.get(seat, 0))))


def _sides(domain: Issue) -> tuple[Any, Any] | None:
    """Tell the option that is for something from the one that is against it; None where they are no such options."""
    if not isinstance(domain, OptionIssue) or domain.size != 2:
        return None
    pros = [option for option in domain.options if str(option).casefold() in FOR]
    cons = [option for option in domain.options if option not in pros]
    return (pros[0], cons[0]) if pros and cons else None


def stance(view: View) -> str | None:
    """Give what the seat is for, where all who talk here are to vote on it and it brings nobody points."""
    known, members = view.known, set(view.thread.members)
    for about, domain in known.choices.items():
        votes = members <= set(known.movers.get(about, ())) and known.payoff is None
        if votes and isinstance(domain, OptionIssue) and domain.words:
            return str(_inclined(view, about, domain))
    return None


def _inclined(view: View, about: str, domain: Issue) -> Any:
    """Draw what a seat inclines to, the same each time; of seats never itself, nor who is of its own kind.

    When it votes it may go over to what most of the others were for, as far as it heard.
    """
    options: list[Any] = [domain.value(index) for index in range(domain.size)]
    others = [option for option in options if option not in own_kind(view)] or options
    if view.refusals:
        return view.draw("vote", about, str(len(view.refusals))).choice(others)
    own = next((each.choice for each in reversed(view.made) if each.about == about), None)
    if own not in others:
        drawn = view.draws.at(view.known.written, "inclined", about).shuffle(options)
        own = next(each for each in drawn if each in others)
    if view.task.kind != "vote":
        return own
    votes = _heard(view, about, options)
    most = max((votes[option] for option in others), default=0)
    if votes[own] < most and view.draw("vote", about).uniform() < FOLLOWS:
        return next(option for option in others if votes[option] == most)
    return own


def _heard(view: View, about: str, options: Sequence[Any]) -> Counter[Any]:
    """Count what the others voted last, where that was made public, or else what they were for when they spoke last."""
    last = next((each for each in reversed(view.revealed) if each.about == about and each.choices), None)
    if last is not None:
        return Counter(choice for seat, choice in last.choices.items() if seat != view.seat)
    words = {str(option): option for option in options}
    said: dict[str, Any] = {view.seat: None, MODERATOR: None}
    for message in reversed(view.thread.messages[-RECENT:]):
        if message.seat not in said:
            named = named_in(message.text, words)
            said[message.seat] = words[named[0]] if len(named) == 1 else None
    return Counter(option for option in said.values() if option is not None)


def _addressed(view: View) -> bool:
    """Tell whether somebody turned to the seat since it spoke last."""
    for message in reversed(view.thread.messages):
        if message.seat == view.seat:
            return False
        if message.seat != MODERATOR and _is_for(message, view):
            return True
    return False


def _is_for(message: Message, view: View) -> bool:
    match message.act:
        case Accept(offer=name) | Reject(offer=name):
            answered = name
        case Assign(to=view.seat) | HandOver(to=view.seat):
            return True
        case _:
            answered = message.re or ""
    number = answered.rpartition(":")[2]
    at = int(number) - 1 if number.isdecimal() else -1
    own = 0 <= at < len(view.thread.messages) and view.thread.messages[at].seat == view.seat
    return own or bool(named_in(message.text, [view.seat]))
