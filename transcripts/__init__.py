"""What was said: events and acts, the fold over them, the store, and the file form."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from transcripts.acts import Accept, Act, Offer, Pass, Reject, Terms, WalkAway, Withdraw
from transcripts.base import VERSION, Evidence, Position
from transcripts.bodies import Bodies, name_of
from transcripts.calls import Answered, Asking
from transcripts.codec import content as content_of
from transcripts.codec import same_content
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
from transcripts.fold import Message, Note, Spent, Standing, State, Thread, fold
from transcripts.prompts import Difference, common_head, difference
from transcripts.transcript import Transcript, parse_jsonl, read_file

if TYPE_CHECKING:
    from transcripts import diff
    from transcripts.store import (
        Attempt,
        Claim,
        Hit,
        Kept,
        Packed,
        Recording,
        RunInfo,
        Store,
        TrialRow,
        Trials,
        machine_notes,
        pack,
    )

__all__ = [
    "VERSION",
    "Accept",
    "Act",
    "Agreed",
    "Answered",
    "Asking",
    "Attempt",
    "Bodies",
    "Claim",
    "Difference",
    "Ended",
    "Event",
    "Evidence",
    "Exhausted",
    "Forfeited",
    "Forked",
    "Hit",
    "Kept",
    "Message",
    "Note",
    "Noted",
    "Offer",
    "Packed",
    "Pass",
    "Position",
    "Recording",
    "Refused",
    "Reject",
    "RunInfo",
    "Said",
    "Seat",
    "Spent",
    "Standing",
    "Started",
    "State",
    "Store",
    "Terms",
    "Thread",
    "Transcript",
    "TrialRow",
    "Trials",
    "Valued",
    "WalkAway",
    "Withdraw",
    "common_head",
    "content_of",
    "diff",
    "difference",
    "fold",
    "machine_notes",
    "name_of",
    "pack",
    "parse_jsonl",
    "read_file",
    "same_content",
]

_OF_THE_STORE = frozenset({
    "Attempt", "Claim", "Hit", "Kept", "Packed", "Recording", "RunInfo", "Store", "TrialRow", "Trials", "machine_notes",
    "pack",
})  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import the store, and the package that compares, when somebody asks for them."""
    if name in _OF_THE_STORE:
        from transcripts import store  # and sqlite with it, which most need not

        return getattr(store, name)
    if name == "diff":
        return importlib.import_module("transcripts.diff")  # and rapidfuzz with it
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
