"""Show a run while it is played, and let Ctrl+C stop it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

from moot_errors import RunFailed
from sandbox.cli.live import Progress
from sandbox.cli.session import Session

if TYPE_CHECKING:
    from sandbox.coordinator import Coordinator
    from sandbox.rendering.scene import Scene
    from transcripts import Asking, Event, State


class Show:
    """Print a run while it is played."""

    def __init__(self, session: Session, *, quiet: bool) -> None:
        from sandbox.tally import Tally

        self.console = session.console
        self.progress = Progress(self.console)
        self.quiet = quiet
        self.coordinator: Coordinator | None = None
        self.name = ""
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
        self._scene = Scene(name, coordinator.state)
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
