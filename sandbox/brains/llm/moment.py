"""What a turn prompt says: what stands on the table, how late it is, and what was not let pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sandbox.brains.llm.acts import Form, is_forbidden
from sandbox.brains.llm.said import escape, quote
from sandbox.brains.llm.wants import points, worth_of

if TYPE_CHECKING:
    from sandbox.view import Known, Refusal, View
    from transcripts import Standing, Thread

QUOTED: Final = 600
"""So many characters are quoted of an answer that was not let pass."""

_ASK: Final[dict[Form, str]] = {
    "tools": "Take your turn: call one tool.",
    "json": "Take your turn: answer with the JSON object.",
    "talk": "Take your turn: say what you say next.",
}


def moment_values(view: View, form: Form) -> dict[str, str]:
    """Give what a turn template's placeholders stand for."""
    known, thread = view.known, view.thread
    return {
        "seat": known.seat,
        "thread": thread.name,
        "members": ", ".join(member for member in thread.members if member != known.seat) or "nobody else",
        "clock": _clock(known, thread),
        "table": "\n".join(_table(known, thread)) if known.issues else "",
        "refusals": "\n".join(map(_refused, view.refusals)),
        "ask": _ASK[form],
    }


def _clock(known: Known, thread: Thread) -> str:
    turn = thread.turns.get(known.seat, 0) + 1
    said = "" if thread.messages else " Nobody has said anything yet."
    if known.rounds is None:
        return f"This is your turn {turn}.{said}"
    last = " It is your last." if turn >= known.rounds else ""
    return f"This is your turn {turn} of {known.rounds}.{last}{said}"


def _table(known: Known, thread: Thread) -> list[str]:
    return [_offer(known, offer) for offer in thread.standing.values()] or ["No offer is on the table."]


def _offer(known: Known, offer: Standing) -> str:
    whose = "your own offer" if offer.seat == known.seat else f"offer of {offer.seat}"
    said = f"- {offer.id}, {whose}: {known.render(offer.terms)}"
    if known.stakes is not None:
        no_deal = points(known.stakes.no_deal)
        said += f". Worth {worth_of(known.stakes, offer.terms)} to you (no agreement: {no_deal})."
    if is_forbidden(known, offer):
        said += " You may not accept it: your own limits forbid it."
    accepted = sorted("you" if seat == known.seat else seat for seat in offer.backers - {offer.seat})
    return said + (f" Accepted by {', '.join(accepted)}." if accepted else "")


def _refused(refusal: Refusal) -> str:
    """Quote an answer and the reason; both may hold what a model wrote."""
    answer = refusal.answer if len(refusal.answer) <= QUOTED else refusal.answer[:QUOTED] + "…"
    said = f", {quote(answer)}," if answer else ""
    return f"- Your answer{said} was not let pass: {escape(refusal.reason)}"
