"""`moot fork -n`: many branches at once, and what they say together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.faults import FOUND, INTERRUPTED
from sandbox.cli.live import Progress
from sandbox.cli.output import print_json
from sandbox.cli.session import Console, Session
from sandbox.cli.stage import stopping
from sandbox.rendering.layout import wrap
from sandbox.rendering.numbers import count
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from sandbox.branches import Branches
    from sandbox.coordinator import Coordinator
    from sandbox.runs import Run


class Counting:
    """Count branches while they are played, and stop them all at once."""

    def __init__(self, console: Console, total: int) -> None:
        self.progress = Progress(console)
        self.total = total
        self.over = self.agreed = 0
        self.stopped = False
        self._under_way: list[Coordinator] = []

    def started(self, name: str, coordinator: Coordinator) -> None:
        self._under_way.append(coordinator)
        if self.stopped:  # while it was being begun
            coordinator.stop()

    def done(self, run: Run) -> None:
        ended = run.state.ended
        self.over += ended is not None
        self.agreed += bool(ended and ended.agreed)
        self.progress.show(f"{self.over} of {self.total} branches are over, {self.agreed} agreed")

    def more(self) -> bool:
        return not self.stopped

    def stop(self) -> bool:
        self.stopped = True
        for coordinator in self._under_way:
            coordinator.stop()
        return bool(self._under_way)

    @property
    def kept(self) -> str:
        return "moot ls" if self._under_way else ""

    def say(self, text: str) -> None:
        self.progress.clear()
        click.echo(text, err=True)


def fork_many(session: Session, name: str, many: int, options: Mapping[str, Any], *, as_json: bool) -> None:
    """Play many branches, and print their summary."""
    changed = any(options[key] for key in ("say", "act", "edit", "settings", "cast"))
    counting = Counting(session.console, 2 * many if changed else many)
    with stopping(counting):
        branches = asyncio.run(_play(session, name, many, options, counting))
    counting.progress.clear()
    if as_json:
        print_json(_data(branches))
    else:
        _print(session.console, branches)
    if counting.stopped:
        click.get_current_context().exit(INTERRUPTED)
    if any(run.status != "done" for run in (*branches.runs, *(branches.control or ()))):
        click.get_current_context().exit(FOUND)


async def _play(session: Session, name: str, many: int, options: Mapping[str, Any], counting: Counting) -> Branches:
    from sandbox.continuing import afork
    from sandbox.sinks import borrow

    async with borrow(session.database) as store:
        return await afork(
            name,
            n=many,
            **options,
            workspace=session.workspace,
            store=store,
            started=counting.started,
            done=counting.done,
            more=counting.more,
        )


def _print(console: Console, branches: Branches) -> None:
    from sandbox.rendering.summary import summary_lines

    beside = f", and {len(branches.control)} without the change" if branches.control is not None else ""
    head = f"{count(len(branches.runs), 'branch', 'branches')} of {branches.name} after turn {branches.after}{beside}"
    console.out(*(console.paint(line, "bold") for line in wrap(printable(head), console.width)))
    console.out(*summary_lines(branches.summary(), console.paint, console.width))
    console.out(console.paint(printable(f"They are kept: moot ls --from {branches.name}"), "dim"))


def _data(branches: Branches) -> dict[str, Any]:
    return {
        "run": branches.name,
        "after": branches.after,
        "seed": branches.seed,
        "branches": [_run(run) for run in branches.runs],
        "control": None if branches.control is None else [_run(run) for run in branches.control],
        "summary": branches.summary().data(),
    }


def _run(run: Run) -> dict[str, Any]:
    done = run.outcome if run.status == "done" else None
    return {
        "run": run.name,
        "seed": run.seed,
        "status": run.status,
        "agreed": done.agreed if done else None,
        "terms": done.terms if done else None,
        "utility": dict(done.utility) if done else {},
        "turns": run.state.turns,
    }
