"""What somebody sees who takes part: what they know and want, what was said to them, and their turn."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from sandbox.rendering.header import header_lines
from sandbox.rendering.printable import printable
from tui.actions import bindings
from tui.composer import Composer, ask_of
from tui.feed import Moment, Playing
from tui.keys import KeyLine, show_keys
from tui.sheets import AnswerSheet, OfferSheet
from tui.stream import Stream
from tui.underway import Ask
from tui.unsaid import Unsaid
from tui.watch.bargain import Table
from tui.watch.history import History
from tui.watch.lines import Ink, Line, line, lines_of
from tui.watch.page import Page

HERTZ = 15
NARROW = 100
_SOON = 300
"""Seconds before the end at which the time is marked."""


class ChairScreen(Screen[None]):
    """Take part in a run."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("chair")]
    DEFAULT_CSS = """
    ChairScreen {
        & #state { height: 1; padding: 0 1; }
        & #both { height: 1fr; }
        & #brief { width: 2fr; min-width: 40; }
        & Stream { width: 3fr; }
        & .panel { border: round $foreground 30%; padding: 0 1; }
        & .panel { border-title-color: $text-muted; border-subtitle-color: $text-muted; }
        & .panel:focus, & .panel:focus-within { border: round $primary; border-title-color: $text-primary; }
        &.-narrow #brief { display: none; width: 1fr; }
        &.-narrow.-reading #brief { display: block; }
        &.-narrow.-reading Stream { display: none; }
        &.-narrow Stream { width: 1fr; }
    }
    """

    def __init__(self, feed: Playing, seat: str, unsaid: Unsaid, until: float | None) -> None:
        """`until` is when the time is up, by the monotonic clock."""
        super().__init__()
        self.feed, self.seat = feed, seat
        self._unsaid, self._until = unsaid, until
        self._history = History()
        self._seen = -1
        self._asked: Ask | None = None
        self._written = ""

    def compose(self) -> ComposeResult:
        yield Static(id="state", markup=False)
        with Horizontal(id="both"):
            stream = Stream(id="stream")
            stream.add_class("panel")
            stream.border_title = Content("2 what was said")
            yield stream
            page = Page(id="brief", classes="panel")
            page.border_title = Content("1 you")
            yield page
        yield Composer(self.feed, self._unsaid, self.seat)
        yield KeyLine()

    def on_mount(self) -> None:
        self.focus_reading()
        self.set_interval(1 / HERTZ, self._tick)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < NARROW, "-narrow")

    @property
    def asked(self) -> Ask | None:
        """The turn that waits for whoever sits here."""
        return ask_of(self.feed.control, self.seat) if self.feed.control else None

    @property
    def seconds(self) -> float | None:
        """How long there is left."""
        return None if self._until is None else max(self._until - time.monotonic(), 0.0)

    def _tick(self) -> None:
        self.feed.poll()
        self._write_state()
        if not self.feed.events:
            return
        if len(self.feed.events) != self._seen:
            self._seen = len(self.feed.events)
            self._history.take(self.feed.events)
            moment = self.feed.moment()
            self.query_one(Stream).show(moment)
            self.query_one("#brief", Page).write(lambda width: self._brief(moment, width), self.feed.name)
        self.query_one(Composer).look()
        ask = self.asked
        if ask is not self._asked and self.is_current:
            self._asked = ask
            if ask is not None:
                self._begin_turn(ask)

    def _begin_turn(self, ask: Ask) -> None:
        """Show at once what is asked."""
        if ask.task.kind == "talk":
            composer = self.query_one(Composer)
            if not composer.is_open:
                composer.open(self.seat, ask.thread)
        else:
            self.action_speak()

    def _write_state(self) -> None:
        """Say whose turn it is, and how long there is left."""
        if not self.feed.live:
            words, style = "it is over", "reverse"
        elif self.asked is not None:
            words, style = "it is your turn", "$text-warning on $warning-muted bold"
        else:
            words, style = "the others are busy", "$text-muted"
        left = self.seconds
        clock = "" if left is None else f"{int(left // 60)}:{int(left % 60):02} left"
        if (told := f"{words} {clock}") == self._written:
            return
        self._written = told
        soon = "$text-error bold" if left is not None and left < _SOON else "$text-muted"
        who = f"  you are {printable(self.seat)}  "
        self.query_one("#state", Static).update(Content.assemble((f" {words} ", style), who, (clock, soon)))

    def _brief(self, moment: Moment, width: int) -> Sequence[Line]:
        """Write what the seat knows and wants, and what is on the table."""
        lines = lines_of(header_lines(moment.scene, Ink(), width)[2:])
        situation = moment.scene.situation
        if situation is None or not situation.issues:
            return lines
        return [*lines, line(""), *Table(moment, self._history, None, {}).lines(width)]

    # Keys

    def action_speak(self) -> None:
        """Write what is to be said, or answer what is asked."""
        ask = self.asked
        if ask is None or ask.task.kind == "talk":
            self.query_one(Composer).open(self.seat, ask.thread if ask else "")
        elif ask.task.kind == "propose":
            self.app.push_screen(OfferSheet(self.feed, self._unsaid, self.seat, ask.thread, own=True))
        else:
            self.app.push_screen(AnswerSheet(self.feed, self._unsaid, ask))

    def action_offer(self) -> None:
        """Make an offer."""
        ask = self.asked
        thread = ask.thread if ask else ""
        self.app.push_screen(OfferSheet(self.feed, self._unsaid, self.seat, thread, own=True))

    def action_brief(self) -> None:
        """Read who one is."""
        self.add_class("-reading")
        self.query_one("#brief").focus()

    def action_talk(self) -> None:
        """Read what was said."""
        self.remove_class("-reading")
        self.focus_reading()

    def action_keys(self) -> None:
        """Show the keys, or hide them."""
        show_keys(self)

    async def action_quit(self) -> None:
        """Leave; asks first."""
        await self.app.action_quit()

    def focus_reading(self) -> None:
        """Give the keys to what was said."""
        self.query_one(Stream).lines.focus()

    def on_composer_closed(self) -> None:
        self.focus_reading()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say which keys work now; None dims them."""
        if action in ("speak", "offer") and not self.feed.live:
            return None
        if action == "offer":
            situation = self.feed.moment().scene.situation if self.feed.events else None
            return bool(situation and situation.issues) or None
        return True
