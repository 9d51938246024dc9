"""What was said: events and acts, the fold over them, the store, and the file form."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from transcripts.acts import (
    Accept,
    Act,
    Answer,
    Assign,
    Bid,
    Choice,
    HandOver,
    Leave,
    Move,
    Offer,
    OpenThread,
    Pass,
    Reject,
    Report,
    Terms,
    Vote,
    WalkAway,
    Withdraw,
)
from transcripts.base import MODERATOR, VERSION, Evidence, Position
from transcripts.bodies import Bodies, name_of
from transcripts.calls import Answered, Asking, series_of
from transcripts.codec import content as content_of
from transcripts.codec import same_content
from transcripts.copying import KeptState, copy_state
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
    Judged,
    Noted,
    Opened,
    Refused,
    Said,
    Seat,
    Seated,
    Staged,
    Started,
    Tallied,
    Told,
    Valued,
)
from transcripts.fold import Assignment, Choosing, Note, Revealed, Spent, State, fold
from transcripts.prompts import Difference, common_head, difference
from transcripts.threads import Message, Standing, Thread, Word
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
        Shelf,
        Store,
        TrialRow,
        Trials,
        check_tag,
        machine_notes,
        pack,
    )

__all__ = [
    "MODERATOR",
    "VERSION",
    "Accept",
    "Act",
    "Agreed",
    "Answer",
    "Answered",
    "Asked",
    "Asking",
    "Assign",
    "Assignment",
    "Attempt",
    "Bid",
    "Bodies",
    "Choice",
    "Choosing",
    "Chosen",
    "Claim",
    "Confided",
    "Difference",
    "Elapsed",
    "Ended",
    "Event",
    "Evidence",
    "Exhausted",
    "Forfeited",
    "Forked",
    "HandOver",
    "Hit",
    "Judged",
    "Kept",
    "KeptState",
    "Leave",
    "Message",
    "Move",
    "Note",
    "Noted",
    "Offer",
    "OpenThread",
    "Opened",
    "Packed",
    "Pass",
    "Position",
    "Recording",
    "Refused",
    "Reject",
    "Report",
    "Revealed",
    "RunInfo",
    "Said",
    "Seat",
    "Seated",
    "Shelf",
    "Spent",
    "Staged",
    "Standing",
    "Started",
    "State",
    "Store",
    "Tallied",
    "Terms",
    "Thread",
    "Told",
    "Transcript",
    "TrialRow",
    "Trials",
    "Valued",
    "Vote",
    "WalkAway",
    "Withdraw",
    "Word",
    "check_tag",
    "common_head",
    "content_of",
    "copy_state",
    "diff",
    "difference",
    "fold",
    "machine_notes",
    "name_of",
    "pack",
    "parse_jsonl",
    "read_file",
    "same_content",
    "series_of",
]

_OF_THE_STORE = frozenset({
    "Attempt", "Claim", "Hit", "Kept", "Packed", "Recording", "RunInfo", "Shelf", "Store", "TrialRow", "Trials",
    "check_tag",
    "machine_notes", "pack",
})  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import the store, and the package that compares, when somebody asks for them."""
    if name in _OF_THE_STORE:
        from transcripts import store  # and sqlite with it, which most need not

        return getattr(store, name)
    if name == "diff":
        return importlib.import_module("transcripts.diff")  # and rapidfuzz with it
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
