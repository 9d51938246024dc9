"""Show a run while it is played, and let Ctrl+C stop it."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING, Protocol

import click

from moot_errors import RunFailed
from sandbox.cli.faults import FOUND, INTERRUPTED
from sandbox.cli.live import Progress
from sandbox.cli.output import print_json
from sandbox.cli.session import Session
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from sandbox.coordinator import Coordinator
    from sandbox.rendering.scene import Origin, Scene
    from transcripts import Asking, Event, State


class Stoppable(Protocol):
    """What Ctrl+C can stop."""

    def stop(self) -> bool:
        """Stop at the next turn boundary; False where nothing was begun."""
        ...

    def say(self, text: str) -> None:
        """Say something beside what is shown."""
        ...

    @property
    def kept(self) -> str:
        """Say how to see what was kept; empty where nothing was begun."""
        ...


class Show:
    """Print a run while it is played."""

    def __init__(self, session: Session, *, quiet: bool) -> None:
        from sandbox.tally import Tally

        self.console = session.console
        self.progress = Progress(self.console)
        self.quiet = quiet
        self.coordinator: Coordinator | None = None
        self.name = ""
        self.origin: Origin | None = None
        self.tally = Tally()
        self._scene: Scene | None = None
        self._waiting: dict[tuple[str, str], Asking] = {}

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
        self._scene = Scene(name, coordinator.state, origin=self.origin)
        self._talk = Talk(self._scene, self.console.paint, self.console.width)

    def watch(self, event: Event, state: State) -> None:
        """Print an event that was committed."""
        self.tally.add(event)
        if self.quiet:
            return
        from sandbox.rendering.header import header_lines
        from sandbox.rendering.progress import progress_text
        from transcripts import Started

        if isinstance(event, Started):
            self.console.out(*header_lines(self.scene, self.console.paint, self.console.width), "")
        elif lines := self._talk.lines(event):
            self.progress.out(*lines)
        self._wait(event)
        if state.ended is None and self.console.live:
            self.progress.show(progress_text(self.scene, self.progress.width, self._waiting.values()))

    def _wait(self, event: Event) -> None:
        """Keep in mind who is waited for."""
        from transcripts import Answered, Asking

        match event:
            case Asking():
                self._waiting[event.seat, event.purpose] = event
            case Answered():
                self._waiting.pop((event.seat, event.purpose), None)
            case _:
                pass

    def end(self) -> None:
        """Print what came of it, and what to type next."""
        from sandbox.rendering.outcome import outcome_lines

        self.progress.clear()
        blank = [] if self.quiet else [""]
        self.console.out(*blank, *outcome_lines(self.scene, self.console.paint, self.console.width, self.tally))
        more = "" if self.scene.state.ended else f"; to go on: moot resume {self.name}"
        if self.waits:
            self.console.out(f"It {self.waits}.")
        self.console.out(self.console.paint(f"It is kept: moot show {self.name}{more}", "dim"))

    @property
    def waits(self) -> str:
        """Say for whom the run waits; empty where it does not."""
        waiting = self.coordinator.waiting if self.coordinator else []
        return f"waits for {' and '.join(map(printable, waiting))}" if waiting else ""

    def conclude(self, *, as_json: bool) -> None:
        """Print the end, in words or as data, and leave with the exit code that it has."""
        if as_json:
            from sandbox.rendering.data import run_data

            print_json(run_data(self.scene, self.tally))
        else:
            self.end()
        status = self.scene.state.ended.status if self.scene.state.ended else "open"
        if status != "done" and not self.waits:
            click.get_current_context().exit(INTERRUPTED if status == "open" else FOUND)

    def stop(self) -> bool:
        if self.coordinator is None:
            return False
        self.coordinator.stop()
        return True

    @property
    def kept(self) -> str:
        return f"moot show {self.name}" if self.name else ""

    def say(self, text: str) -> None:
        """Say something beside the talk, on standard error."""
        self.progress.clear()
        click.echo(text, err=True)


class Onward(Show):
    """Print a run from the turn on where it is taken up."""

    def __init__(
        self, session: Session, *, quiet: bool, how: str, origin: Origin | None, before: Iterable[Event] = ()
    ) -> None:
        """`how` it is taken up stands before the turn: `taken up`; `before` is what is part of its bill already."""
        super().__init__(session, quiet=quiet)
        self.origin = origin
        self.left: State | None = None
        """The state where it is taken up; None where that is the one that it begins with."""
        self._how = how
        for event in before:
            self.tally.add(event)

    def started(self, name: str, coordinator: Coordinator) -> None:
        from sandbox.rendering.header import header_lines
        from sandbox.rendering.outcome import standing_lines

        super().started(name, coordinator)
        if self.quiet:
            return
        width, paint = self.console.width, self.console.paint
        left = self.left or coordinator.state
        self.console.out(*header_lines(self.scene, paint, width))
        self.console.out("", paint(f"  {self._how} after turn {left.turns}", "dim"))
        self.console.out(*standing_lines(replace(self.scene, state=left), width), "")


@contextmanager
def stopping(show: Stoppable) -> Iterator[None]:
    """Let the first Ctrl+C stop the run at the next turn boundary, and the second one at once."""

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        if not show.stop():
            raise KeyboardInterrupt
        signal.signal(signal.SIGINT, signal.default_int_handler)
        show.say("stopping after this turn; Ctrl+C again stops at once")

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    except KeyboardInterrupt:
        show.say(f"stopped; what was said is kept: {show.kept}" if show.kept else "stopped")
        raise
    finally:
        signal.signal(signal.SIGINT, before)
