"""The state of a conversation: a pure fold over its content.

The fold reads and never judges: what is an agreement, or what an offer is worth, stands in the transcript as an event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from transcripts.acts import Assign, Bid, Choice, HandOver, Leave, Move, Offer, Report, Vote, WalkAway
from transcripts.bodies import Bodies
from transcripts.calls import Answered
from transcripts.events import (
    Agreed,
    Asked,
    Chosen,
    Confided,
    Elapsed,
    Ended,
    Event,
    Exhausted,
    Forfeited,
    Forked,
    Noted,
    Opened,
    Refused,
    Said,
    Seat,
    Staged,
    Started,
    Tallied,
    Told,
    Valued,
)
from transcripts.threads import Begun, Message, Thread, Word


@dataclass(frozen=True, slots=True)
class Choosing:
    """What a seat chose in secret."""

    about: str
    """The name of the move or ballot."""
    choice: Choice
    repeat: int
    """In which repetition."""


@dataclass(frozen=True, slots=True)
class Revealed:
    """What was told of choices or votes."""

    about: str
    repeat: int
    choices: Mapping[str, Choice | None]
    """By seat; empty where only the total or the result was told."""
    result: Choice | None
    """What was decided, or the total."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What somebody was given to do."""

    by: str
    to: str
    task: str
    message: str
    """The name of the message that gave it."""


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
    quiet: int = 0
    """Ticks in which only questions were asked in private: whose turn it is never depends on them."""
    turns_of: dict[str, int] = field(default_factory=dict)
    """By seat, whatever was asked of it."""
    tasks_of: dict[tuple[str, str], int] = field(default_factory=dict)
    """By seat and by what was asked of it: so a question asked in private changes no number that a seat sees."""
    spoken: int = 0
    """Turns in which a thread's members could hear something, forfeited ones included."""
    spoken_of: dict[str, int] = field(default_factory=dict)
    """Those of each seat."""
    of_seat: dict[str, dict[str, Thread]] = field(default_factory=dict)
    """By seat the threads that it is a member of; and those that it left, as it left them."""
    words: dict[str, Word] = field(default_factory=dict)
    """Who is to have the word, by thread."""
    phase: int = 0
    """The scenario's phase that is under way, from 1; 0 before the first, and in a scenario without phases."""
    repeat: int = 0
    """How often the phases were begun."""
    began: dict[str, Begun] = field(default_factory=dict)
    """By thread, how far it was when the phase began."""
    choices: dict[str, Choice | None] = field(default_factory=dict)
    """What each chose in the phase that is under way; None where its turn was forfeited."""
    answers: dict[str, dict[str, Choice] | None] = field(default_factory=dict)
    """Who answered the question that is being asked."""
    asked: dict[str, int] = field(default_factory=dict)
    """How often each question was asked, by its name."""
    made: dict[str, list[Choosing]] = field(default_factory=dict)
    """What each seat chose in secret, in its order; each seat's own."""
    verdicts: dict[str, Choice | None] = field(default_factory=dict)
    """What each ballot decided."""
    undecided: dict[str, int] = field(default_factory=dict)
    """How many ballots on each came to nothing, since one decided something."""
    counted: bool = False
    """Whether the choices of the phase that is under way were counted."""
    paid: int = 0
    """For how many repetitions moves were paid."""
    scores: dict[str, int | float] = field(default_factory=dict)
    """What each seat's moves have brought it so far."""
    revealed: dict[str, list[Revealed]] = field(default_factory=dict)
    """By thread, what its members were told of choices and votes."""
    told: dict[str, list[str]] = field(default_factory=dict)
    """What each seat was told in private; each seat's own."""
    happened: set[int] = field(default_factory=set)
    """Which of the scenario's scheduled events took place, from 1."""
    assigned: dict[str, list[Assignment]] = field(default_factory=dict)
    """By seat, what it was given to do."""
    document: str | None = None
    """The last result that was handed in."""
    reports: dict[str, str] = field(default_factory=dict)
    """The last result that each seat handed in."""
    newest: list[Message] = field(default_factory=list)
    """What participants said in the tick that was played last."""
    said: int = 0
    """Messages in all threads, less the moderator's."""
    said_of: dict[str, int] = field(default_factory=dict)
    """Those of each seat."""
    seconds: float = 0.0
    """How long the models took, as far as an end condition looked."""
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
    """The parts of the latest prompt of each series of calls, which the next one is a difference to."""
    exhausted: Exhausted | None = None
    failed: str = ""
    """Why a fault ends the run at once; empty while none does."""
    agreement: Agreed | None = None
    deals: dict[str, Agreed] = field(default_factory=dict)
    """By thread, what its members agreed among themselves, the newest."""
    ended: Ended | None = None

    @property
    def seats(self) -> dict[str, Seat]:
        """The cast, in the scenario's order."""
        return self.started.cast if self.started else {}

    def apply(self, event: Event) -> None:
        """Take one event in; events come in the order of their positions."""
        match event:
            case Said(turn=0):
                self.between += 1
                self._listen(event)
            case Said():
                self._turn_taken(event)
                self._say(event)
            case Confided():
                self._turn_taken(event)
                self._confide(event)
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
                self._forfeit(event)
            case Told() | Chosen() | Staged() | Tallied() | Asked() | Elapsed():
                self.between += 1
                self._arrange(event)
            case Opened():
                self._open(event)
            case Refused():
                self.refusals += 1
            case Agreed(binds="members"):
                self.deals[event.thread] = event
                self.threads[event.thread].standing.clear()
            case Agreed():
                if event.turn == 0:
                    self.between += 1
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
            if name not in self.threads and "open_by" not in thread:
                self._add(Thread(name, list(thread["members"]), name))

    def _add(self, thread: Thread) -> None:
        self.threads[thread.name] = thread
        for seat in thread.members:
            self.of_seat.setdefault(seat, {})[thread.name] = thread

    def _turn_taken(self, event: Said | Forfeited | Confided) -> None:
        asked = event.seat, "talk" if isinstance(event, Said) else event.task or "talk"
        if event.tick != self.tick:
            self.newest = []
            self.quiet += asked[1] == "answer"
        self.tick, self.turns, self.between = event.tick, event.turn, 0
        self.turns_of[event.seat] = self.turns_of.get(event.seat, 0) + 1
        self.tasks_of[asked] = self.tasks_of.get(asked, 0) + 1

    def _word(self, thread: str) -> Word:
        return self.words.setdefault(thread, Word())

    def _spoke(self, thread: Thread, seat: str) -> None:
        self.spoken += 1
        self.spoken_of[seat] = self.spoken_of.get(seat, 0) + 1
        thread.taken_by(seat)
        if thread.name in self.words:
            self.words[thread.name].taken_by(seat)

    def _forfeit(self, event: Forfeited) -> None:
        """Count a turn that was lost; what was asked for is taken as not given."""
        self.forfeits += event.fault != "interrupted"  # by a person, who meant it
        if event.fault == "stopped":
            self.failed = event.reason
        match event.task:
            case "move" | "vote":
                self.choices[event.seat] = None
            case "answer":
                self.answers[event.seat] = None
            case "bid":
                self._word(event.thread).bids[event.seat] = 0
            case "choose":
                self._word(event.thread).nominee = ""
            case _:
                self._spoke(self.threads[event.thread], event.seat)

    def _confide(self, event: Confided) -> None:
        match event.act:
            case Move(choice=choice) | Vote(choice=choice):
                self.choices[event.seat] = choice
                self.made.setdefault(event.seat, []).append(Choosing(event.about, choice, self.repeat))
            case Bid(strength=strength):
                self._word(event.thread).bids[event.seat] = strength
            case HandOver(to=to):
                self._word(event.thread).nominee = to
            case _:
                self.answers[event.seat] = getattr(event.act, "items", None)

    def _arrange(self, event: Told | Chosen | Staged | Tallied | Asked | Elapsed) -> None:
        """Take in what happened between turns."""
        match event:
            case Told():
                if event.event:
                    self.happened.add(event.event)
                for seat in event.to:
                    self.told.setdefault(seat, []).append(event.text)
            case Chosen():
                self._word(event.thread).chosen = tuple(event.seats)
            case Staged():
                self.phase, self.repeat, self.counted, self.choices = event.phase, event.repeat, False, {}
                self.began = {name: Begun.of(thread) for name, thread in self.threads.items()}
            case Tallied():
                self._count(event)
            case Asked():
                self.asked[event.question] = self.asked.get(event.question, 0) + 1
                self.answers = {}
            case Elapsed():
                self.seconds = float(event.seconds)

    def _count(self, event: Tallied) -> None:
        if event.what == "payoff":
            self.paid += 1
            for seat, worth in event.worth.items():
                self.scores[seat] = self.scores.get(seat, 0) + worth
        else:
            self.counted = True
        if event.thread is not None:
            choices = event.choices if event.told == "each" else {}
            told = Revealed(event.about, self.repeat, choices, event.result)
            self.revealed.setdefault(event.thread, []).append(told)
        if event.what in ("ballot", "final"):
            self.verdicts[event.about] = event.result
            self.undecided[event.about] = self.undecided.get(event.about, 0) + 1 if event.result is None else 0
        for seat in event.out:
            self._leave_all(seat)

    def _open(self, event: Opened) -> None:
        self._add(Thread(event.thread, list(event.members), event.form, event.seat, event.about))

    def _listen(self, event: Said) -> None:
        """Take in what the moderator says."""
        if event.event:
            self.happened.add(event.event)
        thread = self.threads[event.thread]
        thread.messages.append(Message(event.thread, event.n, event.seat, None, event.text, event.re))

    def _answered(self, event: Answered) -> None:
        event.prompt.turn(self.prompts.setdefault(event.series, []))
        self.spent.calls += 1
        self.spent.tokens += event.usage.get("input", 0) + event.usage.get("output", 0)
        self.spent.cost += event.cost or 0

    def _say(self, event: Said) -> None:
        thread = self.threads[event.thread]
        self._spoke(thread, event.seat)
        message = Message(event.thread, event.n, event.seat, event.act, event.text, event.re)
        thread.hear(message)
        self.newest.append(message)
        self.said += 1
        self.said_of[event.seat] = self.said_of.get(event.seat, 0) + 1
        if event.act is None or isinstance(event.act, Offer):  # most often
            return
        match event.act:
            case WalkAway():
                self._leave_all(event.seat)
            case Leave():
                self.of_seat[event.seat][thread.name] = thread.left_by(event.seat)
            case HandOver(to=to):
                self._word(event.thread).nominee = to
            case Assign(to=to, task=task):
                self.assigned.setdefault(to, []).append(Assignment(event.seat, to, task, message.id))
            case Report(result=result):
                self.document = result
                self.reports[event.seat] = result
            case _:
                pass

    def _leave_all(self, seat: str) -> None:
        self.out.add(seat)
        for each in self.of_seat.get(seat, {}).values():
            each.clear(seat)


def fold(events: Iterable[Event], bodies: Mapping[str, bytes]) -> State:
    """Play events into a state, from the beginning."""
    state = State(bodies)
    for event in events:
        state.apply(event)
    return state
