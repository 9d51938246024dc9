"""What one seat has heard and said in a thread: read on from where it stopped, never from the beginning again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from transcripts import MODERATOR, Accept, Message, Offer

if TYPE_CHECKING:
    from sandbox.brains.agreeing import Enough
    from sandbox.brains.ladder import Ladder
    from sandbox.view import Stakes
    from transcripts import Terms, Thread

RECENT: Final = 2
"""So many of its own texts a seat remembers, in order not to say the same again."""


@dataclass(slots=True)
class Bids:
    """The offers that one member made, and what they were worth to the seat that looks on."""

    first: float
    last: float
    terms: Terms
    outcome: int
    distinct: set[int]
    before: float | None = None
    """What the last but one was worth, or None where there is none."""
    terms_before: Terms | None = None

    def add(self, outcome: int, terms: Terms, worth: float) -> None:
        self.before, self.terms_before = self.last, self.terms
        self.outcome, self.terms, self.last = outcome, terms, worth
        self.distinct.add(outcome)


@dataclass(slots=True)
class History:
    """A thread as `seat` followed it; all of it can be read from the messages again."""

    thread: Thread
    seat: str
    enough: Enough
    """Whose agreement is enough; as it was when the seat looked last."""
    read: int = 0
    bids: dict[str, Bids] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    heard: Message | None = None
    """The newest message of somebody else."""
    endorsed: dict[int, set[str]] = field(default_factory=dict)
    """Who has ever offered or accepted the outcome."""
    welcome: list[int] = field(default_factory=list)
    """The outcomes that would be agreed with this seat, by what the others have offered or accepted at some time."""
    named: dict[str, int] = field(default_factory=dict)
    """The outcome of each offer, by the offer's name."""
    top_sent: int = 0
    """How many of its best outcomes in a row the seat has offered; kept by the tactic that counts them."""

    @property
    def own(self) -> Bids | None:
        return self.bids.get(self.seat)

    @property
    def others(self) -> Mapping[str, Bids]:
        """The bids of the other parties; where there is none in the thread, of whoever else makes offers there."""
        parties = self.enough.parties - {self.seat}
        return {
            seat: bids for seat, bids in self.bids.items() if seat != self.seat and (seat in parties or not parties)
        }

    def follow(self, stakes: Stakes | None, ladder: Ladder | None) -> None:
        """Read the messages that came since."""
        messages = self.thread.messages
        for n in range(self.read, len(messages)):
            self._take(messages[n], stakes, ladder)
        self.read = len(messages)

    def _take(self, message: Message, stakes: Stakes | None, ladder: Ladder | None) -> None:
        if message.seat == self.seat:
            self.texts = [*self.texts[1 - RECENT :], message.text]
        elif message.seat != MODERATOR:
            self.heard = message
        if stakes is None or ladder is None:
            return
        if isinstance(message.act, Offer):
            outcome = self.named[message.id] = stakes.index(message.act.terms)
            self._bid(message.seat, outcome, message.act.terms, float(ladder.worth[outcome]))
            self._endorse(message.seat, outcome)
        elif isinstance(message.act, Accept):
            self._endorse(message.seat, self.named[message.act.offer])

    def _bid(self, seat: str, outcome: int, terms: Terms, worth: float) -> None:
        if (bids := self.bids.get(seat)) is None:
            self.bids[seat] = Bids(worth, worth, terms, outcome, {outcome})
        else:
            bids.add(outcome, terms, worth)

    def _endorse(self, seat: str, outcome: int) -> None:
        seats = self.endorsed.setdefault(outcome, set())
        was = self.enough.met(seats | {self.seat})
        seats.add(seat)
        if not was and self.enough.met(seats | {self.seat}):
            self.welcome.append(outcome)
