"""Measure what a turn costs with more participants and more threads, and whether threads wait for each other.

    python benchmarks/threads.py                  the table
    python benchmarks/threads.py --turns 2000     longer runs

Each row is one run in memory, with brains that answer at once.  Read the last column: the cost of a turn beside that of
the smallest run of the same kind; `rows` grow in the participants of one thread, or in the number of threads of two.
The second table plays threads whose brains take 50 ms, beside one such thread alone.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from typing import Any

import moot
from scenarios import scenario_from_data

CROWDS = (2, 6, 20, 100)
THREADS = (1, 10, 50)
DELAY = 0.05
TARGET = 1.2
"""Ten threads with models may take so much longer than one."""


class Talker:
    """Answer at once, or after a while."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay

    async def reply(self, view: Any) -> Any:
        if self.delay:
            await asyncio.sleep(self.delay)
        return moot.Reply("a few words, as people say them")


def crowd(size: int, turns: int, speakers: Any) -> dict[str, Any]:
    """Describe one thread of so many."""
    return {
        "title": "A crowd",
        "participants": {f"s{number}": {} for number in range(size)},
        "threads": {"hall": {"members": "all", "speakers": speakers}},
        "end": {"turns": turns},
    }


def rooms(number: int, turns: int) -> dict[str, Any]:
    """Describe so many threads of two, each pair in one of its own."""
    pairs = {f"room{room}": [f"a{room}", f"b{room}"] for room in range(number)}
    return {
        "title": "Rooms",
        "participants": {seat: {} for pair in pairs.values() for seat in pair},
        "threads": {name: {"members": pair, "speakers": "alternating"} for name, pair in pairs.items()},
        "end": {"turns": turns},
    }


def play(data: dict[str, Any], delay: float = 0.0) -> tuple[float, int]:
    """Play in memory; give the seconds and the turns."""
    source = scenario_from_data(data, "benchmark")
    brains = {seat: Talker(delay) for seat in data["participants"]}
    begun = time.perf_counter()
    run = moot.run(source, brains=brains, record=False)
    return time.perf_counter() - begun, run.state.turns


def cost(data: dict[str, Any]) -> float:
    """Give the least time a turn took on average, in milliseconds, of three runs."""
    return min(seconds / turns for seconds, turns in (play(data) for _ in range(3))) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=1000)
    turns = parser.parse_args().turns
    print(f"{'a turn of ' + str(turns):32}{'ms':>8}{'of the first':>14}{'a member':>12}")
    for speakers in ("round robin", "shuffled", "bids"):
        first = 0.0
        for size in CROWDS:
            took = cost(crowd(size, turns if speakers != "bids" else max(20, turns // size), speakers))
            first = first or took
            name, grown = f"{size} in one thread, {speakers}", took / first
            print(f"{name:32}{took:8.3f}{grown:13.1f}x{grown * 2 / size:11.2f}x")
    first = 0.0
    for number in THREADS:
        took = cost(rooms(number, turns))
        first = first or took
        print(f"{f'{number} threads of two':32}{took:8.3f}{took / first:13.1f}x")
    alone = play(rooms(1, 20), DELAY)[0]
    print(f"\n{f'20 turns a thread, each {DELAY * 1000:.0f} ms':32}{'seconds':>8}{'of one':>10}")
    for number in THREADS:
        took = play(rooms(number, 20 * number), DELAY)[0]
        verdict = "" if number != 10 else "   ok" if took / alone <= TARGET else f"   more than {TARGET}"
        print(f"{f'{number} threads':32}{took:8.2f}{took / alone:9.2f}x{verdict}")


if __name__ == "__main__":
    main()
