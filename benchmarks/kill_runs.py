"""Kill whoever plays runs, again and again, and see that each is resumed and becomes what it would have been.

    python benchmarks/kill_runs.py --kills 1000 --seed 1

Each round, a process plays three runs at once and three forks of them, one a fork of a fork: language models that a
server on this machine simulates, rules, a script, a brain of its program's own that asks three questions at once, and
persons who say something at the forks.  It reports through a pipe what was acknowledged.  The parent kills it after a
seeded number of bytes and a seeded moment; the next process resumes what is there and begins what is not, until all is
over.  Now and then a rival resumes the same runs at the same time, and is told that they are being written.

Afterwards each run's content is, byte for byte, that of one that was never killed; nothing that was acknowledged is
missing; and by the server's own count no call was made again whose answer was recorded, and none was made that was not
recorded as asked before.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from moot_errors import Busy, WrongUse
from sandbox import Reply, View, arun
from sandbox.forking import Change, afork
from sandbox.models import ChatMessage, Request
from sandbox.resuming import aresume
from sandbox.workspace import Workspace
from scenarios import scenario_from_data
from transcripts import Answered, Asking, Event, Forked, Offer, State, Store, Transcript, content_of

SERVER = Path(__file__).with_name("_outside.py")
LATENCY = 0.01
"""Seconds that an answer takes at most."""
RIVALS = 0.15
"""How often a second process tries to resume the same runs."""
PATIENCE = 120
"""Kills in one round, after which it is let go on to its end."""


class Gathering:
    """Ask three questions at once, and a fourth about all the answers."""

    async def reply(self, view: View) -> Reply:
        heard = await asyncio.gather(*(self._ask(view, word) for word in ("first", "second", "third")))
        return Reply(await self._ask(view, " ".join(heard)))

    async def _ask(self, view: View, question: str) -> str:
        assert view.ask is not None
        told = f"{view.known.story} {view.turn}: {question}"
        request = Request(messages=(ChatMessage(role="user", content=told),))
        return (await view.ask("outside", request, purpose="speak")).text


@dataclass(frozen=True)
class Job:
    """A run that is to be brought to its end, known by its seed."""

    seed: int
    scenario: dict[str, Any]
    cast: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    program: str | None = None
    """The seat that `Gathering` takes."""
    parent: int | None = None
    """The seed of the run that it is a fork of."""
    at: int = 0
    change: Change = field(default_factory=Change)

    def brains(self) -> dict[str, Any]:
        return {self.program: Gathering()} if self.program else {}


def jobs_of(number: int) -> list[Job]:
    """Give the runs of a round; each tells its own story, so that no two ask the same."""
    first = 1000 + 10 * number
    everything = {"kind": "llm", "model": "outside", "seed": True}
    recent = {**everything, "context": {"last": 3}}
    summing = {**everything, "context": {"summary": {"keep": 2, "every": 2}}}
    script = {"kind": "script", "lines": ["Good morning.", "That is true.", "Go on."], "then": "repeat"}
    bike = Job(first, _bike(first), {"seller": "@linear"}, {"buyer.brain": everything})
    talk = Job(first + 1, _rooms(first + 1), settings={"a.brain": recent, "b.brain": summing, "c.brain": recent})
    mixed = Job(first + 2, _rooms(first + 2), settings={"a.brain": recent, "c.brain": script}, program="b")
    offer = Offer(terms={"price": 200, "pickup": "today"})
    said = Change(say={"buyer": "200, and I take it now.", "seller": "Hm."}, acts={"buyer": offer})
    fork = Job(first + 3, bike.scenario, parent=bike.seed, at=4, change=said)
    recast = Job(first + 4, talk.scenario, parent=talk.seed, at=5, change=Change(settings={"a.brain.context.last": 1}))
    chain = Job(first + 5, bike.scenario, parent=fork.seed, at=6, change=Change(cast={"seller": "@conceder"}))
    return [bike, talk, mixed, fork, recast, chain]


def _bike(number: int) -> dict[str, Any]:
    price = {"from": 100, "to": 400, "step": 10}
    return {
        "title": "A bike",
        "story": f"Take {number}.",
        "issues": {"price": price, "pickup": ["today", "weekend"]},
        "participants": {
            "seller": {"prefers": {"price": {100: 0, 400: 60}}, "no_deal": 50},
            "buyer": {"prefers": {"price": {100: 60, 400: 0}}, "no_deal": 30},
        },
        "threads": {"table": {"members": "all", "speakers": "alternating"}},
        "end": {"agreement": "all", "rounds": 6},
    }


def _rooms(number: int) -> dict[str, Any]:
    threads = {"left": {"members": ["a", "b"]}, "right": {"members": ["b", "c"]}, "hall": {"members": "all"}}
    seats: dict[str, Any] = {"a": {}, "b": {}, "c": {}}
    return {
        "title": "Three rooms",
        "story": f"Take {number}.",
        "participants": seats,
        "threads": threads,
        "end": {"rounds": 2},
    }


class Outside:
    """A model behind a socket, in a process of its own; it writes each request down before it answers."""

    def __init__(self, log: Path) -> None:
        log.touch()
        self.log = log
        command = [sys.executable, str(SERVER), str(log), str(LATENCY)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        self._from = 0

    def forget(self) -> None:
        """Count anew from here."""
        self._from = self.log.stat().st_size

    def seen(self) -> Counter[str]:
        """Count the requests that came, by their hash."""
        return Counter(self.log.read_bytes()[self._from :].decode().split())


class Process:
    """A forked process that does one thing; nobody has a store open when it is forked."""

    def __init__(self, work: Callable[[Callable[[str], None]], None]) -> None:
        self.output, writing = os.pipe()
        self.id = os.fork()
        if self.id == 0:
            status = 1
            try:
                os.close(self.output)
                work(lambda line: _write(writing, line))
                status = 0
            except BaseException:  # noqa: BLE001  whatever it is, it is this process's end
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(status)
        os.close(writing)

    def read(self, size: float = math.inf) -> bytes:
        """Read so many bytes of its reports, or all that it makes before it ends by itself."""
        data = b""
        while len(data) < size and (more := os.read(self.output, int(min(size - len(data), 65536)))):
            data += more
        return data

    def kill(self) -> tuple[bytes, bool]:
        """Kill it as the kernel would; gives what it had still reported, and whether it had ended by itself."""
        os.kill(self.id, signal.SIGKILL)
        return self.wait()

    def wait(self) -> tuple[bytes, bool]:
        """Wait for its end; gives the same as `kill`."""
        left = self.read()
        _, status = os.waitpid(self.id, 0)
        os.close(self.output)
        killed = os.WIFSIGNALED(status)
        assert killed or os.WEXITSTATUS(status) == 0, "a process failed; see above"
        return left, not killed


def _write(fd: int, line: str) -> None:
    os.write(fd, f"{line}\n".encode())


@dataclass(frozen=True)
class Site:
    """Where a round is played."""

    folder: Path
    jobs: list[Job]

    def play(self, database: str, report: Callable[[str], None], *, only_resume: bool = False) -> None:
        """Bring all runs to their ends: resume those that are there, begin the others, fork when a parent is done."""
        asyncio.run(self._play(self.folder / database, report, only_resume))

    async def _play(self, path: Path, report: Callable[[str], None], only_resume: bool) -> None:
        with Store.open(path) as store:
            names = {run.seed: run.name for run in store.runs()}
            left = {run.seed for run in store.runs(status="open")}
            over = {job.seed: asyncio.Event() for job in self.jobs}
            player = _Player(store, Workspace(self.folder), names, left, over, report, only_resume)
            await asyncio.gather(*map(player.bring, self.jobs))


@dataclass
class _Player:
    store: Store
    workspace: Workspace
    names: dict[int, str]
    left: set[int]
    over: dict[int, asyncio.Event]
    report: Callable[[str], None]
    only_resume: bool
    busy: set[int] = field(default_factory=set)

    async def bring(self, job: Job) -> None:
        """Bring one run to its end."""
        try:
            if job.seed in self.left:
                await aresume(self.names[job.seed], self.store, brains=job.brains(), **self._watched(job))
            elif job.seed not in self.names and not self.only_resume:
                await self._begin(job)
        except Busy:
            self.report("busy")
            self.busy.add(job.seed)
        except WrongUse:  # a rival may have been faster, and it is over
            if self.store.find(self.names[job.seed]).status == "open":
                raise
        self.over[job.seed].set()

    async def _begin(self, job: Job) -> None:
        common: dict[str, Any] = {"seed": job.seed, "workspace": self.workspace, "brains": job.brains()}
        if job.parent is None:
            source = scenario_from_data(job.scenario, "bench")
            run = await arun(
                source, store=self.store, cast=job.cast, settings=job.settings, **common, **self._watched(job)
            )
        else:
            await self.over[job.parent].wait()
            if job.parent in self.busy:
                raise Busy("its parent is being written")
            parent = self.names[job.parent]
            at = min(job.at, self.store.find(parent).turns - 1)
            run = await afork(parent, self.store, at=at, change=job.change, **common, **self._watched(job))
        self.names[job.seed] = run.name

    def _watched(self, job: Job) -> dict[str, Any]:
        def watch(event: Event, state: State) -> None:
            self.report(f"{job.seed} {event.tick} {event.turn} {event.step} {event.kind}")

        return {"watch": watch}


@dataclass
class Findings:
    """What was counted over all rounds."""

    kills: int = 0
    acknowledged: int = 0
    busy: int = 0
    runs: int = 0
    calls: int = 0
    again: int = 0
    """Calls that were made more than once, for their answers were lost with a process."""


def play_round(folder: Path, number: int, outside: Outside, draw: random.Random, found: Findings, most: int) -> None:
    """Play a round once in peace, and once while it is killed, and compare."""
    site = Site(folder, jobs_of(number))
    Process(lambda report: site.play("peace.db", report)).wait()
    whole = _contents(folder / "peace.db")
    assert len(whole) == len(site.jobs), "in peace not all were played"
    outside.forget()
    recorded: dict[str, int] = {}
    told: set[tuple[str, ...]] = set()
    last, over = found.kills + min(PATIENCE, most), False
    while not over:
        wanted = int(2 ** draw.uniform(0, 11)) if found.kills < last else math.inf
        lines, over = _kill_one(site, draw, wanted)
        found.kills += not over
        found.busy += lines.count("busy")
        told |= {tuple(line.split()) for line in lines if line != "busy"}
        left = _contents(folder / "war.db")
        _check_acknowledged(told, left)
        seen = outside.seen()
        for name in (str(call.system) for call in _calls(left)):
            assert seen[name] == recorded.setdefault(name, seen[name]), "a call was made again that had an answer"
    found.acknowledged += len(told)
    _check_whole(whole, _contents(folder / "war.db"), outside.seen(), found)
    with Store.open(folder / "war.db", read_only=True) as store:
        assert store.check() == [], store.check()


def _kill_one(site: Site, draw: random.Random, wanted: float) -> tuple[list[str], bool]:
    """Let a process play, and sometimes a rival; kill them; give the lines reported, and whether all was over."""
    player = Process(lambda report: site.play("war.db", report))
    rival = None
    if draw.random() < RIVALS and (site.folder / "war.db").exists():
        rival = Process(lambda report: site.play("war.db", report, only_resume=True))
    data = player.read(wanted)
    time.sleep(draw.uniform(0, LATENCY * 2) if len(data) == wanted else 0)
    more, ended = player.kill()
    beside = rival.kill()[0] if rival else b""
    lines = [*(data + more).decode().split("\n")[:-1], *beside.decode().split("\n")[:-1]]
    return lines, ended and "busy" not in lines


def _contents(path: Path) -> dict[int, Transcript]:
    if not path.exists():
        return {}
    with Store.open(path) as store:
        return {run.seed: store.load(run.name) for run in store.runs()}


def _calls(runs: Mapping[int, Transcript]) -> list[Answered]:
    return [event for run in runs.values() for event in run.events if isinstance(event, Answered)]


def _check_acknowledged(told: set[tuple[str, ...]], left: Mapping[int, Transcript]) -> None:
    """Find everything that was acknowledged."""
    there = {
        (str(seed), str(event.tick), str(event.turn), str(event.step), event.kind)
        for seed, run in left.items()
        for event in run.events
    }
    assert told <= there, f"lost: {sorted(told - there)[:5]}"


def _check_whole(
    whole: Mapping[int, Transcript], left: Mapping[int, Transcript], seen: Counter[str], found: Findings
) -> None:
    """Compare with what was played in peace, and with what the server saw."""
    asked: Counter[str] = Counter()
    for seed, run in whole.items():
        again = left[seed]
        if not again.equals(run):
            pairs = zip(run.content(), again.content(), strict=False)
            first = next((pair for pair in pairs if content_of(pair[0]) != content_of(pair[1])), None)
            raise AssertionError(f"run {seed} became another one: {first}")
        positions = Counter(event.position for event in again.events if event.is_content)
        assert positions.most_common(1)[0][1] == 1, f"an event of run {seed} is doubled"
        after = next((event.after for event in reversed(again.events) if isinstance(event, Forked)), 0)
        own = [event for event in again.events if event.turn > after]  # before that are its parent's
        asked.update(event.fingerprint for event in own if isinstance(event, Asking))
    names = {call.fingerprint: str(call.system) for call in _calls(left)}
    for fingerprint, name in names.items():
        assert 1 <= seen[name] <= asked[fingerprint], f"{seen[name]} calls, and {asked[fingerprint]} were recorded"
    assert not seen.keys() - set(names.values()), "a call was made that nobody recorded"
    found.runs += len(whole)
    found.calls += len(names)
    found.again += sum(seen[name] > 1 for name in names.values())


def run_kills(kills: int, seed: int) -> Findings:
    """Kill so many times."""
    draw, found = random.Random(seed), Findings()
    with tempfile.TemporaryDirectory(prefix="kill-runs-") as folder:
        outside = Outside(Path(folder) / "seen")
        try:
            number = 0
            while found.kills < kills:
                place = Path(folder) / str(number)
                place.mkdir()
                profile = f'model = "outside"\nbase_url = "{outside.url}"\nretries = 0\n'
                (place / "moot.toml").write_text(f"[models.outside]\n{profile}")
                play_round(place, number, outside, draw, found, kills - found.kills)
                number += 1
        finally:
            outside.process.terminate()
            outside.process.communicate()
    return found


def main() -> int:
    """Run the kills, and report."""
    parser = argparse.ArgumentParser(description="Kill whoever plays runs, and see that each becomes what it would.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.perf_counter()
    found = run_kills(options.kills, options.seed)
    print(
        f"{found.kills} kills in {time.perf_counter() - began:.0f} s: {found.runs} runs were resumed until they ended,"
        f" and each is what it would have been; {found.acknowledged} events were acknowledged, and none was lost or"
        f" doubled; of {found.calls} calls {found.again} were made again, each of them never answered on record;"
        " a rival"
        f" was told {found.busy} times to wait"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
