"""Search what was said."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from transcripts.store.runs import lineage
from transcripts.store.schema import RUN

_TELLS = "kind IN ('started', 'forked', 'opened') OR kind = 'said' AND json_extract(payload, '$.act.kind') = 'leave'"
"""Which events say who is in which thread."""
_TERM = re.compile(r'"([^"]*)"?|[^\s"]+')


@dataclass(frozen=True, slots=True)
class Hit:
    """A message in which all the words were found."""

    run: str
    seq: int | None
    """The event's number in the run; None in a search as somebody, for it counts what that seat did not see."""
    thread: str
    n: int
    seat: str
    text: str
    snippet: str
    """Some words around what was found."""
    spans: tuple[tuple[int, int], ...]
    """Where in the snippet the words stand: from, to."""


def find_words(
    connection: sqlite3.Connection, words: str, *, run: int | None, scenario: str | None, as_: str | None, limit: int
) -> Iterator[Hit]:
    """Give the newest messages first that have all the words and all the "quoted phrases".

    The order does not depend on how often a word occurs elsewhere, for that would tell of other threads.
    """
    query = to_query(words)
    if not query:
        return
    start, end = f"\x02{secrets.token_hex(4)}", f"\x03{secrets.token_hex(4)}"  # in no text, unless somebody guesses it
    conditions, values = ["words MATCH ?"], [query]
    parameters: list[Any] = [start, end, *values]
    if run is not None:
        conditions.append("words.rowid > ? AND words.rowid < ?")
        parameters += [run * RUN, (run + 1) * RUN]
    if scenario is not None:
        conditions.append("runs.scenario = ?")
        parameters.append(scenario.encode("utf-8", "replace").decode())
    found = connection.execute(
        f"""
        SELECT events.run, runs.name, seq, thread, json_extract(payload, '$.n'), seat, events.text,
               snippet(words, 0, ?, ?, '…', 16)
        FROM words JOIN events ON events.id = words.rowid JOIN runs ON runs.id = events.run
        WHERE {" AND ".join(conditions)} ORDER BY words.rowid DESC
        """,
        parameters,
    )
    members = _Members(connection)
    for run_id, name, seq, thread, n, seat, text, marked in found:
        if as_ is not None and not members.received(run_id, thread, n, as_):
            continue
        snippet, spans = _unmark(marked, start, end)
        yield Hit(name, seq if as_ is None else None, thread, n, seat, text, snippet, spans)
        limit -= 1
        if limit <= 0:
            return


def to_query(words: str) -> str:
    """Write what somebody typed as a query that every text makes: each word and each phrase quoted."""
    text = words.encode("utf-8", "replace").decode().replace("\0", " ")
    terms = [found[1] if found[1] is not None else found[0] for found in _TERM.finditer(text)]
    return " ".join(f'"{term}"' for term in terms if any(map(str.isalnum, term)))


def _unmark(marked: str, start: str, end: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    head, *rest = marked.split(start)
    spans = []
    for part in rest:
        found, _, after = part.partition(end)
        spans.append((len(head), len(head) + len(found)))
        head += found + after
    return head, tuple(spans)


class _Members:
    """Who received which messages, by run."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._runs: dict[int, dict[str, dict[str, int | None]]] = {}

    def received(self, run: int, thread: str, n: int, seat: str) -> bool:
        """Tell whether a seat received a message; of a thread that it left, only those until then."""
        if run not in self._runs:
            self._runs[run] = self._read(run)
        upto = self._runs[run].get(thread, {}).get(seat, 0)
        return upto is None or n <= upto

    def _read(self, run: int) -> dict[str, dict[str, int | None]]:
        """Read by thread and seat up to which message it received them; None for all."""
        found: dict[str, dict[str, int | None]] = {}
        for part in lineage(self._connection, run):
            statement, values = part.query()
            rows = self._connection.execute(
                f"SELECT kind, thread, seat, payload FROM ({statement}) WHERE {_TELLS}", values
            )
            for kind, thread, seat, payload in rows.fetchall():
                data = json.loads(payload)
                if kind == "opened":
                    found[thread] = dict.fromkeys(data["members"])
                elif kind == "said":
                    found[thread][seat] = data["n"]
                elif body := data.get("situation"):
                    for name, members in self._members(body).items():
                        found.setdefault(name, dict.fromkeys(members))
        return found

    def _members(self, body: str) -> dict[str, list[str]]:
        row = self._connection.execute("SELECT body FROM bodies WHERE name = ?", (body,)).fetchone()
        threads = json.loads(row[0])["threads"]
        return {name: thread["members"] for name, thread in threads.items() if "open_by" not in thread}
