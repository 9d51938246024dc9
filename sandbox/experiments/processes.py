"""Play trials in processes of this machine, and write what comes back here: for rule brains, which take a processor."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from moot_errors import RunFailed
from sandbox.experiments.executor import Assignment, Played
from sandbox.experiments.remote import read_played, write_batch
from sandbox.experiments.worker import STOP, WIDTH

if TYPE_CHECKING:
    from sandbox.experiments.planning import Experiment

BATCH = 16
"""So many trials go in one message: a rule brain's run takes a few milliseconds."""
_AHEAD = 2
"""A worker that is done finds its next batch there already."""
_LAST_WORDS = 2.0
"""Seconds that a worker has to end by itself."""
LOST = "worker"
"""The kind of fault where a worker died."""


class Worker:
    """A process that takes batches one after the other."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.load = 0
        self.has_answered = False
        self._writing, self._reading = asyncio.Lock(), asyncio.Lock()

    @classmethod
    async def start(cls) -> Worker:
        """Start a process; it has this one's environment, and its Python."""
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-P", "-m", "sandbox.experiments.worker")
        # In a group of its own Ctrl+C does not reach it: who began it says when to stop.
        return cls(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, process_group=0))

    async def ask(self, message: bytes) -> bytes | None:
        """Give a message and wait for its reply; None where the worker died before."""
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            async with self._writing:
                self.process.stdin.write(_message(message))
                await self.process.stdin.drain()
                turn = asyncio.ensure_future(self._reading.acquire())  # replies come in the order of asking
                await asyncio.sleep(0)
            await turn
            try:
                size = int.from_bytes(await self.process.stdout.readexactly(WIDTH), "big")
                reply = await self.process.stdout.readexactly(size)
                self.has_answered = True
                return reply
            finally:
                self._reading.release()
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    def stop(self) -> None:
        """Let it come to the end of the turns under way; what waits there comes back as it is."""
        assert self.process.stdin is not None
        self.process.stdin.write(_message(STOP))

    async def end(self) -> None:
        """Let it end; what it is playing is lost."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError):  # not `process.kill`, which takes its exit code from under asyncio
                os.kill(self.process.pid, signal.SIGKILL)
        await self.process.wait()


class ProcessExecutor:
    """Spread batches over workers; one that died is replaced."""

    def __init__(self, experiment: Experiment, jobs: int | None = None, trials: int | None = None) -> None:
        self.jobs = jobs or os.cpu_count() or 1
        count = len(experiment.rows) if trials is None else trials
        self.batch = max(1, min(BATCH, count // (self.jobs * _AHEAD * 2)))
        self.room = self.jobs * _AHEAD * self.batch
        self._experiment = experiment
        self._workers: list[Worker] = []
        self._starting = asyncio.Lock()
        self._stopped = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(worker.end() for worker in self._workers))

    def stop(self) -> None:
        """Let what is under way come to a turn's end, in each worker."""
        self._stopped = True
        for worker in self._workers:
            worker.stop()

    async def play(self, batch: Sequence[Assignment]) -> Sequence[Played]:
        """Play a batch; where its worker dies, each of it is tried once more by itself."""
        worker = await self._free()
        if self._stopped:  # while it was being begun
            return [Played(one, "open", {}) for one in batch]
        worker.load += 1
        try:
            reply = await worker.ask(write_batch(self._experiment, batch, share=self.jobs))
        finally:
            worker.load -= 1
        if reply is not None:
            return read_played(reply, batch)
        await self._bury(worker)
        if not worker.has_answered and (worker.process.returncode or 0) > 0:  # and nobody killed it
            raise RunFailed("a worker process ended before it had played anything", remedy="what it said stands above")
        if len(batch) > 1:
            return [played for one in batch for played in await self.play([one])]
        return [Played(batch[0], "lost", {}, LOST)]

    async def _free(self) -> Worker:
        """Give the worker with the least to do, and start one where there are not enough."""
        async with self._starting:
            if len(self._workers) < self.jobs:
                self._workers.append(await Worker.start())
            return min(self._workers, key=lambda worker: worker.load)

    async def _bury(self, worker: Worker) -> None:
        if worker in self._workers:
            self._workers.remove(worker)
        with suppress(TimeoutError):  # it may be about to say why it ends
            await asyncio.wait_for(worker.process.wait(), _LAST_WORDS)
        await worker.end()


def _message(body: bytes) -> bytes:
    return len(body).to_bytes(WIDTH, "big") + body
