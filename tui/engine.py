"""Play runs in a thread of their own: the interface never waits for them, nor they for it.

The thread has an event loop of its own.  What happens in it is told through queues: a run's events by its feed, and by
`Engine.news` that it began or is over.  What is asked of it goes there by `call_soon_threadsafe`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

from sandbox import aresume, arun
from transcripts import Event, State, Store
from tui.feed import Playing

if TYPE_CHECKING:
    from sandbox import Workspace
    from sandbox.plan import Plan

Make = Callable[[dict[str, Any]], Awaitable[object]]
"""Plays a run with the options that `arun` and `aresume` have in common."""

PATIENCE = 3.0
"""Seconds that a turn is waited for when everything is to end."""


@dataclass(frozen=True, slots=True)
class Began:
    """A run is under way: its events come by the feed."""

    ticket: int
    """What `play` or `resume` returned."""
    feed: Playing


@dataclass(frozen=True, slots=True)
class Over:
    """A run is no longer played: it ended, was stopped, waits for a person, or was broken off by a fault."""

    ticket: int
    feed: Playing | None
    """None where it never began."""
    waits: tuple[str, ...] = ()
    """The seats whose people are not there."""
    fault: Exception | None = None


News = Began | Over


class Steered(Protocol):
    """What is needed of a coordinator."""

    waiting: list[str]

    def stop(self) -> None: ...


class Underway:
    """What can be done to a run that is under way; every method may be called in any thread, and returns at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._coordinator: Steered | None = None
        self._stop = False

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop

    def stop(self) -> None:
        """Stop at the next turn boundary."""
        self._stop = True
        self._engine.call(self._tell)

    def begun(self, coordinator: Steered) -> None:
        """Take what steers the run; called in the engine's thread."""
        self._coordinator = coordinator
        self._tell()

    @property
    def waits(self) -> tuple[str, ...]:
        return tuple(self._coordinator.waiting) if self._coordinator else ()

    def _tell(self) -> None:
        if self._stop and self._coordinator:
            self._coordinator.stop()


class Engine:
    """Play runs of one workspace; begun with the first of them, and closed once."""

    def __init__(self, workspace: Workspace, database: Path) -> None:
        self.workspace = workspace
        self.database = database
        self.news: SimpleQueue[News] = SimpleQueue()
        self._store: Store | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._tasks: dict[asyncio.Task[None], Underway] = {}
        self._count = 0
        self._busy: set[int] = set()

    def begin(self, make: Make) -> int:
        """Play something else that takes such options; returns the ticket that stands in its news."""
        return self._begin(make)

    @property
    def busy(self) -> int:
        """How many runs are under way."""
        return len(self._busy)

    def play(self, plan: Plan) -> int:
        """Play a plan to its end; returns the ticket that stands in its news."""
        return self._begin(lambda options: arun(plan, workspace=self.workspace, **options))

    def resume(self, name: str) -> int:
        """Go on with a run that was broken off; returns the ticket that stands in its news."""
        return self._begin(lambda options: aresume(name, workspace=self.workspace, **options), name)

    def drain(self) -> Iterable[News]:
        """Take the news that came since the last time."""
        while True:
            try:
                news = self.news.get_nowait()
            except Empty:
                return
            if isinstance(news, Over):
                self._busy.discard(news.ticket)
            yield news

    def call(self, what: Callable[[], object]) -> None:
        """Do something in the engine's thread, soon."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what)

    def close(self, patience: float = PATIENCE) -> bool:
        """Stop every run at its turn's end, or where that takes too long in the middle of it; tell whether all went.

        What was committed stays, and a run that was stopped can be resumed.
        """
        thread, self._thread = self._thread, None
        if thread is None or self._loop is None:
            return True
        self.call(lambda: self._end(patience))
        thread.join(patience + 2 * PATIENCE)
        return not thread.is_alive()

    def _begin(self, make: Make, name: str | None = None) -> int:
        self._count += 1
        ticket = self._count
        self._busy.add(ticket)
        if self._thread is None:
            loop = self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._serve, args=(loop,), name="engine", daemon=True)
            self._thread.start()
        self.call(lambda: self._task(ticket, make, name))
        return ticket

    # In the engine's thread

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            loop.close()
            if self._store is not None:
                self._store.close()

    def _task(self, ticket: int, make: Make, name: str | None) -> None:
        underway = Underway(self)
        task = asyncio.ensure_future(self._play(ticket, make, name, underway))
        self._tasks[task] = underway
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    async def _play(self, ticket: int, make: Make, name: str | None, underway: Underway) -> None:
        feed: Playing | None = None
        fault: Exception | None = None
        before: list[Event] = []

        def started(given: str, coordinator: Any) -> None:
            nonlocal feed
            feed = Playing(given, coordinator.state.bodies, underway, before)
            underway.begun(coordinator)
            self.news.put(Began(ticket, feed))

        def watch(event: Event, state: State) -> None:
            if feed is not None:
                feed.watch(event, state)

        try:
            if self._store is None:
                self._store = Store.open(self.database)
            if name is not None:  # what the run stands on; of the turns under way, each is told anew
                before = (await asyncio.to_thread(self._store.load, name)).finished()
            await make({"store": self._store, "started": started, "watch": watch})
        except Exception as error:  # noqa: BLE001  whatever it is, it is told, and the other runs go on
            fault = error
        finally:
            if feed is not None:
                feed.finish()
            self.news.put(Over(ticket, feed, underway.waits, fault))

    def _end(self, patience: float) -> None:
        for underway in self._tasks.values():
            underway.stop()
        self._ending = asyncio.ensure_future(self._finish(patience))

    async def _finish(self, patience: float) -> None:
        try:
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=patience)
            for task in list(self._tasks):
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=PATIENCE)
        finally:
            asyncio.get_running_loop().stop()
