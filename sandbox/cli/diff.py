"""`moot diff`: where two runs part, and why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moot_errors import NotFound, WrongUse
from sandbox.cli.complete import complete_run
from sandbox.cli.faults import FOUND
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Console, Session

if TYPE_CHECKING:
    from sandbox.checking.variation import Variation
    from sandbox.confirm import Confirmed
    from sandbox.rendering.diff import Sides
    from transcripts import Transcript
    from transcripts.diff import Diff


@click.command()
@click.argument("a", shell_complete=complete_run)
@click.argument("b", shell_complete=complete_run)
@click.option("--thread", metavar="NAME", help="Show only this thread.")
@click.option("--acts-only", is_flag=True, help="Compare speakers and acts; the prose is free.")
@click.option("--stat", is_flag=True, help="Show where they part and what they came to, and no turns.")
@click.option("-U", "--context", type=click.IntRange(0), default=1, help="Equal turns shown around a difference.")
@click.option("--side-by-side/--unified", "beside", default=None, help="Otherwise as the width allows.")
@click.option("--confirm", type=click.IntRange(1, 1000), metavar="N", help="Take the turn again N times, to test why.")
@json_option
@click.pass_obj
def diff(
    session: Session,
    a: str,
    b: str,
    thread: str | None,
    acts_only: bool,
    stat: bool,
    context: int,
    beside: bool | None,
    confirm: int | None,
    as_json: bool,
) -> None:
    """Say where the runs A and B part, and why.

    Each is a name, `last`, a .jsonl file, or FILE.jsonl@REVISION of a git repository.

    With --confirm the turn of B at which they part is taken again N times as it was, and N times with only what made
    the difference taken from A.  That asks models, where the seat has one.

    Exit code 1: they differ.
    """
    from sandbox.whence import find_whence
    from transcripts.diff import Rules
    from transcripts.diff import diff as compare

    sides = {name: _find(session, name) for name in (a, b)}
    found = compare(sides[a], sides[b], rules=Rules(prose=not acts_only, beneath=not acts_only))
    if thread is not None and thread not in found.threads:
        raise NotFound("thread", thread, found.threads, remedy=f"threads: {', '.join(found.threads)}")
    confirmed = _confirm(session, found, confirm) if confirm else None
    names = (_name(a, sides[a]), _name(b, sides[b]))
    place = find_whence(found, session.workspace)
    known = None if found.same else _variation(a, found, acts_only)
    if as_json:
        from sandbox.rendering.diff_data import diff_data

        data = diff_data(found, names, confirmed, thread=thread, turns=not stat)
        print_json({**data, "whence": place and place.data(), "variation": known and known.data()})
    else:
        print_diff(
            session.console, found, names, notes=[place, known], confirmed=confirmed, thread=thread, stat=stat,
            context=context, beside=beside,
        )  # fmt: skip
    if not found.same:
        click.get_current_context().exit(FOUND)


def _find(session: Session, name: str) -> Transcript:
    from sandbox.comparing import find_side

    if name.endswith((".jsonl", ".jsonl.new")) or ".jsonl@" in name:
        return find_side(name)
    return session.load(name).transcript


def _name(given: str, transcript: Transcript) -> str:
    return given if ".jsonl" in given else transcript.name or given


def _confirm(session: Session, found: Diff, many: int) -> Confirmed:
    import asyncio

    from sandbox.confirm import aconfirm

    if found.same:
        raise WrongUse("there is nothing to confirm: they are the same", remedy="leave out --confirm")
    return asyncio.run(aconfirm(found, many, trusted=session.workspace.trusted))


def _variation(name: str, found: Diff, acts_only: bool) -> Variation | None:
    """Hold the difference against what is usual, where the left side is a baseline of several runs."""
    if not name.endswith(".jsonl"):
        return None
    from sandbox.checking.baselines import Baseline
    from sandbox.checking.rules import Rules
    from sandbox.checking.variation import variation

    run = found.readings[1].transcript
    return variation(Baseline(Path(name)).read(), run, Rules("acts") if acts_only else Rules())


def print_diff(
    console: Console,
    found: Diff,
    names: tuple[str, str],
    *,
    notes: Iterable[object] = (),
    confirmed: Confirmed | None = None,
    thread: str | None = None,
    stat: bool = False,
    context: int = 1,
    beside: bool | None = None,
) -> None:
    """Print a diff for people; `notes` are said behind the cause."""
    from sandbox.rendering.diff import Page, Sides
    from sandbox.rendering.diff_turns import Turns
    from sandbox.rendering.layout import wrap
    from sandbox.rendering.printable import printable

    sides: Sides = Sides.of(found, names)
    page = Page(found, sides, console.paint, console.width)
    console.out(*page.head())
    for note in filter(None, notes):
        console.out(*wrap(printable(str(note)), console.width, first="  ", rest="       "))
    if confirmed is not None:
        console.out(*page.confirmed(confirmed))
    if not stat and not found.same:
        side_by_side = console.width >= 120 if beside is None else beside
        turns = Turns(sides, console.paint, console.width, beside=side_by_side, context=context)
        for name, pairs in found.threads.items():
            if thread in (None, name):
                console.out("", *turns.thread(name, pairs))
    console.out(*page.outcome(), *page.rules())
