"""Kill whoever plays an experiment, again and again, and see that each trial is there once and as it would have been.

    python benchmarks/kill_experiments.py --kills 200 --seed 1

Each round, processes play one experiment with one store until it is done: in one process with a simulated model that
takes its time, or with rule brains in workers, of their own or of a Dask cluster; now and then two at once.  At seeded
moments the parent, a worker or the cluster's scheduler is killed, and whoever was killed is begun again.  Afterwards
every trial has one run that counts, no trial was done twice, and each run's content is, byte for byte, that of an
experiment that nobody disturbed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any, Self

from sandbox.experiments import experiment, read_results
from sandbox.workspace import Workspace
from transcripts import Store

MODELS = '[models.slow]\nprovider = "simulated"\nsimulated = {latency = [0.001, 0.01]}\n'
EXPERIMENT = """\
scenario: used-bike
vary:
  seller.brain: [{brains}]
  parameters.asking: [300, 400]
trials: {trials}
attempts: 100
"""
RULES = "boulware, conceder, linear"
KINDS = {"local": ("boulware, {kind: llm, model: slow}", 3), "processes": (RULES, 40), "dask": (RULES, 40)}
RIVALS = 0.3
"""How often a second process plays the same experiment at the same time."""
PATIENCE = 12
"""Kills in one round, after which it is let go on to its end."""


def main() -> None:
    """Kill so often, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--executor", choices=list(KINDS), help="all in turn, unless given")
    parser.add_argument("--trials", type=int, help="of each arm; 3 in one process and 40 otherwise, unless given")
    given = parser.parse_args()
    if given.trials:
        KINDS.update({kind: (brains, given.trials) for kind, (brains, _) in KINDS.items()})
    draw, began = random.Random(given.seed), time.monotonic()
    kills: Counter[str] = Counter()
    rounds = trials = 0
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        lab = stack.enter_context(Lab(Path(folder))) if given.executor in (None, "dask") else None
        whole = {kind: undisturbed(Path(folder), kind) for kind in KINDS if given.executor in (None, kind)}
        while sum(kills.values()) < given.kills or rounds < len(whole):
            kind = list(whole)[rounds % len(whole)]
            home = prepared(Path(folder) / f"round-{rounds}", kind)
            kills += survive(home, kind, draw, given.kills - sum(kills.values()), lab if kind == "dask" else None)
            trials += compare(home, whole[kind])
            rounds += 1
    took = time.monotonic() - began
    killed = ", ".join(f"{count} of the {who}" for who, count in sorted(kills.items()))
    print(f"{sum(kills.values())} kills ({killed}) in {took:.0f} s, {rounds} experiments, {trials:,} trials:")
    print("each is there once, and is what it would have been")


def prepared(home: Path, kind: str) -> Path:
    """Make a workspace with the experiment."""
    home.mkdir()
    (home / "moot.toml").write_text(MODELS)
    brains, trials = KINDS[kind]
    (home / "killed.yaml").write_text(EXPERIMENT.format(brains=brains, trials=trials))
    return home


def undisturbed(folder: Path, kind: str) -> dict[str, bytes]:
    """Play it in one go; gives each trial's content by its key."""
    home = prepared(folder / f"whole-{kind}", kind)
    experiment(home / "killed.yaml", workspace=Workspace(home))
    return contents(home)


def contents(home: Path) -> dict[str, bytes]:
    """Give the content of each trial's run that counts; fails where one is missing, or was done twice."""
    with Store.open(home / "transcripts.db") as store:
        assert store.check() == [], store.check()
        kept = store.trials.load("killed")
        found: dict[str, bytes] = {}
        for row in kept.rows:
            over = [each for each in kept.attempts.get(row.key, []) if each.is_over]
            assert len(over) == 1, f"{row}: {len(over)} of its attempts are done"
            assert over[0].run is not None
            found[row.key] = store.load(over[0].run).to_jsonl()
        assert read_results("killed", store, Workspace(home)).complete
        tried = {each.run for attempts in kept.attempts.values() for each in attempts}
        stray = [info.name for info in store.runs() if info.name not in tried]
        assert not stray, f"runs that belong to no trial: {stray}"
        return found


class Lab:
    """A Dask cluster, each part of it a process that can be killed."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self._log = (folder / "lab.log").open("wb")
        self.scheduler = self._start_scheduler()
        self.workers = [self._start_worker() for _ in range(2)]

    def _start(self, *words: str) -> subprocess.Popen:
        said: dict[str, Any] = {"stdout": self._log, "stderr": self._log, "cwd": Path(self._log.name).parent}
        return subprocess.Popen([sys.executable, "-P", "-m", "dask", *words], **said)

    def _start_scheduler(self) -> subprocess.Popen:
        port = self.address.rpartition(":")[2]
        return self._start("scheduler", "--host", "127.0.0.1", "--port", port, "--dashboard-address", ":0")

    def _start_worker(self) -> subprocess.Popen:
        alone = ("--no-nanny", "--no-dashboard", "--nthreads", "1", "--host", "127.0.0.1")
        return self._start("worker", self.address, *alone)

    def kill(self, who: str, draw: random.Random) -> None:
        """Kill a worker or the scheduler, and begin it again."""
        if who == "schedulers":
            end(self.scheduler, *self.workers)  # workers of a scheduler that is gone are of no use to the next
            self.scheduler = self._start_scheduler()
            self.workers = [self._start_worker() for _ in self.workers]
        else:
            end(self.workers.pop(draw.randrange(len(self.workers))))
            self.workers.append(self._start_worker())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        end(self.scheduler, *self.workers)
        self._log.close()


def end(*processes: subprocess.Popen) -> None:
    """Kill processes, and wait until they are gone."""
    for process in processes:
        process.kill()
        process.wait()


class Player:
    """A process that plays the experiment, or goes on with it."""

    def __init__(self, home: Path, kind: str, lab: Lab | None) -> None:
        words = ["-P", "-c", "from sandbox.cli import main; main()", "--workspace", str(home)]
        words += ["experiment", "run", str(home / "killed.yaml"), "--json"]
        words += ["--executor", f"dask={lab.address}" if lab else kind]
        words += [] if lab else ["--jobs", "2" if kind == "processes" else "6"]
        self.process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.trials, self.said = 0, ""
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for _ in self.process.stdout:
            self.trials += 1

    def until(self, trials: int) -> bool:
        """Wait until it has played so many; False where it ended before."""
        while self.trials < trials:
            if self.process.poll() is not None:
                return False
            time.sleep(0.002)
        return True

    def end(self) -> int:
        """Wait for its end, and give its exit code."""
        assert self.process.stderr is not None
        self.said = self.process.stderr.read().decode()
        code = self.process.wait()
        self._reading.join()
        return code


def survive(home: Path, kind: str, draw: random.Random, most: int, lab: Lab | None) -> Counter[str]:
    """Play until it is done, killing on the way."""
    kills: Counter[str] = Counter()
    playing = [Player(home, kind, lab)]
    while playing:
        if draw.random() < RIVALS and len(playing) < 2:
            playing.append(Player(home, kind, lab))
        chosen = draw.choice(playing)
        if sum(kills.values()) < min(most, PATIENCE) and chosen.until(chosen.trials + draw.randrange(12)):
            time.sleep(draw.uniform(0, 0.02))
            who = strike(chosen, lab, draw)
            kills[who] += 1
            if who == "workers":
                continue
        code = chosen.end()
        assert code in (0, -9) or (code == 1 and kills["schedulers"]), f"exit code {code}: {chosen.said}"
        playing.remove(chosen)
        if code and not playing:
            playing.append(Player(home, kind, lab))
    return kills


def strike(chosen: Player, lab: Lab | None, draw: random.Random) -> str:
    """Kill somebody, and say who it was."""
    workers = children(chosen.process.pid)
    if lab and (who := draw.choice(["schedulers", "workers", "parents"])) != "parents":
        lab.kill(who, draw)
        return who
    if workers and draw.random() < 0.5:
        kill(draw.choice(workers))
        return "workers"
    kill(chosen.process.pid)
    return "parents"


def children(pid: int) -> list[int]:
    """List the processes that a process has begun."""
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def kill(pid: int) -> None:
    """Kill a process, if it is still there."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def compare(home: Path, whole: dict[str, bytes]) -> int:
    """Fail where a trial is not what it would have been."""
    found = contents(home)
    assert found.keys() == whole.keys()
    wrong = [key for key in whole if found[key] != whole[key]]
    assert not wrong, f"{len(wrong)} of {len(whole)} trials are not what they would have been"
    return len(found)


if __name__ == "__main__":
    main()
