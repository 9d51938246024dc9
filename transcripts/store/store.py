"""The store as others use it."""

from __future__ import annotations

import atexit
import os
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Self

from moot_errors import Busy, StoreError, Unwritable, WrongUse
from transcripts.bodies import Bodies
from transcripts.events import Event, Forked, Started
from transcripts.store import changes, faults, health, joining, recording, runs, search, tags
from transcripts.store.jobs import RunId
from transcripts.store.joining import Joined
from transcripts.store.locks import Locks, release, share
from transcripts.store.recording import Recording
from transcripts.store.runs import Chunk, RunInfo, Status
from transcripts.store.schema import RUN, Snapshot, check_sqlite, connect_to_read
from transcripts.store.table import Trials
from transcripts.store.writer import Writer
from transcripts.transcript import Transcript

_open: weakref.WeakSet[Store] = weakref.WeakSet()


class Store:
    """Many runs in one file; any thread may use it, and any number of processes may have it open.

    Made by `Store.open`.  Every method raises StoreError for what SQLite or the disk does not do.
    """

    def __init__(self, path: Path, locks: Locks, writer: Writer | None) -> None:
        self.path = path
        self._locks = locks
        self._writer = writer
        self._readers: list[sqlite3.Connection] = []
        self._process = os.getpid()
        self._closed = False
        self.trials = Trials(self._write, locks, self._reading)
        """Experiments, their trials and the attempts at them."""
        _open.add(self)

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False) -> Store:
        """Open a store, and create its file unless it is only to be read."""
        real = Path(os.path.realpath(path))
        _check_path(real, read_only)
        check_sqlite()
        locks = share(real)
        try:
            with _explained(real):
                if read_only:
                    reader = connect_to_read(real)
                    store = cls(real, locks, None)
                    store._readers.append(reader)
                    return store
                locks.make_writable()
                return cls(real, locks, Writer(real, locks))
        except BaseException:
            release(locks)
            raise

    @property
    def writable(self) -> bool:
        """Whether it was opened for writing."""
        return self._writer is not None

    def close(self) -> None:
        """Commit what has queued up and close the file; recordings that are still open lose their runs' locks."""
        if self._closed or os.getpid() != self._process:
            return
        self._closed = True
        _open.discard(self)
        try:
            for reader in self._readers:  # before the writer: who closes last tidies up, and readers cannot
                reader.close()
            if self._writer:
                self._writer.close()
        finally:
            release(self._locks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Writing

    @property
    def durable(self) -> int:
        """The highest ticket that is committed."""
        return self._write().durable

    def begin(
        self,
        started: Started,
        bodies: Mapping[str, bytes],
        *,
        name: str | None = None,
        attempt: tuple[str, int] | None = None,
    ) -> Recording:
        """Begin a run, without waiting: wait for the recording's ticket before asking for its name.

        The run is called `<scenario>-<k>`, or by `name`, with a number behind it where that is taken.  With `attempt`
        it is the attempt of that number at the trial with that key.
        """
        return recording.begin(self._write(), started, bodies, name, attempt)

    def fork(self, name: str, forked: Forked, bodies: Mapping[str, bytes], then: Sequence[Event] = ()) -> Recording:
        """Begin a run that shares another's past up to a turn, without copying it and without waiting.

        Of a tick in which that turn was not the last, the turns up to it are shared.  What comes right after the fork,
        `then`, is committed together with it.  Raises NotFound and WrongUse.
        """
        writer, run = self._write(), self.find(name)
        with self._reading() as reader:
            branch, shared = runs.branch_at(reader, run.id, run.name, forked.after)
        return recording.branch_off(writer, run.scenario, forked, bodies, branch, shared, then)

    def resume(self, name: str) -> Recording:
        """Go on with a run; raises Busy while another recording of it is open, here or in a process that lives."""
        writer, run = self._write(), self.find(name)
        if not writer.take_run(run.id):
            raise Busy(f"{run.name!r} is being written", remedy="wait for its end")
        with self._reading() as reader:
            query = "SELECT seq FROM events WHERE id > ? AND id < ? ORDER BY id DESC LIMIT 1"
            last = reader.execute(query, (run.id * RUN, (run.id + 1) * RUN)).fetchone()
        return Recording(writer, RunId(run.id, run.name), last[0] if last else 0)

    def wait(self, ticket: int) -> None:
        """Wait until what has that ticket is committed."""
        self._write().wait(ticket)

    async def committed(self, ticket: int) -> None:
        """Wait until what has that ticket is committed, without blocking."""
        await self._write().committed(ticket)

    def add(self, transcript: Transcript, name: str | None = None) -> RunInfo:
        """Store a transcript, under its own name or `name` if that is free."""
        given = self._write().call(lambda writer: changes.add_run(writer, self._locks, transcript, name))
        return self.find(given)

    def remove(self, names: Sequence[str]) -> None:
        """Delete runs by their whole names, all or none; raises Busy for one that is being written."""
        writer = self._write()
        writer.call(lambda connection: changes.remove_runs(connection, self._locks, names))
        pages = -changes.PAGES
        while writer.call(partial(changes.forget, pages=pages)):
            pages = changes.PAGES
        while writer.call(changes.shrink, transaction=False):
            pass

    def tag(self, names: Sequence[str], *words: str) -> None:
        """Keep tags beside runs, by which `runs` finds them; raises NotFound, and WrongUse for what is no tag."""
        for each in words:
            tags.check_tag(each)
        ids = [self.find(name).id for name in names]
        self._write().call(partial(tags.put, runs=ids, tags=words))

    def untag(self, names: Sequence[str], *words: str) -> None:
        """Take tags away from runs; raises NotFound."""
        ids = [self.find(name).id for name in names]
        self._write().call(partial(tags.take_off, runs=ids, tags=words))

    def tags(self) -> list[str]:
        """List the tags that any run has."""
        with self._reading() as reader:
            return sorted(tags.known(reader))

    def join(self, other: Store) -> Joined:
        """Take everything of another store in: runs, experiments and their trials; a second time adds nothing."""
        writer, joined = self._write(), Joined()
        with other._reading() as source:
            for some in joining.chunks(source):
                writer.call(partial(joining.take_runs, source=source, some=some, joined=joined))
            writer.call(partial(joining.take_experiments, source=source))
        return joined

    # Reading

    def runs(
        self,
        scenario: str | None = None,
        agreed: bool | None = None,
        since: float | None = None,
        status: Status | None = None,
        parent: str | None = None,
        tag: str | None = None,
        limit: int | None = None,
    ) -> list[RunInfo]:
        """List runs, the newest first; `since` is in seconds since 1970, `parent` is what they branched off."""
        origin = self.find(parent).id if parent is not None else None
        with self._reading() as reader:
            return runs.list_runs(
                reader,
                self._locks,
                scenario=scenario,
                agreed=agreed,
                since=since,
                status=status,
                parent=origin,
                tag=tag,
                limit=limit,
            )

    def costs(self, infos: Iterable[RunInfo]) -> dict[int, float | None]:
        """Add up what the calls of runs cost in dollars, by the run's id; None where a price is not known.

        A run without calls is left out; what a branch shares with the run that it left is that one's.
        """
        with self._reading() as reader:
            return runs.costs(reader, [info.id for info in infos])

    def rounds(self, infos: Iterable[RunInfo]) -> dict[int, int]:
        """Count the rounds that were begun in runs, by the run's id: the most turns that anybody had in one thread."""
        with self._reading() as reader:
            return runs.rounds(reader, [info.id for info in infos])

    def find(self, name: str) -> RunInfo:
        """Find a run by its name, by a beginning that only one name has, or as `last`; raises NotFound."""
        with self._reading() as reader:
            return runs.find_run(reader, self._locks, name)

    def load(self, name: str) -> Transcript:
        """Read a whole run; it is found as `find` does."""
        run = self.find(name)
        with self._reading() as reader:
            return runs.load_run(reader, run.id, run.name)

    def walk(self, name: str, bodies: Bodies, *, canonical: bool = False) -> Iterator[Chunk]:
        """Fill in a whole run's bodies and give its events in order of arrival, some at a time, with their rows.

        With `canonical` in the order of their positions.  It is whole only if the end is come to: that events are
        missing is found out there.
        """
        run = self.find(name)
        with self._reading() as reader:
            yield from runs.walk(reader, run.id, run.name, bodies, canonical=canonical)

    def events(self, name: str, after_seq: int = 0) -> Iterator[Event]:
        """Give a run's events behind number `after_seq`, up to the last one committed; numbers have no gaps."""
        run = self.find(name)
        with self._reading() as reader:
            yield from runs.iterate(reader, run.id, run.name, after_seq)

    def bodies(self, names: Iterable[str]) -> Bodies:
        """Read the bodies of these names, as events refer to them; one that is not there is left out."""
        with self._reading() as reader:
            return runs.read_bodies(reader, names)

    def search(
        self,
        words: str,
        *,
        run: str | None = None,
        scenario: str | None = None,
        as_: str | None = None,
        limit: int = 50,
    ) -> list[search.Hit]:
        """Find messages that have all the words, and all the "phrases in quotes"; the newest first.

        With `as_`, only in threads that this seat is a member of.
        """
        within = self.find(run).id if run is not None else None
        with self._reading() as reader:
            return list(search.find_words(reader, words, run=within, scenario=scenario, as_=as_, limit=limit))

    def check(self) -> list[str]:
        """Look for damage and for what endangers the file; gives a line for each finding, none if all is well."""
        with self._reading() as reader:
            return health.findings(reader, self.path)

    def _write(self) -> Writer:
        if self._closed:
            raise WrongUse(f"{str(self.path)!r} is closed", remedy="open it again with Store.open")
        if self._writer is None:
            raise WrongUse(f"{str(self.path)!r} is open for reading", remedy="Store.open(path) opens it for writing")
        return self._writer

    def _is_closed(self) -> bool:
        return self._closed

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection of one's own: readers wait for nobody, not even for each other."""
        if self._closed:
            raise WrongUse(f"{str(self.path)!r} is closed", remedy="open it again with Store.open")
        if os.getpid() != self._process:
            remedy = "open stores after forking, or start processes by 'spawn'"
            raise WrongUse(f"{str(self.path)!r} was opened in another process, and this one was forked", remedy=remedy)
        with _explained(self.path):
            try:
                reader = self._readers.pop()
            except IndexError:
                reader = connect_to_read(self.path)
            try:
                yield reader
            finally:
                if isinstance(reader, Snapshot) or self._is_closed():
                    reader.close()
                else:
                    self._readers.append(reader)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise faults.explain(error, path) from error


def _check_path(path: Path, read_only: bool) -> None:
    if path.is_dir():
        raise Unwritable(f"{str(path)!r} is a folder", remedy=f"name the file in it: {path / 'transcripts.db'}")
    if not path.parent.is_dir():
        raise Unwritable(f"there is no folder {str(path.parent)!r}", remedy=f"mkdir -p {path.parent}")
    if read_only and not path.exists():
        raise StoreError(f"there is no transcript store {str(path)!r}", remedy="`moot run` makes one")


@atexit.register
def _close_all() -> None:
    for store in list(_open):
        store.close()
