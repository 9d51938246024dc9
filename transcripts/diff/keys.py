"""Make what happened comparable: equal keys mean that the same was said and done, under the rules."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from transcripts.acts import Accept, Act, Answer, Assign, Bid, HandOver, Move, Offer, OpenThread, Reject, Report, Vote
from transcripts.calls import Answered
from transcripts.diff.rules import Rules
from transcripts.events import (
    Agreed,
    Asked,
    Confided,
    Event,
    Forfeited,
    Noted,
    Opened,
    Refused,
    Said,
    Staged,
    Tallied,
    Told,
    Valued,
)

Head = Said | Forfeited | Confided | Told | Staged | Tallied | Asked | Agreed
"""What came of a turn, or what happened between turns."""


class Known(NamedTuple):
    """What an offer, or a message that is answered, is known by, whatever its number."""

    author: str
    act: Hashable
    text: str = ""


Names = Mapping[str, Known]


def known_by(events: Sequence[Event], rules: Rules) -> tuple[Names, Names]:
    """Say by their names what offers are known by, and what messages that others answer."""
    said = [event for event in events if event.kind == "said"]
    offers = {
        f"{event.thread}:{event.n}": Known(event.seat, ("offer", rules.plain(event.act.terms)))
        for event in said
        if event.act is not None and event.act.kind == "offer"
    }
    answered = {event.re for event in said if event.re is not None}
    messages = {
        name: Known(event.seat, act_key(event.act, offers, rules), rules.text(event.text))
        for event in (said if answered else ())
        if (name := f"{event.thread}:{event.n}") in answered
    }
    return offers, messages


def head_key(head: Head, offers: Names, messages: Names, rules: Rules) -> Hashable:
    """Make what came of a turn comparable."""
    if head.kind == "said":  # faster than asking for the class
        text = rules.text(head.text) if rules.changes_prose else head.text
        if head.act is None:
            key: tuple[Hashable, ...] = (head.seat, "said", None, text, head.by)
        else:
            known = offers.get(f"{head.thread}:{head.n}")
            act = known.act if known else act_key(head.act, offers, rules)
            key = (head.seat, "said", act, text, head.by)
        return key if head.re is None else (*key, messages.get(head.re, head.re))
    if head.kind == "forfeited":
        lost = head.seat, "forfeited", head.fault, head.reason if rules.prose else ""
        return lost if head.task is None else (*lost, head.task)
    return head.kind, tuple(details(head, rules).items()), *_words_key(head, rules)


_SAID = ((2, "act"), (3, "text"), (4, "by"))


def said_otherwise(a: Hashable, b: Hashable) -> tuple[str, ...]:
    """Name what differs between the keys of two messages by the same speaker."""
    assert isinstance(a, tuple) and isinstance(b, tuple)
    names = [name for place, name in _SAID if a[place] != b[place]]
    return (*names, "re") if a[5:] != b[5:] else tuple(names)


def _words_key(head: Head, rules: Rules) -> tuple[Hashable, ...]:
    """Make comparable who said what along with it."""
    match head:
        case Confided():
            text = rules.text(head.text)
            return head.seat, act_key(head.act, {}, rules), text
        case Told():
            return head.by, rules.text(head.text)
        case _:
            return ()


def details(head: Head | None, rules: Rules) -> dict[str, Hashable]:
    """Give what else there is to compare, by name, beside act, words and who spoke."""
    match head:
        case Confided():
            return {"task": head.task, "about": head.about}
        case Told():
            return {"to": frozenset(head.to)}
        case Staged():
            return {"phase": head.phase, "repeat": head.repeat}
        case Tallied():
            names = ("what", "about", "choices", "result", "worth", "out")
            return {name: rules.plain(getattr(head, name)) for name in names}
        case Asked():
            return {"question": head.question}
        case Agreed():
            return {"terms": rules.plain(head.terms), "by": frozenset(head.by)}
        case _:
            return {}


def opened_key(opened: Sequence[Opened], rules: Rules) -> Hashable:
    """Make the side threads that were opened in a turn comparable: by their form and their first members."""
    return tuple((each.form, frozenset(each.members), rules.text(each.about)) for each in opened)


def act_key(act: Act | None, offers: Names, rules: Rules) -> Hashable:
    """Make an act comparable: an offer by its terms, and an answer to one by that offer."""
    match act:
        case None:
            return None
        case Offer(terms=terms):
            return "offer", rules.plain(terms)
        case Accept(offer=name) | Reject(offer=name):
            return act.kind, offers.get(name, name)
        case Move(choice=choice) | Vote(choice=choice):
            return act.kind, rules.plain(choice)
        case Bid(strength=strength):
            return act.kind, strength
        case Answer(items=items):
            return act.kind, rules.plain(items)
        case HandOver(to=to):
            return act.kind, to
        case Assign(to=to, task=words):
            return act.kind, to, rules.text(words)
        case Report(result=words):
            return act.kind, rules.text(words)
        case OpenThread(invite=invite, form=form, about=words):
            return act.kind, frozenset(invite), form, rules.text(words)
        case _:
            return act.kind


def beneath_key(event: Event, offers: Names, rules: Rules) -> Hashable:
    """Make an event that nobody heard comparable."""
    match event:
        case Answered():
            told = (event.purpose, event.profile, event.fingerprint, event.by, event.model, event.served, event.system)
            return "answered", told, rules.plain(event.answer), event.fault
        case Refused():
            return "refused", event.by, event.reason, act_key(event.act, offers, rules), event.text
        case Noted():
            return "noted", event.upto, event.note
        case Valued():
            return "valued", rules.plain(event.worth)
        case Agreed():
            return "agreed", rules.plain(event.terms), frozenset(event.by)
        case _:
            return event.kind
