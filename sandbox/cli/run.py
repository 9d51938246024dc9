"""`moot run`: play a scenario, and watch."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from moot_errors import RunFailed, WrongUse
from sandbox.cli.complete import complete_casting, complete_scenario
from sandbox.cli.faults import FOUND, INTERRUPTED
from sandbox.cli.live import Progress
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Session

if TYPE_CHECKING:
    from sandbox.coordinator import Coordinator
    from sandbox.plan import Plan
    from sandbox.rendering.scene import Scene
    from transcripts import Event, State


@click.command()
@click.argument("scenario", shell_complete=complete_scenario)
@click.option("--seed", type=int, default=0, show_default=True, help="What everything drawn is drawn from.")
@click.option(
    "--cast", "castings", multiple=True, metavar="SEAT=PERSONA@BRAIN", shell_complete=complete_casting,
    help="Who sits where: seat=persona@brain, seat=persona or seat=@brain.",
)  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="PATH=VALUE", help="Change a value, as in seller.no_deal=40.")
@click.option("--bare", is_flag=True, help="Bare offers: rule brains do not talk.")
@click.option("--quiet", "-q", is_flag=True, help="Show the outcome only.")
@json_option
@click.pass_obj
def run(
    session: Session, scenario: str, seed: int, castings: tuple[str, ...], settings: tuple[str, ...], bare: bool,
    quiet: bool, as_json: bool,
) -> None:  # fmt: skip
    """Play SCENARIO (a name, or the path of a file) to its end, and show it as it happens.

    Ctrl+C stops after the turn that is being taken, a second one at once; what was said until then is kept.  With
    --json one object is printed at the end.  Exit code 1: the run failed, or its budget
    ended it.
    """
    plan = make_plan(session, scenario, seed, castings, settings, bare)
    show = Show(session, quiet=quiet or as_json)
    with stopping(show):
        asyncio.run(_play(session, plan, show))
    scene = show.scene
    if as_json:
        from sandbox.rendering.data import run_data

        print_json(run_data(scene))
    else:
        show.end()
    status = scene.state.ended.status if scene.state.ended else "open"
    if status != "done":
        click.get_current_context().exit(INTERRUPTED if status == "open" else FOUND)


def make_plan(
    session: Session, scenario: str, seed: int, castings: tuple[str, ...], settings: tuple[str, ...], bare: bool
) -> Plan:
    """Check the words of the command line; raises a MootError for what is wrong with them."""
    from sandbox.cast import parse_casting
    from sandbox.plan import plan

    cast = dict(parse_casting(text) for text in castings)
    changed = dict(parse_setting(text) for text in settings)
    made = plan(scenario, seed=seed, cast=cast, settings=changed, workspace=session.workspace)
    if not bare:
        return made
    rules = [seat for seat, chair in made.cast.items() if chair.brain.get("kind") == "rule"]
    changed |= {f"{seat}.brain.talk": False for seat in rules}
    return plan(scenario, seed=seed, cast=cast, settings=changed, workspace=session.workspace)


def parse_setting(text: str) -> tuple[str, Any]:
    """Read `path=value`; the value is YAML, so `40` is a number and `[a, b]` a list."""
    from personas import parse_document

    path, equals, value = text.partition("=")
    if not equals or not path:
        raise WrongUse(f"cannot read {text!r} as a setting", remedy="write path=value, as in seller.no_deal=40")
    return path.strip(), parse_document(value, f"--set {path}").data if value.strip() else ""


async def _play(session: Session, plan: Plan, show: Show) -> None:
    from sandbox.play import arun
    from sandbox.sinks import borrow

    async with borrow(session.database) as store:
        await arun(plan, workspace=session.workspace, store=store, watch=show.watch, started=show.started)


class Show:
    """Print a run while it is played."""

    def __init__(self, session: Session, *, quiet: bool) -> None:
        self.console = session.console
        self.progress = Progress(self.console)
        self.quiet = quiet
        self.coordinator: Coordinator | None = None
        self.name = ""
        self._scene: Scene | None = None

    @property
    def scene(self) -> Scene:
        if self._scene is None:
            raise RunFailed("the run ended before it began")
        return self._scene

    def started(self, name: str, coordinator: Coordinator) -> None:
        """Take the run's name, and what can stop it."""
        from sandbox.rendering.scene import Scene
        from sandbox.rendering.talk import Talk

        self.name, self.coordinator = name, coordinator
        self._scene = Scene(name, coordinator.state)
        self._talk = Talk(self._scene, self.console.paint, self.console.width)

    def watch(self, event: Event, state: State) -> None:
        """Print an event that was committed."""
        if self.quiet:
            return
        from sandbox.rendering.header import header_lines
        from sandbox.rendering.progress import progress_text
        from transcripts import Started

        if isinstance(event, Started):
            self.console.out(*header_lines(self.scene, self.console.paint, self.console.width), "")
        elif lines := self._talk.lines(event):
            self.progress.out(*lines)
        if state.ended is None and self.console.live:
            self.progress.show(progress_text(self.scene, self.progress.width))

    def end(self) -> None:
        """Print what came of it, and what to type next."""
        from sandbox.rendering.outcome import outcome_lines

        self.progress.clear()
        blank = [] if self.quiet else [""]
        self.console.out(*blank, *outcome_lines(self.scene, self.console.paint, self.console.width))
        self.console.out(self.console.paint(f"It is kept: moot show {self.name}", "dim"))

    def say(self, text: str) -> None:
        """Say something beside the talk, on standard error."""
        self.progress.clear()
        click.echo(text, err=True)


@contextmanager
def stopping(show: Show) -> Iterator[None]:
    """Let the first Ctrl+C stop the run at the next turn boundary, and the second one at once."""

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        if show.coordinator is None:
            raise KeyboardInterrupt
        signal.signal(signal.SIGINT, signal.default_int_handler)
        show.coordinator.stop()
        show.say("stopping after this turn; Ctrl+C again stops at once")

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    except KeyboardInterrupt:
        show.say(f"stopped; what was said is kept: moot show {show.name}" if show.name else "stopped")
        raise
    finally:
        signal.signal(signal.SIGINT, before)
