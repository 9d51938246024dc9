"""The store: many runs in one SQLite file, written by any process, one at a time per run."""

from __future__ import annotations

from transcripts.store.health import notes as machine_notes
from transcripts.store.packing import Packed, pack
from transcripts.store.recording import Recording
from transcripts.store.runs import RunInfo
from transcripts.store.search import Hit
from transcripts.store.shelf import Shelf
from transcripts.store.store import Store
from transcripts.store.table import Trials
from transcripts.store.tags import check_tag
from transcripts.store.trials import Attempt, Claim, Kept, TrialRow

__all__ = [
    "Attempt", "Claim", "Hit", "Kept", "Packed", "Recording", "RunInfo", "Shelf", "Store", "TrialRow", "Trials",
    "check_tag",
    "machine_notes", "pack",
]  # fmt: skip
