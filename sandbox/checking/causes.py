"""Why a run is not what was recorded, and what kind of change that is."""

from __future__ import annotations

from typing import Literal

from sandbox.checking.levels import mismatches
from sandbox.checking.rules import Rules
from transcripts import Started, Transcript
from transcripts.diff import Diff, diff
from transcripts.diff import Rules as DiffRules

Kind = Literal["wording", "sampling", "behaviour"]
"""What a reviewer has to look at.

`sampling`: the very same was asked, and answered otherwise.  `wording`: something changed, and all that came of it is
other words: the acts and the outcome are what they were.  `behaviour`: something changed, and so did what was done.
"""


def compare(then: Transcript, now: Transcript, rules: Rules) -> Diff:
    """Align two runs with what a level lets count."""
    prose = rules.level in ("exact", "similar") and ("said", "text") not in rules.ignore
    redact = tuple(pattern.pattern for pattern in rules.redact)
    return diff(_plain(then), _plain(now), rules=DiffRules(prose=prose, beneath=rules.level == "exact", redact=redact))


def apart(found: Diff) -> int:
    """Count the turns in which two runs differ."""
    return sum(count for kind, count in found.counts.items() if kind != "equal")


def kind_of(then: Transcript, now: Transcript) -> Kind:
    """Sort a change by what a reviewer has to look at."""
    first = compare(then, now, Rules()).first
    if first is not None and first.cause.kind == "sampling":
        return "sampling"
    return "behaviour" if mismatches(then, now, Rules("acts")) else "wording"


def _plain(transcript: Transcript) -> Transcript:
    """Leave out where answers were taken from, and by which Moot: a baseline says neither."""
    events = [
        event.model_copy(update={"answers": None, "evidence": None}) if isinstance(event, Started) else event
        for event in transcript.events
    ]
    return Transcript(events, transcript.bodies, transcript.name)
