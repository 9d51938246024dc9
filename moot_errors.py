"""Name what went wrong in terms a user can act on.

This module stands below every package and imports nothing of theirs: both ground floors raise errors, and neither may
import the other.  The whole tree::

    MootError                     something a user can mend; shown without a traceback
    ├── DocumentError             a YAML or TOML file says something that cannot be meant   (personas)
    ├── NotFound                  a name that nothing answers to, with the nearest one
    ├── WrongUse                  arguments that do not go together
    ├── RunFailed                 a run could not be played to its end, by a fault and not by its rules
    └── StoreError                the transcript cannot be read or written                  (transcripts)
        ├── Busy                  somebody else is writing this run
        ├── NewerVersion          written by a later Moot than this one
        └── Unwritable            a full or read-only disk, a missing folder, not a database
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Point into a file; `line` and `column` count from 1 and are None where only the file is known."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Write `file:line:column`, the file as it is called from the current folder if it is below that."""
        return ":".join(str(part) for part in (_from_here(self.file), self.line, self.column) if part is not None)


class MootError(Exception):
    """Say what is wrong, where, and what would be right.

    `message` names the value; `place` the file, line and column; `remedy` what to do, the very command where there is
    one.  Rendered in one place, by the command line.
    """

    def __init__(self, message: str, *, place: Place | None = None, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.place}: {self.message}" if self.place else self.message
        return f"{head}\n  {self.remedy}" if self.remedy else head


class DocumentError(MootError):
    """A file that a person wrote does not say what it must."""


class WrongUse(MootError):
    """Arguments that do not go together, or that name something impossible."""


class RunFailed(MootError):
    """A run that a fault ended: it has no outcome."""


class NotFound(MootError):
    """A name that nothing answers to."""

    def __init__(
        self,
        what: str,
        name: str,
        choices: Iterable[str] = (),
        *,
        place: Place | None = None,
        remedy: str | None = None,
    ) -> None:
        close = nearest(name, choices)
        hint = f"did you mean {close!r}?" if close else remedy
        super().__init__(f"there is no {what} {name!r}", place=place, remedy=hint)


class StoreError(MootError):
    """The transcript cannot be read or written."""


class Busy(StoreError):
    """Somebody else is writing this run."""


class NewerVersion(StoreError):
    """Written by a later Moot than this one."""


class Unwritable(StoreError):
    """The file, its folder or its disk does not take what must be written."""


def _from_here(file: str) -> str:
    try:
        return file.removeprefix(os.path.join(os.getcwd(), ""))
    except FileNotFoundError:  # the current folder was removed
        return file


def nearest(name: str, choices: Iterable[str]) -> str | None:
    """Find the choice that a mistyped name most likely meant, or None."""
    found = difflib.get_close_matches(name, list(choices), n=1, cutoff=0.6)
    return found[0] if found else None
