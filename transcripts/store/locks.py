"""The locks of the operating system: one for whoever writes, and one for each run.

They are byte ranges of a file beside the database: byte 0 for writing, byte 1 + id for a run.  Every write transaction
and every checkpoint of every process happens under byte 0: before 3.51.3, SQLite can damage a file when one connection
resets the write-ahead log while another one writes.  The locks end with their process, however it ends.

They belong to a process as a whole, and the first descriptor of the file that is closed drops all of them; so there is
one set of descriptors for each file, shared by everybody in the process and closed by the last, and threads exclude
each other with a mutex.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moot_errors import Unwritable, WrongUse

_FLOCK = {"darwin": ("qqihh", 3)}.get(sys.platform, ("hhqqi0q", 0))
"""`struct flock` and the index of its `l_type`, which `fcntl.lockf` cannot ask for."""

_open: dict[Path, Locks] = {}
_inherited: set[Path] = set()
_guard = threading.Lock()


class Locks:
    """All locks that this process has on one store; made by `share`, given back by `release`."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.path = store.with_name(f"{store.name}-locks")
        self.users = 0
        self._mutex = threading.Lock()
        self._runs_guard = threading.Lock()
        self._runs: dict[int, object] = {}
        self._writable: int | None = None
        self._readable: int | None = None

    def make_writable(self) -> None:
        """Open the file for locking, and create it where it is missing; raises Unwritable."""
        if self._writable is None:
            try:
                self._writable = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            except OSError as error:
                message = f"{str(self.store)!r} cannot be written: {error.strerror}: {str(self.path)!r}"
                raise Unwritable(message, remedy=f"chmod u+w {self.store.parent}") from error

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Exclude every other thread and process from writing and from checkpoints; waits for them."""
        with self._mutex:
            _lock_waiting(self._fd)
            try:
                yield
            finally:
                fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, 0)

    def take_run(self, run: int, owner: object) -> bool:
        """Lock a run, or tell that somebody has it."""
        with self._runs_guard:
            if run in self._runs:
                return False
            try:
                fcntl.lockf(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 1 + run)
            except (BlockingIOError, PermissionError):  # POSIX allows either
                return False
            self._runs[run] = owner
            return True

    def drop_run(self, run: int) -> None:
        """Unlock a run that this process has locked."""
        with self._runs_guard:
            if self._runs.pop(run, None) is not None:
                fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, 1 + run)

    def drop_all(self, owner: object) -> None:
        """Unlock the runs that `owner` has locked."""
        for run in [run for run, each in self._runs.items() if each is owner]:
            self.drop_run(run)

    def is_live(self, run: int) -> bool:
        """Tell whether a living process has locked that run."""
        with self._runs_guard:
            if run in self._runs:
                return True
            fd = self._any_fd()
            if fd is None:
                return False
            layout, kind = _FLOCK
            fields = [0, os.SEEK_SET, 1 + run, 1, 0] if kind == 0 else [1 + run, 1, 0, 0, os.SEEK_SET]
            fields[kind] = fcntl.F_WRLCK
            asked = struct.pack(layout, *fields)
            return bool(struct.unpack(layout, fcntl.fcntl(fd, fcntl.F_GETLK, asked))[kind] != fcntl.F_UNLCK)

    @property
    def _fd(self) -> int:
        if self._writable is None:
            raise RuntimeError("locks for reading were asked to write")
        return self._writable

    def _any_fd(self) -> int | None:
        """Give a descriptor to ask with; whoever writes first may have created the file a moment ago."""
        if self._writable is not None:
            return self._writable
        if self._readable is None:
            try:
                self._readable = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return None
        return self._readable

    def close(self) -> None:
        """Close the file, which drops every lock."""
        for fd in (self._writable, self._readable):
            if fd is not None:
                os.close(fd)
        self._writable = self._readable = None


def share(store: Path) -> Locks:
    """Give the locks of a store, named by its real path; give them back with `release`."""
    with _guard:
        if store in _inherited:
            raise WrongUse(
                f"this process was forked while {str(store)!r} was open in it",
                remedy="close the store before forking, or start processes by 'spawn': SQLite does not survive a fork",
            )
        locks = _open.get(store)
        if locks is None:
            locks = _open[store] = Locks(store)
        locks.users += 1
        return locks


def release(locks: Locks) -> None:
    """Give the locks of a store back; the last one closes them."""
    with _guard:
        locks.users -= 1
        if locks.users == 0:
            del _open[locks.store]
            locks.close()


def _lock_waiting(fd: int) -> None:
    while True:
        try:
            fcntl.lockf(fd, fcntl.LOCK_EX, 1, 0)
        except OSError as error:
            if error.errno != errno.EDEADLK:
                raise
            # The kernel looks at processes, not at threads: two stores written by two processes look like a circle.
            time.sleep(0.001)
        else:
            return


def _forget_after_fork() -> None:
    """Let a forked child start without locks, for it has none; SQLite's own state in it is beyond use."""
    global _guard  # noqa: PLW0603  another thread of the parent may have held it
    _guard = threading.Lock()
    _inherited.update(_open)
    _open.clear()


os.register_at_fork(after_in_child=_forget_after_fork)
