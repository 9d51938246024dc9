"""One run, watched: threads, messages, what lies behind them, and the table, now or as they were at any turn."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from textual import events, on, work
from textual.app import ComposeResult

from moot_errors import MootError
from transcripts import Confided, Forfeited, Said
from tui.composer import Composer
from tui.feed import Feed, Moment, Playing
from tui.keys import KeyLine
from tui.stream import Followed, Opened, Selected, Stream
from tui.tabs import TabBar
from tui.underway import Doing
from tui.watch.bar import Bar
from tui.watch.bargain import Table
from tui.watch.family import Family, Kin
from tui.watch.history import History
from tui.watch.host import host_of
from tui.watch.inspector import Inspector
from tui.watch.pace import Pace
from tui.watch.page import Page
from tui.watch.pages import Turn
from tui.watch.panels import NARROW, Panels
from tui.watch.possible import Possibilities
from tui.watch.status import doing_of, status_of, status_then
from tui.watch.steered import SteeredScreen
from tui.watch.threads import Threads
from tui.watch.unread import Unread

HERTZ: Final = 15
"""How often it is looked for what is new."""
_SELDOM: Final = 15
"""Every how manieth time that is done which asks the store."""
_LEAP = 10


class WatchScreen(SteeredScreen):
    """Watch a run; every panel shows the same moment of it."""

    def __init__(
        self,
        feed: Feed,
        *,
        read_only: bool = False,
        kin: Kin | None = None,
        limits: Mapping[str, float] | None = None,
    ) -> None:
        """`kin` looks up the run's relatives; `limits` is the budget, as far as it is known."""
        super().__init__()
        self.feed = feed
        self.read_only = read_only
        self.at: int | None = None
        """The moment that is shown, by its number of events; None for now."""
        self._kin, self._limits = kin, limits or {}
        self._family = Family()
        self._history, self._unread, self._possible = History(), Unread(), Possibilities()
        self._thread: str | None = None
        self._selected: int | None = None
        self._wanted: int | None = None
        """The turn to go to once the run is shown."""
        self._ticks = 0
        self._pace = Pace()
        self._shown: object = None
        self._live = False
        self._trouble: MootError | None = None

    # The panels

    def compose(self) -> ComposeResult:
        """Make the panels."""
        yield TabBar()
        yield Bar(id="bar")
        yield Panels(id="panels")
        if isinstance(self.feed, Playing) and not self.read_only:
            yield Composer(self.feed, host_of(self).house.unsaid, id="composer")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin to look for what is new."""
        self._focus("stream")
        self._begin()

    @work
    async def _begin(self) -> None:
        """Read what there is, in another thread where that may take a while, and go on from there."""
        try:
            if not self.feed.events and not isinstance(self.feed, Playing):
                await asyncio.to_thread(self.feed.poll)
        except MootError as error:
            self._trouble = error
        self._tick()
        self.set_interval(1 / HERTZ, self._tick)

    def on_screen_resume(self) -> None:
        """Show what came while another screen was looked at."""
        self.show()

    @property
    def panels(self) -> Panels:
        return self.query_one(Panels)

    def on_resize(self, _event: events.Resize) -> None:
        """Show as many panels as there is room for."""
        self._fit()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Make the panel that has the focus the one that keys are about."""
        if self.panels.find(event):
            self._fit()

    def _fit(self) -> None:
        self.panels.fit(self.size)
        self.query_one(Bar).name_panels(None if self.panels.whole else self.panels.chosen)

    def _focus(self, panel: str) -> None:
        self.panels.go_to(panel)
        self._fit()

    # What is shown

    @property
    def unread(self) -> int:
        """How many messages came that were not on the screen."""
        return sum(self._unread.counts.values())

    @property
    def moment(self) -> Moment | None:
        """What is shown; None while nothing has arrived."""
        return self.feed.moment(self.at) if self.feed.events else None

    def _tick(self) -> None:
        """Take in what is new, and show what has changed."""
        if self._trouble is None:
            try:
                self.feed.poll()
            except MootError as error:  # the file is damaged, or of another version: what was read stays
                self._trouble = error
        if self._ticks % _SELDOM == 0 or isinstance(self.feed, Playing):
            self._look_around()
        self._ticks += 1
        may = not (isinstance(self.feed, Playing) and self._live) or self._pace.may()
        if may:
            self.query_one(Stream).hear(self.feed.partial if self.at is None else {})
        if self.composer is not None:
            self.composer.look()
        if may:
            self.show()

    def _look_around(self) -> None:
        """Ask whether somebody plays it, and who its relatives are."""
        try:
            self._live = self.feed.live
        except MootError as error:
            self._trouble = self._trouble or error
        if self._kin is not None and self._ticks % (3 * _SELDOM) == 0:
            self._ask(self._kin)

    @work(group="kin", exclusive=True)
    async def _ask(self, kin: Kin) -> None:
        with suppress(MootError):  # nobody reads a run less well because its relatives cannot be found
            self._family = await asyncio.to_thread(kin, self.feed.name)

    def show(self) -> None:
        """Write what has changed since it was written last."""
        now = len(self.feed.events)
        if self._reads_along:
            self._unread.read(self.feed.events, self._thread)
        else:
            self._unread.take(self.feed.events)
        if self not in self.app.screen_stack:
            return  # another run is looked at
        waiting = tuple(call.seat for call in self.feed.waiting) if self._live else ()
        counts = tuple(self._unread.counts.items())
        asks = tuple(self.reins.asks) if self.reins else ()
        doing = (self._doing, asks)
        shown = (now, self.at, self._live, waiting, self._trouble, self._family, counts, self._thread, doing)
        if shown == self._shown:
            return
        self._shown = shown
        self.dim()
        self._history.take(self.feed.events)
        moment = self.moment
        if moment is not None:
            self._read_at(moment)
            if self.query_one(Threads).show(moment, self._family, self._unread.counts, self._thread):
                self._fit()
            self._write_table(moment)
            self._write_inspector(moment)
        self._write_bar(moment)

    def _read_at(self, moment: Moment) -> None:
        """Show the messages, and go to the turn that was asked for."""
        stream = self.query_one(Stream)
        stream.show(moment)
        if self._wanted is not None:
            stream.lines.select_event(_message_of(self._wanted, self.feed))
            self._wanted = None

    @property
    def _reads_along(self) -> bool:
        """Whether somebody has the newest messages on the screen."""
        stream = self.query_one(Stream)
        return self.at is None and self.is_current and bool(stream.display) and stream.lines.follow

    @property
    def _doing(self) -> Doing:
        return doing_of(self.feed)

    def _write_table(self, moment: Moment) -> None:
        page = self.query_one("#table", Page)
        possible = self._possible.find(moment.scene)
        if possible is None and self._possible.wanted(moment.scene):
            self._work_out(moment)
        page.write(Table(moment, self._history, possible, self._limits).lines, self.feed.name)

    @work(group="possible")
    async def _work_out(self, moment: Moment) -> None:
        """Work out what can be had, in another thread."""
        await self._possible.work_out(moment.scene)
        if (now := self.moment) is not None:
            self._write_table(now)

    def _write_inspector(self, moment: Moment) -> None:
        place = self._selected
        if place is None or place >= moment.upto:
            place = self.query_one(Stream).lines.place or 0  # the stream goes back to what was last then
        self.query_one(Inspector).show(Turn(moment, place, self.feed.moment))

    def _write_bar(self, moment: Moment | None) -> None:
        bar = self.query_one(Bar)
        if self._trouble is not None:
            bar.trouble(self._trouble)
        if moment is None:
            bar.nothing(self.feed.name)
            return
        now = self.feed.moment()
        if self.at is None:
            status = status_of(now, live=self._live, doing=self._doing, asks=self.reins.asks if self.reins else ())
            bar.show(moment, status, self.feed.waiting if self._live else (), self.unread)
        else:
            bar.show(moment, status_then(moment, now), (), self.unread)

    # What is selected

    @on(Selected)
    def _select(self, event: Selected) -> None:
        self._selected = event.index
        if (moment := self.moment) is not None:
            self._write_inspector(moment)

    @on(Opened)
    def _inspect(self, event: Opened) -> None:
        self._selected = event.index
        self._shown = None
        self.show()
        self._focus("inspector")

    @on(Followed)
    def _followed(self) -> None:
        self.show()

    @on(Threads.Chosen)
    def _choose(self, event: Threads.Chosen) -> None:
        self._thread = event.thread
        self.query_one(Stream).show_thread(event.thread)
        self.show()
        self._focus("stream")

    @on(Threads.RunChosen)
    def _go_to_relative(self, event: Threads.RunChosen) -> None:
        host_of(self).open_run(event.run, event.after)

    # Keys

    def action_panel_1(self) -> None:
        """Go to the threads."""
        self._focus("threads")

    def action_panel_2(self) -> None:
        """Go to the messages."""
        self._focus("stream")

    def action_panel_3(self) -> None:
        """Go to the inspector."""
        self._focus("inspector")

    def action_panel_4(self) -> None:
        """Go to the table."""
        self._focus("table")

    def action_zoom(self) -> None:
        """Show the panel alone."""
        self.panels.zoom(True)
        self._fit()

    def action_unzoom(self) -> None:
        """Show all panels again."""
        self.panels.zoom(False)
        self._fit()

    def action_earlier(self) -> None:
        """Go back by a turn."""
        self._travel(-1)

    def action_later(self) -> None:
        """Go forth by a turn."""
        self._travel(1)

    def action_much_earlier(self) -> None:
        """Go back by ten turns."""
        self._travel(-_LEAP)

    def action_much_later(self) -> None:
        """Go forth by ten turns."""
        self._travel(_LEAP)

    def _travel(self, by: int) -> None:
        if not self.feed.events or (self.at is None and by > 0):
            return
        upto = self.feed.step(len(self.feed.events) if self.at is None else self.at, by)
        self.go_to(upto if upto < len(self.feed.events) else None)

    def go_to(self, upto: int | None) -> None:
        """Show the run as it was after so many events, or with None as it is now."""
        self.at = upto
        self.show()

    def go_to_turn(self, turn: int) -> None:
        """Select what was said in a turn of the run, or before it, among all that was said."""
        self._wanted = turn
        self.at, self._thread = None, None
        self._focus("stream")
        self.query_one(Stream).show_thread(None)
        self._shown = None
        self.show()

    def action_now(self) -> None:
        """Show what is happening now, and follow it."""
        self.go_to(None)
        lines = self.query_one(Stream).lines
        if not lines.follow:
            lines.action_follow()

    def action_next_page(self) -> None:
        """Show the inspector's next page."""
        self.query_one(Inspector).next_page()

    def action_previous_page(self) -> None:
        """Show the inspector's page before."""
        self.query_one(Inspector).next_page(-1)

    def action_copy(self) -> None:
        """Copy the page of the panel that has the focus."""
        table = self.panels.chosen == "table"
        page = self.query_one("#table" if table else "#inspector", Page)
        host_of(self).copy(page.text, "the table" if table else "the inspector's page")

    @property
    def chosen(self) -> tuple[str, str, int]:
        """The seat, the thread and the turn that are selected."""
        event = self.query_one(Stream).lines.event
        thread = getattr(event, "thread", None) or self._thread or ""
        moment = self.moment
        turn = event.turn if event is not None and event.turn else moment.scene.state.turns if moment else 0
        return getattr(event, "seat", ""), thread, turn

    def focus_reading(self) -> None:
        """Give the focus to the panel that keys are about."""
        self._focus(self.panels.chosen)

    async def action_back(self) -> None:
        """Unzoom, or come back to now, or go to the library."""
        if self.composer is not None and self.composer.is_open:
            self.composer.action_close()
        elif self.panels.zoomed:
            self.action_unzoom()
        elif self.at is not None:
            self.go_to(None)
        elif self.size.width < NARROW and self.panels.chosen != "stream":
            self._focus("stream")
        else:
            await host_of(self).action_library()


def _message_of(turn: int, feed: Feed) -> int:
    """Find the place of what came of a turn; of turn 0 that of what was there before all of them."""
    last = feed.after_turn(turn) - 1
    took = (place for place in range(last, -1, -1) if isinstance(feed.events[place], Said | Forfeited | Confided))
    return next((place for place in took if feed.events[place].turn == turn), last)
