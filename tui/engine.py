"""Play runs in a thread of their own: the interface never waits for them, nor they for it.

The thread has an event loop of its own.  What happens in it is told through queues: a run's events by its feed, and by
`Engine.news` that it began or is over.  What is asked of it goes there by `call_soon_threadsafe`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from sandbox import afork, aresume, arun
from sandbox.following import Following
from transcripts import Event, Forked, Store
from tui.feed import Playing
from tui.underway import Sitter, Underway

if TYPE_CHECKING:
    from sandbox import Branches, Workspace
    from sandbox.plan import Plan

Make = Callable[[dict[str, Any]], Awaitable[object]]
"""Plays a run with the options that `arun`, `aresume` and `afork` have in common."""

Play = Callable[[int, Underway], Coroutine[Any, Any, None]]
"""Plays what has that ticket, and takes what steers it."""

PATIENCE = 3.0
"""Seconds that a turn is waited for when everything is to end."""


@dataclass(frozen=True, slots=True)
class Began:
    """A run is under way: its events come by the feed."""

    ticket: int
    """What `play`, `resume` or `fork` returned."""
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
    branches: Branches | None = None
    """Where many were played at once."""


@dataclass(frozen=True, slots=True)
class Branching:
    """Many branches are being played: their `Over` comes with all of them."""

    ticket: int


News = Began | Branching | Over


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

    def play(self, plan: Plan, sitter: Sitter | None = None) -> int:
        """Play a plan to its end; returns the ticket that stands in its news.

        With `sitter` somebody takes part: the run is seen with its eyes, and nobody answers for other seats.
        """
        return self._begin(lambda options: arun(plan, workspace=self.workspace, **options), sitter=sitter)

    def resume(self, name: str, sitter: Sitter | None = None) -> int:
        """Go on with a run that was broken off; takes and returns what `play` does."""
        return self._begin(lambda options: aresume(name, workspace=self.workspace, **options), name, sitter)

    def fork(self, name: str, options: Mapping[str, Any]) -> int:
        """Leave a run at one of its turns, with the options of `moot.fork`; with `n`, so many branches at once."""
        if options.get("n") is None:
            return self._begin(lambda more: afork(name, workspace=self.workspace, **{**options, "n": None}, **more))
        return self._submit(partial(self._branch, name, options))

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

    def call(self, what: Callable[[], object]) -> bool:
        """Do something in the engine's thread, soon; False where there is none any more."""
        if self._loop is None or self._loop.is_closed():
            return False
        self._loop.call_soon_threadsafe(what)
        return True

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

    def _begin(self, make: Make, name: str | None = None, sitter: Sitter | None = None) -> int:
        return self._submit(partial(self._play, make, name), sitter)

    def _submit(self, play: Play, sitter: Sitter | None = None) -> int:
        self._count += 1
        ticket = self._count
        self._busy.add(ticket)
        if self._thread is None:
            loop = self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._serve, args=(loop,), name="engine", daemon=True)
            self._thread.start()
        self.call(lambda: self._task(play, ticket, Underway(self, sitter)))
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

    def _task(self, play: Play, ticket: int, underway: Underway) -> None:
        task = asyncio.ensure_future(play(ticket, underway))
        self._tasks[task] = underway
        task.add_done_callback(lambda done: self._tasks.pop(done, None))

    async def _play(self, make: Make, name: str | None, ticket: int, underway: Underway) -> None:
        sitter = underway.sitter
        feed: Playing | None = None
        fault: Exception | None = None
        before: list[Event] = []

        def started(given: str, coordinator: Any) -> None:
            nonlocal feed
            feed = Playing(
                given,
                coordinator.state.bodies,
                underway,
                before or self._shared(given),
                sitter.seat if sitter else None,
            )
            underway.begun(coordinator, None if sitter else feed.hear)
            self.news.put(Began(ticket, feed))

        def tell(event: Event) -> None:
            underway.watch(event)
            if feed is not None:
                feed.watch(event)

        try:
            store = self._opened()
            if name is not None:  # what the run stands on; of the turns under way, each is told anew
                before = (await asyncio.to_thread(store.load, name)).finished()
            await make({"store": store, "started": started, "watch": Following(tell), "listen": underway.listen})
        except Exception as error:  # noqa: BLE001  whatever it is, it is told, and the other runs go on
            fault = error
        finally:
            underway.finish()
            if feed is not None:
                feed.finish()
            self.news.put(Over(ticket, feed, underway.waits, fault))

    async def _branch(self, name: str, options: Mapping[str, Any], ticket: int, underway: Underway) -> None:
        """Play many branches of a run at once; none of them is shown while it is played."""
        branches: Branches | None = None
        fault: Exception | None = None
        begun = False

        def started(given: str, coordinator: Any) -> None:
            nonlocal begun
            underway.begun(coordinator)
            if not begun:
                begun = True
                self.news.put(Branching(ticket))

        try:
            branches = await afork(
                name,
                **{**options, "n": int(options["n"])},
                workspace=self.workspace,
                store=self._opened(),
                started=started,
                more=lambda: not underway.stopping,
            )
        except Exception as error:  # noqa: BLE001
            fault = error
        finally:
            underway.finish()
            self.news.put(Over(ticket, None, (), fault, branches))

    def _opened(self) -> Store:
        if self._store is None:
            self._store = Store.open(self.database)
        return self._store

    def _shared(self, name: str) -> list[Event]:
        """Give what a branch shares with the run that it left, and where it did; of another run nothing."""
        store = self._opened()
        if store.find(name).parent is None:
            return []
        events = store.load(name).events
        last = max((place for place, event in enumerate(events) if isinstance(event, Forked)), default=-1)
        return events[: last + 1]

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
