"""Where a run's events go: into a store, or into memory only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from transcripts import Bodies, Event, Started, Transcript

if TYPE_CHECKING:
    from transcripts import Recording, Store

LAG = 200
"""A run that nobody watches may be ahead of the disk by twice so many of its own commits."""

Transcribe = Callable[[], Transcript]


class Sink(Protocol):
    """Take a run's events, in canonical order."""

    async def begin(self, first: Started, bodies: Bodies) -> str:
        """Open the run with its first event, and return the name it got."""
        ...

    async def write(self, events: Sequence[Event], bodies: Bodies | None, *, wait: bool) -> None:
        """Take events and the bodies that are new with them; with `wait`, return when they are durable."""
        ...

    def stored(self) -> Awaitable[None]:
        """Wait until what was taken before this was called is durable."""
        ...

    async def close(self) -> Transcribe:
        """Make durable what was taken, let go of the run, and return the way to read it again."""
        ...


class MemorySink:
    """Keep a run in memory."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.bodies = Bodies()
        self.name = ""

    async def begin(self, first: Started, bodies: Bodies) -> str:
        self.events, self.bodies, self.name = [first], bodies, first.name
        return self.name

    async def write(self, events: Sequence[Event], bodies: Bodies | None, *, wait: bool) -> None:
        self.bodies.update(bodies or {})
        self.events.extend(events)

    async def stored(self) -> None:
        """There is nothing to wait for."""

    async def close(self) -> Transcribe:
        transcript = Transcript(self.events, self.bodies, self.name)
        return lambda: transcript


class Appender:
    """Append to a recording, without waiting for the disk but every so often."""

    def __init__(self, store: Store, recording: Recording) -> None:
        self.store = store
        self.recording = recording
        self.ticket = recording.ticket
        """That of what was taken last."""
        self._count = 0
        self._mark = self.ticket
        """The ticket that is waited for next time."""

    async def append(self, events: Sequence[Event], bodies: Bodies | None, *, wait: bool) -> None:
        """Take events and the bodies that are new with them; with `wait`, return when they are durable."""
        self.ticket = self.recording.append(events, bodies)
        self._count += 1
        if wait:
            await self.store.committed(self.ticket)
        elif self._count % LAG == 0:
            await self.store.committed(self._mark)
            self._mark = self.ticket


class StoreSink:
    """Record a run in a store, as the attempt of that number at the trial with that key where it is one."""

    def __init__(self, store: Store, attempt: tuple[str, int] | None = None) -> None:
        self.store = store
        self.attempt = attempt
        self._appender: Appender | None = None

    async def begin(self, first: Started, bodies: Bodies) -> str:
        recording = self.store.begin(first, bodies, attempt=self.attempt)
        await self.store.committed(recording.ticket)
        self._appender = Appender(self.store, recording)
        return recording.name

    async def write(self, events: Sequence[Event], bodies: Bodies | None, *, wait: bool) -> None:
        await self._begun().append(events, bodies, wait=wait)

    def stored(self) -> Awaitable[None]:
        return self.store.committed(self._begun().ticket)

    async def close(self) -> Transcribe:
        recording = self._begun().recording
        await recording.aclose()
        return transcribe(self.store.path, recording.name)

    @property
    def id(self) -> int:
        """The run's number in the store."""
        return self._begun().recording.id

    def _begun(self) -> Appender:
        if self._appender is None:
            raise RuntimeError("the run was never begun")
        return self._appender


def transcribe(path: Path, name: str) -> Transcribe:
    """Give the way to read a run again, whether or not the store that it was recorded in is still open."""

    def read() -> Transcript:
        from transcripts import Store

        with Store.open(path, read_only=True) as opened:
            return opened.load(name)

    return read


_open: dict[Path, tuple[Store, int]] = {}


@asynccontextmanager
async def borrow(path: Path) -> AsyncIterator[Store]:
    """Open the store of that path, or share the one that another run of this process has open."""
    from transcripts import Store

    path = path.absolute()
    store, users = _open.get(path) or (Store.open(path), 0)
    _open[path] = (store, users + 1)
    try:
        yield store
    finally:
        store, users = _open.pop(path)
        if users > 1:
            _open[path] = (store, users - 1)
        else:
            store.close()
