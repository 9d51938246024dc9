"""A transcript in memory: its events and bodies, its state at any turn, and the way to a file and back."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from moot_errors import NotFound, Place, StoreError, Unwritable, WrongUse
from transcripts.base import Position
from transcripts.bodies import Bodies
from transcripts.checks import last_tick
from transcripts.events import Event
from transcripts.fold import State, fold
from transcripts.jsonl import Reader, write_lines

_POSITION = attrgetter(*Position._fields)


@dataclass
class Transcript:
    """All that was recorded of one run."""

    events: list[Event]
    """In order of arrival."""
    bodies: Bodies = field(default_factory=Bodies)
    name: str | None = None
    """The run's name; None where it never had one, as in a file of content only."""

    def content(self) -> list[Event]:
        """Give the events in canonical order, which does not depend on who was faster."""
        return sorted((event for event in self.events if event.is_content), key=_POSITION)

    def finished(self) -> list[Event]:
        """Give the content up to the last tick that was finished, and what happened between that one and the next.

        A tick's turns are committed together or not at all.  What is left out are calls of the tick that was under way
        when the run was left.
        """
        events = self.content()
        last = last_tick(events)
        return [event for event in events if event.tick <= last or (event.turn == 0 and event.tick == last + 1)]

    def state(self, at: int | None = None) -> State:
        """Fold up to the end of turn `at`, or up to the end; raises WrongUse for a turn that was not taken.

        What happened between that turn's tick and the next is left out, the run's end included.
        """
        return fold(self.content() if at is None else self.upto(at), self.bodies)

    def upto(self, turn: int) -> list[Event]:
        """Give the content up to the end of that turn, of which `state` tells what it amounts to; raises WrongUse."""
        events = self.content()
        turns = max((event.turn for event in events), default=0)
        if not 0 <= turn <= turns:
            raise WrongUse(f"there is no turn {turn!r}", remedy=f"take one from 1 to {turns}, or 0: before them")
        events = [event for event in events if event.tick == 0 or event.turn <= turn]
        while events and events[-1].tick > 0 and events[-1].turn == 0:
            events.pop()
        return events

    def to_jsonl(self, evidence: bool = False) -> bytes:
        """Write the file form: content in canonical order, or with `evidence` everything in order of arrival."""
        events = self.events if evidence else self.content()
        return write_lines(events, self.bodies, evidence=evidence, name=self.name)

    def write_file(self, path: str | Path, *, evidence: bool = False) -> None:
        """Write the file form to a file, whole or not at all; raises Unwritable."""
        _write_whole(Path(path), self.to_jsonl(evidence))

    def equals(self, other: Transcript) -> bool:
        """Tell whether the same happened: the same content, to the byte."""
        return self.to_jsonl() == other.to_jsonl()


def parse_jsonl(data: bytes, file: str) -> Transcript:
    """Read the file form; raises StoreError, which names `file`, line, column and the value."""
    reader = Reader(data, file)
    reader.read()
    return Transcript(reader.events, reader.bodies, reader.name)


def read_file(path: str | Path) -> Transcript:
    """Read a transcript from a file; raises NotFound and StoreError."""
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise NotFound("file", str(path), _siblings(Path(path))) from None
    except OSError as error:
        raise StoreError(f"{str(path)!r} cannot be read: {error.strerror}", place=Place(str(path))) from error
    return parse_jsonl(data, str(path))


def _siblings(path: Path) -> list[str]:
    return [str(each) for each in path.parent.glob("*.jsonl")] if path.parent.is_dir() else []


def _write_whole(path: Path, data: bytes) -> None:
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        if target.exists() and not stat.S_ISREG(target.stat().st_mode):
            target.write_bytes(data)  # a pipe or a terminal, which cannot be replaced
            return
        try:
            with temporary.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(target.parent)
    except OSError as error:
        remedy = None if target.parent.is_dir() else f"mkdir -p {target.parent}"
        raise Unwritable(f"{str(path)!r} cannot be written: {error.strerror}", remedy=remedy) from error


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
