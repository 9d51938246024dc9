"""Take whole runs in, and delete them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from moot_errors import Busy, NotFound, WrongUse
from transcripts.checks import check_events
from transcripts.events import Started
from transcripts.store import trials
from transcripts.store.jobs import Batch, RunId, append_job, insert_run
from transcripts.store.locks import Locks
from transcripts.store.naming import next_name
from transcripts.store.rows import check_text
from transcripts.store.schema import RUN
from transcripts.transcript import Transcript

PAGES = 2_000
"""How many pages are worked on at a time: others write in between."""


def add_run(connection: sqlite3.Connection, locks: Locks, transcript: Transcript, name: str | None) -> str:
    """Store a transcript as a run of its own, and return the name that it got; raises StoreError for what is none."""
    if name is not None:
        check_text(name)
    check_events(transcript.events, transcript.bodies, True, lambda _: None)
    started = next(event for event in transcript.events if isinstance(event, Started))
    at = started.evidence.at if started.evidence else None
    given = next_name(connection, started.name, name or transcript.name)
    run = RunId(insert_run(connection, given, started.name, started.seed, at), given)
    batch = Batch(connection, locks, owner=run)
    batch.take(append_job(run, transcript.events, transcript.bodies, 0))
    batch.write()
    return given


def remove_runs(connection: sqlite3.Connection, locks: Locks, names: Sequence[str]) -> None:
    """Delete runs, and the bodies that no other run uses; raises NotFound, and Busy for one that is being written."""
    taken = object()
    try:
        for name in dict.fromkeys(names):
            row = connection.execute("SELECT id FROM runs WHERE name = ?", (name,)).fetchone()
            if row is None:
                raise NotFound("run", name, [each for (each,) in connection.execute("SELECT name FROM runs")])
            _refuse_branches(connection, row[0], name, names)
            if not locks.take_run(row[0], owner=taken):
                raise Busy(f"{name!r} is being written", remedy="stop it first, or wait for its end")
            remove_run(connection, row[0])
    finally:
        locks.drop_all(taken)


def _refuse_branches(connection: sqlite3.Connection, run: int, name: str, going: Sequence[str]) -> None:
    """Raise WrongUse where a run that stays has its beginning from this one."""
    children = [child for (child,) in connection.execute("SELECT name FROM runs WHERE parent = ?", (run,))]
    if staying := [child for child in children if child not in going]:
        some = " ".join(staying[:5]) + (" …" if len(staying) > 5 else "")
        raise WrongUse(f"{name!r} is the beginning of {some}", remedy=f"remove them too: moot rm {name} {some}")


def remove_run(connection: sqlite3.Connection, run: int) -> None:
    """Delete a run of which nothing branches off, and the bodies that no other run uses."""
    first, last = run * RUN, (run + 1) * RUN
    connection.execute(
        "INSERT INTO words (words, rowid, text) SELECT 'delete', id, text FROM searchable WHERE id > ? AND id < ?",
        (first, last),
    )
    connection.execute("DELETE FROM events WHERE id > ? AND id < ?", (first, last))
    connection.execute(
        """
        DELETE FROM bodies WHERE name IN (SELECT body FROM uses WHERE run = ?1)
        AND NOT EXISTS (SELECT 1 FROM uses WHERE body = name AND run <> ?1)
        """,
        (run,),
    )
    connection.execute("DELETE FROM uses WHERE run = ?", (run,))
    trials.forget_run(connection, run)
    connection.execute("DELETE FROM tags WHERE run = ?", (run,))
    connection.execute("DELETE FROM runs WHERE id = ?", (run,))


def forget(connection: sqlite3.Connection, pages: int) -> bool:
    """Take some of the deleted words out of the index, where they are only crossed out; tells whether there are more.

    The first call is with a negative number, which begins anew.
    """
    before = connection.total_changes
    connection.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (pages,))
    return connection.total_changes - before > 1


def shrink(connection: sqlite3.Connection) -> bool:
    """Give some of the space that deletion left back to the disk; tells whether there is more."""
    # `execute` would stop after the first page: each page is a row without columns.
    connection.executescript(f"PRAGMA incremental_vacuum({PAGES})")
    (left,) = connection.execute("PRAGMA freelist_count").fetchone()
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    return bool(left)
