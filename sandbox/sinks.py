"""Where a run's events go: into a store, or into memory only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from transcripts import Bodies, Event, Started, Transcript

if TYPE_CHECKING:
    from transcripts import Recording, Store

LAG = 200
"""How many commits a run without watchers may be ahead of the disk."""

Transcribe = Callable[[], Transcript]


class Sink(Protocol):
    """Take a run's events, in canonical order."""

    async def begin(self, first: Started, bodies: Bodies) -> str:
        """Open the run with its first event, and return the name it got."""
        ...

    async def write(self, events: Sequence[Event], bodies: Bodies | None, *, wait: bool) -> None:
        """Take events and the bodies that are new with them; with `wait`, return when they are durable."""
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

    async def close(self) -> Transcribe:
        transcript = Transcript(self.events, self.bodies, self.name)
        return lambda: transcript


class StoreSink:
    """Record a run in a store; the run may be ahead of the disk by `LAG` commits where nobody watches."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.recording: Recording | None = None

    async def begin(self, first: Started, bodies: Bodies) -> str:
        self.recording = self.store.begin(first, bodies)
        await self.store.committed(self.recording.ticket)
        return self.recording.name

    async def write(self, events: Sequence[Event], bodies: Bodies | None, *, wait: bool) -> None:
        assert self.recording is not None
        ticket = self.recording.append(events, bodies)
        if wait:
            await self.store.committed(ticket)
        elif ticket - self.store.durable > LAG:
            await self.store.committed(ticket - LAG // 2)

    async def close(self) -> Transcribe:
        if self.recording is None:
            raise RuntimeError("the run was never begun")
        recording, path = self.recording, self.store.path
        await recording.aclose()

        def read() -> Transcript:
            from transcripts import Store

            with Store.open(path, read_only=True) as opened:
                return opened.load(recording.name)

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
