"""Read a transcript as turns, thread by thread."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from transcripts.diff.keys import Names, beneath_key, head_key, known_by, opened_key
from transcripts.diff.rules import Rules
from transcripts.diff.turns import BETWEEN, Turn, teller
from transcripts.events import (
    Agreed,
    Asked,
    Chosen,
    Elapsed,
    Ended,
    Event,
    Exhausted,
    Forked,
    Opened,
    Said,
    Staged,
    Started,
    Tallied,
    Told,
    Valued,
)
from transcripts.transcript import Transcript

_HEADS = ("said", "forfeited", "confided")


@dataclass
class Reading:
    """A transcript, read for comparing."""

    transcript: Transcript
    rules: Rules
    started: Started | None = None
    forks: list[Forked] = field(default_factory=list)
    exhausted: Exhausted | None = None
    ended: Ended | None = None
    elapsed: float = 0.0
    """How many seconds the models had taken when an end condition looked last."""
    threads: dict[str, list[Turn]] = field(default_factory=dict)
    """Each thread's turns in their order; under an empty name what happened between turns and in no thread."""
    offers: Names = field(default_factory=dict)
    """What each offer is known by, by its name."""
    messages: Names = field(default_factory=dict)
    """What each message that another one answers is known by, by its name."""
    opened: dict[str, Opened] = field(default_factory=dict)
    """The side threads that were opened, by name."""
    last: int = 0
    """The number of the last turn."""
    chosen: dict[str, Chosen] = field(default_factory=dict)
    """By thread, who was chosen to speak last."""
    scores: dict[str, float] = field(default_factory=dict)
    """What its moves brought each seat."""

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
    offers, messages = known_by(events, rules)
    reading = Reading(transcript, rules, offers=offers, messages=messages)
    group: list[Any] = []
    for event in events:
        if group and group[0].turn != event.turn:
            _close(group, reading)
            group = []
        if event.turn:
            group.append(event)
        else:
            _between(event, reading)
    if group:
        _close(group, reading)
    return reading


def _between(event: Event, reading: Reading) -> None:
    """Take in what happens between turns."""
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
        case Chosen():
            reading.chosen[event.thread] = event
        case Elapsed():
            reading.elapsed = float(event.seconds)
        case Said():
            _add(event, event.thread, reading)
        case Told():
            _add(event, BETWEEN, reading)
        case Staged() | Tallied() | Asked() | Agreed():
            if reading.rules.beneath:
                _add(event, BETWEEN, reading)
            if isinstance(event, Tallied):
                for seat, points in event.worth.items():
                    reading.scores[seat] = reading.scores.get(seat, 0) + points
        case _:
            pass


def _add(head: Said | Told | Staged | Tallied | Asked | Agreed, thread: str, reading: Reading) -> None:
    """Make a turn of what happens between turns: it stands behind the last one, and before the next."""
    place = reading.last + 0.25 + 0.25 * head.step / (head.step + 1)
    key = head_key(head, reading.offers, reading.messages, reading.rules)
    turn = Turn(thread, teller(head), reading.last, head.tick, head, (), key, place)
    reading.threads.setdefault(thread, []).append(turn)


def _close(group: list[Any], reading: Reading) -> None:
    """Make a turn of its events."""
    head: Any = None
    beneath: list[Any] = []
    opened: list[Opened] = []
    for event in group:
        if event.kind in _HEADS:
            head = event
        elif event.kind == "opened":
            opened.append(event)
        else:
            beneath.append(event)
    first = head or (beneath or opened)[0]
    rules = reading.rules
    key: Hashable = (first.seat, "unfinished")
    if head is not None:
        key = head_key(head, reading.offers, reading.messages, rules)
    if opened:
        key = key, opened_key(opened, rules)
        reading.opened |= {each.thread: each for each in opened}
    talks = getattr(head, "task", None) is None
    chosen = _chosen(first.thread, first.seat, reading) if reading.chosen and talks else None
    reading.last = number = first.turn
    turn = Turn(first.thread, first.seat, number, first.tick, head, tuple(beneath), key, number, chosen, tuple(opened))
    try:
        reading.threads[first.thread].append(turn)
    except KeyError:
        reading.threads[first.thread] = [turn]


def _chosen(thread: str, seat: str, reading: Reading) -> Chosen | None:
    """Find the choice by which a seat speaks; each is good for one turn of a seat."""
    chosen = reading.chosen.get(thread)
    if chosen is None or seat not in chosen.seats:
        return None
    reading.chosen[thread] = chosen.model_copy(update={"seats": [each for each in chosen.seats if each != seat]})
    return chosen


def names_beneath(a: Turn, b: Turn, readings: tuple[Reading, Reading], rules: Rules) -> tuple[str, ...]:
    """Name the kinds of events beneath two turns that differ."""
    if not rules.beneath:
        return ()
    names = _names_of_events(a, b, readings, rules)
    if _seats(a) != _seats(b):
        return tuple(sorted({*names, "chosen"}))
    return names


def _names_of_events(a: Turn, b: Turn, readings: tuple[Reading, Reading], rules: Rules) -> tuple[str, ...]:
    if (not a.beneath and not b.beneath) or _plainly_same(a.beneath, b.beneath):
        return ()
    left, right = (
        [beneath_key(event, reading.offers, rules) for event in turn.beneath]
        for turn, reading in zip((a, b), readings, strict=True)
    )
    if left == right:
        return ()
    kinds = sorted({event.kind for event in (*a.beneath, *b.beneath)})
    return tuple(kind for kind in kinds if _of(kind, left) != _of(kind, right)) or ("order",)


def _seats(turn: Turn) -> list[str] | None:
    return turn.chosen.seats if turn.chosen else None


def _plainly_same(a: Sequence[Event], b: Sequence[Event]) -> bool:
    """Tell for the usual case, quickly, that nothing differs: one offer each, and worth the same."""
    return len(a) == len(b) == 1 and isinstance(a[0], Valued) and isinstance(b[0], Valued) and a[0].worth == b[0].worth


def _of(kind: str, keys: Iterable[Hashable]) -> list[Hashable]:
    return [key for key in keys if isinstance(key, tuple) and key[0] == kind]
