"""Kill whoever writes a store, again and again, and see that nothing acknowledged is ever lost.

    python benchmarks/kill_store.py --kills 500 --seed 1

Each round, a process records two runs, goes on with one that the round before left behind, and reports through a pipe
what was acknowledged.  The parent kills it after a seeded number of bytes and opens the store: every acknowledged event
is there, without a gap, and as it was written.  Two more processes write and read the same file all the while; and
every few rounds a new file is begun, so that some are killed while they create it.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from moot_errors import MootError, NotFound
from transcripts import Bodies, Event, Recording, Said, Seat, Started, Store

ROUNDS_A_FILE = 10


def main() -> int:
    """Run the kills, and report."""
    parser = argparse.ArgumentParser(description="Kill whoever writes a store, and see that nothing is lost.")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    began, acknowledged = time.perf_counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        for first in range(0, options.kills, ROUNDS_A_FILE):
            path = Path(folder) / f"{first}.db"
            others = [Process(path, neighbour), Process(path, reader)]
            try:
                for _ in range(min(ROUNDS_A_FILE, options.kills - first)):
                    acknowledged += kill_one(path, draw)
            except BaseException:
                for other in others:
                    other.kill()
                raise
            for other in others:
                other.stop()
            with Store.open(path, read_only=True) as store:
                assert store.check() == [], store.check()
                assert store.runs("neighbour"), "the neighbour wrote nothing"
    seconds = time.perf_counter() - began
    print(f"{options.kills} kills in {seconds:.1f} s: {acknowledged} events were acknowledged, and none was lost")
    return 0


class Process:
    """A forked process that does one thing until it is stopped; nobody has the store open when it is forked."""

    def __init__(self, path: Path, work: Callable[[Path, Callable[[str], None]], None]) -> None:
        self.output, writing = os.pipe()
        self.id = os.fork()
        if self.id == 0:
            status = 1
            try:
                os.close(self.output)
                work(path, lambda line: _write(writing, line))
                status = 0
            except MootError as error:
                print(error, file=sys.stderr)
            finally:
                os._exit(status)
        os.close(writing)

    def kill(self) -> None:
        """Kill it as the kernel would."""
        os.kill(self.id, signal.SIGKILL)
        os.waitpid(self.id, 0)

    def stop(self) -> None:
        """Ask it to stop, and raise if it had failed."""
        os.kill(self.id, signal.SIGTERM)
        _, status = os.waitpid(self.id, 0)
        os.close(self.output)
        assert status == 0, f"a process beside the one killed failed: {status}"


def _write(fd: int, line: str) -> None:
    os.write(fd, f"{line}\n".encode())


def kill_one(path: Path, draw: random.Random) -> int:
    """Let somebody write, kill them, and check what they left; gives the number of events acknowledged."""
    writer = Process(path, record)
    wanted = int(2 ** draw.uniform(0, 12)) - 1
    data = b""
    while len(data) < wanted and (more := os.read(writer.output, wanted - len(data))):
        data += more
    writer.kill()
    while more := os.read(writer.output, 65536):
        data += more
    os.close(writer.output)
    *lines, _cut_off = data.decode().split("\n")
    last: dict[str, int] = {}
    for line in lines:
        name, _, seq = line.rpartition(" ")
        last[name] = int(seq)
    return check(path, last)


def check(path: Path, last: dict[str, int]) -> int:
    """Open what the dead left behind: all that was acknowledged is there, and others can have it."""
    if not path.exists():
        assert not last
        return 0
    with Store.open(path) as store:
        for name, seq in last.items():
            events = store.load(name).events
            assert len(events) >= seq, f"{name} lost events: {seq} were acknowledged, and {len(events)} are there"
            for turn, event in enumerate(events[1:], 1):
                assert isinstance(event, Said) and (event.turn, event.text) == (turn, text(turn)), f"{name}: {event!r}"
            assert not store.find(name).live
            store.resume(name).close()
        findings = store.check()
        assert findings == [], findings
        old = [run.name for run in store.runs("killed")][2:]
        store.remove(old)
    return sum(last.values())


def text(turn: int) -> str:
    """Give what is said in that turn: often little, sometimes a lot, so that the log is written back often."""
    return f"turn {turn} " + "and a long story " * (2_000 if turn % 5 == 0 else 3)


def say(turn: int) -> Event:
    """Give the message of that turn."""
    return Said(tick=turn, turn=turn, thread="table", seat="one", n=turn, text=text(turn))


def begin(store: Store, scenario: str) -> Recording:
    """Begin a run."""
    bodies = Bodies()
    situation = bodies.put({"threads": {"table": {"members": ["one"]}}})
    cast = {"one": Seat(brain={})}
    return store.begin(Started(name=scenario, seed=1, cast=cast, scenario=situation, situation=situation), bodies)


def record(path: Path, report: Callable[[str], None]) -> None:
    """Record two new runs and an old one until killed, and report each acknowledgement."""
    with Store.open(path) as store:
        recordings = [(begin(store, "killed"), 1), (begin(store, "killed"), 1)]
        for recording, _ in recordings:
            store.wait(recording.ticket)
            report(f"{recording.name} 1")
        for run in store.runs("killed")[2:3]:
            recordings.append((store.resume(run.name), run.turns + 1))
        size = 0
        while True:
            size = size % 7 + 1
            for index, (recording, seq) in enumerate(recordings):
                recording.append([say(turn) for turn in range(seq, seq + size)])
                recordings[index] = (recording, seq + size)
            for recording, seq in recordings:
                store.wait(recording.ticket)
                report(f"{recording.name} {seq}")


def _until_stopped() -> list[bool]:
    stopped: list[bool] = []

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.append(True)

    signal.signal(signal.SIGTERM, stop)
    return stopped


def neighbour(path: Path, _report: Callable[[str], None]) -> None:
    """Write runs of one's own to the same file."""
    stopped = _until_stopped()
    with Store.open(path) as store:
        while True:
            with begin(store, "neighbour") as recording:
                for turn in range(1, 10):
                    store.wait(recording.append([say(turn)]))
            store.remove([run.name for run in store.runs("neighbour")][3:])
            if stopped:
                return


def reader(path: Path, _report: Callable[[str], None]) -> None:
    """Read the same file, and find only whole runs in it."""
    stopped = _until_stopped()
    while not stopped:
        if not path.exists():
            continue
        try:
            store = Store.open(path, read_only=True)
        except MootError:
            continue  # it is being created
        with store:
            for run in store.runs(limit=3):
                try:
                    events = store.load(run.name).events
                except NotFound:
                    continue  # it was deleted meanwhile
                assert len(events) >= 1 + run.turns
            store.search("story", limit=5)


if __name__ == "__main__":
    sys.exit(main())
