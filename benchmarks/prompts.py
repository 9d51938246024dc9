"""Measure what a run's prompts cost on disk as it grows, beside what it would take to repeat each prompt.

    python benchmarks/prompts.py
    python benchmarks/prompts.py --messages 500 1000 --threads 2

Two participants talk, each decided by a model whose answers are made up here, of some 80 characters.  *Bytes* are those
of the whole database, messages included; *repeated* is what the prompts alone would take if each were written whole.
A storage in proportion to new messages has the same bytes a message in each line.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from sandbox.answers import Call
from sandbox.models import Answer, Served
from sandbox.plan import plan
from sandbox.play import play_on
from sandbox.sinks import StoreSink
from sandbox.workspace import Workspace
from scenarios import scenario_from_data
from transcripts import Store

CONTEXTS: dict[str, Any] = {"everything": {}, "last 20": {"last": 20}, "2000 tokens": {"tokens": 2000}}


class Talker:
    """Answer with a sentence that was not said before, and count what a whole prompt takes."""

    def __init__(self) -> None:
        self.calls = self.repeated = 0

    async def answer(self, call: Call) -> Served:
        self.calls += 1
        self.repeated += sum(len(message.text.encode()) for message in call.request.messages)
        said = f"That is my word number {self.calls}, and I would like to hear yours before I say more."
        return Served(answer=Answer(text=said), profile=call.profile, model="talker")


def scenario(messages: int, threads: int, context: Any) -> dict[str, Any]:
    """Make a conversation of so many messages, in so many threads at once."""
    brain = {"kind": "llm", "model": "simulated", "context": context}
    return {
        "title": "A long talk",
        "story": "Two people have much to say to each other, and all the time that it takes.",
        "participants": {seat: {"role": "talks", "brain": brain} for seat in ("ann", "ben")},
        "threads": {f"room{n}": {"speakers": "alternating"} for n in range(1, threads + 1)},
        "end": {"turns": messages},
    }


async def grow(folder: Path, messages: int, threads: int, context: Any) -> tuple[int, int, float]:
    """Play a run; gives the bytes on disk, those of prompts written whole, and seconds."""
    talker, workspace = Talker(), Workspace(folder)
    source = scenario_from_data(scenario(messages, threads, context), "talk")
    whole = replace(plan(source, workspace=workspace), answers=talker)
    path = folder / f"{messages}.db"
    began = time.perf_counter()
    with Store.open(path) as store:
        await play_on(whole, StoreSink(store))
    return path.stat().st_size, talker.repeated, time.perf_counter() - began


def table(sizes: list[int], threads: int) -> None:
    """Print a line for each context and size."""
    heads = ["context", "threads", "messages", "MB", "bytes/message", "repeated MB", "ms/message"]
    print("".join(f"{head:>15}" for head in heads))
    for name, context in CONTEXTS.items():
        for messages in sizes:
            with tempfile.TemporaryDirectory() as folder:
                size, repeated, seconds = asyncio.run(grow(Path(folder), messages, threads, context))
            row = [name, threads, messages, f"{size / 1e6:.2f}", f"{size / messages:.0f}", f"{repeated / 1e6:.1f}"]
            print("".join(f"{cell:>15}" for cell in [*row, f"{1000 * seconds / messages:.2f}"]), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, nargs="+", default=[500, 1000, 2000, 4000])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    for threads in options.threads:
        table(options.messages, threads)


if __name__ == "__main__":
    main()
