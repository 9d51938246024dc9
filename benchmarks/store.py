"""Measure how many events a second the store acknowledges, beside plain SQLite inserting the same rows.

    python benchmarks/store.py --events 20000

The floor inserts rows of the same columns with `executemany`, committed by the hundred, under the same settings (WAL,
synchronous=FULL) and without an index for searching; nobody waits for it.  Each producer awaits the acknowledgement of
each event before it makes the next one.  Messages have sixty words.  Read the ratios: the rates are this machine's.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import tempfile
import time
from pathlib import Path

from transcripts import Bodies, Evidence, Offer, Said, Seat, Started, Store


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure the store beside plain SQLite.")
    parser.add_argument("--events", type=int, default=20_000)
    count = parser.parse_args().events
    events = make_events(count)
    with tempfile.TemporaryDirectory() as folder:
        base = count / floor(Path(folder) / "floor.db", events)
        print(f"{'floor: executemany, by the hundred':42} {base:9,.0f} events/s")
        for producers, share in ((1, 10), (200, 1)):
            used = events[: count // share]
            with Store.open(Path(folder) / f"{producers}.db") as store:
                rate = len(used) / asyncio.run(produce(store, used, producers))
            print(f"{f'{producers} producers, each waiting':42} {rate:9,.0f} events/s   {base / rate:5.1f} × the floor")
        with Store.open(Path(folder) / "unwaited.db") as store:
            asked, done = queue_up(store, events)
        print(
            f"{'1 producer, waiting at the end only':42} {count / done:9,.0f} events/s   {base * done / count:5.1f} ×"
        )
        print(f"{'of that, on the caller':42} {asked / count * 1e6:9.1f} µs/event")


def make_events(count: int) -> list[Said]:
    """Make messages of sixty words with an offer each."""
    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(3_000)]
    return [
        Said(
            tick=turn,
            turn=turn,
            thread="table",
            seat="seller",
            n=turn,
            act=Offer(terms={"price": 200, "pickup": "today"}),
            text=" ".join(draw.choices(words, k=60)),
            evidence=Evidence(at=1_790_000_000.5, took=0.25),
        )
        for turn in range(1, count + 1)
    ]


def floor(path: Path, events: list[Said]) -> float:
    """Insert the same rows without anything of ours; gives seconds."""
    rows = [
        (
            e.turn,
            1,
            e.turn,
            1,
            e.tick,
            e.turn,
            e.step,
            e.kind,
            e.thread,
            e.seat,
            e.text,
            e.model_dump_json(exclude={"text"}),
        )
        for e in events
    ]
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    columns = "id INTEGER PRIMARY KEY, run, seq, v, tick, turn, step, kind, thread, seat, text, payload"
    connection.execute(f"CREATE TABLE events ({columns})")
    began = time.perf_counter()
    for at in range(0, len(rows), 100):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", rows[at : at + 100])
        connection.execute("COMMIT")
    seconds = time.perf_counter() - began
    connection.close()
    return seconds


def begin() -> tuple[Started, Bodies]:
    """Give the beginning of a run."""
    bodies = Bodies()
    situation = bodies.put({"threads": {"table": {"members": ["seller"]}}})
    cast = {"seller": Seat(brain={})}
    return Started(name="run", seed=1, cast=cast, scenario=situation, situation=situation), bodies


async def produce(store: Store, events: list[Said], producers: int) -> float:
    """Let so many runs record at once; gives seconds."""

    async def one(share: list[Said]) -> None:
        recording = store.begin(*begin())
        for event in share:
            await store.committed(recording.append([event]))
        await recording.aclose()

    size = len(events) // producers
    began = time.perf_counter()
    await asyncio.gather(*(one(events[k * size : (k + 1) * size]) for k in range(producers)))
    return time.perf_counter() - began


def queue_up(store: Store, events: list[Said]) -> tuple[float, float]:
    """Append without waiting; gives the caller's own seconds, and those until everything was committed."""
    recording = store.begin(*begin())
    began, busy = time.perf_counter(), time.thread_time()
    for event in events:
        recording.append([event])
    busy = time.thread_time() - busy
    store.wait(recording.ticket)
    return busy, time.perf_counter() - began


if __name__ == "__main__":
    main()
