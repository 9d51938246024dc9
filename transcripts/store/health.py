"""Look for damage, and for what endangers a store."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from transcripts.bodies import name_of

_SAFE_SQLITE = (3, 51, 3)
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs"})
_BIG_LOG = 64_000_000


def findings(connection: sqlite3.Connection, path: Path) -> list[str]:
    """Give a line for each finding; none if all is well."""
    return [*_file(connection), *_bodies(connection), *_gaps(connection), *_surroundings(path)]


def _file(connection: sqlite3.Connection) -> Iterator[str]:
    for (finding,) in connection.execute("PRAGMA quick_check(20)"):
        if finding != "ok":
            yield f"the file is damaged: {finding}"
    yield from _index(connection)


def _index(connection: sqlite3.Connection) -> Iterator[str]:
    """Compare which messages are indexed with which ones there are; FTS5's own check would have to write."""
    there, indexed = "SELECT id FROM searchable", "SELECT id FROM words_docsize"
    for what, more, less in (("not indexed", there, indexed), ("indexed, but gone", indexed, there)):
        (count,) = connection.execute(f"SELECT count(*) FROM ({more} EXCEPT {less})").fetchone()
        if count:
            yield f"searching misleads: {count} messages are {what}"


def _bodies(connection: sqlite3.Connection) -> Iterator[str]:
    for name, body in connection.execute("SELECT name, body FROM bodies"):
        if name_of(body.encode()) != name:
            yield f"the body {name!r} was changed"
    for run, name in connection.execute(
        "SELECT runs.name, uses.body FROM uses LEFT JOIN runs ON runs.id = run "
        "LEFT JOIN bodies ON bodies.name = uses.body WHERE bodies.name IS NULL OR runs.id IS NULL"
    ):
        yield f"the body {name!r} of {run!r} is missing" if run else f"the body {name!r} is kept for a run that is gone"


def _gaps(connection: sqlite3.Connection) -> Iterator[str]:
    for run, count, last in connection.execute(
        "SELECT runs.name, count(events.id), max(seq) - min(seq) + 1 FROM runs LEFT JOIN events "
        "ON events.id > runs.id * 4294967296 AND events.id < (runs.id + 1) * 4294967296 GROUP BY runs.id"
    ):
        if not count:
            yield f"{run!r} has no events"
        elif count != last:
            yield f"{run!r} has gaps: {count} events, and the last one is number {last}"


def _surroundings(path: Path) -> Iterator[str]:
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size > _BIG_LOG:
        size = f"{log.stat().st_size / 1e6:.0f} MB"
        yield f"{str(log)!r} has grown to {size}: a program that reads without end keeps it from shrinking"
    kind = _filesystem(path)
    if kind in _NETWORK:
        yield f"{str(path)!r} is on a network file system ({kind}), where SQLite can lose data: move it to a local disk"


def notes() -> list[str]:
    """Give what is worth knowing of this machine, and no cause for alarm."""
    if sqlite3.sqlite_version_info < _SAFE_SQLITE:
        return [
            f"SQLite {sqlite3.sqlite_version} can damage a file that several programs write while it resets its log "
            "(mended in 3.51.3): Moot's processes take turns, so only other programs must not write to a store in use"
        ]
    return []


def _filesystem(path: Path) -> str | None:
    """Name the kind of file system, where the system tells."""
    try:
        mounts = Path("/proc/mounts").read_text().splitlines()
    except OSError:
        return None
    best = ("", "")
    for line in mounts:
        _, mount, kind, *_ = line.split(" ")
        mount = mount.encode().decode("unicode_escape")
        if os.path.commonpath([mount, path]) == mount and len(mount) >= len(best[0]):
            best = (mount, kind)
    return best[1] or None
