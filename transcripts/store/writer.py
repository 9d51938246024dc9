"""The one thread that writes: it commits whatever has queued up, and acknowledges it after the commit."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from moot_errors import MootError, StoreError, WrongUse
from transcripts.store import faults
from transcripts.store.jobs import Batch, Call, Close, Job
from transcripts.store.locks import Locks
from transcripts.store.schema import PATIENCE, connect_to_write

_MOST_JOBS = 2_000
_MOST_BYTES = 1_000_000
_CHECKPOINT_AT = 4_000_000
"""Bytes in the write-ahead log, roughly, after which it is written back."""
_LONG_LOG = 16_000_000
_MOMENT = 500
"""Milliseconds for which writers wait for readers, when the log has become long."""
_COMMIT_COSTS = 40_000
"""Bytes that a commit adds to the log beside what it was asked to write, roughly: whole pages."""

T = TypeVar("T")
_Waiter = tuple[int, "asyncio.Future[None]"]


class Writer:
    """Write the jobs given, in order; a ticket is the number of a job, from 1."""

    def __init__(self, path: Path, locks: Locks) -> None:
        self.path = path
        self.locks = locks
        self.durable = 0
        self.failure: StoreError | None = None
        self._process = os.getpid()
        self._last = 0
        self._queue: deque[Job] = deque()
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)
        self._done = threading.Condition(self._lock)
        self._waiters: dict[asyncio.AbstractEventLoop, list[_Waiter]] = {}
        self._idle = False
        self._closing = False
        self._uncollected = self._log_size()  # others may have left a long log behind
        with locks.writing():
            self._connection = connect_to_write(path)
        self._thread = threading.Thread(target=self._run, name=f"writer of {path.name}", daemon=True)
        self._thread.start()

    def put(self, job: Job) -> int:
        """Queue a job and return its ticket, without waiting."""
        with self._lock:
            self._check()
            self._queue.append(job)
            self._last += 1
            if self._idle:
                self._idle = False
                self._work.notify()
            return self._last

    def call(self, function: Callable[[sqlite3.Connection], T], *, transaction: bool = True) -> T:
        """Call a function in a transaction of its own, behind what has queued up, and return what it returns."""
        return self.submit(function, transaction=transaction).result()

    def submit(self, function: Callable[[sqlite3.Connection], T], *, transaction: bool = True) -> Future[T]:
        """Do what `call` does, without waiting."""
        result: Future[T] = Future()
        self.put(Call(function, result, transaction))
        return result

    def take_run(self, run: int) -> bool:
        """Lock a run until it is closed, or the writer is; or tell that somebody has it."""
        return self.locks.take_run(run, self)

    def wait(self, ticket: int) -> None:
        """Wait until that job is committed; raises StoreError if it never will be."""
        with self._lock:
            self._check_ticket(ticket)
            while self.durable < ticket:
                self._check_failure()
                self._done.wait()

    async def committed(self, ticket: int) -> None:
        """Wait until that job is committed, without blocking; raises StoreError if it never will be."""
        if ticket <= self.durable:
            return
        with self._lock:
            self._check_ticket(ticket)
            if ticket <= self.durable:
                return
            self._check_failure()
            loop = asyncio.get_running_loop()
            future = loop.create_future()
            self._waiters.setdefault(loop, []).append((ticket, future))
        await future

    def close(self) -> None:
        """Commit what has queued up, write the log back and close the file."""
        if os.getpid() != self._process:
            return  # a forked child: nothing here is its own
        with self._lock:
            if self._closing:
                return
            self._closing = True
            self._work.notify()
        self._thread.join()
        with self.locks.writing():
            try:
                if self.failure is None:
                    self._connection.execute("PRAGMA busy_timeout = 0")  # while others read, the log stays
                    self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.Error as error:
                raise faults.explain(error, self.path) from error
            finally:
                self._connection.close()
                self.locks.drop_all(self)

    def _check(self) -> None:
        if os.getpid() != self._process:
            remedy = "open the store in the new process, and fork before opening it here, or start it by 'spawn'"
            raise WrongUse(f"{str(self.path)!r} was opened in another process, and this one was forked", remedy=remedy)
        self._check_failure()
        if self._closing:
            raise WrongUse(f"{str(self.path)!r} is closed", remedy="open it again with Store.open")

    def _check_failure(self) -> None:
        if self.failure is not None:
            raise faults.again(self.failure)

    def _check_ticket(self, ticket: int) -> None:
        if ticket > self._last:
            raise WrongUse(f"there is no ticket {ticket!r}; the last one is {self._last}")

    def _run(self) -> None:
        try:
            while jobs := self._next():
                self._write(jobs)
        except sqlite3.Error as error:
            self._fail(faults.explain(error, self.path), error)
        except StoreError as error:
            self._fail(error, error.__cause__)
        except BaseException as error:  # noqa: BLE001  a fault of ours: whoever waits must hear of it
            self._fail(StoreError(f"the writer of {str(self.path)!r} stopped: {error!r}"), error)

    def _next(self) -> list[Job]:
        """Wait for jobs; none are left when the store is closing."""
        with self._lock:
            while not self._queue and not self._closing:
                self._idle = True
                self._work.wait()
            self._idle = False
            jobs: list[Job] = []
            queue, size = self._queue, 0
            while queue and len(jobs) < _MOST_JOBS and size < _MOST_BYTES:
                if jobs and isinstance(queue[0], Call):
                    break
                job = queue.popleft()
                jobs.append(job)
                size += job.size
                if isinstance(job, Call):
                    break
            self._uncollected += size * 3 + _COMMIT_COSTS
            return jobs

    def _write(self, jobs: list[Job]) -> None:
        batch = Batch(self._connection, self.locks, owner=self)
        with self.locks.writing():
            if isinstance(jobs[0], Call):
                self._write_call(jobs[0])
            elif not all(isinstance(job, Close) for job in jobs):
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    for job in jobs:
                        batch.take(job)  # type: ignore[arg-type]  # a Call stands alone: see _next
                    batch.write()
                    self._connection.execute("COMMIT")
                except BaseException:
                    self._connection.rollback()
                    batch.abandon()
                    raise
            else:
                for job in jobs:
                    batch.take(job)  # type: ignore[arg-type]  # a Call stands alone: see _next
            for run in batch.closed:
                self.locks.drop_run(run)
            self._acknowledge(len(jobs))
            if self._uncollected > _CHECKPOINT_AT:
                self._uncollected = 0
                self._checkpoint()

    def _checkpoint(self) -> None:
        """Write the log back; where readers that overlap kept it growing, wait a moment for them, and begin it anew."""
        self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        if self._log_size() > _LONG_LOG:
            self._connection.execute(f"PRAGMA busy_timeout = {_MOMENT}")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")

    def _log_size(self) -> int:
        try:
            return os.stat(f"{self.path}-wal").st_size
        except FileNotFoundError:
            return 0

    def _write_call(self, job: Call) -> None:
        if not job.result.set_running_or_notify_cancel():  # whoever asked was cancelled, and does not want it any more
            return
        try:
            if job.transaction:
                self._connection.execute("BEGIN IMMEDIATE")
            value = job.function(self._connection)
            if job.transaction:
                self._connection.execute("COMMIT")
        except MootError as error:  # a mistake of the caller's, who alone hears of it
            self._connection.rollback()
            job.result.set_exception(error)
        except BaseException as error:
            self._connection.rollback()
            explained = faults.explain(error, self.path) if isinstance(error, sqlite3.Error) else error
            explained.__cause__ = error if explained is not error else None
            job.result.set_exception(explained)
            raise
        else:
            job.result.set_result(value)

    def _acknowledge(self, count: int) -> None:
        with self._lock:
            self.durable += count
            self._done.notify_all()
            self._wake()

    def _fail(self, failure: StoreError, cause: BaseException | None) -> None:
        failure.__cause__ = cause
        with self._lock:
            self.failure = failure
            for job in self._queue:
                if isinstance(job, Call) and job.result.set_running_or_notify_cancel():
                    job.result.set_exception(faults.again(failure))
            self._queue.clear()
            self._done.notify_all()
            self._wake()

    def _wake(self) -> None:
        """Tell each event loop once, not each of its waiters."""
        for loop, waiters in list(self._waiters.items()):
            ready = waiters if self.failure else [each for each in waiters if each[0] <= self.durable]
            if not ready:
                continue
            left = [] if self.failure else [each for each in waiters if each[0] > self.durable]
            if left:
                self._waiters[loop] = left
            else:
                del self._waiters[loop]
            try:
                loop.call_soon_threadsafe(_resolve, ready, self.durable, self.failure)
            except RuntimeError:  # the loop is closed, and nobody waits in it any more
                continue


def _resolve(waiters: list[_Waiter], durable: int, failure: StoreError | None) -> None:
    for ticket, future in waiters:
        if future.done():  # its task was cancelled
            continue
        if ticket <= durable or failure is None:
            future.set_result(None)
        else:
            future.set_exception(faults.again(failure))
