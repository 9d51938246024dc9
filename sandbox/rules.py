"""The rules: which acts stand, and when there is an agreement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from moot_errors import WrongUse, nearest
from sandbox.view import TALK, Task
from transcripts import (
    Accept,
    Act,
    Answer,
    Assign,
    Bid,
    Event,
    HandOver,
    Leave,
    Move,
    Offer,
    Opened,
    OpenThread,
    Reject,
    Report,
    Said,
    Standing,
    State,
    Terms,
    Thread,
    Vote,
    Withdraw,
)

if TYPE_CHECKING:
    from scenarios import Issue, Situation


class Refused(Exception):
    """An act that does not stand; `reason` mentions only what its author may know."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def judge(
    situation: Situation, state: State, thread: Thread, seat: str, act: Act | None, task: Task = TALK
) -> Act | None:
    """Return the act as it stands, its terms in the scenario's order; raise `Refused` where it does not."""
    if task.kind not in ("talk", "propose"):
        return _given(task, act)
    if seat in state.out:
        raise Refused("you are out, and say no more")
    if task.kind == "propose" and not isinstance(act, Offer):
        raise Refused("this turn is for the last proposal: make an offer")
    match act:
        case None:
            return None
        case Offer(terms=terms):
            if task.kind == "talk":
                _may_offer(situation, thread, seat)
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
        case OpenThread():
            return _openable(situation, state, seat, act)
        case Leave() if thread.opened_by is None:
            raise Refused(f"{thread.name!r} is no side thread: to be out of everything, walk away")
        case HandOver(to=to) | Assign(to=to):
            _other(thread, state, seat, to)
            return act
        case Report(result=result) if not result.strip():
            raise Refused("a report says something: its result is empty")
        case Move() | Vote() | Bid() | Answer():
            asked = {"move": "to choose", "vote": "to vote", "bid": "to bid"}.get(act.kind, "that")
            raise Refused(f"nobody asked you {asked} now; speak, or do something else")
        case _:
            return act


def judge_person(situation: Situation, state: State, said: Said) -> Act | None:
    """Return the act of a person who speaks in a seat's place, in a turn of its own; raise WrongUse."""
    try:
        if isinstance(said.act, OpenThread):
            raise Refused("a side thread is opened by the seat's own brain; say something, or do something else")
        return judge(situation, state, state.threads[said.thread], said.seat, said.act)
    except Refused as refused:
        raise WrongUse(f"{said.seat} cannot do this now: {refused.reason}") from None


def judge_reference(thread: Thread, re: str | None) -> str | None:
    """Return the name of the message that is answered; raise `Refused` where there is none of that name."""
    if re is None or any(message.id == re for message in thread.messages[-1000:]):
        return re
    last = f"; the last one is {thread.messages[-1].id}" if thread.messages else ""
    raise Refused(f"there is no message {re!r} in {thread.name} to answer{last}")


def refuse_second(events: Sequence[Event]) -> None:
    """Raise `Refused` where this turn opened a side thread already."""
    if any(isinstance(event, Opened) for event in events):
        raise Refused("you opened a side thread in this turn already; say something, or do something else")


def enough(situation: Situation, backers: Collection[str]) -> bool:
    """Tell whether those who back an offer make an agreement of it, by the scenario's rule."""
    rule, parties = situation.end.agreement, situation.parties
    backing = [seat for seat in parties if seat in backers]
    match rule:
        case None:
            return False
        case "all":
            return len(backing) == len(parties)
        case "majority":
            return 2 * len(backing) > len(parties)
        case _:
            return len(backing) >= rule.quorum and all(seat in backers for seat in rule.veto)


def agreed_on(situation: Situation, state: State, thread: Thread) -> Standing | None:
    """Find the standing offer that everybody who has to agree backs.

    In a thread that binds its members, that is all who are in it.  Else the scenario's rule says it, and `all` means
    every party of the scenario: with one gone there can be no agreement, and with one outside this thread none in it.
    """
    binds = situation.threads[thread.form].binds
    if binds == "nothing":
        return None
    there = set(thread.members) - state.out
    for offer in thread.standing.values():
        if offer.backers >= there if binds == "members" else enough(situation, offer.backers):
            return offer
    return None


def can_still_agree(situation: Situation, state: State) -> bool:
    """Tell whether an agreement is still possible with those who are left."""
    return enough(situation, [seat for seat in situation.parties if seat not in state.out])


def _may_offer(situation: Situation, thread: Thread, seat: str) -> None:
    allowed = situation.threads[thread.form].offers_by
    if allowed is not None and seat not in allowed:
        raise Refused(f"only {' and '.join(allowed)} may make offers here; say what you would like, or accept")


def _given(task: Task, act: Act | None) -> Act:
    """Read what was asked for in private."""
    match task.kind, act:
        case "move", Move(choice=choice):
            return Move(choice=_chosen(task.domain, choice))
        case "vote", Vote(choice=choice):
            return Vote(choice=_chosen(task.domain, choice))
        case "bid", Bid():
            return act
        case "choose", HandOver(to=to):
            if to not in task.seats:
                raise Refused(_nobody(to, task.seats))
            return act
        case "answer", Answer(items=items):
            return Answer(items=_answers(task, items))
        case _:
            raise Refused(_ASKED[task.kind].format(about=task.about, seats=", ".join(task.seats)))


_ASKED = {
    "move": "choose {about!r} now, and nothing else",
    "vote": "vote on {about!r} now, and nothing else",
    "bid": "say how much you want to speak, from 0 to 4, and nothing else",
    "choose": "say who speaks next, and nothing else: one of {seats}",
    "answer": "answer the question, and nothing else",
}


def _chosen(domain: Issue, given: Any) -> Any:
    from scenarios import TermsError

    try:
        return domain.parse(given)
    except TermsError as error:
        raise Refused(str(error)) from None


def _answers(task: Task, items: dict[str, Any]) -> dict[str, Any]:
    for name in items:
        if name not in task.items:
            close = nearest(name, task.items)
            hint = f"did you mean {close!r}?" if close else f"there are {', '.join(task.items)}"
            raise Refused(f"the question has no item {name!r}; {hint}")
    if missing := [name for name in task.items if name not in items]:
        raise Refused(f"the answer says nothing of {', '.join(missing)}")
    return {name: _chosen(domain, items[name]) for name, domain in task.items.items()}


def _openable(situation: Situation, state: State, seat: str, act: OpenThread) -> OpenThread:
    """Check who is invited into what; `form` is filled in."""
    forms = {
        name: thread
        for name, thread in situation.threads.items()
        if seat in (thread.open_by or ()) and thread.most != 0
    }
    if not forms:
        raise Refused("you cannot open side threads here")
    form = act.form or next(iter(forms))
    if form not in forms:
        raise Refused(f"there is no side thread {form!r} for you to open; there are {', '.join(forms)}")
    spec = forms[form]
    for invited in act.invite:
        if invited == seat:
            raise Refused("you are in your side thread anyway: invite others")
        if invited not in spec.members:
            raise Refused(_nobody(invited, [each for each in spec.members if each != seat]))
        if invited in state.out:
            raise Refused(f"{invited!r} is not there any more")
    if len(set(act.invite)) < len(act.invite):
        raise Refused("somebody is invited twice")
    least, _, most = str(spec.size).partition("..")
    if not int(least) <= len(act.invite) + 1 <= int(most):
        raise Refused(f"a side thread has {str(spec.size).replace('..', ' to ')} members with you; invite accordingly")
    if (
        spec.most is not None
        and sum((each.opened_by, each.form) == (seat, form) for each in state.of_seat.get(seat, {}).values())
        >= spec.most
    ):
        raise Refused(f"you opened {spec.most} of {form!r} already, and there may be no more")
    return act.model_copy(update={"form": form, "invite": [each for each in situation.seats if each in act.invite]})


def _other(thread: Thread, state: State, seat: str, to: str) -> None:
    others = [each for each in thread.members if each != seat and each not in state.out]
    if to not in others:
        raise Refused(_nobody(to, others))


def _nobody(name: str, there: Collection[str]) -> str:
    close = nearest(name, there)
    return f"there is nobody {name!r} here; " + (
        f"did you mean {close!r}?" if close else f"there are {', '.join(there)}"
    )


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
