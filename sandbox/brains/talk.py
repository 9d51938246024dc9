"""Put an act into words: a phrase for the occasion, and often a clause before it that answers the last move.

The words come from the persona, or else from the neutral ones, by the seat's own named draws.  They say what is
offered, and no number beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from personas import fill_phrase
from sandbox.brains.moves import changes, is_trade, last_move, occasion_of, only_change
from sandbox.brains.phrases import LEADS, NEUTRAL, SMALL_TALK, STANCES, TRADES
from transcripts import Accept, Act, Offer, Pass

if TYPE_CHECKING:
    from personas import Occasion
    from sandbox.brains.history import History
    from sandbox.brains.sight import Sight
    from sandbox.view import View
    from transcripts import Terms

LEAD: Final = 0.5
"""How often a clause comes before the phrase, where one fits."""

SHORT: Final = 0.5
"""How often only what is new in an offer is said, where most of it is as before."""

LONG: Final = 48
"""Terms of more characters would lose the reader in the middle of a sentence."""

_TELLING: Final = 7
"""A phrase is known again by a part of at least so many characters."""

_PLACEHOLDER = re.compile(r"\{\w+\}")
_SENTENCE = re.compile(r"(?<=[.!?] )")
_AT_END = re.compile(r"\{terms\}([.?!]|$)")


def bare(view: View, act: Act | None) -> str:
    """Say the terms of an offer and nothing else; of what is no offer, nothing."""
    return view.known.render(act.terms) if isinstance(act, Offer) else ""


def chat(view: View, history: History, stance: str | None = None) -> str:
    """Say something where there is nothing to agree on: what the seat is for, or a greeting and small talk."""
    if stance is not None:
        return _pick(view, history, "phrase", STANCES).replace("{stance}", _spoken(stance))
    first = view.thread.turns.get(view.seat, 0) == 0
    phrase = _pick(view, history, "phrase", _phrases(view, "greet") if first else SMALL_TALK)
    return fill_phrase(phrase, them=_spoken(_other(view, history)))


def speak(sight: Sight, act: Act) -> str:
    """Say what the act does."""
    view, history = sight.view, sight.history
    occasion = occasion_of(act, sight)
    traded = occasion == "hold" and is_trade(act, sight)
    if occasion == "pass" and not (view.known.persona and view.known.persona.phrases.get("pass")):
        return _lead(sight, act, occasion)
    phrases = _fitting(TRADES if traded else _phrases(view, occasion), act, view)
    phrase = _pick(view, history, "phrase", phrases)
    terms = ""
    if isinstance(act, Offer):
        terms = _terms(sight, act.terms, phrase)
        if "{terms}" not in phrase:
            phrase += " {terms}."
    elif isinstance(act, Accept) and (offer := view.thread.offer(act.offer)):
        terms = view.known.render(offer.terms)
    return " ".join(filter(None, (_lead(sight, act, occasion), _fill(phrase, terms, _spoken(_answered(sight, act))))))


def _phrases(view: View, occasion: Occasion) -> Sequence[str]:
    persona = view.known.persona
    return (persona.phrases.get(occasion) if persona else None) or NEUTRAL[occasion]


def _fitting(phrases: Sequence[str], act: Act, view: View) -> Sequence[str]:
    """Keep the phrases that have long terms at the end of a sentence, if there are any and the terms are long."""
    if len(bare(view, act)) <= LONG:
        return phrases
    return [phrase for phrase in phrases if _AT_END.search(phrase)] or phrases


def _pick(view: View, history: History, purpose: str, phrases: Sequence[str]) -> str:
    """Choose one that the seat's last two messages did not use, if there is one."""
    fresh = [phrase for phrase in phrases if not any(_used(phrase, text) for text in history.texts)]
    return view.draw(purpose).choice(fresh or phrases)


def _used(phrase: str, text: str) -> bool:
    part = _longest_part(phrase)
    return len(part) >= _TELLING and part in text


@lru_cache(maxsize=1024)
def _longest_part(phrase: str) -> str:
    """Find the longest part of a phrase between its placeholders."""
    return max(_PLACEHOLDER.split(phrase), key=len).strip()


def _fill(phrase: str, terms: str, them: str) -> str:
    """Fill in, with a capital where what is filled in begins a sentence."""
    parts = _SENTENCE.split(phrase)
    return "".join(_capital(fill_phrase(part, terms=terms, them=them), part) for part in parts)


def _capital(filled: str, part: str) -> str:
    return filled[:1].upper() + filled[1:] if part.startswith("{") else filled


def _terms(sight: Sight, terms: Terms, phrase: str) -> str:
    """Write the terms; of long ones that end a sentence often only what is new."""
    known, own = sight.view.known, sight.history.own
    new = changes(own.terms, terms) if own else []
    if new and len(new) <= len(terms) / 3 and _AT_END.search(phrase) and sight.view.draw("short").uniform() < SHORT:
        return ", ".join(known.issues[name].text(terms[name], named=True) for name in new) + ", the rest as before"
    return known.render(terms)


def _lead(sight: Sight, act: Act, occasion: Occasion) -> str:
    """Choose the clause that comes before; often none."""
    view, history = sight.view, sight.history
    if isinstance(act, Pass):
        backed = _answered(sight, act)
        return _fill(_pick(view, history, "lead", LEADS["backing"]), "", _spoken(backed))
    kind, issue = _lead_kind(sight, act, occasion)
    if kind is None or view.draw("lead?").uniform() >= LEAD:
        return ""
    lead = _pick(view, history, "lead", LEADS[kind]).replace("{issue}", _spoken(issue or ""))
    return _addressed(lead, _other(view, history)) if sight.many and kind != "giving" else lead


def _addressed(lead: str, seat: str) -> str:
    """Say whom it is meant for, where several listen."""
    name = _spoken(seat)
    return f"{name[:1].upper()}{name[1:]}, {lead if lead.startswith('I ') else lead[:1].lower() + lead[1:]}"


def _lead_kind(sight: Sight, act: Act, occasion: Occasion) -> tuple[str | None, str | None]:
    """Say which kind of clause fits, and the issue that it speaks of."""
    own, move = sight.history.own, last_move(sight)
    if occasion == "concede" and isinstance(act, Offer) and own is not None:
        given = only_change(own.terms, act.terms)
        if given and (move is None or sight.view.draw("giving?").uniform() < LEAD):
            return "giving", given
    if move is None:
        return None, None
    kind, bids = move
    if occasion == "accept" and kind in {"first", "same", "sideways"}:
        return None, None
    if kind in {"step", "jump"} and occasion == "hold":
        return "step, holding", None
    if kind == "step" and bids is not None and (issue := only_change(bids.terms_before, bids.terms)):
        return "step on", issue
    return ("same, giving" if kind == "same" and occasion == "concede" else kind), None


def _answered(sight: Sight, act: Act) -> str:
    """Name whose offer is being answered."""
    thread, seat = sight.view.thread, sight.view.seat
    if isinstance(act, Accept) and (offer := thread.offer(act.offer)):
        return offer.seat
    if isinstance(act, Pass):
        backed = [each.seat for each in thread.standing.values() if each.seat != seat and seat in each.backers]
        if backed:
            return backed[0]
    return _other(sight.view, sight.history)


def _other(view: View, history: History) -> str:
    """Name whoever spoke last, or else somebody in the thread."""
    if history.heard is not None:
        return history.heard.seat
    return next((member for member in view.thread.members if member != view.seat), "")


def _spoken(name: str) -> str:
    return name.replace("_", " ")
