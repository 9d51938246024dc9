"""Compare two runs at a level, line by line: where they first part, and in how many lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import zip_longest
from operator import attrgetter
from typing import Any, NamedTuple

from sandbox.checking.rules import Rules
from transcripts import Confided, Ended, Event, Forfeited, Forked, Opened, Said, Transcript

_DONE = ("kind", "seat", "task", "act", "by", "fault", "form", "members")
"""What says who did what."""
_END = (2**63, 0)
"""Where the outcome stands among ticks and turns: behind them all."""


class Line(NamedTuple):
    """A thing that is compared."""

    at: tuple[int, int]
    """Its tick and turn."""
    place: str
    value: Any
    text: str | None = None
    """What was said, where it need only be similar."""


class Mismatch(NamedTuple):
    """Where two runs part; None on the side that has nothing there."""

    then: Line | None
    now: Line | None

    @property
    def at(self) -> tuple[int, int]:
        return self._first.at

    @property
    def place(self) -> str:
        return self._first.place

    @property
    def _first(self) -> Line:
        return min((line for line in self if line is not None), key=attrgetter("at"))


def mismatches(then: Transcript, now: Transcript, rules: Rules) -> list[Mismatch]:
    """Find the lines in which two runs differ at a level, in canonical order."""
    old, new = _streams(then, rules), _streams(now, rules)
    found = [
        Mismatch(one, other)
        for name in {**old, **new}
        for one, other in zip_longest(old.get(name, []), new.get(name, []))
        if one is None or other is None or not _same(one, other, rules)
    ]
    return sorted(found, key=lambda mismatch: mismatch.at)


def likeness(one: str, other: str) -> float:
    """Give the share of their words that two texts have in common, in order: 1 where all, 0 where none."""
    from rapidfuzz.distance import Indel

    return float(Indel.normalized_similarity(one.split(), other.split()))


def _same(one: Line, other: Line, rules: Rules) -> bool:
    if one.value != other.value:
        return False
    return one.text is None or other.text is None or likeness(one.text, other.text) >= rules.threshold


def _streams(transcript: Transcript, rules: Rules) -> dict[str, list[Line]]:
    """Cut a run into what is compared: at the levels of acts each thread by itself, for they may interleave freely."""
    streams: dict[str, list[Line]] = defaultdict(list)
    for event in transcript.content():
        data = rules.content(event)
        if data is None:
            continue
        if rules.level == "exact":
            streams["all"].append(Line((event.tick, event.turn), _place(event), data))
        else:
            for stream, line in _looser(event, data, rules):
                streams[stream].append(line)
    return streams


def _looser(event: Event, data: dict[str, Any], rules: Rules) -> Iterator[tuple[str, Line]]:
    if isinstance(event, Ended):
        outcome = {key: data.get(key) for key in ("status", "agreed", "terms", "verdicts", "document")}
        outcome["utility"] = (data.get("measures") or {}).get("utility")
        yield "", Line(_END, "the outcome", outcome)
    elif rules.level != "outcome" and isinstance(event, Said | Confided | Opened | Forfeited):
        value = {key: data[key] for key in _DONE if key in data}
        text = data.get("text") or data.get("about", "") if rules.level == "similar" else None
        yield event.thread, Line((event.tick, event.turn), _place(event), value, text)


def _place(event: Event) -> str:
    if isinstance(event, Said):
        when = f"turn {event.turn}" if event.turn else f"before tick {event.tick}"
        return f"{when} ({event.thread}:{event.n}, {event.seat})"
    if event.turn:
        seat = getattr(event, "seat", None)
        return f"turn {event.turn} ({f'{seat}, ' if seat else ''}{event.kind})"
    if isinstance(event, Forked):
        return f"the fork after turn {event.after}"
    return {"started": "the beginning", "ended": "the outcome"}.get(event.kind, f"tick {event.tick} ({event.kind})")
