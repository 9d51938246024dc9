"""The store: many runs in one SQLite file, written by any process, one at a time per run."""

from __future__ import annotations

from transcripts.store.health import notes as machine_notes
from transcripts.store.recording import Recording
from transcripts.store.runs import RunInfo
from transcripts.store.search import Hit
from transcripts.store.store import Store

__all__ = ["Hit", "Recording", "RunInfo", "Store", "machine_notes"]
