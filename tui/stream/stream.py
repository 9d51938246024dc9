"""The message stream: the lines, and a field for what is looked for."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input

from tui.feed import Moment, Speaker
from tui.stream.lines import Lines
from tui.stream.messages import Find, Followed


class Field(Input):
    """The field for what is looked for; closing it takes nothing back that was not found."""

    BINDINGS = [Binding("escape", "close", "Close", show=False)]  # noqa: RUF012  # Textual's way

    def action_close(self) -> None:
        self.post_message(self.Submitted(self, ""))


class Stream(Vertical):
    """Show a run's messages.

        stream.show(feed.moment())      whenever there is more, or another moment
        stream.hear(feed.partial)       some 15 times a second, while somebody speaks

    It sends `Selected`, `Opened` and `Followed`.
    """

    DEFAULT_CSS = """
    Stream {
        & > Field { display: none; }
        &.-finding > Field { display: block; }
    }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines = Lines()
        self._before: int | None = None

    def compose(self) -> ComposeResult:
        yield self.lines
        yield Field(placeholder="look for …", compact=True)

    def show(self, moment: Moment) -> None:
        """Show a moment of a run, be it now or then."""
        self.lines.show(moment)

    def show_thread(self, thread: str | None) -> None:
        """Show what belongs to one thread, or to all."""
        self.lines.show_thread(thread)

    def hear(self, partial: Mapping[Speaker, str]) -> None:
        """Show what streams in, below all messages."""
        self.lines.hear(partial)

    @on(Followed)
    def _told(self) -> None:
        self.border_subtitle = self.lines.told

    @on(Find)
    def _open(self) -> None:
        self._before = None if self.lines.follow else self.lines.chosen
        self.add_class("-finding")
        self.query_one(Field).focus()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.lines.look_for(event.value, self._before)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value:
            self.query_one(Field).clear()
            self.lines.look_for("", self._before)
            self.lines.go_to(self._before)
        self.remove_class("-finding")
        self.lines.focus()
