"""Speaker policies: who speaks next in a thread."""

from __future__ import annotations

from collections.abc import Callable, Collection

from transcripts import Thread

SpeakerPolicy = Callable[[Thread, Collection[str]], list[str]]
"""Propose who speaks in the thread, given who may not (is out of the negotiation); nobody where nobody may."""


def in_order(thread: Thread, out: Collection[str]) -> list[str]:
    """Give the turn to whoever has had fewest, the first in the members' order among them."""
    turns = thread.turns
    present = [seat for seat in thread.members if seat not in out]
    return [min(present, key=lambda seat: turns.get(seat, 0))] if present else []


POLICIES: dict[str, SpeakerPolicy] = {
    # With two members that is A, B, A, B; with more, a fixed cycle.  The scenario says which word it means.
    "alternating": in_order,
    "round robin": in_order,
}
