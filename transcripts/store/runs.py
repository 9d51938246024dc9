"""Which runs there are, and what is in one."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from moot_errors import NotFound, StoreError, WrongUse
from transcripts.bodies import Bodies
from transcripts.events import Event
from transcripts.store import rows, tags
from transcripts.store.jobs import Branch
from transcripts.store.locks import Locks
from transcripts.store.schema import RUN
from transcripts.transcript import Transcript

Status = Literal["open", "done", "failed", "exhausted"]

_COLUMNS = (
    "id, name, scenario, seed, status, turns, agreed, summary, started, ended,"
    " (SELECT name FROM runs AS other WHERE other.id = runs.parent), upto_turn"
)
_CHUNK = 128
"""Rows that are read together: half a megabyte of objects, most of which are let go of again."""
_SPOKE = (
    "turn > 0 AND (kind = 'said' OR kind = 'forfeited' AND"
    " coalesce(json_extract(payload, '$.task'), '') NOT IN ('move', 'vote', 'answer', 'bid', 'choose'))"
)
"""Finds the turns that count as somebody's in a thread, as the fold counts them."""


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
    parent: str | None
    """The run that this one branched off."""
    after: int | None
    """The last turn that it shares with that one."""
    tags: tuple[str, ...] = ()
    """What somebody keeps beside it, to find it by."""


def list_runs(
    connection: sqlite3.Connection,
    locks: Locks,
    *,
    scenario: str | None = None,
    agreed: bool | None = None,
    since: float | None = None,
    status: Status | None = None,
    parent: int | None = None,
    tag: str | None = None,
    limit: int | None = None,
) -> list[RunInfo]:
    """List the runs to which all that is given applies, the newest first."""
    wanted = {
        "scenario = ?": scenario and _whole(scenario),
        "agreed = ?": agreed,
        "started >= ?": since,
        "status = ?": status,
        "parent = ?": parent,
        "id IN (SELECT run FROM tags WHERE tag = ?)": tag,
    }
    if tag is not None and not tags.has_tables(connection):
        return []
    given = {condition: value for condition, value in wanted.items() if value is not None}
    where = f"WHERE {' AND '.join(given)}" if given else ""
    found = connection.execute(
        f"SELECT {_COLUMNS}, {tags.column(connection)} FROM runs {where} ORDER BY id DESC LIMIT ?",
        (*given.values(), -1 if limit is None else limit),
    )
    return [_info(row, locks) for row in found.fetchall()]


def costs(connection: sqlite3.Connection, run_ids: Iterable[int]) -> dict[int, float | None]:
    """Add up what the calls of these runs cost in dollars; None where a price is not known.

    A run without calls is left out; what a branch shares with the run that it left is that one's.
    """
    found: dict[int, float | None] = {}
    for run in run_ids:
        query = (
            "SELECT count(*), sum(json_extract(payload, '$.cost')),"
            " sum(json_extract(payload, '$.cost') IS NULL AND json_extract(payload, '$.answer') IS NOT NULL)"
            " FROM events WHERE id > ? AND id < ? AND kind = 'answered'"
        )
        calls, cost, unpriced = connection.execute(query, (run * RUN, (run + 1) * RUN)).fetchone()
        if calls:
            found[run] = None if unpriced else cost or 0.0
    return found


def rounds(connection: sqlite3.Connection, run_ids: Iterable[int]) -> dict[int, int]:
    """Count the rounds that were begun in these runs: the most turns that anybody had in one thread."""
    found: dict[int, int] = {}
    for run in run_ids:
        turns: Counter[tuple[str, str]] = Counter()
        for part in lineage(connection, run):
            statement, values = part.query()
            query = f"SELECT thread, seat, count(*) FROM ({statement}) WHERE {_SPOKE} GROUP BY thread, seat"
            for thread, seat, many in connection.execute(query, values):
                turns[thread, seat] += many
        found[run] = max(turns.values(), default=0)
    return found


def find_run(connection: sqlite3.Connection, locks: Locks, name: str) -> RunInfo:
    """Find a run by its name, by a beginning that only one name has, or `last`; raises NotFound, or WrongUse."""
    name = _whole(name)
    query = f"SELECT {_COLUMNS}, {tags.column(connection)} FROM runs "
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
    run, name, scenario, seed, status, turns, agreed, summary, started, ended, parent, after, tagged = row
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
        parent=parent,
        after=after,
        tags=tags.read(tagged),
    )


def load_run(connection: sqlite3.Connection, run: int, name: str) -> Transcript:
    """Read a whole run, as it is at this moment, with what it shares with those that it branched off."""
    bodies = Bodies()
    events = [event for chunk in walk(connection, run, name, bodies) for event in chunk.events]
    return Transcript(events, bodies, name)


class Chunk(NamedTuple):
    """Some of a run's events, and the rows that they stand in."""

    events: list[Event]
    rows: list[tuple[Any, ...]]
    """As `rows.SELECT` gives them."""


def walk(
    connection: sqlite3.Connection, run: int, name: str, bodies: Bodies, *, canonical: bool = False
) -> Iterator[Chunk]:
    """Fill in a whole run's bodies and give its events, as all of it is at this moment.

    They come in order of arrival, or with `canonical` in the order of their positions, which takes longer.  Raises
    StoreError; that events are missing only once the others were given.
    """
    connection.execute("BEGIN")  # events and bodies of one moment
    try:
        line = lineage(connection, run)
        bodies.update(_bodies_of(connection, line, name))
        check = _Gaps(connection, run, name)
        for part, found in _in_position(connection, line) if canonical else _as_arrived(connection, line):
            chunk = Chunk(rows.read(found, name), found)
            if part.run == run:
                check.take(chunk)
            yield chunk
        check.close()
    finally:
        connection.rollback()


def _bodies_of(connection: sqlite3.Connection, line: list[Part], name: str) -> Bodies:
    marks = ", ".join("?" * len(line))
    kept = connection.execute(
        "SELECT DISTINCT name, bodies.body FROM uses JOIN bodies ON name = uses.body"
        f" WHERE run IN ({marks}) ORDER BY bodies.rowid",
        [part.run for part in line],
    )
    return rows.read_bodies(kept, name)


def read_bodies(connection: sqlite3.Connection, names: Iterable[str]) -> Bodies:
    """Read the bodies of these names; one that is not there is left out."""
    bodies, left = Bodies(), iter(names)
    while some := list(islice(left, _CHUNK)):
        marks = ", ".join("?" * len(some))
        kept = connection.execute(f"SELECT name, body FROM bodies WHERE name IN ({marks})", some)
        bodies.update(rows.read_bodies(kept, "this run"))
    return bodies


def _as_arrived(connection: sqlite3.Connection, line: list[Part]) -> Iterator[tuple[Part, list[tuple[Any, ...]]]]:
    for part in line:
        cursor = connection.execute(*part.query())
        while found := cursor.fetchmany(_CHUNK):
            yield part, found


def _in_position(connection: sqlite3.Connection, line: list[Part]) -> Iterator[tuple[Part, list[tuple[Any, ...]]]]:
    """Sort the positions alone, for all that stands there may be very much."""
    places: list[tuple[int, int, int, int, int]] = []
    for number, part in enumerate(line):
        statement, values = part.query()
        found = connection.execute(f"SELECT tick, turn, step, seq FROM ({statement})", values)
        places += [(tick, turn, step, number, seq) for tick, turn, step, seq in found]
    places.sort()
    for number, group in groupby(places, key=itemgetter(3)):
        part = line[number]
        while some := [seq for *_, seq in islice(group, _CHUNK)]:
            marks = ", ".join("?" * len(some))
            query = f"{rows.SELECT} WHERE id IN ({marks})"
            by_number = {row[0]: row for row in connection.execute(query, [part.run * RUN + seq for seq in some])}
            yield part, [by_number[seq] for seq in some]


class _Gaps:
    """Look whether events are missing: their numbers go up by one, and `runs` says how far it had come."""

    def __init__(self, connection: sqlite3.Connection, run: int, name: str) -> None:
        query = "SELECT turns, upto_turn, status FROM runs WHERE id = ?"
        self._turns, self._after, status = connection.execute(query, (run,)).fetchone()
        self._over = status != "open"
        self._name = name
        self._numbers: list[Any] = []
        self._last = 0
        self._begun = self._ended = False

    def take(self, chunk: Chunk) -> None:
        """Look at some of its events."""
        self._numbers += [row[0] for row in chunk.rows]
        self._last = max(self._last, *[event.turn for event in chunk.events])
        kinds = {event.kind for event in chunk.events}
        self._begun |= ("started" if self._after is None else "forked") in kinds
        self._ended |= "ended" in kinds

    def close(self) -> None:
        """Raise StoreError where events are missing."""
        numbers = {number for number in self._numbers if isinstance(number, int)}
        first = min(numbers, default=0)
        whole = self._begun and numbers == set(range(first, first + len(self._numbers)))
        if not whole or max(self._last, self._after or 0) < self._turns or self._ended != self._over:
            raise StoreError(f"events of {self._name!r} are missing: the file is damaged", remedy="run `moot doctor`")


class Part(NamedTuple):
    """The events that a run has of itself, or of one that it branched off."""

    run: int
    tick: int | None = None
    turn: int | None = None

    def query(self) -> tuple[str, tuple[int, ...]]:
        """Give the statement that reads them, and its values."""
        bounds = (self.run * RUN, (self.run + 1) * RUN)
        if self.tick is None or self.turn is None:
            return f"{rows.SELECT} WHERE id > ? AND id < ? ORDER BY id", bounds
        return (
            f"{rows.SELECT} WHERE id > ? AND id < ? AND tick <= ? AND turn <= ? ORDER BY id",
            (*bounds, self.tick, self.turn),
        )


def branch_at(connection: sqlite3.Connection, run: int, name: str, turn: int) -> tuple[Branch, int]:
    """Find which run holds a turn of a run, and how many events there are up to it; raises WrongUse."""
    count, last = 0, 0
    for part in lineage(connection, run):
        statement, values = part.query()
        found = connection.execute(
            f"SELECT max(turn), max(CASE WHEN turn = ? THEN tick END) FROM ({statement})", (turn, *values)
        )
        most, tick = found.fetchone()
        last = max(last, most or 0)
        if turn == 0:
            tick = 0  # and not that of the end, which belongs to no turn either
        if tick is not None:
            here = Part(part.run, tick, turn)
            if part.tick is not None and part.turn is not None:
                here = Part(part.run, min(tick, part.tick), min(turn, part.turn))
            statement, values = here.query()
            (more,) = connection.execute(f"SELECT count(*) FROM ({statement})", values).fetchone()
            return Branch(part.run, tick, turn), count + more
        (more,) = connection.execute(f"SELECT count(*) FROM ({statement})", values).fetchone()
        count += more
    raise WrongUse(f"{name!r} has no turn {turn}", remedy=f"its turns are 1 to {last}; 0 is before them")


def lineage(connection: sqlite3.Connection, run: int) -> list[Part]:
    """List where a run's events stand, from the beginning: in the runs that it branched off, and in itself."""
    parts = [Part(run)]
    while row := connection.execute("SELECT parent, upto_tick, upto_turn FROM runs WHERE id = ?", (run,)).fetchone():
        parent, tick, turn = row
        if parent is None:
            break
        parts.insert(0, Part(parent, tick, turn))
        run = parent
    return parts


def iterate(connection: sqlite3.Connection, run: int, name: str, after_seq: int) -> Iterator[Event]:
    """Give a run's events behind the one with that number, those that are committed meanwhile included."""
    *shared, _own = lineage(connection, run)
    query = "SELECT seq FROM events WHERE id > ? AND id < ? ORDER BY id LIMIT 1"  # min(seq) would look at all of them
    first = connection.execute(query, (run * RUN, (run + 1) * RUN)).fetchone()
    if first and after_seq >= first[0] - 1:
        shared = []  # who follows a branch has read what it shares
    count = 0
    for part in shared:
        for event in rows.read(connection.execute(*part.query()).fetchall(), name):
            count += 1
            if count > after_seq:
                yield event
    for chunk in rows.read_chunks(connection, run, after_seq, _CHUNK):
        yield from rows.read(chunk, name)
