"""Which runs there are, and what is in one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from moot_errors import NotFound, WrongUse
from transcripts.bodies import Bodies
from transcripts.events import Event
from transcripts.store import rows
from transcripts.store.locks import Locks
from transcripts.store.schema import RUN
from transcripts.transcript import Transcript

Status = Literal["open", "done", "failed", "exhausted"]

_COLUMNS = "id, name, scenario, seed, status, turns, agreed, summary, started, ended"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What a list of runs says of each."""

    id: int
    name: str
    scenario: str
    seed: int
    status: Status
    turns: int
    agreed: bool | None
    """None where there was nothing to agree on, or where the run is open or failed."""
    summary: dict[str, Any] | None
    """The event `ended` as plain data: status, reason, agreed, terms, measures; None while the run is open."""
    started: float | None
    """Seconds since 1970; None where a file did not say."""
    ended: float | None
    live: bool
    """Whether a living process is writing it."""


def list_runs(
    connection: sqlite3.Connection,
    locks: Locks,
    *,
    scenario: str | None = None,
    agreed: bool | None = None,
    since: float | None = None,
    status: Status | None = None,
    limit: int | None = None,
) -> list[RunInfo]:
    """List the runs to which all that is given applies, the newest first."""
    wanted = {
        "scenario = ?": scenario and _whole(scenario),
        "agreed = ?": agreed,
        "started >= ?": since,
        "status = ?": status,
    }
    given = {condition: value for condition, value in wanted.items() if value is not None}
    where = f"WHERE {' AND '.join(given)}" if given else ""
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM runs {where} ORDER BY id DESC LIMIT ?",
        (*given.values(), -1 if limit is None else limit),
    )
    return [_info(row, locks) for row in found.fetchall()]


def find_run(connection: sqlite3.Connection, locks: Locks, name: str) -> RunInfo:
    """Find a run by its name, by a beginning that only one name has, or `last`; raises NotFound, or WrongUse."""
    name = _whole(name)
    query = f"SELECT {_COLUMNS} FROM runs "
    exact = connection.execute(query + "WHERE name = ?", (name,)).fetchall()
    if not exact and name == "last":
        exact = connection.execute(query + "ORDER BY id DESC LIMIT 1").fetchall()
    found = exact or connection.execute(query + "WHERE substr(name, 1, ?) = ?", (len(name), name)).fetchall()
    if not found or not name:
        names = [each for (each,) in connection.execute("SELECT name FROM runs")]
        raise NotFound("run", name, names, remedy="see `moot ls`" if names else "nothing was run here yet")
    if len(found) > 1:
        names = [row[1] for row in found]
        some = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
        raise WrongUse(f"{name!r} can be {len(names)} runs: {some}", remedy="write the whole name, or `last`")
    return _info(found[0], locks)


def _whole(text: str) -> str:
    """Replace half surrogates, of which the command line makes bytes that are no text: no name has any."""
    return text.encode("utf-8", "replace").decode()


def _info(row: tuple[Any, ...], locks: Locks) -> RunInfo:
    run, name, scenario, seed, status, turns, agreed, summary, started, ended = row
    return RunInfo(
        id=run,
        name=name,
        scenario=scenario,
        seed=seed,
        status=status,
        turns=turns,
        agreed=None if agreed is None else bool(agreed),
        summary=json.loads(summary) if summary else None,
        started=started,
        ended=ended,
        live=status == "open" and locks.is_live(run),
    )


def load_run(connection: sqlite3.Connection, run: int, name: str) -> Transcript:
    """Read a whole run, as it is at this moment."""
    connection.execute("BEGIN")  # events and bodies of one moment
    try:
        found = connection.execute(f"{rows.SELECT} WHERE id > ? AND id < ? ORDER BY id", (run * RUN, (run + 1) * RUN))
        events = list(rows.read(found, name))
        kept = connection.execute(
            "SELECT name, bodies.body FROM uses JOIN bodies ON name = uses.body WHERE run = ? ORDER BY bodies.rowid",
            (run,),
        )
        bodies = Bodies((key, body.encode()) for key, body in kept)
    finally:
        connection.rollback()
    return Transcript(events, bodies, name)


def iterate(connection: sqlite3.Connection, run: int, name: str, after_seq: int) -> Iterator[Event]:
    """Give a run's events behind the one with that number, those that are committed meanwhile included."""
    for chunk in rows.read_chunks(connection, run, after_seq, _CHUNK):
        yield from rows.read(chunk, name)
