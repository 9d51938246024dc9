"""Acts as a person types them: `accept table:3`, `offer price=200, pickup=today`, `walk away`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from moot_errors import NotFound, WrongUse
from sandbox.brains.lines import ACTS, LAST, WORDS
from transcripts import Accept, Act, Offer, Reject, Thread

if TYPE_CHECKING:
    from scenarios import Issue

_COMMA = re.compile(r",(?![^{]*\})")
"""A comma that is not between braces."""


def read_act(text: str, issues: Mapping[str, Issue], thread: Thread, seat: str) -> Act:
    """Read what `seat` is to do in `thread`; raises NotFound and WrongUse, which say what is possible.

    `accept` and `reject` take an offer's name, or `last` (as without one): the newest of somebody else.  What the rules
    make of it is theirs to say.
    """
    words = " ".join(re.sub(r"[_-]", " ", text).split()).casefold()
    if words in WORDS:
        return WORDS[words]
    verb, _, rest = text.strip().partition(" ")
    match verb.casefold():
        case "accept":
            return Accept(offer=_offer(rest.strip(), thread, seat))
        case "reject":
            return Reject(offer=_offer(rest.strip(), thread, seat))
        case "offer":
            return Offer(terms=_terms(rest, issues))
        case _:
            raise NotFound("act", verb or text, ACTS, remedy=f"acts: {', '.join(ACTS)}")


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
    given: dict[str, Any] = {}
    for part in _COMMA.split(text):
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            raise WrongUse(f"cannot read {part.strip()!r} as a term", remedy=f"write {form}")
        if name.strip() in given:
            raise WrongUse(f"{name.strip()!r} is named twice", remedy=f"write {form}")
        given[name.strip()] = _value(value.strip())
    try:
        return parse_terms(issues, given)
    except TermsError as error:
        raise WrongUse(f"cannot be offered: {error}", remedy=f"write {form}") from None


def _value(text: str) -> Any:
    """Read a division as YAML, `{left: 2, right: 1}`; whatever else it is, the issue reads it as text."""
    if not text.startswith("{"):
        return text
    from personas import parse_document

    return parse_document(text, "--act").data
