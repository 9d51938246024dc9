"""Join stores: what was played in shards, each beside its own machine's disk, comes together in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from moot_errors import WrongUse

if TYPE_CHECKING:
    from transcripts import Store


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of joining one store to another."""

    file: str
    runs: int
    """That were taken in."""
    there: int
    """That had been taken in before."""
    renamed: dict[str, str]
    """Runs whose names were taken: what they are called now."""


def merge(files: Sequence[Path], into: Store) -> list[Merged]:
    """Take everything of other stores into one: runs, experiments and their trials; doing it twice adds nothing.

    All are opened before anything is taken in.  Raises StoreError, and WrongUse for a run that is being played.
    """
    from transcripts import Store

    opened = [Store.open(file, read_only=True) for file in files]
    try:
        for file, store in zip(files, opened, strict=True):
            if store.path == into.path:
                raise WrongUse(f"{str(file)!r} is the store that the others are taken into", remedy="leave it out")
            if playing := next((info.name for info in store.runs(status="open") if info.live), None):
                raise WrongUse(f"{playing!r} of {str(file)!r} is being played", remedy="wait for its end, or stop it")
        return [_merge(str(file), store, into) for file, store in zip(files, opened, strict=True)]
    finally:
        for store in opened:
            store.close()


def _merge(file: str, store: Store, into: Store) -> Merged:
    joined = into.join(store)
    return Merged(file, joined.runs, joined.there, joined.renamed)
