"""Which runs are trials of experiments: who plays what, what was tried, and what was found out about a run.

An *attempt* is one run of a trial, and a trial is known by its key, a hash of its content.  A claim is an attempt that
has no run yet; it counts as long as the process that holds it lives, which a lock tells.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from moot_errors import NotFound
from transcripts.store.locks import Locks

TABLES = """
CREATE TABLE experiments (
    name TEXT PRIMARY KEY,
    plan TEXT NOT NULL,
    planned REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE trials (
    experiment TEXT NOT NULL REFERENCES experiments (name),
    place INTEGER NOT NULL,
    key TEXT NOT NULL,
    arm TEXT NOT NULL,
    context TEXT NOT NULL,
    number INTEGER NOT NULL,
    swapped INTEGER NOT NULL,
    series TEXT NOT NULL,
    scenario TEXT NOT NULL,
    seed INTEGER NOT NULL,
    PRIMARY KEY (experiment, place)
) WITHOUT ROWID;
CREATE TABLE attempts (
    key TEXT NOT NULL,
    number INTEGER NOT NULL,
    run INTEGER REFERENCES runs (id),
    holder INTEGER NOT NULL,
    fault TEXT,
    PRIMARY KEY (key, number)
) WITHOUT ROWID;
CREATE INDEX attempts_by_run ON attempts (run);
CREATE TABLE facts (
    run INTEGER PRIMARY KEY REFERENCES runs (id),
    facts TEXT NOT NULL
);
"""

HOLDER = 2**40
"""Where the locks of holders begin: behind those of runs."""
_MANY = 500
"""So many keys in one statement."""

State = Literal["mine", "done", "exhausted", "failed", "busy"]


class TrialRow(NamedTuple):
    """One run that an experiment asks for."""

    key: str
    arm: str
    context: str
    number: int
    swapped: bool
    series: str
    scenario: str
    seed: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a trial, and the run that it is."""

    key: str
    number: int
    run: str | None
    """None while it is only claimed."""
    run_id: int | None
    status: str | None
    """The run's; None without one."""
    fault: str | None
    """Why it was given up, where that does not stand in the run."""
    holder: int
    turns: int = 0
    summary: str | None = None
    """The run's `ended`, as JSON."""
    began: float | None = None
    ended: float | None = None
    facts: str | None = None
    """What was found out about the run, as JSON."""

    @property
    def is_over(self) -> bool:
        """Whether it came to an end that stands: it is done, or its budget was used up."""
        return self.fault is None and self.status in ("done", "exhausted")

    @property
    def is_lost(self) -> bool:
        """Whether a fault ended it."""
        return self.fault is not None or self.status == "failed"


@dataclass(frozen=True, slots=True)
class Claim:
    """What was found when a trial was asked for."""

    key: str
    state: State
    """`mine` is to be played; `busy` is being played by somebody else, `failed` was tried often enough."""
    attempt: int = 0
    run: str | None = None
    """Of `mine`: the run that is to be gone on with; None where it is to be begun."""


def save(connection: sqlite3.Connection, name: str, plan: Mapping[str, Any], rows: Sequence[TrialRow]) -> None:
    """Keep what an experiment asks for, in the place of what it asked for before."""
    text = json.dumps(plan, ensure_ascii=False)
    connection.execute("INSERT OR REPLACE INTO experiments VALUES (?, ?, ?)", (name, text, time.time()))
    connection.execute("DELETE FROM trials WHERE experiment = ?", (name,))
    connection.executemany(
        "INSERT INTO trials VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((name, place, *row) for place, row in enumerate(rows)),
    )


def claim(
    connection: sqlite3.Connection, locks: Locks, keys: Sequence[str], holder: int, most: int, attempts: int
) -> list[Claim]:
    """Look at trials in order, and claim those that nobody plays and that are not over, up to `most` of them.

    What failed is claimed anew until there were so many `attempts`.
    """
    living: dict[int, bool] = {}

    def lives(lock: int) -> bool:
        if lock not in living:
            living[lock] = locks.is_live(lock)
        return living[lock]

    found, claimed = _by_key(attempts_of(connection, keys)), list[Claim]()
    mine = 0
    for key in keys:
        if mine == most:
            break
        there = found.get(key, [])
        over = next((each for each in there if each.is_over), None)
        going = next((each for each in there if not each.is_lost), None)
        if over is not None:
            claimed.append(Claim(key, "done" if over.status == "done" else "exhausted", over.number, over.run))
        elif going is not None:
            held = going.holder != holder and lives(HOLDER + going.holder)
            if held or (going.run_id is not None and lives(going.run_id)):
                claimed.append(Claim(key, "busy", going.number, going.run))
                continue
            connection.execute(
                "UPDATE attempts SET holder = ? WHERE key = ? AND number = ?", (holder, key, going.number)
            )
            claimed.append(Claim(key, "mine", going.number, going.run))
            mine += 1
        elif len(there) >= attempts:
            claimed.append(Claim(key, "failed", there[-1].number, there[-1].run))
        else:
            number = there[-1].number + 1 if there else 1
            connection.execute("INSERT INTO attempts (key, number, holder) VALUES (?, ?, ?)", (key, number, holder))
            claimed.append(Claim(key, "mine", number))
            mine += 1
    return claimed


def give_up(connection: sqlite3.Connection, key: str, number: int, fault: str) -> None:
    """Say that an attempt came to nothing, and why."""
    connection.execute("UPDATE attempts SET fault = ? WHERE key = ? AND number = ?", (fault, key, number))


def let_go(connection: sqlite3.Connection, holder: int) -> None:
    """Take back the claims of which nothing was begun."""
    connection.execute("DELETE FROM attempts WHERE holder = ? AND run IS NULL AND fault IS NULL", (holder,))


def note(connection: sqlite3.Connection, facts: Mapping[int, str]) -> None:
    """Keep what was found out about runs, by their ids."""
    connection.executemany(
        "INSERT OR REPLACE INTO facts SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM runs WHERE id = ?1)", facts.items()
    )


def forget_run(connection: sqlite3.Connection, run: int) -> None:
    """Forget a run that is deleted; its trial is to be played again."""
    connection.execute("DELETE FROM attempts WHERE run = ?", (run,))
    connection.execute("DELETE FROM facts WHERE run = ?", (run,))


_ATTEMPTS = (
    "SELECT key, attempts.number, runs.name, run, runs.status, fault, holder, runs.turns, runs.summary, runs.started,"
    " runs.ended, facts.facts FROM attempts LEFT JOIN runs ON runs.id = run LEFT JOIN facts USING (run)"
)


def attempts_of(connection: sqlite3.Connection, keys: Iterable[str]) -> Iterator[Attempt]:
    """Give the attempts at these trials, those of one in order."""
    wanted = list(dict.fromkeys(keys))
    for at in range(0, len(wanted), _MANY):
        some = wanted[at : at + _MANY]
        marks = ", ".join("?" * len(some))
        query = f"{_ATTEMPTS} WHERE key IN ({marks}) ORDER BY key, attempts.number"
        yield from (Attempt(*row) for row in connection.execute(query, some).fetchall())


def _by_key(attempts: Iterable[Attempt]) -> dict[str, list[Attempt]]:
    found: dict[str, list[Attempt]] = {}
    for each in attempts:
        found.setdefault(each.key, []).append(each)
    return found


@dataclass(frozen=True, slots=True)
class Kept:
    """An experiment as it was kept: its plan, what it asks for, and what was tried."""

    name: str
    plan: dict[str, Any]
    rows: list[TrialRow]
    attempts: dict[str, list[Attempt]]
    """By the trials' keys."""


def names(connection: sqlite3.Connection) -> list[tuple[str, float]]:
    """List the experiments and when each was planned, the newest first."""
    if not has_tables(connection):
        return []
    return list(connection.execute("SELECT name, planned FROM experiments ORDER BY planned DESC"))


def load(connection: sqlite3.Connection, name: str) -> Kept:
    """Read an experiment; raises NotFound."""
    known = [each for each, _ in names(connection)]
    if name not in known:
        raise NotFound("experiment", name, known, remedy="moot experiment ls lists them")
    connection.execute("BEGIN")  # all of one moment
    try:
        (plan,) = connection.execute("SELECT plan FROM experiments WHERE name = ?", (name,)).fetchone()
        found = connection.execute(
            "SELECT key, arm, context, number, swapped, series, scenario, seed FROM trials"
            " WHERE experiment = ? ORDER BY place",
            (name,),
        )
        rows = [TrialRow(*row)._replace(swapped=bool(row[4])) for row in found]
        attempts = _by_key(attempts_of(connection, (row.key for row in rows)))
    finally:
        connection.rollback()
    return Kept(name, json.loads(plan), rows, attempts)


def known(connection: sqlite3.Connection, runs: Iterable[str]) -> list[Attempt]:
    """Give what is known of any runs, in the form of attempts without a key."""
    wanted, found = list(runs), dict[str, Attempt]()
    facts = "facts FROM runs LEFT JOIN facts ON run = runs.id" if has_tables(connection) else "NULL FROM runs"
    for at in range(0, len(wanted), _MANY):
        some = wanted[at : at + _MANY]
        marks = ", ".join("?" * len(some))
        query = (
            f"SELECT '', 1, name, id, status, NULL, 0, turns, summary, started, ended, {facts} WHERE name IN ({marks})"
        )
        found |= {row[2]: Attempt(*row) for row in connection.execute(query, some).fetchall()}
    return [found[name] for name in wanted if name in found]


def has_tables(connection: sqlite3.Connection) -> bool:
    """Tell whether the file has these tables: one of an earlier Moot gets them when it is first written to."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'experiments'").fetchone() is not None


def claimants(connection: sqlite3.Connection, name: str) -> list[int]:
    """List who holds claims of an experiment of which nothing was begun yet, living or not."""
    if not has_tables(connection):
        return []
    query = (
        "SELECT DISTINCT holder FROM trials JOIN attempts USING (key)"
        " WHERE experiment = ? AND run IS NULL AND fault IS NULL"
    )
    return [holder for (holder,) in connection.execute(query, (name,))]


def remove(connection: sqlite3.Connection, name: str) -> None:
    """Forget what an experiment asks for; its runs stay."""
    connection.execute("DELETE FROM trials WHERE experiment = ?", (name,))
    connection.execute("DELETE FROM experiments WHERE name = ?", (name,))
