"""What SQLite reports, in terms a user can act on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from moot_errors import Busy, MootError, StoreError, Unwritable


def explain(error: sqlite3.Error, path: Path) -> StoreError:
    """Turn an error of SQLite's into one of ours."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    file = str(path)
    match code:
        case sqlite3.SQLITE_FULL:
            return Unwritable(f"no space is left for {file!r}", remedy="free some space: `df` shows how much is left")
        case sqlite3.SQLITE_IOERR:
            return Unwritable(f"the disk failed {file!r}: {error} ({name})", remedy="see `df` and the system's log")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return Unwritable(f"{file!r} is read-only", remedy=f"chmod u+w {file}, and its folder")
        case sqlite3.SQLITE_CANTOPEN:
            return Unwritable(f"{file!r} cannot be opened: {error}", remedy=f"see `ls -ld {path.parent} {file}`")
        case sqlite3.SQLITE_NOTADB:
            return Unwritable(f"{file!r} is not a transcript store", remedy="name another file, or move this one away")
        case sqlite3.SQLITE_CORRUPT:
            return StoreError(f"{file!r} is damaged: {error}", remedy="run `moot doctor`, then take a copy of it back")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Busy(f"another program keeps {file!r} locked", remedy=f"see who it is: fuser {file}")
        case _:
            return StoreError(f"{file!r} cannot be used: {error} ({name})", remedy="run `moot doctor`")


def again(error: MootError) -> MootError:
    """Make a copy to raise once more: an exception that is raised twice collects tracebacks."""
    copy = type(error)(error.message, place=error.place, remedy=error.remedy)
    copy.__cause__ = error.__cause__
    return copy
