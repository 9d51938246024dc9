"""The interface of somebody who takes part: consent, their seat, and the end; nothing else can be reached from it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual.binding import Binding

from sandbox.rendering.outcome import outcome_lines
from sandbox.rendering.paint import Paint
from tui.chair.consent import Consent, Terms
from tui.chair.screen import ChairScreen
from tui.chair.seating import Seating
from tui.dialogs import Answer, Question
from tui.engine import Began, Over
from tui.feed import Playing
from tui.leaving import Leaving
from tui.themes import dress
from tui.underway import Sitter

if TYPE_CHECKING:
    from tui.house import House

HERTZ = 15


class ChairApp(Leaving):
    """Sit in one seat of a run."""

    TITLE = "Moot"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [Binding("ctrl+c", "help_quit", show=False, system=True)]  # noqa: RUF012  as Textual has it

    def __init__(self, house: House, seating: Seating) -> None:
        super().__init__(house)
        self.seating = seating
        self.over: Over | None = None
        """How it ended, where it did."""
        self.feed: Playing | None = None
        self._until: float | None = None
        dress(self)
        self.set_keymap(house.keys)

    def on_mount(self) -> None:
        self.refresh_css(animate=False)  # Textual has read it for its own theme, and does so anew for modes only
        self.set_interval(1 / HERTZ, self._listen)
        study = self.seating.study
        if study is None:
            self._begin(Terms(self.seating.participant, None))
        else:
            self.push_screen(Consent(study, self.seating.participant, self.seating.seconds), self._begin)

    def _begin(self, terms: Terms | None) -> None:
        """Begin the run, or leave where there is no consent: nothing was recorded then."""
        if terms is None:
            self.exit()
            return
        if self.seating.seconds is not None:
            self._until = time.monotonic() + self.seating.seconds
        self.seating.begin(Sitter(self.seating.seat, *terms))

    def _listen(self) -> None:
        if not self.is_running:
            return
        for news in self.house.engine.drain():
            match news:
                case Began(feed=feed):
                    self.feed = self.house.feeds[feed.name] = feed
                    self.push_screen(ChairScreen(feed, self.seating.seat, self.house.unsaid, self._until))
                case Over():
                    self.over = news
                    self._end()
                case _:
                    pass
        reins = self.feed.control if self.feed else None
        if reins and self._until is not None and time.monotonic() > self._until and not reins.stopping:
            reins.stop()

    def _end(self) -> None:
        """Say that it is over, and why, as far as one seat may know."""
        title, text = "It is over", ""
        assert self.over is not None
        if self.feed is not None:
            self.feed.poll()
        if self.over.fault is not None:
            title, text = "It cannot go on", "Something went wrong. What was said is kept; please say so."
        elif self.feed is not None and self.feed.moment().over:
            text = "\n".join(outcome_lines(self.feed.moment().scene, Paint(), 66))
        elif self._until is not None and time.monotonic() > self._until:
            title, text = "The time is up", "What you said is kept."
        elif [seat for seat in self.over.waits if seat != self.seating.seat]:
            title, text = "Somebody else is not there", "What you said is kept, and it goes on when they come."
        answers = [Answer("read", "read it again", "r"), Answer("leave", "leave", "l")]
        self.push_screen(Question(title, f"{text}\n\nThank you.".lstrip(), answers), self._ended)

    def _ended(self, answer: str | None) -> None:
        if answer == "leave":
            self.exit()

    async def action_quit(self) -> None:
        """Leave; asks first while it goes on."""
        if isinstance(self.screen, Question):
            return
        if self.over is not None or self.feed is None:
            self.exit()
            return
        text = "What you said is kept, and what you have begun to write. It waits for you as long as you are away."
        answers = [Answer("stay", "stay", "s"), Answer("leave", "leave", "l")]
        self.push_screen(Question("Leave?", text, answers), self._ended)
