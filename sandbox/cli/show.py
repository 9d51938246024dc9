"""`moot show`: a run as a whole, or as one participant knew it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from moot_errors import WrongUse
from sandbox.cli.complete import complete_run, complete_seat
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Console, Session
from sandbox.rendering.layout import wrap
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from sandbox.rendering.scene import Scene
    from sandbox.runs import Run
    from transcripts import Event, RunInfo

_NAMED = 5
"""Branches of one turn that are named; the others are counted."""


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.option("--as", "seat", metavar="PARTICIPANT", shell_complete=complete_seat, help="Only what this seat knew.")
@click.option("--at", metavar="TURN", help="The run as it was after this turn, or message (table:8).")
@click.option("--events", "as_events", is_flag=True, help="One line for each event, with its position.")
@click.option("--prompt", metavar="TURN", help="What a model was asked in this turn, or for a message (table:7).")
@json_option
@click.pass_obj
def show(
    session: Session, run: str, seat: str | None, at: str | None, as_events: bool, prompt: str | None, as_json: bool
) -> None:
    """Show RUN: its name, a beginning of it, `last`, or a .jsonl file.

    With --as nothing is shown that this seat did not know: no brief, preference, worth or thread of anybody else, and
    no number that tells of other threads.

    With --at it is the run as it was then: what had been said, and what stood on the table.

    With --prompt the very prompts of a turn are shown, and what was answered; with --as they are those of this seat.
    """
    from sandbox.rendering.scene import Scene, origin_of

    loaded = session.load(run)
    scene = Scene(loaded.name, loaded.state, seat)
    if prompt is not None:
        if at is not None:
            raise WrongUse("--prompt names a turn itself", remedy="leave out --at")
        from sandbox.cli.prompt import print_prompts

        print_prompts(session.console, loaded.transcript, scene, prompt, as_json=as_json)
        return
    whole = loaded.transcript.content()
    turn = None
    if at is not None:
        turn = _turn(loaded, scene, at)
        whole = loaded.transcript.upto(turn)
        scene = Scene(loaded.name, loaded.transcript.state(turn), seat)
    scene = replace(scene, origin=origin_of(whole))
    events = [event for event in whole if scene.sees(event)]
    if as_json:
        _print_json(scene, events, as_events, turn)
    elif as_events:
        _print_events(scene, events, session.console)
    else:
        _print_talk(scene, events, session.console)
        if seat is None and not run.endswith(".jsonl"):
            _print_around(session, loaded, turn)


def _turn(run: Run, scene: Scene, at: str) -> int:
    """Find the turn that is meant; a participant's eyes are not told how many there are, over all threads."""
    from sandbox.prompts import find_turn

    turn = find_turn(run.transcript, at, scene.threads, sees=scene.sees)
    if scene.seat is not None and turn > run.state.turns:
        raise WrongUse(f"there is no turn {turn}", remedy="name a message, such as table:7")
    return turn


def _print_json(scene: Scene, events: list[Event], as_events: bool, turn: int | None) -> None:
    from sandbox.rendering.data import event_data, run_data
    from sandbox.tally import tally_of

    if as_events:
        print_json([event_data(scene, event) for event in events])
        return
    at = {"at": turn} if turn is not None and scene.seat is None else {}
    print_json({**run_data(scene, tally_of(events)), **at})


def _print_events(scene: Scene, events: list[Event], console: Console) -> None:
    from sandbox.rendering.layout import clip
    from sandbox.rendering.listing import event_line

    for event in events:
        line = event_line(scene, event)
        console.out(clip(line, console.width) if console.live else line)


def _print_talk(scene: Scene, events: list[Event], console: Console) -> None:
    from sandbox.rendering.header import header_lines
    from sandbox.rendering.outcome import outcome_lines
    from sandbox.rendering.talk import Talk
    from sandbox.tally import tally_of

    console.out(*header_lines(scene, console.paint, console.width), "")
    talk = Talk(scene, console.paint, console.width)
    for event in events:
        console.out(*talk.lines(event))
    tally = tally_of(events) if scene.seat is None else None
    console.out("", *outcome_lines(scene, console.paint, console.width, tally))


def _print_around(session: Session, loaded: Run, turn: int | None) -> None:
    """Say how it went on, why a run is open, and what branched off it."""
    out, paint = session.console.out, session.console.paint
    turns = loaded.state.turns
    if turn is not None and turn < turns:
        out(paint(f"  That was after turn {turn} of {turns}; from there: moot fork {loaded.name} --at {turn}", "dim"))
        return
    with session.store() as store:
        if loaded.state.ended is None:
            out(_why_open(loaded.name, live=store.find(loaded.name).live))
        children = list(reversed(store.runs(parent=loaded.name)))
    if children:
        said = "; ".join(_branches(after, names) for after, names in _by_turn(children).items())
        text = f"Branches: {said}"
        out(*(paint(line, "dim") for line in wrap(printable(text), session.console.width, first="  ", rest="    ")))


def _why_open(name: str, *, live: bool) -> str:
    if live:
        return "  It is being played at this moment."
    return f"  It was broken off, and nobody is playing it; to go on: moot resume {name}"


def _by_turn(children: list[RunInfo]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for info in children:
        found.setdefault(info.after or 0, []).append(info.name)
    return dict(sorted(found.items()))


def _branches(after: int, names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"after turn {after}, {', '.join(names[:_NAMED])}{more}"
