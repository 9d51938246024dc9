"""Play trials with the workers of a Dask cluster that somebody has: they play, this process writes.

We say which worker gets what, so that whatever is lost with a worker is known, counted and given out again by us: Dask
itself would play it anew without a word, and pay for it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self

from moot_errors import MootError, RunFailed
from sandbox.experiments.cluster_worker import play_here, refusal, stop_here, wait_here
from sandbox.experiments.executor import Assignment, Played
from sandbox.experiments.local import JOBS
from sandbox.experiments.manifest import version_of
from sandbox.experiments.processes import BATCH, LOST
from sandbox.experiments.remote import read_played, write_batch

if TYPE_CHECKING:
    from sandbox.experiments.planning import Experiment

CONNECT = 10.0
"""Seconds in which a scheduler answers, or is not there."""
LOOK = 0.5
"""Seconds after which to look again who is there."""
_AHEAD = 2
"""A thread that is done finds its next batch there already."""
_LAST_WORDS = 2.0
"""Seconds that workers have to be told to stop."""
_LOGGERS = ("distributed", "distributed.client")
_SAME = "the scheduler and its workers need the same Moot as this process"


@dataclass(eq=False)
class Worker:
    """A worker of the cluster."""

    address: str
    threads: int
    gone: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    given: list[int] = field(default_factory=list)
    """The numbers of its batches, in order: so many as it has threads are under way, the others wait there."""

    @property
    def crowd(self) -> float:
        """Batches to a thread."""
        return len(self.given) / self.threads


class DaskExecutor:
    """Spread batches over the workers that there are at the moment."""

    def __init__(
        self, experiment: Experiment, address: str, jobs: int | None = None, *, say: Callable[[str], None]
    ) -> None:
        self.address = address
        self._experiment, self._jobs, self._say = experiment, jobs, say
        self._waits = experiment.asks
        self._whose = f"moot-{uuid.uuid4().hex}"
        self._workers: dict[str, Worker] = {}
        self._there = asyncio.Event()
        self._given = 0
        self._tasks: list[asyncio.Task[Any]] = []
        self._levels: dict[str, int] = {}
        self._stopped = self._closing = False
        self._client: Any = None

    @property
    def room(self) -> int:
        """So many trials as `jobs` says; else two batches for each thread, or what a process plays that waits."""
        if self._jobs:
            return self._jobs
        return JOBS * max(1, len(self._workers)) if self._waits else self._threads * _AHEAD * self.batch

    @property
    def batch(self) -> int:
        """So many that every thread gets some of them several times; who waits for models is waited for alone."""
        if self._waits:
            return 1
        count = min(self._jobs * 2 if self._jobs else BATCH * self._threads * 4, len(self._experiment.rows))
        return max(1, min(BATCH, count // (self._threads * _AHEAD * 2)))

    @property
    def _threads(self) -> int:
        return sum(worker.threads for worker in self._workers.values()) or 1

    async def __aenter__(self) -> Self:
        """Connect, wait for a worker, and ask all that are there whether they can play."""
        self._lost: asyncio.Future[NoReturn] = asyncio.get_running_loop().create_future()
        for name in _LOGGERS:  # what they would say in lines of their own, we say
            logger = logging.getLogger(name)
            self._levels[name] = logger.level
            logger.setLevel(logging.CRITICAL)
        try:
            await self._connect()
            await self._look()
            if not self._workers:
                self._say(f"no worker is there yet: waiting for the first at {self.address}")
            while not self._workers and not self._stopped:
                await asyncio.sleep(LOOK)
                await self._look()
            await self._ask_all()
        except BaseException:
            await self._close()
            raise
        self._tasks.append(asyncio.ensure_future(self._watch()))
        return self

    async def __aexit__(self, *error: object) -> None:
        self._closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if any(worker.given for worker in self._workers.values()) and not self._lost.done():
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS):
                    await self._stop_workers()
        await self._close()

    async def _connect(self) -> None:
        import distributed

        file = Path(self.address) if self.address.endswith(".json") else None
        try:
            where = json.loads(file.read_bytes())["address"] if file else self.address  # Dask would wait for the file
            connect: Any = distributed.Client
            self._client = connect(where, asynchronous=True, set_as_default=False, timeout=CONNECT, name="moot")
            await self._client
        except (OSError, ValueError, LookupError, ImportError) as error:
            remedy = "`dask scheduler` starts one, and says its address, such as tcp://HOST:8786"
            raise RunFailed(f"no Dask scheduler answers at {self.address}: {error}", remedy=remedy) from None

    async def _close(self) -> None:
        patience = LOOK if self._lost.done() else _LAST_WORDS  # a scheduler that is gone hears no good-bye
        with suppress(Exception):
            if self._client is not None:
                await asyncio.wait_for(self._client.close(timeout=patience), 2 * patience)
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)
        if self._lost.done():
            self._lost.exception()  # it was said, or there is something worse to say

    def stop(self) -> None:
        """Let what is under way come to a turn's end, there too."""
        self._stopped = True
        self._tasks.append(asyncio.ensure_future(self._stop_workers()))

    async def _stop_workers(self) -> None:
        with suppress(Exception):  # whoever cannot be told is gone
            await self._run(stop_here, self._whose)

    async def _run(self, function: Callable[[str], Any], argument: str) -> dict[str, Any]:
        """Call a function in every worker; gives by address what it gave, or the exception."""
        found: dict[str, Any] = await self._client.run(function, argument, on_error="return")
        return found

    async def _watch(self) -> None:
        while not self._closing:  # a cancellation may be lost in what Dask does
            await asyncio.sleep(LOOK)
            try:
                await self._look()
            except MootError as error:
                if not self._lost.done() and not self._closing:
                    self._lost.set_exception(error)
                return

    async def _look(self) -> None:
        """See who is there; raises MootError where the scheduler is not."""
        try:
            if self._client.status != "running":
                raise self._gone()
            async with asyncio.timeout(CONNECT):
                threads: dict[str, int] = await self._client.scheduler.ncores()
        except (OSError, TimeoutError):
            raise self._gone() from None
        for address in self._workers.keys() - threads.keys():
            self._workers.pop(address).gone.set_result(None)
        for address in threads.keys() - self._workers.keys():
            self._workers[address] = Worker(address, threads[address])
        if self._workers:
            self._there.set()
        elif self._there.is_set():
            self._there.clear()
            self._say(f"all workers are gone: waiting for another at {self.address}")

    def _gone(self) -> MootError:
        remedy = "what is done is kept; with a scheduler, the same command goes on"
        return RunFailed(f"the Dask scheduler at {self.address} is gone", remedy=remedy)

    async def _ask_all(self) -> None:
        """Raise RunFailed where a worker could not play: before anything is."""
        profiles = {name: each for plan in self._experiment.plans.values() for name, each in plan.asked.items()}
        message = json.dumps({
            "moot": version_of("moot"),
            "trusted": self._experiment.workspace.trusted,
            "models": {name: profile.plain() for name, profile in profiles.items()},
        })  # fmt: skip
        for address, refused in sorted((await self._run(refusal, message)).items()):
            if isinstance(refused, ImportError):
                raise RunFailed(f"the worker {address} cannot play: {refused}", remedy=_SAME)
            if refused and not isinstance(refused, OSError):  # which is to have gone in this very moment
                raise RunFailed(f"the worker {address} cannot play: {refused}")

    async def play(self, batch: Sequence[Assignment]) -> Sequence[Played]:
        """Play a batch; what was tried before is played by itself, for it may be what the worker died of."""
        again = [[one] for one in batch if one.attempt > 1]
        parts = [*again, *([first] if (first := [one for one in batch if one.attempt == 1]) else [])]
        return [played for part in await asyncio.gather(*map(self._play, parts)) for played in part]

    async def _play(self, batch: Sequence[Assignment]) -> Sequence[Played]:
        worker = await self._free()
        message = write_batch(self._experiment, batch, share=len(self._workers), whose=self._whose)
        self._given += 1
        number = self._given
        only, key = [worker.address], f"{self._whose}-{number}"
        function = wait_here if self._waits else play_here
        future = self._client.submit(function, message, key=key, workers=only, pure=False, retries=0)
        worker.given.append(number)
        try:
            reply = await self._first(self._outcome(future), worker.gone)
            under_way = self._waits or number in worker.given[: worker.threads]
        finally:
            if future.done():
                future.release()
            else:
                await self._cancel(future)
            if not worker.gone.done():
                worker.given.remove(number)
        if reply is None:
            return [Played(one, "lost", {}, LOST) for one in batch] if under_way else await self._play(batch)
        try:
            return read_played(reply, batch)
        except MootError as error:
            told = f"the worker {worker.address} cannot play: {error.message}"
            raise RunFailed(told, remedy=error.remedy) from None

    async def _free(self) -> Worker:
        """Give the worker with the least to do."""
        while not self._workers:
            await self._first(self._there.wait())
        return min(self._workers.values(), key=lambda worker: worker.crowd)

    async def _first(self, work: Coroutine[Any, Any, Any], gone: asyncio.Future[None] | None = None) -> Any:
        """Wait for its result; None where the worker was gone before.  Raises MootError where the scheduler is."""
        task = asyncio.ensure_future(work)
        try:
            waited = [task, self._lost, *([gone] if gone else [])]
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            if self._lost.done():
                self._lost.result()
            return None
        finally:
            task.cancel()

    async def _outcome(self, future: Any) -> bytes | None:
        """Give a batch's reply; None where it was lost with its worker."""
        from distributed import CancelledError, KilledWorker

        try:
            reply: bytes = await future
            return reply
        except CancelledError:
            if self._client.status != "running":
                raise self._gone() from None
            return None  # somebody restarted the workers, or took the task away
        except KilledWorker:
            return None
        except Exception as error:  # noqa: BLE001  whatever a worker raised would be raised by every other
            first = str(error).strip().partition("\n")[0]
            told = f"a worker could not play: {type(error).__name__}: {first}"
            raise RunFailed(told, remedy=_SAME) from None

    async def _cancel(self, future: Any) -> None:
        with suppress(Exception):  # with the scheduler gone there is nobody to tell
            await asyncio.wait_for(future.cancel(), _LAST_WORDS)
