"""Side threads: when a rule brain opens one, and with whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transcripts import Offer, OpenThread

if TYPE_CHECKING:
    from sandbox.view import View

OFTEN: Final = 0.25
"""How often it does in a turn, where it may and has not yet."""


def open_side(view: View) -> OpenThread | None:
    """Open a side thread with as few as may be: those whose last offers are worth most to the seat.

    Once in a run, not in the seat's first turn, never out of another side thread, and not again where it was refused.
    """
    seat, sides = view.seat, view.known.sides
    asked = view.refusals or view.thread.opened_by is not None or not view.thread.turns.get(seat)
    if asked or not sides or any(thread.opened_by == seat for thread in view.threads.values()):
        return None
    if view.draw("open").uniform() >= OFTEN:
        return None
    form, side = next(iter(sides.items()))
    drawn = view.draw("invite").shuffle([each for each in side.invite if each in view.thread.members])
    invite = sorted(drawn, key=lambda each: _worth(view, each), reverse=True)[: side.least - 1]
    return OpenThread(invite=invite, form=form) if len(invite) == side.least - 1 else None


def _worth(view: View, seat: str) -> float:
    """Say what a seat's last offer in the thread is worth to this one; what is not offered is worth nothing."""
    stakes = view.known.stakes
    acts = (message.act for message in reversed(view.thread.messages) if message.seat == seat)
    offer = next((act for act in acts if isinstance(act, Offer)), None)
    return float(stakes.worth[stakes.index(offer.terms)]) if stakes is not None and offer is not None else 0.0
