"""What the interface shows, and what outlives a screen: the workspace, its transcripts, and the runs that are open.

It has no widget in it, so that an interface that a fault has brought down is built again as it was.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from moot_errors import NotFound, StoreError
from transcripts import Store
from tui.actions import keymap
from tui.engine import Engine
from tui.feed import Feed, Playing, Recorded
from tui.unsaid import Unsaid

if TYPE_CHECKING:
    from sandbox import Workspace
    from tui.experiments.conducting import Conducting

_BIRTH = 5.0
"""Seconds in which a file may have no tables yet, because somebody is just making it."""

LIBRARY = "library"
"""The mode that is always there."""
_RUN, _PAIR, _EXPERIMENT, _AND = "run", "pair", "experiment", "\t"


def run_mode(name: str) -> str:
    """Name the mode in which a run is shown."""
    return f"{_RUN}{_AND}{name}"


def pair_mode(left: str, right: str) -> str:
    """Name the mode in which two runs are compared."""
    return f"{_PAIR}{_AND}{left}{_AND}{right}"


def experiment_mode(name: str) -> str:
    """Name the mode in which an experiment is shown."""
    return f"{_EXPERIMENT}{_AND}{name}"


def experiment_of(mode: str) -> str | None:
    """Give the experiment that a mode shows; None where it shows none."""
    return mode.partition(_AND)[2] if mode.startswith(f"{_EXPERIMENT}{_AND}") else None


def names_of(mode: str) -> list[str]:
    """Give the runs that a mode shows, or the experiment."""
    return mode.split(_AND)[1:]


def run_of(mode: str) -> str | None:
    """Give the run that a mode shows; None where it shows none, or two."""
    return mode.partition(_AND)[2] if mode.startswith(f"{_RUN}{_AND}") else None


def title_of(mode: str) -> str:
    """Say in a word or two what a mode shows."""
    return " and ".join(names_of(mode)) or "Library"


@dataclass
class House:
    """A workspace and what is open of it."""

    workspace: Workspace
    database: Path
    read_only: bool = False
    """Whether runs are only looked at."""
    feeds: dict[str, Feed] = field(default_factory=dict)
    """The runs that are open, or under way, by name."""
    conducting: dict[str, Conducting] = field(default_factory=dict)
    """The experiments that are played in this process, or were, by name."""
    tabs: list[str] = field(default_factory=list)
    """The modes that have a tab, in the order in which they were opened."""
    mode: str = LIBRARY
    """The mode that is looked at."""
    marked: str | None = None
    """The run that is to be compared with another one."""
    seen: dict[str, int] = field(default_factory=dict)
    """By run: how many of its events were there when it was last looked at."""
    drafts: dict[str, object] = field(default_factory=dict)
    """What was begun to be written and not sent, by where."""
    unsaid: Unsaid = field(default_factory=lambda: Unsaid(None))
    """What was begun to be said and was not yet, also by who was here before."""
    _store: Store | None = None

    def __post_init__(self) -> None:
        if not self.read_only:
            self.unsaid = Unsaid(self.database.with_suffix(".drafts.json"))

    @cached_property
    def engine(self) -> Engine:
        """What plays runs."""
        return Engine(self.workspace, self.database)

    @cached_property
    def keys(self) -> dict[str, str]:
        """The keys that `moot.toml` binds otherwise; raises DocumentError."""
        return keymap(self.workspace.keys, str(self.workspace.config))

    @property
    def store(self) -> Store | None:
        """The transcripts, open for reading; None while nothing was recorded here.  Raises StoreError."""
        if self._store is None and self.database.exists():
            try:
                self._store = Store.open(self.database, read_only=True)
            except StoreError:
                if time.time() - self.database.stat().st_mtime > _BIRTH:
                    raise
        return self._store

    def stamp(self) -> tuple[object, ...]:
        """Give a value that changes when anybody commits something to the transcripts, without opening them."""
        return tuple(_stat(Path(f"{self.database}{suffix}")) for suffix in ("", "-wal"))

    def feed(self, name: str) -> Feed:
        """Find the feed of an open run, or make one of the run in the store; raises NotFound."""
        if name in self.feeds:
            return self.feeds[name]
        if self.store is None:
            raise NotFound("run", name, remedy="nothing was run here yet")
        return Recorded(self.store, name)

    def unread(self, mode: str) -> int:
        """Count the messages that came since a run was last looked at."""
        name = run_of(mode)
        feed = self.feeds.get(name) if name else None
        return feed.events.kinds[self.seen.get(feed.name, 0) :].count("said") if feed else 0

    @property
    def under_way(self) -> list[str]:
        """The runs and experiments that are played in this process."""
        runs = [name for name, feed in self.feeds.items() if isinstance(feed, Playing) and feed.live]
        return runs + [name for name, each in self.conducting.items() if each.live]

    def close(self, patience: float | None = None) -> bool:
        """Stop what is under way, and let go of the transcripts; tell whether all went."""
        for each in self.conducting.values():
            each.stop()
        self.unsaid.save()
        for feed in self.feeds.values():
            feed.close()
        with contextlib.suppress(StoreError):
            if self._store is not None:
                self._store.close()  # before the engine: who closes last tidies up, and readers cannot
        if "engine" not in self.__dict__:
            return True
        return self.engine.close() if patience is None else self.engine.close(patience)


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
