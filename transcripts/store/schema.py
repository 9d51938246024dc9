"""The tables, how a file gets to have them, and what a connection needs.

`events.id` is run * 2**32 + seq: a run's events lie side by side, and one index serves to find them in order.
`runs` is a projection of the events, kept in the same transactions.  A run with a `parent` has of that one what
happened up to `upto_tick` and `upto_turn`, and its own events are numbered on from there.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from moot_errors import NewerVersion, StoreError, Unwritable
from transcripts.store import tags, trials

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

RUN = 2**32
"""The distance between the ids of two runs' events."""

_SET = "moot"
_OLDEST_SQLITE = (3, 35, 0)
PATIENCE = 30.0
"""Seconds to wait for programs that are not Moot, and so do not take our lock."""


_FIRST = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    scenario TEXT NOT NULL,
    seed INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'open',
    turns INTEGER NOT NULL DEFAULT 0,
    agreed INTEGER,
    summary TEXT,
    started REAL,
    ended REAL,
    parent INTEGER REFERENCES runs (id),
    upto_tick INTEGER,
    upto_turn INTEGER
);
CREATE INDEX runs_by_scenario ON runs (scenario, id);
CREATE INDEX runs_by_parent ON runs (parent);
CREATE TABLE counters (
    scenario TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE events (
    id INTEGER PRIMARY KEY CHECK (id = run * 4294967296 + seq),
    run INTEGER NOT NULL REFERENCES runs (id),
    seq INTEGER NOT NULL,
    v INTEGER NOT NULL,
    tick INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    step INTEGER NOT NULL,
    kind TEXT NOT NULL,
    thread TEXT,
    seat TEXT,
    text TEXT,
    payload TEXT NOT NULL,
    evidence TEXT
);
CREATE TABLE bodies (
    name TEXT PRIMARY KEY,
    body TEXT NOT NULL
);
CREATE TABLE uses (
    run INTEGER NOT NULL REFERENCES runs (id),
    body TEXT NOT NULL REFERENCES bodies (name),
    PRIMARY KEY (run, body)
) WITHOUT ROWID;
CREATE INDEX uses_by_body ON uses (body);
CREATE VIEW searchable AS
    SELECT id, text FROM events WHERE kind = 'said' AND text <> '';
CREATE VIRTUAL TABLE words USING fts5 (
    text, content='searchable', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
INSERT INTO words (words, rank) VALUES ('automerge', 16);
CREATE VIEW messages AS
    SELECT runs.name AS run, turn, thread, json_extract(payload, '$.n') AS n, seat,
           json_extract(payload, '$.act.kind') AS act, text,
           json_extract(payload, '$.act.terms') AS terms, events.id
    FROM events JOIN runs ON runs.id = events.run
    WHERE kind = 'said';
"""


def _create(tables: str) -> Callable[[Database], None]:
    def create(db: Database) -> None:
        for statement in tables.split(";\n"):  # `executescript` would commit what was begun
            db.execute(statement)

    return create


_MIGRATIONS: dict[str, Callable[[Database], None]] = {
    "1 runs, events, bodies": _create(_FIRST),
    "2 experiments": _create(trials.TABLES),
    "3 tags": _create(tags.TABLES),
}


class Snapshot(sqlite3.Connection):
    """A connection that sees nothing of what is written after it was opened, and so is not to be kept."""


def connect_to_write(path: Path) -> sqlite3.Connection:
    """Open a connection for the writer, which creates the file; to be called, and closed, under the write lock."""
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        known = _check(connection, path)
        if not known:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("PRAGMA foreign_keys = OFF")  # what is deleted is deleted in one place, in order
        if len(known) < len(_MIGRATIONS):
            _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open a connection that can change nothing and waits for nobody."""
    connection = _reader(path, "mode=ro")
    try:
        _check_for_reading(connection, path)
    except sqlite3.OperationalError as error:
        connection.close()
        refused = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if not refused or path.with_name(f"{path.name}-wal").exists():
            raise
        # SQLite shares memory through a file beside the store, and nobody may create one there: nobody writes.
        connection = _reader(path, "mode=ro&immutable=1", Snapshot)
        _check_for_reading(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _reader(path: Path, options: str, kind: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    uri = f"file:{quote(os.fsencode(path))}?{options}"
    return sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False, factory=kind)


def check_sqlite() -> None:
    """Raise StoreError where this Python's SQLite cannot hold a store."""
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        wanted = ".".join(map(str, _OLDEST_SQLITE))
        message = f"this Python has SQLite {sqlite3.sqlite_version}, and the store needs {wanted}"
        raise StoreError(message, remedy="use a newer Python")
    memory = sqlite3.connect(":memory:")
    try:
        memory.execute("CREATE VIRTUAL TABLE probe USING fts5 (text)")
    except sqlite3.OperationalError as error:
        raise StoreError("this Python's SQLite lacks FTS5", remedy="use a Python from python.org or uv") from error
    finally:
        memory.close()


def _check(connection: sqlite3.Connection, path: Path) -> list[str]:
    """Give the names of the migrations that the file has; raises for what is no store of ours."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return []
    applied: list[str] = []
    if "_sqlite_migrations" in tables:
        found = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (_SET,))
        applied = [name for (name,) in found]
    if not applied:
        message = f"{str(path)!r} is a database, but not a transcript store"
        raise Unwritable(message, remedy="name another file, or move this one away")
    if later := [name for name in applied if name not in _MIGRATIONS]:
        message = f"{str(path)!r} was written by a later Moot: it has {later[0]!r}"
        raise NewerVersion(message, remedy="pip install --upgrade moot")
    return applied


def _check_for_reading(connection: sqlite3.Connection, path: Path) -> None:
    if not _check(connection, path):
        raise StoreError(f"{str(path)!r} is empty: nothing was recorded in it", remedy="`moot run` records a run")


def _sqlite_utils() -> tuple[type[Database], type[Migrations]]:
    """Import what is slow, and what only new files need; it would bring pandas along, where that is installed."""
    hidden = "pandas" not in sys.modules
    if hidden:
        sys.modules["pandas"] = None  # type: ignore[assignment]  # so the import system says that there is none
    try:
        from sqlite_utils import Database, Migrations
    finally:
        if hidden:
            del sys.modules["pandas"]
    return Database, Migrations


def _migrate(connection: sqlite3.Connection) -> None:
    Database, Migrations = _sqlite_utils()
    migrations = Migrations(_SET)
    for name, function in _MIGRATIONS.items():
        migrations(name=name)(function)
    connection.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(Database(connection))
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
