"""The files of a baseline.

A baseline is a transcript in a file, `x.jsonl`.  Where runs vary it is several, and the others stand beside the first:
`x~2.jsonl`, `x~3.jsonl`.  So a test's name for it stays the same when a second one comes, each of them is a file that
every command reads, and a difference in one is a difference in one file.  A run that differs waits as `x.jsonl.new`
until `moot review` takes it in or throws it away.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moot_errors import NotFound, Unwritable, WrongUse
from transcripts import Started, Transcript, read_file

PENDING: Final = ".new"
_ANOTHER: Final = re.compile(r"(?P<base>.+)~(?P<number>[0-9]+)\.jsonl")
_FIELD: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Baseline:
    """One run, or several that are all as good, by the path of the first."""

    path: Path

    @property
    def pending(self) -> Path:
        """Where a run waits that differs."""
        return self.path.with_name(self.path.name + PENDING)

    def files(self) -> list[Path]:
        """List the files that are there, in the order of their numbers."""
        found: list[tuple[int, Path]] = [(1, self.path)] if self.path.exists() else []
        if self.path.parent.is_dir():
            for file in self.path.parent.iterdir():
                another = _ANOTHER.fullmatch(file.name)
                if another and another["base"] == self.path.stem:
                    found.append((int(another["number"]), file))
        return [file for _, file in sorted(found)]

    def read(self) -> list[Transcript]:
        """Read its runs; raises StoreError, which names the file and the line, for one that is broken."""
        return [read_file(file) for file in self.files()]

    def nth(self, number: int) -> Path:
        """Give the path of its run of that number, from 1."""
        return self.path if number == 1 else self.path.with_name(f"{self.path.stem}~{number}.jsonl")

    def free(self) -> Path:
        """Give the path for one run more."""
        there = set(self.files())
        return next(path for number in range(1, len(there) + 2) if (path := self.nth(number)) not in there)


def named(name: str | Path, folder: Path, fields: Mapping[str, str]) -> Baseline:
    """Find a baseline by its name as a test says it: relative to `folder`, with `{fields}` filled in.

    Raises NotFound for a field that is not there, and WrongUse for what is no baseline's name.
    """

    def fill(found: re.Match[str]) -> str:
        if found[1] not in fields:
            raise NotFound("field", found[1], fields, remedy=f"a baseline's name has {', '.join(fields)}")
        return _in_a_name(fields[found[1]])

    path = folder / (_FIELD.sub(fill, name) if isinstance(name, str) else name)
    if path.suffix != ".jsonl":
        raise WrongUse(f"{str(name)!r} is no name of a baseline", remedy=f"write {str(name) + '.jsonl'!r}")
    if another := _ANOTHER.fullmatch(path.name):
        raise WrongUse(f"{path.name!r} is one run of a baseline", remedy=f"name all of it: {another['base']}.jsonl")
    return Baseline(path)


def baseline_of(file: Path) -> Baseline:
    """Give the baseline that a file belongs to, be it one of its runs or one that waits."""
    name = file.name.removesuffix(PENDING)
    another = _ANOTHER.fullmatch(name)
    return Baseline(file.with_name(f"{another['base']}.jsonl" if another else name))


def waiting(folder: Path) -> Iterator[Path]:
    """Find the runs that wait for review below a folder; hidden folders and installed packages are passed over."""
    for file in sorted(folder.rglob(f"*.jsonl{PENDING}")):
        inside = file.relative_to(folder).parts[:-1]
        if not any(part.startswith(".") or part in ("node_modules", "site-packages") for part in inside):
            yield file


def as_baseline(run: Transcript) -> Transcript:
    """Leave out where a run's answers were taken from: from the baseline whose place it takes, as a rule.

    It stays where seats recite what was recorded, for no replay does without.
    """
    events = [
        event.model_copy(update={"answers": None})
        if isinstance(event, Started) and event.answers and not event.answers.get("recited")
        else event
        for event in run.events
    ]
    return Transcript(events, run.bodies, run.name)


def write(transcript: Transcript, path: Path) -> None:
    """Write a run's content to a file, and make its folder where there is none; raises Unwritable."""
    _make_folder(path)
    transcript.write_file(path)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep every other process out of a baseline's folder, while a file is read and then written; raises Unwritable."""
    import fcntl

    _make_folder(path)
    fd = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unwritable(f"the folder {str(path.parent)!r} cannot be made: {error.strerror}") from error


def _in_a_name(value: str) -> str:
    """Write a parameter so that it names a file here and nowhere else; what that changes gets a number of its own."""
    plain = re.sub(r"[^\w.=+-]+", "-", value).lstrip(".")[:80]
    if plain == value:
        return plain
    return f"{plain}-{hashlib.blake2b(value.encode('utf-8', 'replace'), digest_size=3).hexdigest()}"
