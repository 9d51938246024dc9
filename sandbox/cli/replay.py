"""`moot replay`: play a run again without asking anybody, and hold it against what was recorded."""

from __future__ import annotations

import asyncio

import click

from moot_errors import MootError
from sandbox.cli.complete import complete_run
from sandbox.cli.faults import FOUND, as_data
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Console, Session
from sandbox.rendering.layout import wrap
from sandbox.rendering.numbers import count
from sandbox.rendering.printable import printable


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.option("--check", is_flag=True, help="Compare scenario, personas and version with those of today, too.")
@json_option
@click.pass_obj
def replay(session: Session, run: str, check: bool, as_json: bool) -> None:
    """Play RUN (a name, `last`, or a .jsonl file) again, with every answer from its transcript.

    No model is asked: it needs no key and no network.  Exit code 1: something came out differently, or with --check
    something has changed since.
    """
    from sandbox.answers import Differs, Unrecorded
    from sandbox.replaying import areplay, changes_since

    loaded = session.load(run)
    events, difference = None, None
    try:
        events = asyncio.run(areplay(loaded))
    except (Differs, Unrecorded) as error:
        difference = error
    changed = changes_since(loaded.transcript, session.workspace) if check else None
    if as_json:
        print_json({
            "run": loaded.name,
            "same": difference is None,
            "events": events,
            "difference": as_data(difference) if difference else None,
            "changed": changed,
        })  # fmt: skip
    else:
        _print(session.console, loaded.name, events, difference)
        for line in changed or ():
            _mark(session.console, "✗", line)
        if changed == []:
            _mark(session.console, "✓", "scenario, personas and Moot are as they were")
    if difference or changed:
        click.get_current_context().exit(FOUND)


def _print(console: Console, name: str, events: int | None, difference: MootError | None) -> None:
    if difference is None:
        _mark(console, "✓", f"{count(events or 0, 'event')}, the same")
        return
    _mark(console, "✗", f"{name} comes out differently: {difference.message}")
    if difference.remedy:
        console.out(
            *(
                console.paint(line, "dim")
                for line in wrap(printable(difference.remedy), console.width, first="  ", rest="  ")
            )
        )


def _mark(console: Console, mark: str, text: str) -> None:
    first, *rest = wrap(printable(text, lines=True), console.width, first=f"{mark} ", rest="  ")
    console.out(console.paint(mark, "good" if mark == "✓" else "bad") + first[len(mark) :], *rest)
