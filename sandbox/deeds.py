"""Acts as a person types them: `accept table:3`, `offer price=200, pickup=today`, `walk away`, `vote guilty`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from moot_errors import NotFound, WrongUse
from sandbox.brains.lines import LAST
from sandbox.brains.written import WORDS
from sandbox.view import TALK
from transcripts import (
    Accept,
    Act,
    Answer,
    Assign,
    Bid,
    HandOver,
    Move,
    Offer,
    OpenThread,
    Reject,
    Report,
    Thread,
    Vote,
)

if TYPE_CHECKING:
    from sandbox.view import Task
    from scenarios import Issue

ACTS: Final = ("offer", "accept", "reject", *WORDS, "open", "hand over", "assign", "report")
"""What can be typed in talk."""

_COMMA = re.compile(r",(?![^{]*\})")
"""A comma that is not between braces."""
_OPEN = re.compile(
    r"open(?:\s+(?!with\b)(?P<form>\S+))?\s+with\s+(?P<invite>[^:]+?)\s*(?::\s*(?P<about>.*))?", re.I | re.S
)
_ASSIGN = re.compile(r"assign\s+(?:to\s+)?(?P<to>[^:\s]+)\s*:\s*(?P<task>.*\S)", re.I | re.S)
_REPORT = re.compile(r"report\s*:?\s*(?P<result>.*\S)", re.I | re.S)
_HAND_OVER = re.compile(r"(?:hand[ _-]?over(?:\s+to)?|choose)\s+(?P<to>\S+)", re.I)
_PRIVATE: Final = {
    "move": "move {about}",
    "vote": "vote {about}",
    "answer": "answer {items}",
    "bid": "bid 0 to 4",
    "choose": "choose one of {seats}",
}


def read_act(text: str, issues: Mapping[str, Issue], thread: Thread, seat: str, task: Task = TALK) -> Act:
    """Read what `seat` is to do in `thread`; raises NotFound and WrongUse, which say what is possible.

    `accept` and `reject` take an offer's name, or `last` (as without one): the newest of somebody else.  Where
    something else is asked than talk, its value alone is enough: `guilty` for `vote guilty`.  What the rules make of it
    is theirs to say.
    """
    if task.kind not in ("talk", "propose"):
        return _asked(text.strip(), task)
    words = " ".join(re.sub(r"[_-]", " ", text).split()).casefold()
    if words in WORDS:
        return WORDS[words]
    text = text.strip()
    verb, _, rest = text.partition(" ")
    match verb.casefold().rstrip(":"):
        case "accept":
            return Accept(offer=_offer(rest.strip(), thread, seat))
        case "reject":
            return Reject(offer=_offer(rest.strip(), thread, seat))
        case "offer":
            return Offer(terms=_terms(rest, issues))
        case "open":
            found = _matched(_OPEN, text, "open with anna, ben: what it is about")
            invite = [name for name in re.split(r"[,\s]+", found["invite"]) if name and name != "and"]
            return OpenThread(invite=invite, about=(found["about"] or "").strip(), form=found["form"])
        case "assign":
            found = _matched(_ASSIGN, text, "assign anna: what there is to do")
            return Assign(to=found["to"], task=found["task"])
        case "report":
            return Report(result=_matched(_REPORT, text, "report: the result")["result"])
        case "hand" | "handover" | "hand_over" | "hand-over":
            return HandOver(to=_matched(_HAND_OVER, text, "hand over to anna")["to"])
        case "vote":
            return Vote(choice=_value_of("vote", rest))
        case "move":
            return Move(choice=_value_of("move", rest))
        case "bid":
            return _bid(rest)
        case _:
            raise NotFound("act", verb or text, ACTS, remedy=f"acts: {', '.join(ACTS)}")


def how(task: Task) -> str:
    """Say what is to be typed for what is asked."""
    if task.kind == "propose":
        return "offer …"
    items = ", ".join(f"{name}={_listed(domain)}" for name, domain in task.items.items())
    about = _listed(task.domain) if task.kind in ("move", "vote") else ""
    return _PRIVATE[task.kind].format(about=about, items=items, seats=", ".join(task.seats))


def _asked(text: str, task: Task) -> Act:
    """Read the answer to what is asked, with or without the word for it in front."""
    verb, _, rest = text.partition(" ")
    given = rest.strip() if verb.casefold() in (task.kind, f"{task.kind}:") else text
    if not given:
        raise WrongUse(f"nothing was answered, and you are asked to {task.kind}", remedy=f"write {how(task)}")
    match task.kind:
        case "move":
            return Move(choice=_chosen(task.domain, given, task))
        case "vote":
            return Vote(choice=_chosen(task.domain, given, task))
        case "answer":
            return Answer(items=_items(given, task))
        case "bid":
            return _bid(given)
        case _:
            found = _HAND_OVER.fullmatch(text)
            name = found["to"] if found else given
            if name not in task.seats:
                raise NotFound("seat", name, task.seats, remedy=f"write {how(task)}")
            return HandOver(to=name)


def _items(text: str, task: Task) -> dict[str, Any]:
    """Read `verdict=guilty, confidence=5`; where there is one item, its value alone is enough."""
    if len(task.items) == 1 and "=" not in text:
        ((name, domain),) = task.items.items()
        return {name: _chosen(domain, text, task)}
    given = _pairs(text, how(task))
    for name in given:
        if name not in task.items:
            raise NotFound("item", name, list(task.items), remedy=f"write {how(task)}")
    if missing := [name for name in task.items if name not in given]:
        raise WrongUse(f"nothing is said of {', '.join(missing)}", remedy=f"write {how(task)}")
    return {name: _chosen(task.items[name], value, task) for name, value in given.items()}


def _chosen(domain: Issue, given: str, task: Task) -> Any:
    from scenarios import TermsError

    try:
        return domain.parse(given)
    except TermsError as error:
        raise WrongUse(str(error), remedy=f"write {how(task)}") from None


def _listed(domain: Issue) -> str:
    from scenarios import NumberIssue, OptionIssue

    match domain:
        case NumberIssue():
            return f"{domain.low} to {domain.high}"
        case OptionIssue():
            return "|".join(map(str, domain.options))
        case _:
            return "…"


def _matched(form: re.Pattern[str], text: str, example: str) -> re.Match[str]:
    found = form.fullmatch(text)
    if found is None:
        raise WrongUse(f"cannot read {text!r}", remedy=f"write it like this: {example}")
    return found


def _value_of(verb: str, rest: str) -> str:
    if not rest.strip():
        raise WrongUse(f"{verb!r} says nothing of what", remedy=f"write {verb} and one of what there is to choose from")
    return rest.strip()


def _bid(text: str) -> Bid:
    if text.strip() not in {"0", "1", "2", "3", "4"}:
        raise WrongUse(f"{text.strip()!r} is no bid", remedy="write bid and a number from 0 to 4")
    return Bid(strength=int(text))


def _offer(name: str, thread: Thread, seat: str) -> str:
    if name not in ("", LAST):
        return name
    newest = next((each for each in reversed(thread.standing.values()) if each.seat != seat), None)
    if newest is None:
        raise WrongUse(f"no offer of anybody but {seat} is on the table", remedy="`moot show RUN --at N` shows what is")
    return newest.id


def _terms(text: str, issues: Mapping[str, Issue]) -> dict[str, Any]:
    from scenarios import TermsError, parse_terms

    form = f"offer {', '.join(f'{name}=…' for name in issues)}"
    if not issues:
        raise WrongUse("there is nothing to agree on in this scenario, so there are no offers")
    given = {name: _value(value) for name, value in _pairs(text, form).items()}
    try:
        return parse_terms(issues, given)
    except TermsError as error:
        raise WrongUse(f"cannot be offered: {error}", remedy=f"write {form}") from None


def _pairs(text: str, form: str) -> dict[str, str]:
    """Read `price=200, pickup=today`."""
    given: dict[str, str] = {}
    for part in _COMMA.split(text):
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            raise WrongUse(f"cannot read {part.strip()!r} as a term", remedy=f"write {form}")
        if name.strip() in given:
            raise WrongUse(f"{name.strip()!r} is named twice", remedy=f"write {form}")
        given[name.strip()] = value.strip()
    return given


def _value(text: str) -> Any:
    """Read a division as YAML, `{left: 2, right: 1}`; whatever else it is, the issue reads it as text."""
    if not text.startswith("{"):
        return text
    from personas import parse_document

    return parse_document(text, "--act").data
