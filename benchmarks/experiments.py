"""Measure what an experiment adds to its runs: rule brains in one and two processes, and models that one waits for.

    python benchmarks/experiments.py                       1,000 trials; 100 and 1,000 runs at once
    python benchmarks/experiments.py --trials 200 --crowd 100

*loop* plays the same runs one after the other in memory, and records nothing: the floor.  *local* and *processes* play
them as an experiment, claimed and recorded durably.  Of the runs that wait, each has 10 turns of a simulated model that
takes 50 ms, so that the ideal is half a second however many there are; *loop* plays as many at once in memory, and
records nothing.  Each contestant is measured once, in an order that says nothing; the ratios count.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from sandbox.experiments import Experiment, conduct, prepare
from sandbox.experiments.conducting import Kind
from sandbox.play import play_on
from sandbox.sinks import MemorySink
from sandbox.workspace import Workspace
from transcripts import Store

BIKE: dict[str, Any] = {"scenario": "used-bike", "vary": {"seller.brain.tactic": ["boulware", "conceder"]}}
MODELS = '[models.slow]\nprovider = "simulated"\nsimulated = {latency = 0.05}\n'
TALK = """\
title: Ten turns
participants: {one: {brain: {kind: llm, model: slow}}, other: {brain: {kind: llm, model: slow}}}
threads: {table: {members: all, speakers: alternating}}
end: {turns: 10}
"""
IDEAL = 10 * 0.05


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--crowd", type=int, nargs="*", default=[100, 1000])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "moot.toml").write_text(MODELS)
        (home / "scenarios").mkdir()
        (home / "scenarios" / "talk.yaml").write_text(TALK)
        rules(home, given.trials)
        for runs in given.crowd:
            crowd(home, runs)


def rules(home: Path, trials: int) -> None:
    """Play rule brains."""
    planned = prepare({**BIKE, "trials": trials // 2}, workspace=Workspace(home))
    asyncio.run(loop(planned, most=50))  # what is imported when it is first used
    floor = asyncio.run(loop(planned))
    print(f"{len(planned.rows):,} trials of used-bike with rule brains")
    print(f"{'loop, nothing recorded':28} {len(planned.rows) / floor:8.0f} a second")
    contestants: list[tuple[str, Kind, int]] = [
        ("local", "local", 32), ("1 process", "processes", 1), ("2 processes", "processes", 2)
    ]  # fmt: skip
    for name, kind, jobs in contestants:
        took, size = play(home, planned, kind, jobs)
        rate = len(planned.rows) / took
        print(
            f"{name:28} {rate:8.0f} a second  {floor / took:5.2f} x loop  {size / len(planned.rows):8,.0f} bytes a trial"
        )


def crowd(home: Path, runs: int) -> None:
    """Play models that one waits for, all at once."""
    planned = prepare({"scenario": "talk", "trials": runs}, workspace=Workspace(home))

    async def all_at_once() -> None:
        await asyncio.gather(*(play_on(planned.plan_of(row), MemorySink()) for row in planned.rows))

    began = time.perf_counter()
    asyncio.run(all_at_once())
    bare = time.perf_counter() - began
    took, size = play(home, planned, "local", runs)
    print(f"{runs:,} runs of 10 turns of a 50 ms model at once; ideal {IDEAL:.2f} s")
    print(f"{'loop, nothing recorded':28} {bare:8.2f} s  {bare / IDEAL:5.2f} x ideal")
    print(f"{'local':28} {took:8.2f} s  {took / IDEAL:5.2f} x ideal  {size / runs:8,.0f} bytes a trial")


async def loop(planned: Experiment, most: int | None = None) -> float:
    """Play one after the other, in memory; gives the seconds."""
    began = time.perf_counter()
    for row in planned.rows[:most]:
        await play_on(planned.plan_of(row), MemorySink())
    return time.perf_counter() - began


def play(home: Path, planned: Experiment, kind: Kind, jobs: int) -> tuple[float, int]:
    """Play as an experiment into a new store; gives the seconds, and its size in bytes."""
    file = home / "transcripts.db"
    file.unlink(missing_ok=True)
    began = time.perf_counter()
    with Store.open(file) as store:
        progress = asyncio.run(conduct(planned, jobs, kind, store=store)).progress
    assert progress.done == len(planned.rows), progress
    return time.perf_counter() - began, file.stat().st_size


if __name__ == "__main__":
    main()
