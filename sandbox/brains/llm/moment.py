"""What a turn prompt says: what stands on the table, how late it is, and what was not let pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sandbox.brains.llm.acts import Form, is_forbidden, possible
from sandbox.brains.llm.said import escape, quote
from sandbox.brains.llm.tasks import asked
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


LATEST: Final = 30
"""So many of the newest of what was told, chosen or given to do are listed."""


def is_asked(view: View) -> bool:
    """Tell whether something is asked that is no talk and no offer."""
    return view.task.kind not in ("talk", "propose")


def acts_now(view: View) -> dict[str, tuple[str, ...]]:
    """List the acts that can be done in this turn, each with the seats that it may be about."""
    acts = possible(view.known, view.thread, opened=any(each.opened for each in view.refusals))
    return {"offer": ()} if view.task.kind == "propose" else acts


def moment_values(view: View, form: Form) -> dict[str, str]:
    """Give what a turn template's placeholders stand for."""
    known, thread = view.known, view.thread
    return {
        "seat": known.seat,
        "thread": thread.name,
        "members": ", ".join(member for member in thread.members if member != known.seat) or "nobody else",
        "clock": _clock(view),
        "table": "\n".join(_table(known, thread)) if known.issues else "",
        "told": "\n".join(f"- You were told in private: {escape(text)}" for text in view.told[-LATEST:]),
        "chosen": "\n".join(_chosen(view)),
        "assigned": "\n".join(_assigned(view)),
        "refusals": "\n".join(map(_refused, view.refusals)),
        "ask": _asked(view, form),
    }


def _asked(view: View, form: Form) -> str:
    if is_asked(view):
        return asked(view.task, "json" if form == "json" else "tools")
    if view.task.kind == "propose":
        return f"All talk is over, and this is the last proposal: make an offer. {_ASK[form]}"
    return _ASK[form]


def _chosen(view: View) -> list[str]:
    """List what the seat chose; which time it was where there were several."""
    several = any(each.repeat > 1 for each in view.made)
    return [
        f"- You chose{f', time {each.repeat}' if several else ''}: {each.about}: {escape(str(each.choice))}"
        for each in view.made[-LATEST:]
    ]


def _assigned(view: View) -> list[str]:
    return [f"- {each.by} gave you to do, in {each.message}: {escape(each.task)}" for each in view.assigned[-LATEST:]]


def _clock(view: View) -> str:
    known, thread = view.known, view.thread
    about = _opened(thread, known.seat)
    return " ".join(filter(None, (about, "" if is_asked(view) else _turns(known, thread))))


def _opened(thread: Thread, seat: str) -> str:
    """Say who opened a side thread, and what about."""
    if thread.opened_by is None:
        return ""
    who = "You" if thread.opened_by == seat else thread.opened_by
    about = f" It is about: {escape(thread.about)}" if thread.about else ""
    return f"{who} opened this side thread; only its members see it.{about}"


def _turns(known: Known, thread: Thread) -> str:
    turn = thread.turns.get(known.seat, 0) + 1
    said = "" if thread.messages else " Nobody has said anything yet."
    if known.rounds is None or thread.opened_by is not None:
        return f"This is your turn {turn}.{said}"
    last = " It is your last." if turn >= known.rounds else ""
    return f"This is your turn {turn} of {known.rounds}.{last}{said}"


def _table(known: Known, thread: Thread) -> list[str]:
    return [_offer(known, offer) for offer in thread.standing.values()] or ["No offer is on the table."]


def _offer(known: Known, offer: Standing) -> str:
    whose = "your own offer" if offer.seat == known.seat else f"offer of {offer.seat}"
    said = f"- {offer.id}, {whose}: {known.render(offer.terms)}"
    if known.stakes is not None and known.seat in known.parties:
        no_deal = points(known.stakes.no_deal)
        said += f". Worth {worth_of(known.stakes, offer.terms)} to you (no agreement: {no_deal})."
    if is_forbidden(known, offer):
        said += " You may not accept it: your own limits forbid it."
    accepted = sorted("you" if seat == known.seat else seat for seat in offer.backers - {offer.seat})
    return said + (f" Accepted by {', '.join(accepted)}." if accepted else "")


def _refused(refusal: Refusal) -> str:
    """Quote an answer and the reason; both may hold what a model wrote."""
    answer = refusal.answer if len(refusal.answer) <= QUOTED else refusal.answer[:QUOTED] + "…"
    if refusal.opened:
        return f"- You did {quote(answer)}: {escape(refusal.reason)}"
    said = f", {quote(answer)}," if answer else ""
    return f"- Your answer{said} was not let pass: {escape(refusal.reason)}"
