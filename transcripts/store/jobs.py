"""What the writer is asked to do, and the batch in which it does it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from moot_errors import Busy
from transcripts.events import Ended, Event
from transcripts.store import rows
from transcripts.store.locks import Locks
from transcripts.store.naming import next_name
from transcripts.store.schema import RUN


@dataclass(slots=True)
class RunId:
    """A run's id and name, None until the writer has given them."""

    id: int | None = None
    name: str | None = None


@dataclass(slots=True)
class Append:
    """Write events that are rows already, and bodies."""

    run: RunId
    rows: Sequence[rows.Row]
    bodies: Mapping[str, str]
    turns: int
    ended: Ended | None
    size: int


@dataclass(frozen=True, slots=True)
class Branch:
    """Where a run branches off another one."""

    parent: int
    tick: int
    turn: int


@dataclass(slots=True)
class Begin:
    """Make a run: give it an id and a name, lock it, and write its first event and bodies."""

    run: RunId
    wanted: str | None
    scenario: str
    seed: int
    at: float | None
    """When it began, in seconds since 1970; None is now."""
    first: rows.Row
    bodies: Mapping[str, str]
    engine: str
    size: int
    branch: Branch | None = None
    rest: Append | None = None
    """What is committed together with the first event."""
    attempt: tuple[str, int] | None = None
    """The trial's key and the attempt's number, where the run is an attempt at a trial."""


@dataclass(slots=True)
class Close:
    """Unlock a run once everything before is committed."""

    run: RunId
    size: int = 0


@dataclass(slots=True)
class Call:
    """Call a function in a transaction of its own."""

    function: Callable[[sqlite3.Connection], Any]
    result: Future[Any]
    transaction: bool
    size: int = 0


Job = Append | Begin | Close | Call


@dataclass(slots=True)
class Batch:
    """Jobs that are committed together: rows are collected and written by table."""

    connection: sqlite3.Connection
    locks: Locks
    owner: object
    begun: list[RunId] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    _events: list[tuple[Any, ...]] = field(default_factory=list)
    _words: list[tuple[int, str]] = field(default_factory=list)
    _bodies: dict[str, str] = field(default_factory=dict)
    _uses: list[tuple[int, str]] = field(default_factory=list)
    _turns: dict[int, int] = field(default_factory=dict)
    _ended: list[tuple[Any, ...]] = field(default_factory=list)

    def take(self, job: Append | Begin | Close) -> None:
        """Collect a job's rows; a new run gets its id at once."""
        match job:
            case Append():
                self._append(job)
            case Begin():
                self._begin(job)
            case Close(run=RunId(id=int(run))):
                self.closed.append(run)
            case _:
                pass

    def _append(self, job: Append) -> None:
        run = job.run.id
        assert run is not None, "a run is begun before it is written to"
        base = run * RUN
        for row in job.rows:
            key = base + row.seq
            self._events.append((key, run, *row))
            if row.kind == "said" and row.text:
                self._words.append((key, row.text))
        if job.bodies:
            self._bodies.update(job.bodies)
            self._uses.extend((run, name) for name in job.bodies)
        if job.turns:
            self._turns[run] = job.turns
        if job.ended:
            self._ended.append((*summary(job.ended), run))

    def _begin(self, job: Begin) -> None:
        run, at = job.run, time.time() if job.at is None else job.at
        name = next_name(self.connection, job.scenario, job.wanted)
        run_id = insert_run(self.connection, name, job.scenario, job.seed, at, job.branch)
        if not self.locks.take_run(run_id, self.owner):
            raise Busy(f"somebody else is writing {name!r}, which nobody has begun yet")
        run.id, run.name = run_id, name
        if job.attempt:
            self.connection.execute("UPDATE attempts SET run = ? WHERE key = ? AND number = ?", (run_id, *job.attempt))
        self.begun.append(run)
        evidence = {"at": at, **json.loads(job.first.evidence or "{}"), "run": name}
        evidence.setdefault("engine", job.engine)
        row = job.first._replace(evidence=json.dumps(evidence, ensure_ascii=False, separators=(",", ":")))
        self._append(Append(run, [row], job.bodies, 0, None, 0))
        if job.rest:
            self._append(job.rest)

    def abandon(self) -> None:
        """Take ids and names back: nothing was committed."""
        for run in self.begun:
            run.id = run.name = None

    def write(self) -> None:
        """Write what was collected."""
        execute = self.connection.executemany
        if self._bodies:
            execute("INSERT OR IGNORE INTO bodies VALUES (?, ?)", self._bodies.items())
            execute("INSERT OR IGNORE INTO uses VALUES (?, ?)", self._uses)
        self._events.sort()  # neighbours in the file are written one after the other, and the index asks for rising ids
        execute(rows.INSERT, self._events)
        if self._words:
            self._words.sort()
            execute("INSERT INTO words (rowid, text) VALUES (?, ?)", self._words)
        if self._turns:
            execute("UPDATE runs SET turns = ? WHERE id = ?", [(turns, run) for run, turns in self._turns.items()])
        if self._ended:
            execute("UPDATE runs SET status = ?, agreed = ?, summary = ?, ended = ? WHERE id = ?", self._ended)


def summary(ended: Ended) -> tuple[Any, ...]:
    """Give status, agreed, summary and ended, as they stand in `runs`."""
    data = ended.model_dump(include={"status", "reason", "agreed", "terms", "measures"}, exclude_none=True)
    at = ended.evidence.at if ended.evidence else None
    return ended.status, ended.agreed, json.dumps(data, ensure_ascii=False), at


def insert_run(
    connection: sqlite3.Connection, name: str, scenario: str, seed: int, at: float | None, branch: Branch | None = None
) -> int:
    """Make a run and return its id, which no run ever had before."""
    origin = (branch.parent, branch.tick, branch.turn) if branch else (None, None, None)
    cursor = connection.execute(
        "INSERT INTO runs (name, scenario, seed, started, turns, parent, upto_tick, upto_turn)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (name, scenario, seed, at, branch.turn if branch else 0, *origin),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def append_job(run: RunId, events: Sequence[Event], bodies: Mapping[str, bytes] | None, after: int) -> Append:
    """Make the job that appends events behind the event number `after`; raises WrongUse for what cannot be written."""
    made: list[rows.Row] = []
    size = turns = 0
    ended: Ended | None = None
    for seq, event in enumerate(events, after + 1):
        row = rows.to_row(event, seq)
        made.append(row)
        size += 200 + len(row.payload) + (len(row.text) if row.text else 0)
        turns = max(turns, event.turn)
        if isinstance(event, Ended):
            ended = event
    texts = rows.to_text(bodies)
    size += sum(map(len, texts.values()))
    return Append(run, made, texts, turns, ended, size)
