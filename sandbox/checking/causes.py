"""Why a run is not what was recorded, and what kind of change that is."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sandbox.checking.inputs import changed_inputs
from sandbox.checking.levels import mismatches
from sandbox.checking.rules import Rules
from transcripts import Transcript

Kind = Literal["wording", "sampling", "behaviour"]
"""What a reviewer has to look at.

`sampling`: the very same was asked, and answered otherwise.  `wording`: something changed, and all that came of it is
other words: the acts and the outcome are what they were.  `behaviour`: something changed, and so did what was done.
"""


class Cause(NamedTuple):
    """What made the first difference."""

    kind: str
    text: str


def cause_of(then: Transcript, now: Transcript) -> Cause:
    changed = changed_inputs(then, now)
    return Cause("inputs", changed[0]) if changed else Cause("code", "nothing that it was played with differs")


def kind_of(then: Transcript, now: Transcript) -> Kind:
    """Sort a change by what a reviewer has to look at."""
    if cause_of(then, now).kind == "sampling":
        return "sampling"
    return "behaviour" if mismatches(then, now, Rules("acts")) else "wording"
