"""Tags: words that somebody keeps beside runs, so as to find them together.  No run's content knows of them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence

from moot_errors import WrongUse

TABLES = """
CREATE TABLE tags (
    run INTEGER NOT NULL REFERENCES runs (id),
    tag TEXT NOT NULL,
    PRIMARY KEY (run, tag)
) WITHOUT ROWID;
CREATE INDEX tags_by_tag ON tags (tag);
"""
_TAG = re.compile(r"[^\W_][\w.-]{0,39}")


def check_tag(tag: str) -> None:
    """Raise WrongUse for what is no tag."""
    if not _TAG.fullmatch(tag):
        remedy = "letters, digits, _, . and -, at most 40, the first a letter or a digit"
        raise WrongUse(f"{tag!r} is no tag", remedy=remedy)


def put(connection: sqlite3.Connection, runs: Iterable[int], tags: Sequence[str]) -> None:
    """Keep tags beside runs; one that is there already stays."""
    connection.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?)", [(run, tag) for run in runs for tag in tags])


def take_off(connection: sqlite3.Connection, runs: Iterable[int], tags: Sequence[str]) -> None:
    """Take tags away from runs; one that is not there is as good."""
    connection.executemany("DELETE FROM tags WHERE run = ? AND tag = ?", [(run, tag) for run in runs for tag in tags])


def column(connection: sqlite3.Connection) -> str:
    """Give the column that has a run's tags as JSON: in a file of an earlier Moot there are none."""
    if not has_tables(connection):
        return "'[]'"
    return "(SELECT json_group_array(tag) FROM (SELECT tag FROM tags WHERE run = runs.id ORDER BY tag))"


def read(written: str) -> tuple[str, ...]:
    """Read what `column` gave."""
    return () if written == "[]" else tuple(json.loads(written))


def copy(target: sqlite3.Connection, source: sqlite3.Connection, run: int, new: int) -> None:
    """Give a run of one file the tags that it has in another."""
    if has_tables(source):
        put(target, [new], [tag for (tag,) in source.execute("SELECT tag FROM tags WHERE run = ?", (run,)).fetchall()])


def known(connection: sqlite3.Connection) -> list[str]:
    """List the tags that any run has."""
    return [tag for (tag,) in connection.execute("SELECT DISTINCT tag FROM tags")] if has_tables(connection) else []


def has_tables(connection: sqlite3.Connection) -> bool:
    """Tell whether the file has this table: one of an earlier Moot gets it when it is first written to."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'tags'").fetchone() is not None
