"""The state of a conversation: a pure fold over its content.

The fold reads and never judges: what is an agreement, or what an offer is worth, stands in the transcript as an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from transcripts.acts import Accept, Act, Offer, Reject, Terms, WalkAway, Withdraw
from transcripts.bodies import Bodies
from transcripts.calls import Answered
from transcripts.events import (
    Agreed,
    Ended,
    Event,
    Exhausted,
    Forfeited,
    Forked,
    Noted,
    Refused,
    Said,
    Seat,
    Started,
    Valued,
)


@dataclass(frozen=True, slots=True)
class Message:
    """What the members of a thread received: no run-wide number, for that would tell of other threads."""

    thread: str
    n: int
    seat: str
    act: Act | None
    text: str

    @property
    def id(self) -> str:
        return f"{self.thread}:{self.n}"


@dataclass(frozen=True, slots=True)
class Note:
    """What a seat noted for itself about a thread, up to the message of that number."""

    upto: int
    text: str


@dataclass(slots=True)
class Spent:
    """What a run's calls have taken so far."""

    calls: int = 0
    tokens: int = 0
    cost: float = 0.0
    """In dollars, as far as prices are known."""


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
    messages: list[Message] = field(default_factory=list)
    standing: dict[str, Standing] = field(default_factory=dict)
    """By author, the newest last."""
    turns: dict[str, int] = field(default_factory=dict)
    """Turns taken in this thread, by seat; forfeited ones included."""

    def offer(self, name: str) -> Standing | None:
        """Find a standing offer by its name."""
        return next((offer for offer in self.standing.values() if offer.id == name), None)

    def rounds(self, out: set[str] | frozenset[str] = frozenset()) -> int:
        """Count the rounds completed by the members that are not `out`."""
        return min((self.turns.get(seat, 0) for seat in self.members if seat not in out), default=0)


@dataclass(slots=True)
class State:
    """What the transcript so far amounts to; changed by `apply` alone."""

    bodies: Mapping[str, bytes]
    started: Started | None = None
    situation: dict[str, Any] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)
    tick: int = 0
    """The tick that was played last; 0 before the first."""
    between: int = 0
    """Steps taken since that tick, and before the next."""
    turns: int = 0
    """Turns taken in the run, forfeited ones included."""
    turns_of: dict[str, int] = field(default_factory=dict)
    forfeits: int = 0
    refusals: int = 0
    out: set[str] = field(default_factory=set)
    """Who walked away."""
    worth: dict[str, dict[str, int | float]] = field(default_factory=dict)
    """What each offer ever made is worth to each seat, by the offer's name; for the researcher only."""
    notes: dict[str, dict[str, Note]] = field(default_factory=dict)
    """By seat and thread; each seat's own."""
    spent: Spent = field(default_factory=Spent)
    prompts: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """The parts of the latest prompt by seat and purpose, which the next one is a difference to."""
    exhausted: Exhausted | None = None
    agreement: Agreed | None = None
    ended: Ended | None = None

    @property
    def seats(self) -> dict[str, Seat]:
        """The cast, in the scenario's order."""
        return self.started.cast if self.started else {}

    def apply(self, event: Event) -> None:
        """Take one event in; events come in the order of their positions."""
        match event:
            case Said():
                self._turn_taken(event)
                self._say(event)
            case Valued():
                self.worth[event.offer] = event.worth
            case Answered():
                self._answered(event)
            case Noted():
                self.notes.setdefault(event.seat, {})[event.thread] = Note(event.upto, event.note)
            case Exhausted():
                self.exhausted = event
                self.between += 1
            case Forfeited():
                self._turn_taken(event)
                self.forfeits += 1
            case Refused():
                self.refusals += 1
            case Agreed():
                self.agreement = event
            case Ended():
                self.ended = event
            case Started():
                self.started = event
                self._situate(event.situation)
            case Forked():
                self._fork(event)

    def _fork(self, event: Forked) -> None:
        assert self.started is not None
        self.started = event.change(self.started)
        self.between += 1
        self.ended = None
        if event.situation is not None:
            self._situate(event.situation)

    def _situate(self, body: str) -> None:
        self.situation = Bodies(self.bodies).data(body)
        for name, thread in self.situation["threads"].items():
            self.threads.setdefault(name, Thread(name, list(thread["members"])))

    def _turn_taken(self, event: Said | Forfeited) -> None:
        self.tick, self.turns, self.between = event.tick, event.turn, 0
        self.turns_of[event.seat] = self.turns_of.get(event.seat, 0) + 1
        turns = self.threads[event.thread].turns
        turns[event.seat] = turns.get(event.seat, 0) + 1

    def _answered(self, event: Answered) -> None:
        event.prompt.turn(self.prompts.setdefault((event.seat, event.purpose), []))
        self.spent.calls += 1
        self.spent.tokens += event.usage.get("input", 0) + event.usage.get("output", 0)
        self.spent.cost += event.cost or 0

    def _say(self, event: Said) -> None:
        thread = self.threads[event.thread]
        message = Message(event.thread, event.n, event.seat, event.act, event.text)
        thread.messages.append(message)
        match event.act:
            case None:
                pass
            case Offer(terms=terms):
                self._retract(thread, event.seat)
                thread.standing.pop(event.seat, None)
                thread.standing[event.seat] = Standing(message.id, event.seat, terms, {event.seat})
            case Accept(offer=name):
                self._retract(thread, event.seat)
                if offer := thread.offer(name):
                    offer.backers.add(event.seat)
            case Reject(offer=name):
                if offer := thread.offer(name):
                    offer.backers.discard(event.seat)
            case Withdraw():
                thread.standing.pop(event.seat, None)
            case WalkAway():
                self.out.add(event.seat)
                for each in self.threads.values():
                    each.standing.pop(event.seat, None)
                    self._retract(each, event.seat)
            case _:
                pass

    @staticmethod
    def _retract(thread: Thread, seat: str) -> None:
        """Take back what `seat` accepted: a seat backs one offer of others at a time."""
        for offer in thread.standing.values():
            if offer.seat != seat:
                offer.backers.discard(seat)


def fold(events: Iterable[Event], bodies: Mapping[str, bytes]) -> State:
    """Play events into a state, from the beginning."""
    state = State(bodies)
    for event in events:
        state.apply(event)
    return state
