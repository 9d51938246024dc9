"""`moot resume`: go on with runs that were broken off."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from moot_errors import MootError, NotFound, WrongUse
from sandbox.cli.complete import complete_run
from sandbox.cli.faults import FOUND, INTERRUPTED, as_data
from sandbox.cli.output import json_option, print_json
from sandbox.cli.person import Person
from sandbox.cli.run import parse_budget
from sandbox.cli.session import Session
from sandbox.cli.stage import Onward, Show, stopping
from sandbox.rendering.layout import wrap
from sandbox.rendering.numbers import count
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from transcripts import RunInfo


@click.command()
@click.argument("run", required=False, shell_complete=complete_run)
@click.option("--all", "every", is_flag=True, help="Whatever is open, and nobody is playing, one after the other.")
@click.option(
    "--budget", "budgets", multiple=True, metavar="WHAT=NUMBER",
    help="End it when so many calls, tokens, seconds, or dollars (cost) are used up.",
)  # fmt: skip
@click.option("--quiet", "-q", is_flag=True, help="Show the outcome only.")
@json_option
@click.pass_obj
def resume(
    session: Session, run: str | None, every: bool, budgets: tuple[str, ...], quiet: bool, as_json: bool
) -> None:
    """Go on with RUN, which a crash or Ctrl+C left open, and show it from there on.

    Turns that were finished stay as they are, and no model call that was answered is made again.  Ctrl+C and the exit
    codes are those of `moot run`; with --all, exit code 1: one of them failed, or could not be resumed.
    """
    if every == (run is not None):
        raise WrongUse("either a run is named, or --all", remedy="moot ls --status open lists those that can be")
    budget = dict(parse_budget(text) for text in budgets)
    if run is None:
        _resume_all(session, budget, as_json=as_json)
    else:
        _resume(session, run, budget, quiet=quiet or as_json).conclude(as_json=as_json)


def in_store(session: Session, run: str) -> str:
    """Give the whole name of a run; raises NotFound, and WrongUse for a file."""
    if run.endswith(".jsonl"):
        raise WrongUse(f"{run!r} is a file, which nothing is added to", remedy=f"moot import {run} makes it a run here")
    if not session.has_runs:
        raise NotFound("run", run, remedy="nothing was run here yet; try: moot run used-bike")
    with session.store() as store:
        return store.find(run).name


def _resume(session: Session, run: str, budget: Mapping[str, float], *, quiet: bool) -> Show:
    """Go on with a run until it is over, or stopped."""
    from sandbox.rendering.scene import origin_of

    name = in_store(session, run)
    before = session.load(name).transcript.finished()
    show = Onward(session, quiet=quiet, how="taken up", origin=origin_of(before), before=before)
    with stopping(show):
        asyncio.run(_play(session, name, budget, show, Person(show)))
    return show


async def _play(session: Session, name: str, budget: Mapping[str, float], show: Show, person: Person) -> None:
    from sandbox.continuing import aresume
    from sandbox.sinks import borrow

    async with borrow(session.database) as store:
        await aresume(
            name,
            budget=budget,
            workspace=session.workspace,
            store=store,
            watch=show.watch,
            started=show.started,
            listen=person.listen,
        )


def _resume_all(session: Session, budget: Mapping[str, float], *, as_json: bool) -> None:
    found: list[dict[str, Any]] = []
    left = _open(session)
    for info in left:
        try:
            show = _resume(session, info.name, budget, quiet=True)
        except MootError as error:
            found.append({"run": info.name, "status": "open", "reason": error.message, "error": as_data(error)})
        else:
            ended = show.scene.state.ended
            status, reason = (ended.status, ended.reason) if ended else ("open", show.waits or "stopped")
            found.append({"run": info.name, "status": status, "reason": reason, "error": None})
        if not as_json:
            _tell(session, found[-1])
        if found[-1]["reason"] == "stopped" and found[-1]["error"] is None:
            break
    if as_json:
        print_json(found)
    else:
        _sum_up(session, found)
    _leave(found)


def _open(session: Session) -> list[RunInfo]:
    """List what can be resumed, the oldest first."""
    if not session.has_runs:
        return []
    with session.store() as store:
        return [info for info in reversed(store.runs(status="open")) if not info.live]


def _tell(session: Session, done: Mapping[str, Any]) -> None:
    console, fine = session.console, done["status"] == "done"
    error = done["error"]
    what = f"cannot be resumed: {done['reason']}" if error else f"{done['status']}: {done['reason']}"
    mark = "✓" if fine else "✗"
    first, *rest = wrap(printable(f"{done['run']}  {what}"), console.width, first=f"{mark} ", rest="  ")
    console.out(console.paint(mark, "good" if fine else "bad") + first[len(mark) :], *rest)
    if error and error["remedy"]:
        lines = wrap(printable(error["remedy"]), console.width, first="  ", rest="  ")
        console.out(*(console.paint(line, "dim") for line in lines))


def _sum_up(session: Session, found: list[dict[str, Any]]) -> None:
    if not found:
        session.console.out("nothing is open that nobody is playing")
        return
    over = sum(each["status"] == "done" for each in found)
    session.console.out(f"{count(over, 'run')} of {len(found)} came to an end")


def _leave(found: list[dict[str, Any]]) -> None:
    if any(each["reason"] == "stopped" and each["error"] is None for each in found):
        click.get_current_context().exit(INTERRUPTED)
    if any(each["status"] != "done" for each in found):
        click.get_current_context().exit(FOUND)
