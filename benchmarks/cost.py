"""Measure what a turn costs, beside AutoGen's group chat and beside a floor, all in one run.

    python benchmarks/cost.py                     the table: 50 to 10,000 turns
    python benchmarks/cost.py --turns 50 200      other lengths
    python benchmarks/cost.py --crowd 100 1000    many runs at once, each brain taking 50 ms

Each figure is taken in a process of its own, the three contestants in turn, `--repeat` times; the least time counts,
and the peak memory is that process's.  Read the ratios: the milliseconds are this machine's.

*Moot* records every turn durably (synchronous=FULL) and searchable.  *AutoGen* (`RoundRobinGroupChat`, as many turns)
records nothing.  The *floor* is one pydantic message a turn, built, serialised, inserted into SQLite, committed by the
hundred.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

SEATS = ("ann", "ben", "cem", "dee")
WORDS = " ".join(["proposal", "counter", "because", "market", "nothing", "between"] * 10)
DELAY = 0.05
CROWD_TURNS = 20
WIDTH = 13


def talk(turns: int) -> dict[str, Any]:
    """Describe a conversation of four that lasts `turns` turns."""
    return {
        "title": "Four talk",
        "participants": {seat: {"role": f"is {seat}"} for seat in SEATS},
        "threads": {"table": {"members": "all", "speakers": "round robin"}},
        "end": {"turns": turns},
    }


class Talker:
    """Answer at once, or after a while, with sixty words."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay

    async def reply(self, view: Any) -> Any:
        import moot

        if self.delay:
            await asyncio.sleep(self.delay)
        return moot.Reply(WORDS)


def measure_moot(turns: int, folder: Path) -> dict[str, float]:
    import moot
    from scenarios import scenario_from_data

    play = moot.run  # imports what it needs, as the peers have done by now
    source = scenario_from_data(talk(turns), "talk")
    store = moot.Store.open(folder / "transcripts.db")
    begun = time.perf_counter()
    run = play(source, brains={seat: Talker() for seat in SEATS}, store=store)
    took = time.perf_counter() - begun
    store.close()
    assert run.state.turns == turns
    return {"seconds": took, "bytes": _bytes(folder)}


def measure_floor(turns: int, folder: Path) -> dict[str, float]:
    from pydantic import BaseModel

    class Message(BaseModel):
        turn: int
        seat: str
        text: str

    database = sqlite3.connect(folder / "floor.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, body TEXT)")
    begun = time.perf_counter()
    database.execute("BEGIN")
    for turn in range(1, turns + 1):
        message = Message(turn=turn, seat=SEATS[turn % len(SEATS)], text=WORDS)
        database.execute("INSERT INTO messages (body) VALUES (?)", (message.model_dump_json(),))
        if turn % 100 == 0:
            database.execute("COMMIT")
            database.execute("BEGIN")
    database.execute("COMMIT")
    took = time.perf_counter() - begun
    database.close()
    return {"seconds": took, "bytes": _bytes(folder)}


def measure_autogen(turns: int, folder: Path) -> dict[str, float]:
    from autogen_agentchat.agents import BaseChatAgent
    from autogen_agentchat.base import Response
    from autogen_agentchat.conditions import MaxMessageTermination
    from autogen_agentchat.messages import BaseChatMessage, TextMessage
    from autogen_agentchat.teams import RoundRobinGroupChat

    class Agent(BaseChatAgent):
        @property
        def produced_message_types(self) -> Sequence[type[BaseChatMessage]]:
            return (TextMessage,)

        async def on_messages(self, messages: Sequence[BaseChatMessage], cancellation_token: Any) -> Response:
            return Response(chat_message=TextMessage(content=WORDS, source=self.name))

        async def on_reset(self, cancellation_token: Any) -> None: ...

    async def chat() -> None:
        agents: list[Any] = [Agent(seat, f"is {seat}") for seat in SEATS]
        team = RoundRobinGroupChat(agents, termination_condition=MaxMessageTermination(turns + 1))
        result = await team.run(task="talk")
        assert len(result.messages) == turns + 1

    begun = time.perf_counter()
    asyncio.run(chat())
    return {"seconds": time.perf_counter() - begun, "bytes": 0}


def measure_crowd(runs: int, folder: Path) -> dict[str, float]:
    import moot
    from scenarios import scenario_from_data

    source = scenario_from_data(talk(CROWD_TURNS), "talk")

    async def all_at_once(store: Any) -> None:
        brains = {seat: Talker(DELAY) for seat in SEATS}
        await asyncio.gather(*(moot.arun(source, seed=seed, brains=brains, store=store) for seed in range(runs)))

    with moot.Store.open(folder / "transcripts.db") as store:
        begun = time.perf_counter()
        asyncio.run(all_at_once(store))
        took = time.perf_counter() - begun
    return {"seconds": took, "bytes": _bytes(folder)}


MEASURES: dict[str, Callable[[int, Path], dict[str, float]]] = {
    "moot": measure_moot,
    "floor": measure_floor,
    "autogen": measure_autogen,
    "crowd": measure_crowd,
}


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _alone(what: str, size: int, repeat: int) -> dict[str, float]:
    """Take a figure in fresh processes; keep the fastest."""
    found = []
    for _ in range(repeat):
        done = subprocess.run(
            [sys.executable, __file__, "--one", what, str(size)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(done.stderr)
        found.append(json.loads(done.stdout))
    return min(found, key=lambda figure: figure["seconds"])


def _table(lengths: Sequence[int], repeat: int) -> None:
    heads = ("turns", "floor", "moot", "moot/floor", "marginal", "autogen", "autogen/moot", "MB", "bytes/turn")
    print("".join(f"{head:>{WIDTH}}" for head in heads))
    before = (0, 0.0)
    for turns in lengths:
        floor, ours, theirs = (_alone(what, turns, repeat) for what in ("floor", "moot", "autogen"))
        least, mine, his = (figure["seconds"] / turns * 1000 for figure in (floor, ours, theirs))
        margin = (ours["seconds"] - before[1]) / (turns - before[0]) * 1000
        before = (turns, ours["seconds"])
        print(
            f"{turns:{WIDTH}}{least:{WIDTH}.4f}{mine:{WIDTH}.4f}{mine / least:{WIDTH}.1f}{margin:{WIDTH}.4f}"
            f"{his:{WIDTH}.4f}{his / mine:{WIDTH}.1f}{ours['megabytes']:{WIDTH}.0f}{ours['bytes'] / turns:{WIDTH}.0f}"
        )
    print("milliseconds per turn; marginal: per turn added since the line above; MB: Moot's peak memory")


def _crowds(sizes: Sequence[int], repeat: int) -> None:
    ideal = CROWD_TURNS * DELAY
    for runs in sizes:
        took = _alone("crowd", runs, repeat)["seconds"]
        print(f"{runs} runs of {CROWD_TURNS} turns at once: {took:.2f} s; ideal {ideal:.1f} s; x{took / ideal:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, nargs="+", default=[50, 200, 1000, 4000, 10000])
    parser.add_argument("--crowd", type=int, nargs="*", default=None)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        with tempfile.TemporaryDirectory() as folder:
            figure = MEASURES[asked.one[0]](int(asked.one[1]), Path(folder))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        figure["megabytes"] = peak / (2**20 if sys.platform == "darwin" else 2**10)
        print(json.dumps(figure))
    elif asked.crowd is not None:
        _crowds(asked.crowd or [100, 1000], asked.repeat)
    else:
        _table(asked.turns, asked.repeat)


if __name__ == "__main__":
    main()
