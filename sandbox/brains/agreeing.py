"""Whose agreement is enough in a thread, as a tactic must know it: all, a majority, or a quorum with vetoes."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scenarios import Quorum

if TYPE_CHECKING:
    from sandbox.view import Known
    from transcripts import Thread


@dataclass(frozen=True, slots=True)
class Enough:
    """How many of whom must stand behind an offer."""

    parties: frozenset[str]
    """Those in the thread by whom an agreement is made."""
    needed: int
    veto: frozenset[str] = frozenset()
    """Who must be among them."""

    @property
    def everybody(self) -> bool:
        """Whether no party can be left out."""
        return self.needed >= len(self.parties)

    def met(self, seats: AbstractSet[str]) -> bool:
        """Tell whether these are enough."""
        return self.veto <= seats and len(self.parties & seats) >= self.needed


def enough_in(known: Known, thread: Thread) -> Enough:
    """Say whose agreement is enough in a thread.

    In a side thread that binds its members alone, that is all of them.  Where too few are there for what the scenario
    asks, all who are there have to be won.
    """
    parties = frozenset(known.parties) & frozenset(thread.members)
    side = known.sides.get(thread.form)
    if side is not None and side.binds == "members":
        return Enough(parties, len(parties))
    return enough_among(known, parties)


def enough_among(known: Known, parties: frozenset[str]) -> Enough:
    """Say whose agreement is enough by the scenario's rule, among these parties."""
    match known.agreement:
        case Quorum(quorum=quorum, veto=veto):
            return Enough(parties, min(quorum, len(parties)), frozenset(veto) & parties)
        case "majority":
            return Enough(parties, min(len(known.parties) // 2 + 1, len(parties)))
        case _:
            return Enough(parties, len(parties))
