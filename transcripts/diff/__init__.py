"""Where two transcripts part, and why.

from transcripts.diff import diff

found = diff(a, b)
found.same, found.first.cause.kind, found.counts
"""

from __future__ import annotations

from transcripts.diff.cause import MEANING, Cause, CauseKind
from transcripts.diff.compare import Diff, Divergence
from transcripts.diff.compare import compare as diff
from transcripts.diff.origins import Change
from transcripts.diff.pairs import Pair
from transcripts.diff.rules import Rules
from transcripts.diff.summary import Acceptance, Summary
from transcripts.diff.turns import Turn
from transcripts.diff.words import Words, compare_words, first_difference

__all__ = [
    "MEANING",
    "Acceptance",
    "Cause",
    "CauseKind",
    "Change",
    "Diff",
    "Divergence",
    "Pair",
    "Rules",
    "Summary",
    "Turn",
    "Words",
    "compare_words",
    "diff",
    "first_difference",
]
