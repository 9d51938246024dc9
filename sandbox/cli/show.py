"""`moot show`: a run as a whole, or as one participant knew it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sandbox.cli.complete import complete_run, complete_seat
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Console, Session

if TYPE_CHECKING:
    from sandbox.rendering.scene import Scene
    from transcripts import Event


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.option("--as", "seat", metavar="PARTICIPANT", shell_complete=complete_seat, help="Only what this seat knew.")
@click.option("--events", "as_events", is_flag=True, help="One line for each event, with its position.")
@click.option("--prompt", metavar="TURN", help="What a model was asked in this turn, or for a message (table:7).")
@json_option
@click.pass_obj
def show(session: Session, run: str, seat: str | None, as_events: bool, prompt: str | None, as_json: bool) -> None:
    """Show RUN: its name, a beginning of it, `last`, or a .jsonl file.

    With --as nothing is shown that this seat did not know: no brief, preference, worth or thread of anybody else, and
    no number that tells of other threads.

    With --prompt the very prompts of a turn are shown, and what was answered; with --as they are those of this seat.
    """
    from sandbox.rendering.scene import Scene

    loaded = session.load(run)
    scene = Scene(loaded.name, loaded.state, seat)
    if prompt is not None:
        from sandbox.cli.prompt import print_prompts

        print_prompts(session.console, loaded.transcript, scene, prompt, as_json=as_json)
        return
    events = [event for event in loaded.transcript.content() if scene.sees(event)]
    if as_json:
        _print_json(scene, events, as_events)
    elif as_events:
        _print_events(scene, events, session.console)
    else:
        _print_talk(scene, events, session.console)
        if scene.state.ended is None and seat is None and not run.endswith(".jsonl"):
            session.console.out(_why_open(session, loaded.name))


def _print_json(scene: Scene, events: list[Event], as_events: bool) -> None:
    from sandbox.rendering.data import event_data, run_data
    from sandbox.tally import tally_of

    print_json([event_data(scene, event) for event in events] if as_events else run_data(scene, tally_of(events)))


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


def _why_open(session: Session, name: str) -> str:
    with session.store() as store:
        live = store.find(name).live
    return "  It is being played at this moment." if live else "  It was broken off, and nobody is playing it."
