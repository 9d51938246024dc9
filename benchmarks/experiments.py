"""Measure what an experiment adds to its runs: rule brains in one and two processes, and models that one waits for.

    python benchmarks/experiments.py                       1,000 trials; 100 and 1,000 runs at once
    python benchmarks/experiments.py --trials 200 --crowd 100

*loop* plays the same runs one after the other in memory, and records nothing: the floor.  *local* and *processes* play
them as an experiment, claimed and recorded durably.  Of the runs that wait, each has 10 turns of a simulated model that
takes 50 ms, so that the ideal is half a second however many there are; *loop* plays as many at once in memory, and
records nothing.  Where other work goes on, the time of processors says more than the clock.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sandbox.experiments import Experiment, conduct, prepare
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


@dataclass(frozen=True)
class Cost:
    """What it took: seconds by the clock, and of processors, those of workers included."""

    clock: float
    processor: float
    here: float
    """Of `processor`: in this process, which writes."""
    size: int = 0
    """Bytes of the store."""


def rules(home: Path, trials: int) -> None:
    """Play rule brains."""
    planned = prepare({**BIKE, "trials": trials // 2}, workspace=Workspace(home))
    count = len(planned.rows)
    measured(lambda: loop(planned, most=50))  # what is imported when it is first used
    floor = measured(lambda: loop(planned))
    print(
        f"{count:,} trials of used-bike with rule brains: trials a second, beside the loop; milliseconds of processor"
    )
    tell("loop, nothing recorded", floor, floor, count)
    contestants: list[tuple[str, Any, int]] = [
        ("local", "local", 32), ("1 process", "processes", 1), ("2 processes", "processes", 2)
    ]  # fmt: skip
    for name, kind, jobs in contestants:
        tell(name, play(home, planned, kind, jobs), floor, count)


def tell(name: str, cost: Cost, floor: Cost, count: int) -> None:
    """Print a line."""
    each, here = 1000 * cost.processor / count, 1000 * cost.here / count
    more = f"{cost.size / count:8,.0f} bytes a trial" if cost.size else ""
    beside = floor.clock / cost.clock
    print(f"{name:24} {count / cost.clock:7.0f} {beside:6.2f} x   {each:6.2f} ms, {here:5.2f} of them here {more}")


def crowd(home: Path, runs: int) -> None:
    """Play models that one waits for, all at once."""
    planned = prepare({"scenario": "talk", "trials": runs}, workspace=Workspace(home))

    async def all_at_once() -> None:
        await asyncio.gather(*(play_on(planned.plan_of(row), MemorySink()) for row in planned.rows))

    print(f"{runs:,} runs of 10 turns of a 50 ms model at once; ideal {IDEAL:.2f} s")
    for name, cost in (
        ("loop, nothing recorded", measured(all_at_once)),
        ("local", play(home, planned, "local", runs)),
    ):
        call = 1000 * cost.processor / runs / 10
        print(f"{name:24} {cost.clock:7.2f} s {cost.clock / IDEAL:6.2f} x ideal   {call:5.2f} ms of processor a call")


async def loop(planned: Experiment, most: int | None = None) -> None:
    """Play one after the other, in memory."""
    for row in planned.rows[:most]:
        await play_on(planned.plan_of(row), MemorySink())


def play(home: Path, planned: Experiment, kind: Any, jobs: int) -> Cost:
    """Play as an experiment into a new store."""
    file = home / "transcripts.db"
    file.unlink(missing_ok=True)

    async def whole() -> None:
        with Store.open(file) as store:
            progress = (await conduct(planned, jobs, kind, store=store)).progress
        assert progress.done == len(planned.rows), progress

    return replace(measured(whole), size=file.stat().st_size)


def measured(work: Callable[[], Coroutine[Any, Any, None]]) -> Cost:
    """Do it, and say what it took."""
    clock, here, children = time.perf_counter(), time.process_time(), of_children()
    asyncio.run(work())
    here = time.process_time() - here
    return Cost(time.perf_counter() - clock, here + of_children() - children, here)


def of_children() -> float:
    """Give the seconds of processor that processes took which have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
