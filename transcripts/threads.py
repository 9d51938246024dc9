"""A thread: who is in it, what was said there, and what stands on its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from transcripts.acts import Accept, Act, Offer, Pass, Reject, Terms, Withdraw


@dataclass(frozen=True, slots=True)
class Message:
    """What the members of a thread received: no run-wide number, for that would tell of other threads."""

    thread: str
    n: int
    seat: str
    """Who spoke: a participant, or the moderator."""
    act: Act | None
    text: str
    re: str | None = None
    """The message that it answers."""

    @property
    def id(self) -> str:
        return f"{self.thread}:{self.n}"


@dataclass(slots=True)
class Standing:
    """An offer on the table, and who backs it: its author, and whoever accepted it since."""

    id: str
    seat: str
    terms: Terms
    backers: set[str]


@dataclass(slots=True)
class Thread:
    """A conversation and what stands on its table."""

    name: str
    members: list[str]
    form: str = ""
    """Which of the scenario's threads it is, or is one of."""
    opened_by: str | None = None
    """The participant who opened it; None for those that the scenario opens."""
    about: str = ""
    """What it was opened about."""
    messages: list[Message] = field(default_factory=list)
    standing: dict[str, Standing] = field(default_factory=dict)
    """By author, the newest last."""
    turns: dict[str, int] = field(default_factory=dict)
    """Turns taken in this thread, by seat; forfeited ones included."""
    taken: int = 0
    """Turns taken in this thread in all."""
    said: int = 0
    """Messages in this thread, less the moderator's."""
    spoke: dict[str, int] = field(default_factory=dict)
    """By seat, the number of its last turn in this thread."""
    last: str | None = None
    """Who had the turn last."""
    passes: int = 0
    """How many turns in a row were passed."""

    def offer(self, name: str) -> Standing | None:
        """Find a standing offer by its name."""
        return next((offer for offer in self.standing.values() if offer.id == name), None)

    def rounds(self, out: set[str] | frozenset[str] = frozenset()) -> int:
        """Count the rounds completed by the members that are not `out`."""
        return min((self.turns.get(seat, 0) for seat in self.members if seat not in out), default=0)

    def taken_by(self, seat: str) -> None:
        """Count a turn, forfeited or not."""
        self.turns[seat] = self.turns.get(seat, 0) + 1
        self.taken += 1
        self.spoke[seat] = self.taken
        self.last = seat

    def hear(self, message: Message) -> None:
        """Take in what a participant said, and what that does to the table."""
        self.messages.append(message)
        self.said += 1
        if message.act is None:  # most often
            self.passes = 0
            return
        self.passes = self.passes + 1 if isinstance(message.act, Pass) else 0
        seat = message.seat
        match message.act:
            case Offer(terms=terms):
                self.clear(seat)
                self.standing[seat] = Standing(message.id, seat, terms, {seat})
            case Accept(offer=name):
                self._retract(seat)
                if offer := self.offer(name):
                    offer.backers.add(seat)
            case Reject(offer=name):
                if offer := self.offer(name):
                    offer.backers.discard(seat)
            case Withdraw():
                self.standing.pop(seat, None)
            case _:
                pass

    def clear(self, seat: str) -> None:
        """Take a seat's offer off the table, and take back what it accepted."""
        self.standing.pop(seat, None)
        self._retract(seat)

    def _retract(self, seat: str) -> None:
        """Take back what `seat` accepted: a seat backs one offer of others at a time."""
        for offer in self.standing.values():
            if offer.seat != seat:
                offer.backers.discard(seat)

    def left_by(self, seat: str) -> Thread:
        """Let a seat go, and give the thread as it is for it from now on."""
        self.clear(seat)
        self.members.remove(seat)
        return replace(
            self, members=[], messages=list(self.messages), standing={}, turns=dict(self.turns), spoke=dict(self.spoke)
        )


@dataclass(slots=True)
class Word:
    """Who is to have the word in a thread.  It is no part of the thread, for no member sees what was bid or chosen."""

    chosen: tuple[str, ...] | None = None
    """Who was chosen to speak next, until they have spoken; None where nobody was."""
    bids: dict[str, int] = field(default_factory=dict)
    """How much each wants to speak next."""
    nominee: str | None = None
    """Who is to speak next by the word of whoever may say so."""

    def taken_by(self, seat: str) -> None:
        """Settle anew who is to have it, of those who were not chosen along with `seat`."""
        self.bids, self.nominee = {}, None
        if self.chosen is not None:
            self.chosen = tuple(each for each in self.chosen if each != seat) or None


@dataclass(frozen=True, slots=True)
class Begun:
    """How far a thread was when a phase began."""

    turns: Mapping[str, int]
    taken: int
    said: int
    messages: int
    """The moderator's included."""

    @classmethod
    def of(cls, thread: Thread) -> Begun:
        return cls(dict(thread.turns), thread.taken, thread.said, len(thread.messages))
