"""Play what is not done yet of an experiment: claim it, hand it out, write down what comes back."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from sandbox.experiments.design import Design
from sandbox.experiments.executor import Assignment, Executor, Played
from sandbox.experiments.facts import facts_of
from sandbox.experiments.progress import Notify, Progress
from sandbox.experiments.purse import Purse
from transcripts import Spent, TrialRow

if TYPE_CHECKING:
    from sandbox.experiments.planning import Experiment
    from transcripts import Claim, Store

_WINDOW = 1_000
"""So many trials are looked at when some are claimed."""
_FACTS = 100
"""So many runs' facts are written together."""
_PATIENCE = 0.5
"""Seconds after which to ask again whether somebody else is done with a trial."""


class Runner:
    """Play an experiment once; `stop` stops it after the turns under way.  Either can be gone on with."""

    def __init__(
        self,
        experiment: Experiment,
        store: Store,
        executor: Executor,
        purse: Purse,
        *,
        shard: tuple[int, int] | None = None,
        notify: Notify = lambda progress, played: None,
    ) -> None:
        self._experiment, self._store, self._executor, self._purse = experiment, store, executor, purse
        self._rows = {row.key: row for row in shard_of(experiment.rows, shard)}
        self._queue = deque(self._rows)
        self._ready: deque[Assignment] = deque()
        self._elsewhere: list[str] = []
        self._tasks: set[asyncio.Task[Sequence[Played]]] = set()
        self._facts: dict[int, str] = {}
        self._notify = notify
        self._wake = asyncio.Event()
        self.progress = Progress(experiment.design.name, len(self._rows))

    def stop(self, reason: str = "stopped") -> None:
        """Begin nothing more, and stop what is under way."""
        if not self.progress.stopped:
            self.progress.stopped = reason
            self._executor.stop()
            self._wake.set()

    async def run(self) -> Progress:
        """Play until all is done or it is stopped; raises StoreError, and what keeps every trial from being played."""
        table = self._store.trials
        table.save(self._experiment.design.name, plan_data(self._experiment), self._experiment.rows)
        self._purse.begin(spent_by(self._store, self._rows), self._is_empty)
        seconds = self._experiment.written.spec.budget.seconds
        holder = table.hold()
        ticking = asyncio.ensure_future(self._tick())
        alarm = None if seconds is None else asyncio.get_running_loop().call_later(seconds, self._is_late, seconds)
        try:
            self._purse.check()
            if not self.progress.stopped:
                await self._play_all(holder)
        finally:
            ticking.cancel()
            if alarm:
                alarm.cancel()
            table.note_now(self._facts)
            table.let_go(holder)
        if not self.progress.left:
            self.progress.stopped = ""
        self._tell()
        return self.progress

    async def _play_all(self, holder: int) -> None:
        async with self._executor:
            try:
                await self._loop(holder)
            finally:
                await self._cancel()

    def _is_empty(self, what: str) -> None:
        self.stop(f"the budget of {what} is used up")

    def _is_late(self, seconds: float) -> None:
        self.stop(f"the budget of {seconds:g} seconds is used up")

    async def _tick(self) -> None:
        """Say how far it is every second: with models a trial may take minutes."""
        while True:
            await asyncio.sleep(1)
            self._tell()

    async def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _loop(self, holder: int) -> None:
        while True:
            if not self.progress.stopped:
                await self._claim(holder)
                self._begin()
            if self._tasks:
                await self._wait()
            elif self.progress.stopped or not (self._queue or self._elsewhere or self._ready):
                return
            elif not self._queue and not self._ready:  # all that is left is being played by others
                await self._nap()

    async def _nap(self) -> None:
        self._tell()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self._wake.wait()
        self._queue.extend(self._elsewhere)
        self._elsewhere.clear()

    async def _claim(self, holder: int) -> None:
        """Claim ahead, so that nobody waits for it."""
        room = self._executor.room
        while self._queue and len(self._ready) <= room // 2 and not self.progress.stopped:
            window = [self._queue[place] for place in range(min(len(self._queue), _WINDOW))]
            claims = await self._store.trials.claim(window, holder, room, self._experiment.attempts)
            for each in claims:
                self._queue.popleft()
                self._take(each)
        self.progress.elsewhere = len(self._elsewhere)

    def _take(self, claim: Claim) -> None:
        match claim.state:
            case "mine":
                self._ready.append(Assignment(self._rows[claim.key], claim.attempt, claim.run))
            case "busy":
                self._elsewhere.append(claim.key)
            case "failed":
                self.progress.failed += 1
            case _:
                self.progress.there += 1

    def _begin(self) -> None:
        """Hand out what there is room for."""
        executor = self._executor
        while self._ready and self.progress.under_way < executor.room:
            size = min(executor.batch, len(self._ready), executor.room - self.progress.under_way)
            batch = [self._ready.popleft() for _ in range(size)]
            self.progress.under_way += size
            self._tasks.add(asyncio.ensure_future(self._play(batch)))

    async def _play(self, batch: Sequence[Assignment]) -> Sequence[Played]:
        try:
            return [await self._keep(played) for played in await self._executor.play(batch)]
        finally:
            self.progress.under_way -= len(batch)

    async def _keep(self, played: Played) -> Played:
        """Write a run that was played elsewhere."""
        one = played.assignment
        if played.status == "lost":
            await self._store.trials.give_up(*one.claim, played.fault or "unknown")
        if played.packed is None:
            return played
        run_id, run = await self._store.trials.take(played.packed, one.claim)
        if played.facts:
            spent = Spent(played.facts["calls"], played.facts["tokens"], played.facts["spent"])
            self._purse.take(spent, Spent())
        return Played(one, played.status, played.facts, played.fault, run, run_id)

    async def _wait(self) -> None:
        done, self._tasks = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for batch in await asyncio.gather(*done):
            for played in batch:
                self._count(played)
        if len(self._facts) >= _FACTS:
            facts, self._facts = self._facts, {}
            await self._store.trials.note(facts)

    def _count(self, played: Played) -> None:
        progress, key = self.progress, played.assignment.row.key
        if played.facts and played.run_id is not None:
            self._facts[played.run_id] = json.dumps(played.facts)
        match played.status:
            case "done":
                progress.done += 1
            case "exhausted":
                progress.exhausted += 1
            case "busy":
                self._elsewhere.append(key)
            case "failed" | "lost":
                progress.faults[played.fault or "unknown"] += 1
                self._purse.fail()
                self._queue.append(key)
            case _:
                pass
        self._tell(played)

    def _tell(self, played: Played | None = None) -> None:
        self.progress.cost = self._purse.spent.cost
        self._notify(self.progress, played)


def shard_of(rows: Sequence[TrialRow], shard: tuple[int, int] | None) -> Sequence[TrialRow]:
    """Give every n-th row, beginning with the i-th; the runs of a series and all arms of a context stay together."""
    if shard is None:
        return rows
    part, parts = shard
    return [row for row in rows if row.number % parts == part - 1]


def spent_by(store: Store, keys: Iterable[str]) -> dict[str, Spent]:
    """Say what each attempt at these trials took, by its run: those that are open too, for they were paid for."""
    found: dict[str, Spent] = {}
    for attempt in store.trials.attempts(keys):
        if attempt.run is not None:
            facts = json.loads(attempt.facts) if attempt.facts else {}
            if "spent" not in facts:
                facts = facts_of(store.load(attempt.run))
            found[attempt.run] = Spent(facts["calls"], facts["tokens"], facts["spent"])
    return found


def plan_data(experiment: Experiment) -> dict[str, object]:
    """Write an experiment as the store keeps it."""
    from pydantic import TypeAdapter

    design = TypeAdapter(Design).dump_python(experiment.design, mode="json")
    return {"design": design, "manifest": dict(experiment.manifest), "attempts": experiment.attempts}
