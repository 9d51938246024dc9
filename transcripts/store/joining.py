"""Take everything of another store in: runs row by row, and what makes them trials of experiments."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from transcripts.store import rows, tags, trials
from transcripts.store.changes import remove_run
from transcripts.store.naming import next_name
from transcripts.store.schema import RUN

_MANY = 100
"""So many runs are taken in at a time: others write in between."""
_OF_A_RUN = "id, name, scenario, seed, status, turns, agreed, summary, started, ended, parent, upto_tick, upto_turn"


@dataclass(slots=True)
class Joined:
    """What came of joining."""

    runs: int = 0
    """That were taken in."""
    there: int = 0
    """That were there already."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Runs whose names were taken: what they are called now."""
    ids: dict[int, int] = field(default_factory=dict)
    """What each run's number has become."""
    known: dict[str, tuple[int, str, bool]] | None = None
    """What there was before."""


def chunks(source: sqlite3.Connection) -> Iterator[list[tuple[Any, ...]]]:
    """Give the rows of the runs that are to be taken in, those that others branched off first."""
    found = source.execute(f"SELECT {_OF_A_RUN} FROM runs ORDER BY id").fetchall()
    for at in range(0, len(found), _MANY):
        yield found[at : at + _MANY]


def take_runs(
    target: sqlite3.Connection, source: sqlite3.Connection, some: Sequence[tuple[Any, ...]], joined: Joined
) -> None:
    """Take runs in, with the attempts that they are; one that is there is left, unless it came further since."""
    known = joined.known = joined.known if joined.known is not None else _known(target)
    for row in some:
        run, name, scenario, _seed, status, *_ = row
        (first,) = source.execute(f"SELECT {_FIRST} FROM runs WHERE id = ?", (run,)).fetchone()
        if (there := known.get(first)) is not None:
            old, kept, open_there = there
            if not (open_there and status != "open") or _has_branches(target, old):
                tags.copy(target, source, run, old)
                joined.ids[run] = old
                joined.there += 1
                continue
            attempts = target.execute("SELECT key, number FROM attempts WHERE run = ?", (old,)).fetchall()
            remove_run(target, old)
            new = _insert(target, source, row, kept, joined)
            target.executemany(
                "INSERT INTO attempts (key, number, run, holder) VALUES (?, ?, ?, 0)",
                ((*attempt, new) for attempt in attempts),
            )
        else:
            new = _insert(target, source, row, next_name(target, scenario, name), joined)
            _take_attempts(target, source, run, new)
        tags.copy(target, source, run, new)
        joined.ids[run] = new
        joined.runs += 1


_FIRST = f"(SELECT evidence FROM events WHERE events.id > runs.id * {RUN} ORDER BY events.id LIMIT 1)"
"""The evidence of a run's first event, which no other run's is like: when, and by what name it began."""


def _known(connection: sqlite3.Connection) -> dict[str, tuple[int, str, bool]]:
    """List the runs by how they began: number, name, and whether they are open."""
    found = connection.execute(f"SELECT {_FIRST}, id, name, status FROM runs").fetchall()
    return {first: (run, name, status == "open") for first, run, name, status in found}


def _has_branches(connection: sqlite3.Connection, run: int) -> bool:
    return connection.execute("SELECT 1 FROM runs WHERE parent = ?", (run,)).fetchone() is not None


def _insert(
    target: sqlite3.Connection, source: sqlite3.Connection, row: tuple[Any, ...], name: str, joined: Joined
) -> int:
    run, old_name, *rest, parent, tick, turn = row
    if name != old_name:
        joined.renamed[old_name] = name
    columns = _OF_A_RUN.removeprefix("id, ")
    cursor = target.execute(
        f"INSERT INTO runs ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (name, *rest, None if parent is None else joined.ids[parent], tick, turn),
    )
    new = cursor.lastrowid
    assert new is not None
    events = source.execute(f"{rows.SELECT} WHERE id > ? AND id < ? ORDER BY id", (run * RUN, (run + 1) * RUN))
    for each in map(rows.Row._make, events.fetchall()):
        key = new * RUN + each.seq
        target.execute(rows.INSERT, (key, new, *each))
        if each.kind == "said" and each.text:
            target.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (key, each.text))
    bodies = source.execute("SELECT name, bodies.body FROM uses JOIN bodies ON name = uses.body WHERE run = ?", (run,))
    for body, text in bodies.fetchall():
        target.execute("INSERT OR IGNORE INTO bodies VALUES (?, ?)", (body, text))
        target.execute("INSERT OR IGNORE INTO uses VALUES (?, ?)", (new, body))
    if trials.has_tables(source):
        for (facts,) in source.execute("SELECT facts FROM facts WHERE run = ?", (run,)).fetchall():
            target.execute("INSERT INTO facts VALUES (?, ?)", (new, facts))
    return new


def _take_attempts(target: sqlite3.Connection, source: sqlite3.Connection, run: int, new: int) -> None:
    if not trials.has_tables(source):
        return
    for key, fault in source.execute("SELECT key, fault FROM attempts WHERE run = ?", (run,)).fetchall():
        (last,) = target.execute("SELECT coalesce(max(number), 0) FROM attempts WHERE key = ?", (key,)).fetchone()
        target.execute("INSERT INTO attempts VALUES (?, ?, ?, 0, ?)", (key, last + 1, new, fault))


def take_experiments(target: sqlite3.Connection, source: sqlite3.Connection) -> None:
    """Take in what experiments ask for; of two of one name, the one that was planned last."""
    for name, planned in trials.names(source):
        known = dict(trials.names(target))
        if name in known and known[name] >= planned:
            continue
        trials.remove(target, name)
        for table in ("experiments", "trials"):
            column = "name" if table == "experiments" else "experiment"
            for row in source.execute(f"SELECT * FROM {table} WHERE {column} = ?", (name,)).fetchall():
                target.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
