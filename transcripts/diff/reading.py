"""Read a transcript as turns, thread by thread."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
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
_TURN = attrgetter("turn")


@dataclass
class Reading:
    """A transcript, read for comparing."""

    transcript: Transcript
    rules: Rules
    content: Sequence[Event]
    """All of it, in canonical order."""
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
    reading = Reading(transcript, rules, events, offers=offers, messages=messages)
    for turn, group in groupby(events, key=_TURN):
        if turn:
            _close(group, reading)
            continue
        for event in group:
            _between(event, reading)
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


def _close(group: Iterable[Any], reading: Reading) -> None:
    """Make a turn of its events."""
    head: Any = None
    beneath: list[Any] = []
    opened: tuple[Opened, ...] = ()
    for event in group:
        kind = event.kind
        if kind in _HEADS:
            head = event
        elif kind == "opened":
            opened = (*opened, event)
        else:
            beneath.append(event)
    first = head or (beneath or opened)[0]
    seat, thread = first.seat, first.thread
    key: Hashable = (seat, "unfinished")
    if head is not None:
        key = head_key(head, reading.offers, reading.messages, reading.rules)
    if opened:
        key = key, opened_key(opened, reading.rules)
        reading.opened |= {each.thread: each for each in opened}
    chosen = _chosen(thread, seat, reading) if reading.chosen and _talks(head) else None
    reading.last = number = first.turn
    turn = Turn(thread, seat, number, first.tick, head, tuple(beneath), key, number, chosen, opened)
    try:
        reading.threads[thread].append(turn)
    except KeyError:
        reading.threads[thread] = [turn]


def _talks(head: Any) -> bool:
    """Tell whether a turn is one in which a seat was to speak."""
    return head is None or head.kind == "said" or (head.kind == "forfeited" and head.task is None)


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
    if a.chosen != b.chosen and _seats(a) != _seats(b):
        return tuple(sorted({*names, "chosen"}))
    return names


def _names_of_events(a: Turn, b: Turn, readings: tuple[Reading, Reading], rules: Rules) -> tuple[str, ...]:
    if len(a.beneath) == len(b.beneath) == 1:  # the usual case, quickly: one offer each
        one, other = a.beneath[0], b.beneath[0]
        if isinstance(one, Valued) and isinstance(other, Valued):
            return () if _worth_the_same(one.worth, other.worth, rules) else ("valued",)
    left, right = (
        [beneath_key(event, reading.offers, rules) for event in turn.beneath]
        for turn, reading in zip((a, b), readings, strict=True)
    )
    if left == right:
        return ()
    kinds = sorted({event.kind for event in (*a.beneath, *b.beneath)})
    return tuple(kind for kind in kinds if _of(kind, left) != _of(kind, right)) or ("order",)


def _worth_the_same(a: Mapping[str, Any], b: Mapping[str, Any], rules: Rules) -> bool:
    if a == b:
        return True
    return a.keys() == b.keys() and all(rules.plain(worth) == rules.plain(b[seat]) for seat, worth in a.items())


def _seats(turn: Turn) -> list[str] | None:
    return turn.chosen.seats if turn.chosen else None


def _of(kind: str, keys: Iterable[Hashable]) -> list[Hashable]:
    return [key for key in keys if isinstance(key, tuple) and key[0] == kind]
