"""An experiment in one call: `moot.experiment`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moot_errors import WrongUse
from sandbox.experiments.executor import Executor, GoingOn
from sandbox.experiments.planning import Experiment, prepare
from sandbox.experiments.progress import Notify, Progress
from sandbox.experiments.purse import Purse
from sandbox.experiments.running import Runner
from sandbox.play import wait_for
from sandbox.sinks import borrow
from sandbox.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from sandbox.experiments.results import Results
    from transcripts import Store

DASK = "dask="
"""How the name of an executor begins that is a Dask cluster; the address of its scheduler follows."""


@dataclass(frozen=True)
class Course:
    """How an experiment went this time."""

    name: str
    progress: Progress
    database: Path
    workspace: Workspace = field(repr=False)

    def results(self) -> Results:
        """Read its results: of all times, and not of this one only."""
        from sandbox.experiments.reading import read_results
        from transcripts import Store

        with Store.open(self.database) as store:
            return read_results(self.name, store, self.workspace)


async def aexperiment(
    file: str | Path | Mapping[str, Any],
    *,
    jobs: int | None = None,
    executor: str = "local",
    shard: tuple[int, int] | None = None,
    yes: bool = False,
    name: str = "",
    workspace: Workspace | None = None,
    store: Store | None = None,
    notify: Notify = lambda progress, played: None,
    started: Callable[[Runner], None] | None = None,
) -> Course:
    """Play what is not done yet of an experiment.

    `file` is its name in the workspace's `experiments/`, its path, or what would stand in it.  So many `jobs` are
    played at once: in this process, or with `executor="processes"` in so many, or with `executor="dask=ADDRESS"` by the
    workers of that Dask scheduler.  Of a `shard` (i, n) every n-th trial is
    played, beginning with the i-th.  More than 10,000 runs are an error without `yes`.  `notify` is called with the
    progress whenever a trial is over, `started` with what can `stop` it.  Raises DocumentError and NotFound before
    anything is written.
    """
    workspace = workspace or find_workspace()
    experiment = prepare(file, workspace=workspace, name=name, yes=yes)
    return await conduct(experiment, jobs, executor, shard, store, notify, started)


def experiment(file: str | Path | Mapping[str, Any], **options: Any) -> Course:
    """Play what is not done yet of an experiment; takes what `aexperiment` takes."""
    return wait_for("experiment", lambda: aexperiment(file, **options))


async def conduct(
    experiment: Experiment,
    jobs: int | None = None,
    kind: str = "local",
    shard: tuple[int, int] | None = None,
    store: Store | None = None,
    notify: Notify = lambda progress, played: None,
    started: Callable[[Runner], None] | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> Course:
    """Play an experiment that is prepared; takes what `aexperiment` takes.  `say` is told what one waits for."""
    if shard is not None and not 1 <= shard[0] <= shard[1]:
        raise WrongUse(f"there is no shard {shard[0]} of {shard[1]}", remedy="they are numbered from 1")
    if jobs is not None and jobs < 1:
        raise WrongUse(f"{jobs} jobs play nothing", remedy="give it one or more")
    purse = Purse(experiment.written.spec.budget)
    async with _opened(store, experiment.workspace) as opened:
        _look_for_arms(experiment, opened, say)
        chosen = _executor(kind, experiment, opened, purse, jobs, say)
        runner = Runner(experiment, opened, chosen, purse, shard=shard, notify=notify)
        if started:
            started(runner)
        progress = await runner.run()
        return Course(experiment.design.name, progress, opened.path, experiment.workspace)


def _look_for_arms(experiment: Experiment, store: Store, say: Callable[[str], None]) -> None:
    """Say which arms are runs that are not there, before anything is played to be held against them."""
    from sandbox.experiments.reading import selected

    for arm in experiment.design.arms:
        if arm.runs is None or arm.runs.given.get("experiment") == experiment.design.name:
            continue
        if not selected(store, arm.runs)[0]:
            say(f"the arm {arm.name!r} is empty: there are no runs {arm.runs.query!r} yet")


def check_executor(kind: str) -> None:
    """Raise WrongUse for an executor that there is not, or that lacks what it needs."""
    if kind.startswith(DASK):
        if not kind.removeprefix(DASK).strip():
            raise WrongUse("dask= without the address of a scheduler", remedy="write dask=tcp://HOST:8786")
        if find_spec("distributed") is None:
            raise WrongUse("a Dask cluster needs the package distributed", remedy="pip install 'moot[dask]'")
    elif kind not in ("local", "processes"):
        raise WrongUse(f"there is no executor {kind!r}", remedy="executors: local, processes, dask=ADDRESS")


def _executor(
    kind: str, experiment: Experiment, store: Store, purse: Purse, jobs: int | None, say: Callable[[str], None]
) -> Executor:
    check_executor(kind)
    from sandbox.experiments.local import LocalExecutor

    if kind == "local":
        return LocalExecutor(experiment, store, purse, jobs)
    here = LocalExecutor(experiment, store, purse)
    if kind == "processes":
        from sandbox.experiments.processes import ProcessExecutor

        return GoingOn(ProcessExecutor(experiment, jobs), here)
    from sandbox.experiments.cluster import DaskExecutor

    return GoingOn(DaskExecutor(experiment, kind.removeprefix(DASK).strip(), jobs, say=say), here)


@asynccontextmanager
async def _opened(store: Store | None, workspace: Workspace) -> AsyncIterator[Store]:
    if store is not None:
        yield store
        return
    async with borrow(workspace.database) as shared:
        yield shared
