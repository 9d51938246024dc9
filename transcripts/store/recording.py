"""A run that is being written."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import metadata
from typing import Self

from moot_errors import WrongUse
from transcripts.events import Event, Forked, Started
from transcripts.store.jobs import Begin, Branch, Close, RunId, append_job
from transcripts.store.rows import check_text, to_row, to_text
from transcripts.store.writer import Writer


class Recording:
    """Append to one run, which nobody else can meanwhile; made by `Store.begin` and `Store.resume`.

    `ticket` is that of the latest event.
    """

    def __init__(self, writer: Writer, run: RunId, seq: int = 0) -> None:
        self.ticket = 0
        self._writer = writer
        self._run = run
        self._seq = seq
        self._closed = False
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The run's name; there is one as soon as the beginning is committed."""
        if self._run.name is None:
            raise WrongUse("this run has no name yet", remedy="wait for the beginning: store.wait(recording.ticket)")
        return self._run.name

    @property
    def id(self) -> int:
        """The run's number; there is one as soon as the beginning is committed."""
        if self._run.id is None:
            raise WrongUse("this run has no id yet", remedy="wait for the beginning: store.wait(recording.ticket)")
        return self._run.id

    def append(self, events: Sequence[Event], bodies: Mapping[str, bytes] | None = None) -> int:
        """Queue events, and the bodies that are new with them, and return the ticket to wait for; never waits.

        Raises WrongUse for what cannot be written, and StoreError once the store has failed.
        """
        with self._lock:
            if self._closed:
                raise WrongUse("this recording is closed", remedy="go on with store.resume(name)")
            job = append_job(self._run, events, bodies, self._seq)
            self.ticket = self._writer.put(job)
            self._seq += len(events)
            return self.ticket

    def close(self) -> None:
        """Wait until everything is committed, and let others have the run."""
        self._writer.wait(self._close())

    async def aclose(self) -> None:
        """Do what `close` does, without blocking."""
        await self._writer.committed(self._close())

    def _close(self) -> int:
        with self._lock:
            if not self._closed:
                self._closed = True
                self.ticket = self._writer.put(Close(self._run))
            return self.ticket

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def begin(
    writer: Writer,
    started: Started,
    bodies: Mapping[str, bytes],
    name: str | None,
    attempt: tuple[str, int] | None = None,
) -> Recording:
    """Queue a new run's beginning."""
    run, texts = RunId(), to_text(bodies)
    if name is not None:
        check_text(name)
    recording = Recording(writer, run, seq=1)
    size = sum(map(len, texts.values()))
    first = to_row(started, 1)
    recording.ticket = writer.put(
        Begin(run, name, started.name, started.seed, _at(started), first, texts, engine(), size, attempt=attempt)
    )
    return recording


def branch_off(
    writer: Writer,
    scenario: str,
    forked: Forked,
    bodies: Mapping[str, bytes],
    branch: Branch,
    shared: int,
    then: Sequence[Event],
) -> Recording:
    """Queue the beginning of a run that shares `shared` events with the one that it branches off."""
    run, texts, seq = RunId(), to_text(bodies), shared + 1
    rest = append_job(run, then, None, seq)
    recording = Recording(writer, run, seq=seq + len(then))
    first = to_row(forked, seq)
    size = sum(map(len, texts.values())) + rest.size
    recording.ticket = writer.put(
        Begin(run, None, scenario, forked.seed, _at(forked), first, texts, engine(), size, branch, rest)
    )
    return recording


def _at(first: Started | Forked) -> float | None:
    return first.evidence.at if first.evidence else None


@cache
def engine() -> str:
    """Give the version of Moot that is running."""
    try:
        return metadata.version("moot")
    except metadata.PackageNotFoundError:  # run from a checkout that was not installed
        return "unknown"
