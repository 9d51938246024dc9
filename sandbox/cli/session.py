"""What a command works with: the workspace, its transcripts, and the terminal."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from moot_errors import NotFound
from sandbox.rendering.layout import NARROWEST
from sandbox.rendering.paint import Paint

if TYPE_CHECKING:
    from sandbox.runs import Run
    from sandbox.workspace import Workspace
    from transcripts import Store


def in_colour(stream: TextIO) -> bool:
    """Tell whether to paint: on a terminal that can, unless NO_COLOR says no."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def on_terminal() -> bool:
    """Tell whether somebody sits at a terminal that can show more than lines."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


@dataclass(frozen=True, slots=True)
class Console:
    """Standard output: how wide it is, whether it is painted, and whether a line may be written again.

    In a terminal narrower than we write, lines wrap, and none can be taken back.
    """

    paint: Paint
    width: int
    live: bool

    @classmethod
    def of(cls, stream: TextIO) -> Console:
        columns = shutil.get_terminal_size((80, 24)).columns
        live = stream.isatty() and os.environ.get("TERM") != "dumb" and columns >= NARROWEST
        return cls(Paint(in_colour(stream)), max(NARROWEST, columns), live)

    def out(self, *lines: str) -> None:
        """Print lines."""
        for line in lines:
            click.echo(line, color=self.paint.on)


class Session:
    """What stands before the command, looked up when it is needed."""

    def __init__(self, folder: Path | None = None, database: Path | None = None) -> None:
        self._folder = folder
        self._database = database

    @cached_property
    def console(self) -> Console:
        return Console.of(sys.stdout)

    @cached_property
    def workspace(self) -> Workspace:
        from sandbox.workspace import Workspace, find_workspace

        if self._folder is None:
            return find_workspace()
        if not self._folder.is_dir():
            raise NotFound("folder", str(self._folder), remedy=f"moot init {self._folder} makes it a workspace")
        found = find_workspace(self._folder)
        return found if found.root == self._folder.absolute() else Workspace(self._folder.absolute())

    @property
    def database(self) -> Path:
        return self._database or self.workspace.database

    def store(self) -> Store:
        """Open the transcripts for reading."""
        from transcripts import Store

        return Store.open(self.database, read_only=True)

    def load(self, name: str) -> Run:
        """Load a run by its name, or from a `.jsonl` file."""
        from sandbox.runs import load

        if not self.has_runs and not name.endswith(".jsonl"):
            raise NotFound("run", name, remedy="nothing was run here yet; try: moot run used-bike")
        return load(name, store=self.database)

    @property
    def has_runs(self) -> bool:
        """Tell whether anything was ever recorded here; raises NotFound where there is no such folder."""
        folder = self.database.parent
        if not folder.is_dir():
            raise NotFound("folder", str(folder), remedy=f"mkdir -p {folder}")
        return self.database.exists()
