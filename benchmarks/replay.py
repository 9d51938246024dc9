"""Measure how many turns a second a run is replayed at, beside the floor of reading the same events from SQLite.

    python benchmarks/replay.py --turns 200 1000 4000 10000

*said* has two seats of somebody's program that only talk, and recite in the replay; *last 20* and *all* have two
language models that are shown so many messages.  The floor reads the run's rows, in one statement, and does nothing
with them; *load* makes events of them.  A turn's cost must not grow: see *beside 200*.  At the end a run is forked
after its last turn but one: how long until the branch's first event is on disk, and by how much the file has grown.

Times are the processor's, and the least of several.  Read the ratios: the rates are this machine's.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sandbox import Reply, View
from sandbox.again import areplay
from sandbox.forking import afork
from sandbox.plan import plan
from sandbox.play import play_on
from sandbox.sinks import StoreSink
from scenarios import scenario_from_data
from transcripts import Store, Transcript

T = TypeVar("T")

AIM = 5_000
SAID = "two hundred and the helmet, and I take it today if the price is right"


class Talks:
    """Say something in twenty words."""

    async def reply(self, view: View) -> Reply:
        return Reply(f"{view.turn}: {SAID}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Measure the replay of a run beside reading it.")
    parser.add_argument("--turns", type=int, nargs="+", default=[200, 1000, 4000])
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    heads = ("turns", "", "floor", "load", "replay", "turns/s", "x floor", "us a turn", "beside first")
    print("".join(f"{head:>13}" for head in heads))
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "t.db") as store:
        for kind, brain in KINDS.items():
            first = 0.0
            for turns in options.turns:
                first = measure(store, kind, brain, turns, options.repeat, first)
        for turns in options.turns:
            measure_fork(store, turns)


KINDS: dict[str, dict[str, Any] | None] = {
    "said": None,
    "last 20": {"kind": "llm", "model": "simulated", "context": {"last": 20}},
    "all": {"kind": "llm", "model": "simulated"},
}


def record(store: Store, kind: str, brain: dict[str, Any] | None, turns: int) -> str:
    """Play a run of so many turns, and return its name."""
    seats: dict[str, Any] = {"ann": {}, "ben": {}}
    if brain:
        seats = {seat: {"brain": brain} for seat in seats}
    data = {"title": kind, "participants": seats, "threads": {"table": {"members": "all"}}, "end": {"turns": turns}}
    source = scenario_from_data(data, kind.replace(" ", "-"))
    whole = plan(source, brains={} if brain else {"ann": Talks(), "ben": Talks()})
    return asyncio.run(play_on(whole, StoreSink(store))).name


def measure(store: Store, kind: str, brain: dict[str, Any] | None, turns: int, repeat: int, first: float) -> float:
    """Print a row; gives the cost of a turn in the first one of this kind."""
    name = record(store, kind, brain, turns)
    run = store.find(name).id
    floor, _ = least(repeat, lambda: read_rows(store.path, run))
    load, transcript = least(repeat, lambda: store.load(name))
    replay, _ = least(repeat, lambda: asyncio.run(areplay(transcript)))
    cost = replay / turns
    first = first or cost
    print(
        f"{turns:>13}{kind:>13}{floor * 1e3:>11.1f}ms{load * 1e3:>11.1f}ms{replay * 1e3:>11.1f}ms{1 / cost:>13,.0f}"
        f"{replay / floor:>13.1f}{cost * 1e6:>13.0f}{cost / first:>13.2f}",
        flush=True,
    )
    return first


def read_rows(path: Path, run: int) -> list[tuple[Any, ...]]:
    """Read a run's rows in one statement."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(
            "SELECT * FROM events WHERE run = ? AND id > ? ORDER BY id", (run, run << 32)
        ).fetchall()
    finally:
        connection.close()


def least(repeat: int, work: Callable[[], T]) -> tuple[float, T]:
    """Give the least time of the processor that it took, and what it gave."""
    best = float("inf")
    for _ in range(repeat):
        gc.collect()
        began = time.process_time()
        made = work()
        best = min(best, time.process_time() - began)
    return best, made


def measure_fork(store: Store, turns: int) -> None:
    """Fork a run after its last turn but one, and print how long that took and how much it wrote."""
    name = record(store, "all", KINDS["all"], turns)
    before, began, seconds = size_of(store), time.perf_counter(), 0.0

    def started(*_: object) -> None:
        nonlocal seconds
        seconds = time.perf_counter() - began

    asyncio.run(afork(name, store, at=turns - 1, started=started))
    whole: Transcript = store.load(name)
    print(
        f"a fork after turn {turns - 1} begins in {seconds * 1e3:.0f} ms, and adds {size_of(store) - before:,} bytes"
        f" to the {len(whole.to_jsonl(evidence=True)):,} of its past"
    )


def size_of(store: Store) -> int:
    """Count the bytes of all pages that are used."""
    connection = sqlite3.connect(store.path)
    try:
        query = "SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count"
        (pages,) = connection.execute(query).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        return int(pages * size)
    finally:
        connection.close()


if __name__ == "__main__":
    main()
