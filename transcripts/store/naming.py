"""Names of runs that people can type: `used-bike-7`."""

from __future__ import annotations

import itertools
import re
import sqlite3


def next_name(connection: sqlite3.Connection, scenario: str, wanted: str | None = None) -> str:
    """Give a run its name: what is wanted, if that is free, or else `<scenario>-<k>`; k never comes back.

    A wanted name that is taken becomes `<wanted>-2`, or the next k where it is one of the scenario's own.
    """
    own = re.fullmatch(re.escape(scenario) + r"-([1-9][0-9]{0,15})", wanted) if wanted else None
    if wanted and _is_free(connection, wanted):
        if own:
            _count(connection, scenario, at_least=int(own[1]))
        return wanted
    if wanted and not own:
        return next(name for k in itertools.count(2) if _is_free(connection, name := f"{wanted}-{k}"))
    while not _is_free(connection, name := f"{scenario}-{_count(connection, scenario)}"):
        pass
    return name


def _is_free(connection: sqlite3.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM runs WHERE name = ?", (name,)).fetchone() is None


def _count(connection: sqlite3.Connection, scenario: str, at_least: int | None = None) -> int:
    """Move the scenario's counter, one further or at least to that number, and return it."""
    first, step = (1, "last + 1") if at_least is None else (at_least, "max(last, excluded.last)")
    # One row, always read to its end: a statement that is left open would keep the transaction from ending.
    ((last,),) = connection.execute(
        f"INSERT INTO counters VALUES (?, ?) ON CONFLICT (scenario) DO UPDATE SET last = {step} RETURNING last",
        (scenario, first),
    ).fetchall()
    return int(last)
