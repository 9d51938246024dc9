"""Play trials in this process, all in one event loop: for models, which one waits for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from moot_errors import Busy, MootError, StoreError
from sandbox.coordinator import Coordinator
from sandbox.experiments.executor import Assignment, Played
from sandbox.experiments.facts import Looking, facts_of
from sandbox.experiments.purse import Purse
from sandbox.play import play_on
from sandbox.resuming import aresume
from sandbox.sinks import StoreSink

if TYPE_CHECKING:
    from sandbox.experiments.planning import Experiment
    from sandbox.runs import Run
    from transcripts import Store

JOBS = 32


class LocalExecutor:
    """Play trials straight into the store."""

    batch = 1

    def __init__(self, experiment: Experiment, store: Store, purse: Purse, jobs: int | None = None) -> None:
        self.room = jobs or JOBS
        self._experiment, self._store, self._purse = experiment, store, purse
        self._under_way: dict[tuple[str, int], Coordinator] = {}
        self._stopped = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    def stop(self) -> None:
        """Stop every run at its next turn boundary."""
        self._stopped = True
        for coordinator in self._under_way.values():
            coordinator.stop()

    async def play(self, batch: Sequence[Assignment]) -> Sequence[Played]:
        """Play assignments one after the other."""
        return [await self._play(each) for each in batch]

    async def _play(self, one: Assignment) -> Played:
        try:
            return await (self._begin(one) if one.run is None else self._go_on(one, one.run))
        finally:
            self._under_way.pop(one.claim, None)

    async def _begin(self, one: Assignment) -> Played:
        purse = self._purse.open(self._experiment.limits)
        whole = self._experiment.plan_of(one.row).limited(purse)
        sink = StoreSink(self._store, one.claim)
        looking = Looking(sink)
        run = await play_on(whole, looking, started=lambda _, coordinator: self._started(one, coordinator))
        purse.settle(run.state.spent)
        facts = looking.finder.facts(run.state) if run.state.ended else {}
        return Played(one, run.status, facts, facts.get("fault"), run.name, sink.id)

    async def _go_on(self, one: Assignment, name: str) -> Played:
        purse = self._purse.open(self._experiment.limits, name)
        try:
            run = await aresume(
                name,
                self._store,
                budget=purse,
                trusted=self._experiment.workspace.trusted,
                started=lambda _, coordinator: self._started(one, coordinator),
            )
        except Busy:
            return Played(one, "busy", {})
        except StoreError:
            raise
        except MootError as error:
            return Played(one, "lost", {}, type(error).__name__.lower())
        purse.settle(run.state.spent)
        return Played(one, run.status, facts := self._facts(run), facts.get("fault"), run.name, self._id(run.name))

    def _facts(self, run: Run) -> dict[str, Any]:
        return facts_of(self._store.load(run.name)) if run.state.ended else {}

    def _id(self, name: str) -> int:
        return self._store.find(name).id

    def _started(self, one: Assignment, coordinator: Coordinator) -> None:
        self._under_way[one.claim] = coordinator
        if self._stopped:  # while it was being begun
            coordinator.stop()
