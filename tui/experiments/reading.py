"""Read an experiment for the screen: from the transcripts where it was begun, or else from its file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from moot_errors import NotFound
from sandbox import Workspace
from tui.experiments.board import Board

if TYPE_CHECKING:
    from transcripts import Store
    from tui.house import House


PART = 4.0
"""How much longer than the last reading is waited for the next: results of many trials are not read all the time."""


def files_stamp(workspace: Workspace) -> tuple[object, ...]:
    """Give a value that changes when the file of an experiment does."""
    try:
        with os.scandir(workspace.root / "experiments") as found:
            return tuple(sorted((entry.name, entry.stat().st_mtime_ns) for entry in found))
    except OSError:
        return ()


def read_board(house: House, name: str) -> Board:
    """Read how an experiment is now, in any thread; raises NotFound, and what is wrong with its file."""
    store = house.store
    workspace = Workspace(house.workspace.root)  # as its files are now
    if store is None or name not in {known for known, _ in store.trials.names()}:
        return _planned(name, workspace)
    from sandbox.experiments import read_results
    from sandbox.experiments.running import spent_by

    results = read_results(name, store, workspace)
    live = {trial.run for trial in results.trials if trial.run and trial.status == "open" and _lives(store, trial.run)}
    spent = spent_by(store, [row.key for row in store.trials.load(name).rows])
    return Board.of(
        results, held=store.trials.is_held(name), live=live, spent=sum(each.cost for each in spent.values())
    )


def _lives(store: Store, run: str) -> bool:
    try:
        return store.find(run).live
    except NotFound:  # removed meanwhile
        return False


def _planned(name: str, workspace: Workspace) -> Board:
    """Lay out what the file asks for."""
    from sandbox.experiments import Results, Trial, prepare

    made = prepare(name, workspace=workspace, opened=False)
    levels = {arm.name: arm.levels for arm in made.design.arms}
    trials = [
        Trial(
            arm=row.arm, levels=levels[row.arm], context=row.context, number=row.number, swapped=row.swapped, run=None,
            status="waiting", fault=None, attempts=0, values={}, cost=0.0, calls=0, tokens=0, seconds=0.0,
            series=row.series, scenario=row.scenario, seed=row.seed,
        )
        for row in made.rows
    ]  # fmt: skip
    return Board.of(Results(name, made.design, trials, made.manifest), begun=False)
