"""Read a transcript as turns, thread by thread, each with a key: equal keys mean that the same was said and done."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from transcripts.acts import Accept, Act, Offer, Reject
from transcripts.calls import Answered
from transcripts.diff.rules import Rules
from transcripts.events import Agreed, Ended, Event, Exhausted, Forfeited, Forked, Noted, Refused, Said, Started, Valued
from transcripts.transcript import Transcript

Head = Said | Forfeited
_HEADS = ("said", "forfeited")


class Known(NamedTuple):
    """What an offer is known by, whatever its number."""

    author: str
    act: Hashable


class Turn(NamedTuple):
    """One turn: what came of it, and what lies beneath."""

    thread: str
    seat: str
    number: int
    """The run's turn number."""
    tick: int
    head: Head | None
    """What came of it; None where the transcript breaks off before that."""
    beneath: tuple[Event, ...]
    """The turn's other events: calls, refusals, notes, worths, agreements."""
    key: Hashable
    """Equal where the same was said and done, under the rules."""

    @property
    def kind(self) -> str:
        """`said`, `forfeited`, or `unfinished`."""
        return self.head.kind if self.head else "unfinished"

    @property
    def act(self) -> Act | None:
        return self.head.act if isinstance(self.head, Said) else None

    @property
    def text(self) -> str:
        """What was said, or why the turn was lost."""
        match self.head:
            case Said(text=text):
                return text
            case Forfeited(fault=fault, reason=reason):
                return f"{fault}: {reason}"
            case None:
                return ""

    @property
    def by(self) -> str | None:
        """`person` where a person spoke in the seat's place."""
        return self.head.by if isinstance(self.head, Said) else None

    @property
    def calls(self) -> list[Answered]:
        return [event for event in self.beneath if isinstance(event, Answered)]

    @property
    def refusals(self) -> list[Refused]:
        return [event for event in self.beneath if isinstance(event, Refused)]

    @property
    def worth(self) -> Mapping[str, Any] | None:
        """What its offer is worth to each; None where it makes none."""
        return next((event.worth for event in self.beneath if isinstance(event, Valued)), None)

    @property
    def name(self) -> str:
        """Name it as people do: by its message, `table:3`, or by its turn."""
        return f"{self.thread}:{self.head.n}" if isinstance(self.head, Said) else f"turn {self.number}"


@dataclass
class Reading:
    """A transcript, read for comparing."""

    transcript: Transcript
    started: Started | None = None
    forks: list[Forked] = field(default_factory=list)
    exhausted: Exhausted | None = None
    ended: Ended | None = None
    threads: dict[str, list[Turn]] = field(default_factory=dict)
    """Each thread's turns in their order."""
    offers: Mapping[str, Known] = field(default_factory=dict)
    """What each offer is known by, by its name."""

    def started_at(self, number: int) -> Started | None:
        """Give the beginning as it was when that turn was taken, with the branchings before it."""
        started = self.started
        for fork in self.forks:
            if started is not None and fork.after < number:
                started = fork.change(started)
        return started

    def fork_before(self, number: int) -> Forked | None:
        """Give the last branching before that turn."""
        return next((fork for fork in reversed(self.forks) if fork.after < number), None)


def read(transcript: Transcript, rules: Rules) -> Reading:
    """Read a transcript."""
    events = transcript.content()
    reading = Reading(transcript, offers=_offers(events, rules))
    group: list[Any] = []
    for event in events:
        if group and group[0].turn != event.turn:
            _close(group, reading, rules)
            group = []
        if event.turn:
            group.append(event)
        else:
            _between(event, reading)
    if group:
        _close(group, reading, rules)
    return reading


def _offers(events: Iterable[Event], rules: Rules) -> dict[str, Known]:
    return {
        f"{event.thread}:{event.n}": Known(event.seat, act_key(event.act, {}, rules))
        for event in events
        if event.kind == "said" and event.act is not None and event.act.kind == "offer"
    }


def _between(event: Event, reading: Reading) -> None:
    match event:
        case Started():
            reading.started = event
        case Forked():
            reading.forks.append(event)
            reading.ended = None
        case Exhausted():
            reading.exhausted = event
        case Ended():
            reading.ended = event
        case _:
            pass


def _close(group: list[Any], reading: Reading, rules: Rules) -> None:
    """Make a turn of its events."""
    head: Head | None = None
    beneath: list[Any] = []
    for event in group:
        if event.kind in _HEADS:
            head = event
        else:
            beneath.append(event)
    first = head or beneath[0]
    key = (first.seat, "unfinished") if head is None else _key(head, reading.offers, rules)
    turn = Turn(first.thread, first.seat, first.turn, first.tick, head, tuple(beneath), key)
    try:
        reading.threads[first.thread].append(turn)
    except KeyError:
        reading.threads[first.thread] = [turn]


def _key(head: Head, offers: Mapping[str, Known], rules: Rules) -> Hashable:
    seat = head.seat
    if isinstance(head, Forfeited):
        return seat, "forfeited", head.fault, head.reason if rules.prose else ""
    text = rules.text(head.text) if rules.prose else ""
    if head.act is None:
        return seat, "said", None, text, head.by
    known = offers.get(f"{head.thread}:{head.n}")
    act = known.act if known else act_key(head.act, offers, rules)
    return seat, "said", act, text, head.by


def act_key(act: Act | None, offers: Mapping[str, Known], rules: Rules) -> Hashable:
    """Make an act comparable: an offer by its terms, and an answer to one by that offer."""
    match act:
        case None:
            return None
        case Offer(terms=terms):
            return "offer", rules.plain(terms)
        case Accept(offer=name) | Reject(offer=name):
            return act.kind, offers.get(name, name)
        case _:
            return act.kind


def beneath_key(event: Event, offers: Mapping[str, Known], rules: Rules) -> Hashable:
    """Make an event that nobody heard comparable."""
    match event:
        case Answered():
            told = (event.purpose, event.profile, event.fingerprint, event.by, event.model, event.served, event.system)
            return "answered", told, rules.plain(event.answer), event.fault
        case Refused():
            return "refused", event.by, event.reason, act_key(event.act, offers, rules), event.text
        case Noted():
            return "noted", event.upto, event.note
        case Valued():
            return "valued", rules.plain(event.worth)
        case Agreed():
            return "agreed", rules.plain(event.terms), frozenset(event.by)
        case _:
            return event.kind


def names_beneath(a: Turn, b: Turn, readings: tuple[Reading, Reading], rules: Rules) -> tuple[str, ...]:
    """Name the kinds of events beneath two turns that differ."""
    if not rules.beneath or (not a.beneath and not b.beneath) or _plainly_same(a.beneath, b.beneath):
        return ()
    left, right = (
        [beneath_key(event, reading.offers, rules) for event in turn.beneath]
        for turn, reading in zip((a, b), readings, strict=True)
    )
    if left == right:
        return ()
    kinds = sorted({event.kind for event in (*a.beneath, *b.beneath)})
    return tuple(kind for kind in kinds if _of(kind, left) != _of(kind, right)) or ("order",)


def _plainly_same(a: Sequence[Event], b: Sequence[Event]) -> bool:
    """Tell for the usual case, quickly, that nothing differs: one offer each, and worth the same."""
    return len(a) == len(b) == 1 and isinstance(a[0], Valued) and isinstance(b[0], Valued) and a[0].worth == b[0].worth


def _of(kind: str, keys: Iterable[Hashable]) -> list[Hashable]:
    return [key for key in keys if isinstance(key, tuple) and key[0] == kind]
