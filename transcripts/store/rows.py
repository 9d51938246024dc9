"""Events as rows: what is a column stands there and nowhere else; the rest is `payload`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from moot_errors import StoreError, WrongUse
from transcripts import codec
from transcripts.base import VERSION
from transcripts.bodies import Bodies, name_of, to_json
from transcripts.events import Event
from transcripts.store.schema import RUN
from transcripts.upcast import upcast

SELECT = "SELECT seq, v, tick, turn, step, kind, thread, seat, text, payload, evidence FROM events"
INSERT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

_COLUMNS = {"v", "tick", "turn", "step", "kind", "thread", "seat", "text", "evidence"}

NUL = "\0"
"""Stands in no column: what a torn page lacks reads as zeros, and is found by them."""

_MOST = 4096
_offers: dict[str, Any] = {}
"""Offers that were read, by what they say: the same terms are proposed again and again, and an object for each would
take more room than the talk."""


class Row(NamedTuple):
    """A row of `events` without the run that it belongs to, which may still have to get its id."""

    seq: int
    v: int
    tick: int
    turn: int
    step: int
    kind: str
    thread: str | None
    seat: str | None
    text: str | None
    payload: str
    evidence: str | None


def to_row(event: Event, seq: int) -> Row:
    """Write an event as a row; raises WrongUse for what cannot be written."""
    thread, seat, text = getattr(event, "thread", None), getattr(event, "seat", None), getattr(event, "text", None)
    for each in (thread, seat, text):
        if each is not None and not each.isascii():
            check_text(each)
    payload = event.model_dump(exclude=_COLUMNS, exclude_none=True)
    if text is not None and NUL in text:
        payload["text"], text = text, text.replace(NUL, "\ufffd")
    return Row(
        seq,
        event.v,
        event.tick,
        event.turn,
        event.step,
        event.kind,
        thread,
        seat,
        text,
        to_json(payload),
        to_json(event.evidence.model_dump(exclude_none=True)) if event.evidence else None,
    )


def to_rest(event: Event) -> tuple[str, str]:
    """Write what of an event is no column, and its evidence, "" where it has none; raises ValueError."""
    text = getattr(event, "text", None)
    columns = _COLUMNS if text is None or NUL not in text else _COLUMNS - {"text"}
    evidence = event.evidence.model_dump_json(exclude_none=True) if event.evidence else ""
    return event.model_dump_json(exclude=columns, exclude_none=True), evidence


def check_text(text: str) -> None:
    """Raise WrongUse for half a surrogate pair, which no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = text[error.start]
        message = f"the text has half a surrogate pair, {half!r}, which no file can hold"
        raise WrongUse(message, remedy="text.encode('utf-8', 'replace').decode() replaces it") from None


def to_text(bodies: Mapping[str, bytes] | None) -> dict[str, str]:
    """Write bodies as the store keeps them; raises WrongUse for one that is not UTF-8."""
    try:
        return {name: body.decode() for name, body in bodies.items()} if bodies else {}
    except UnicodeDecodeError as error:
        raise WrongUse(f"a body is not UTF-8: {error}", remedy="make bodies with Bodies.put") from None


def to_event(row: tuple[Any, ...]) -> Event:
    """Read a row as SELECT gives it; raises codec.Problem, NewerVersion, or ValueError for broken JSON."""
    _seq, v, tick, turn, step, kind, thread, seat, text, payload, evidence = row
    if text is not None and NUL in text:
        raise ValueError("a part of its text is empty")
    data = {"tick": tick, "turn": turn, "step": step, "kind": kind}
    for name, value in (("thread", thread), ("seat", seat), ("text", text)):
        if value is not None:
            data[name] = value
    data.update(json.loads(payload))
    if evidence is not None:
        data["evidence"] = json.loads(evidence)
    return codec.to_event(upcast(data, v))


def read(rows: Sequence[tuple[Any, ...]], run: str) -> list[Event]:
    """Read rows as events; raises StoreError, naming the run and the event."""
    try:
        return _read_together(rows)
    except (ArithmeticError, TypeError, ValueError):  # there is something about one of them
        return [_read_alone(row, run) for row in rows]


def _read_together(rows: Sequence[tuple[Any, ...]]) -> list[Event]:
    """Read rows of this version many at a time, which takes half as long; raises ValueError if anything is wrong."""
    payloads = _parse([row[9] for row in rows])
    evidence = _parse(["null" if row[10] is None else row[10] for row in rows])
    data: list[dict[str, Any]] = []
    offered: dict[str, int] = {}
    for row, payload, how in zip(rows, payloads, evidence, strict=True):
        _seq, v, tick, turn, step, kind, thread, seat, text, _payload, _evidence = row
        if v != VERSION or (text is not None and NUL in text):
            raise ValueError("it is to be read alone")
        one: dict[str, Any] = {"tick": tick, "turn": turn, "step": step, "kind": kind}
        if thread is not None:
            one["thread"] = thread
        if seat is not None:
            one["seat"] = seat
        if text is not None:
            one["text"] = text
        one.update(payload)
        if "act" in one and isinstance(act := one["act"], dict) and act.get("kind") == "offer":
            key = str(act)
            if (known := _offers.get(key)) is None:
                offered[key] = len(data)
            else:
                one["act"] = known
        if how is not None:
            one["evidence"] = how
        data.append(one)
    events = codec.to_events(data)
    if len(_offers) > _MOST:
        _offers.clear()
    _offers.update((key, getattr(events[place], "act", None)) for key, place in offered.items())
    return events


def _parse(texts: Sequence[str]) -> list[Any]:
    """Parse so many JSON texts in one go; raises ValueError."""
    parsed: list[Any] = json.loads(f"[{','.join(texts)}]")
    return parsed


def _read_alone(row: tuple[Any, ...], run: str) -> Event:
    try:
        return to_event(row)
    except (codec.Problem, TypeError, ValueError) as error:
        raise StoreError(f"event {row[0]} of {run!r} is damaged: {error}", remedy="run `moot doctor`") from error


def read_bodies(rows: Iterable[tuple[str, Any]], run: str) -> Bodies:
    """Read bodies by name; raises StoreError for one that is not what its name says."""
    bodies = Bodies()
    for name, text in rows:
        bodies[name] = text.encode() if isinstance(text, str) else b""
        if name_of(bodies[name]) != name:
            raise StoreError(f"the body {name!r} of {run!r} is damaged", remedy="run `moot doctor`")
    return bodies


def read_chunks(connection: sqlite3.Connection, run: int, after: int, size: int) -> Iterator[list[tuple[Any, ...]]]:
    """Give a run's rows in chunks, each read in a transaction of its own: a slow reader holds back no checkpoint."""
    while rows := connection.execute(
        f"{SELECT} WHERE id > ? AND id < ? ORDER BY id LIMIT ?", (run * RUN + after, (run + 1) * RUN, size)
    ).fetchall():
        yield rows
        after = rows[-1][0]
