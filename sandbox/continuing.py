"""Take a run up where it was left, or leave it at one of its turns: `moot.resume` and `moot.fork`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, overload

from moot_errors import NotFound, WrongUse
from sandbox import branches, forking, resuming
from sandbox.branches import Branches
from sandbox.budget import read_budget
from sandbox.forking import Begun, Change
from sandbox.play import Watch, wait_for
from sandbox.runs import Run
from sandbox.sinks import borrow
from sandbox.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from sandbox.brain import Brain
    from sandbox.brains.human import Listen
    from sandbox.cast import Casting
    from transcripts import Act, Store


async def aresume(
    name: str | Run,
    *,
    brains: Mapping[str, Brain] | None = None,
    budget: Mapping[str, float] | None = None,
    workspace: Workspace | None = None,
    store: Store | None = None,
    watch: Watch | None = None,
    started: Begun | None = None,
    listen: Listen | None = None,
) -> Run:
    """Go on with a run that was broken off, and play it to its end.

    Turns that were finished are not asked for again, and calls that were answered are not made again.  The budget
    counts what the run took before, too, less its seconds.  Raises Busy while somebody else is writing the run, and
    WrongUse where it is over, or needs `brains` that only its own program has.  `listen` takes people's turns.
    """
    workspace = workspace or find_workspace()
    limits = read_budget(budget or {}, over=workspace.budget)
    async with _opened(name, store, workspace) as (opened, known):
        return await resuming.aresume(
            known,
            opened,
            brains=brains,
            budget=limits,
            trusted=workspace.trusted,
            watch=watch,
            started=started,
            listen=listen,
        )


def resume(name: str | Run, **options: Any) -> Run:
    """Go on with a run that was broken off; takes what `aresume` takes."""
    return wait_for("resume", lambda: aresume(name, **options))


@overload
async def afork(name: str | Run, *, n: None = None, **options: Any) -> Run: ...


@overload
async def afork(name: str | Run, *, n: int, **options: Any) -> Branches: ...


async def afork(
    name: str | Run,
    *,
    at: int | None = None,
    say: Mapping[str, str] | None = None,
    act: Mapping[str, Act | str] | None = None,
    thread: str | None = None,
    edit: tuple[int, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    cast: Mapping[str, str | Casting] | None = None,
    seed: int | None = None,
    n: int | None = None,
    brains: Mapping[str, Brain] | None = None,
    budget: Mapping[str, float] | None = None,
    workspace: Workspace | None = None,
    store: Store | None = None,
    **how: Any,
) -> Run | Branches:
    """Go on differently after turn `at` of a run, its last unless it is given: one branch, or `n` at once.

    `say` and `act` are what is said and done in a seat's place, in turns of their own right after the fork; an act may
    be written as on the command line, `accept last`.  `edit` gives a turn another text, and what came after it is left
    out.  A single branch takes `watch`, `started` and `listen` as `arun` does; of `n`, `done` is called with each when
    it ends.  Raises NotFound and WrongUse for what cannot be, before anything is written.
    """
    workspace = workspace or find_workspace()
    change = Change(say=say or {}, acts=act or {}, thread=thread, edit=edit, settings=settings or {}, cast=cast or {})
    common: dict[str, Any] = {
        "at": at,
        "change": change,
        "seed": seed,
        "brains": brains,
        "budget": read_budget(budget or {}, over=workspace.budget),
        "workspace": workspace,
    }
    async with _opened(name, store, workspace) as (opened, known):
        if n is None:
            return await forking.afork(known, opened, **common, **how)
        return await branches.abranches(known, opened, n, **common, **how)


@overload
def fork(name: str | Run, *, n: None = None, **options: Any) -> Run: ...


@overload
def fork(name: str | Run, *, n: int, **options: Any) -> Branches: ...


def fork(name: str | Run, *, n: int | None = None, **options: Any) -> Run | Branches:
    """Go on differently after a turn of a run; takes what `afork` takes."""
    if n is None:
        return wait_for("fork", lambda: afork(name, n=None, **options))
    return wait_for("fork", lambda: afork(name, n=n, **options))


@asynccontextmanager
async def _opened(run: str | Run, store: Store | None, workspace: Workspace) -> AsyncIterator[tuple[Store, str]]:
    """Open the workspace's store unless one is given, and say by which name it has the run.

    Raises NotFound where there is no store, and makes none; and WrongUse for a run that is not in it.
    """
    if store is not None:
        yield store, _name_in(store, run)
        return
    if not workspace.database.exists():
        raise NotFound("run", getattr(run, "name", str(run)), remedy="nothing was run here yet")
    async with borrow(workspace.database) as opened:
        yield opened, _name_in(opened, run)


def _name_in(store: Store, run: str | Run) -> str:
    """Give a run's name; one that was played in memory, or loaded from a file, may have the name of another."""
    if isinstance(run, str):
        return run
    if not isinstance(run, Run):
        raise WrongUse(f"{run!r} is no run, and no name of one")
    try:
        known = store.find(run.name).name == run.name and store.load(run.name).equals(run.transcript)
    except (NotFound, WrongUse):  # or the beginning of several names
        known = False
    if not known:
        raise WrongUse(
            f"the run {run.name!r} is not in the store {store.path}",
            remedy="record it there: moot.run(...) without record=False; or moot import FILE",
        )
    return run.name
