"""`moot experiment ls` and `measures`: which experiments there are, and what can be measured."""

from __future__ import annotations

import time
from typing import Any

import click

from sandbox.cli.complete import complete_scenario
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Session
from sandbox.rendering.layout import clip, table
from sandbox.rendering.numbers import age
from sandbox.rendering.printable import printable

_STATUSES = ("done", "failed", "exhausted", "open", "waiting")


@click.command()
@json_option
@click.pass_obj
def ls(session: Session, as_json: bool) -> None:
    """List the experiments that were begun, and how far they are; and the files of those that were not."""
    from sandbox.experiments import list_experiments, read_experiments

    files = list_experiments(session.workspace)
    found: list[dict[str, Any]] = []
    if session.has_runs:
        with session.store() as store:
            for info in read_experiments(store):
                counts = {status: info.statuses.get(status, 0) for status in _STATUSES}
                found.append({
                    "experiment": info.name, "planned": info.planned, "arms": info.arms,
                    "trials": sum(counts.values()), **counts,
                })  # fmt: skip
    begun = {each["experiment"] for each in found}
    waiting = [name for name in files if name not in begun]
    if as_json:
        print_json([*found, *({"experiment": name, "planned": None} for name in waiting)])
        return
    if not found and not waiting:
        session.console.out("no experiments yet; write experiments/NAME.yaml: moot schema experiment says how")
        return
    rows = [["experiment", "arms", "trials", "done", "failed", "left", "when"]]
    for each in found:
        failed, left = each["failed"] + each["exhausted"], each["open"] + each["waiting"]
        when = age(max(0.0, time.time() - each["planned"]))
        figures = [str(each[key]) for key in ("arms", "trials", "done")]
        rows.append([printable(each["experiment"]), *figures, str(failed), str(left), when])
    rows += [[printable(name), "", "", "", "", "", "not begun"] for name in waiting]
    head, *lines = table(rows, right=(1, 2, 3, 4, 5))
    session.console.out(session.console.paint(head, "dim"), *lines)


@click.command()
@click.argument("scenario", shell_complete=complete_scenario)
@json_option
@click.pass_obj
def measures(session: Session, scenario: str, as_json: bool) -> None:
    """List what can be measured of the runs of SCENARIO, with its meaning."""
    from sandbox.experiments.measures import measures_of
    from sandbox.experiments.planning import as_written
    from scenarios import load_scenario

    found = measures_of(as_written(load_scenario(scenario, session.workspace.scenarios), 0))
    if as_json:
        print_json([
            {"measure": each.path, "kind": each.kind, "meaning": each.meaning, "agreed_only": each.agreed_only}
            for each in found
        ])  # fmt: skip
        return
    console = session.console
    for line in table([[printable(each.path), each.kind, printable(each.meaning)] for each in found]):
        console.out(clip(line, console.width) if console.live else line)
