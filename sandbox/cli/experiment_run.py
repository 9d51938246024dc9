"""`moot experiment run`: play what is not done yet of a file's trials."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import TYPE_CHECKING, Any

import click

from moot_errors import WrongUse
from sandbox.cli.complete import complete_experiment
from sandbox.cli.faults import FOUND, INTERRUPTED
from sandbox.cli.live import Progress as Line
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Console, Session
from sandbox.cli.stage import stopping
from sandbox.rendering.layout import clip, table, wrap
from sandbox.rendering.numbers import count, dollars, number
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from sandbox.experiments import Experiment, Played, Progress, Runner
    from sandbox.experiments.estimating import ArmEstimate, Forecast

_KINDS = ["local", "processes", "dask=tcp://"]
_SHARD = re.compile(r"(\d+)/(\d+)")


@click.command()
@click.argument("file", shell_complete=complete_experiment)
@click.option(
    "--jobs", "-j", type=click.IntRange(1),
    help="So many at once; 32, with processes one for each core, with a cluster what keeps it busy.",
)  # fmt: skip
@click.option(
    "--executor", metavar="local|processes|dask=ADDRESS", default="local", show_default=True,
    callback=lambda ctx, param, value: _check(value), shell_complete=lambda ctx, param, incomplete: _KINDS,
    help="Where they are played: all in this process, for models; in several, for rule brains; or by the workers of the"
    " Dask scheduler at that address, or of that scheduler file.",
)  # fmt: skip
@click.option("--shard", metavar="I/N", help="Only every n-th trial, from the i-th on: for one of n machines.")
@click.option("--name", default="", help="What it is called; the file's name unless given.")
@click.option("--dry-run", is_flag=True, help="Ask no model, record nothing, and say what it would take.")
@click.option("--yes", "-y", is_flag=True, help="More than 10,000 runs are meant.")
@json_option
@click.pass_obj
def run(
    session: Session, file: str, jobs: int | None, executor: str, shard: str | None, name: str,
    dry_run: bool, yes: bool, as_json: bool,
) -> None:  # fmt: skip
    """Play what is not done yet of the experiment FILE, a name in the workspace's experiments/ or a path.

    What is done is never done twice.  A trial that a fault ended is tried again; one that was broken off is gone on
    with.  Ctrl+C stops after the turns under way, a second one at once: the same command goes on.

    With --json each trial that is over is a line, and the last line says how far it is.  Exit code 1: a trial failed as
    often as it may be tried, or a budget was used up.
    """
    from sandbox.experiments import prepare

    part = _parse_shard(shard)
    meant = yes if yes or as_json else _is_meant
    experiment = prepare(file, workspace=session.workspace, name=name, yes=meant, opened=not dry_run)
    if dry_run:
        _print_forecast(session, experiment, as_json=as_json)
        return
    if executor != "local":
        _warn_of_limits(experiment)
    show = Counting(session.console, experiment, as_json=as_json)
    with stopping(show):
        progress = asyncio.run(_play(session, experiment, jobs, executor, part, show))
    show.end(progress)
    if show.interrupted and progress.left:
        click.get_current_context().exit(INTERRUPTED)
    if progress.failed or progress.stopped:
        click.get_current_context().exit(FOUND)


def _is_meant(problem: str) -> bool:
    """Ask, where there is somebody to ask."""
    return sys.stdin.isatty() and click.confirm(printable(f"{problem}: is that meant?"), err=True)


def _check(executor: str) -> str:
    from sandbox.experiments.conducting import check_executor

    check_executor(executor)
    return executor


def _parse_shard(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    found = _SHARD.fullmatch(text.strip())
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise WrongUse(f"cannot read {text!r} as a shard", remedy="write i/n, as in 1/4, 2/4, 3/4 and 4/4")
    return int(found[1]), int(found[2])


async def _play(
    session: Session, experiment: Experiment, jobs: int | None, executor: str, shard: tuple[int, int] | None,
    show: Counting,
) -> Progress:  # fmt: skip
    from sandbox.experiments import conduct
    from sandbox.sinks import borrow

    async with borrow(session.database) as store:
        course = await conduct(experiment, jobs, executor, shard, store, show.notify, show.started, show.say)
    return course.progress


def _warn_of_limits(experiment: Experiment) -> None:
    limited = {
        name
        for plan in experiment.plans.values()
        for name, profile in plan.asked.items()
        if profile.limits.requests_per_minute or profile.limits.tokens_per_minute
    }
    if limited:
        names = ", ".join(sorted(limited))
        told = f"each process keeps its share of the limits of {names}: an equal part, and one request at least"
        click.echo(printable(told), err=True)


class Counting:
    """Show how far it is, and stop it."""

    def __init__(self, console: Console, experiment: Experiment, *, as_json: bool) -> None:
        self.console, self.experiment, self.as_json = console, experiment, as_json
        self.line = Line(console)
        self.interrupted = False
        self._runner: Runner | None = None

    def started(self, runner: Runner) -> None:
        self._runner = runner
        if self.interrupted:
            runner.stop()

    def notify(self, progress: Progress, played: Played | None) -> None:
        """Take in how far it is."""
        if self.as_json and played is not None and played.status not in ("busy", "open"):
            self._write({"event": "trial", **_trial_data(played), "progress": progress.data()})
        elif not self.as_json:
            self.line.show(clip(progress_text(progress), self.line.width))

    def _write(self, data: Any) -> None:
        click.echo(json.dumps(data, ensure_ascii=True, allow_nan=False))
        sys.stdout.flush()

    def stop(self) -> bool:
        self.interrupted = True
        if self._runner is not None:  # or else the store is being opened, which is not to be left half made
            self._runner.stop()
        return True

    @property
    def kept(self) -> str:
        return f"moot experiment report {self.experiment.design.name}" if self._runner else ""

    def say(self, text: str) -> None:
        self.line.clear()
        click.echo(printable(text), err=True)

    def end(self, progress: Progress) -> None:
        """Say how far it came, and what to type next."""
        self.line.clear()
        if self.as_json:
            self._write({"event": "end", **progress.data()})
            return
        console, out = self.console, self.console.out
        done = progress.there + progress.done
        was = f", {progress.there:,} of them before" if progress.there and progress.done else ""
        out(
            console.paint(printable(f"{progress.name}: {done:,} of {count(progress.total, 'trial')} done{was}"), "bold")
        )
        if progress.exhausted:
            out(f"  {count(progress.exhausted, 'trial')} ended by the budget of a run")
        if progress.faults:
            kinds = ", ".join(f"{kind} {many}" for kind, many in progress.faults.most_common())
            many = sum(progress.faults.values())
            out(
                *wrap(
                    printable(f"{count(many, 'attempt')} ended by a fault: {kinds}"),
                    console.width,
                    first="  ",
                    rest="    ",
                )
            )
        if progress.failed:
            what = f"{count(progress.failed, 'trial')} failed as often as is tried"
            out(console.paint(f"  {what}; the file's attempts: says how often", "bad"))
        if progress.stopped and not self.interrupted:
            out(console.paint(f"  {printable(progress.stopped)}", "bad"))
        if progress.cost:
            out(f"  {dollars(progress.cost)} so far")
        name = progress.name
        more = f"; the same command goes on with {count(progress.left, 'trial')}" if progress.left else ""
        out(console.paint(printable(f"moot experiment report {name} says what came of it{more}"), "dim"))


def progress_text(progress: Progress) -> str:
    """Say in a line how far it is."""
    parts = [f"{progress.over:,} of {progress.total:,}", f"{number(progress.rate)} a second"]
    if (left := progress.seconds_left) is not None and progress.left:
        parts.append(f"{_duration(left)} left")
    if progress.cost:
        parts.append(dollars(progress.cost))
    if progress.faults:
        parts.append(", ".join(f"{kind} {many}" for kind, many in progress.faults.most_common(3)))
    if progress.elsewhere:
        parts.append(f"{progress.elsewhere} played elsewhere")
    return printable(" · ".join(parts))


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"


def _trial_data(played: Played) -> dict[str, Any]:
    row = played.assignment.row
    return {
        "arm": row.arm, "scenario": row.scenario, "number": row.number, "seed": row.seed, "swapped": row.swapped,
        "run": played.run, "status": played.status, "fault": played.fault, "attempt": played.assignment.attempt,
    }  # fmt: skip


def _print_forecast(session: Session, experiment: Experiment, *, as_json: bool) -> None:
    from contextlib import nullcontext

    from sandbox.experiments.estimating import forecast

    with session.store() if session.has_runs else nullcontext() as store:
        found = asyncio.run(forecast(experiment, store))
    if as_json:
        print_json({"experiment": experiment.design.name, **found.data()})
        return
    _print_arms(session.console, found)
    console = session.console
    for line in found.detectable:
        console.out(*wrap(printable(line), console.width, rest="  "))


def _print_arms(console: Console, found: Forecast) -> None:
    done = f", {found.done:,} of them done" if found.done else ""
    arms = count(len(found.arms), "arm")
    console.out(console.paint(f"{count(found.runs, 'run')} of {arms}{done}", "bold"))
    if not found.total.runs:
        console.out("There is nothing left to play.")
        return
    if not found.total.calls:
        console.out("No model is asked: it costs nothing.")
        return
    left = [arm for arm in found.arms if arm.runs]
    shown = [*left[:20], found.total]
    rows = [["arm", "runs", "calls", "tokens in", "out", "cost"], *map(_row, shown)]
    console.out(*table(rows, right=(1, 2, 3, 4, 5)))
    if len(left) > 20:
        console.out(f"({len(left) - 20} more arms; --json lists all)")
    how = "Estimated by one simulated run of each arm. Real ones are longer or shorter; a token is four characters."
    console.out(*(console.paint(line, "dim") for line in wrap(how, console.width)))


def _row(arm: ArmEstimate) -> list[str]:
    cost = "unknown" if arm.cost is None else dollars(arm.cost)
    return [printable(arm.arm), f"{arm.runs:,}", f"{arm.calls:,}", f"{arm.input:,}", f"{arm.output:,}", cost]
