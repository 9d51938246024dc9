"""The lines of a run's messages: what is on the screen, what is selected, and whether the newest is followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from transcripts import Event
from tui.actions import bindings
from tui.feed import Moment, Speaker
from tui.stream.finding import Search
from tui.stream.messages import Find, Followed, Opened, Selected
from tui.stream.page import Page
from tui.stream.rows import Row
from tui.stream.sheet import Sheet
from tui.stream.strips import GUTTER, MARKS, Painter
from tui.stream.tail import Tail

_IDLE = 1 / 30
_SLICE = 0.012
"""Seconds of work at a time that nobody waits for."""


class Lines(ScrollView, can_focus=True):
    """Show a moment's messages."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("stream")]
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"stream--chosen", *(f"stream--{what}" for what in MARKS)}
    DEFAULT_CSS = """
    Lines {
        background: $surface;
        color: $foreground;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;

        & > .stream--chosen { background: $boost; }
        &:focus > .stream--chosen { background: $primary 20%; }
        & > .stream--offer { text-style: bold; }
        & > .stream--accept { color: $text-success; text-style: bold; }
        & > .stream--reject { color: $text-warning; }
        & > .stream--leave { color: $text-error; text-style: bold; }
        & > .stream--note { color: $text-muted; }
        & > .stream--aside { color: $text-muted; text-style: italic; }
        & > .stream--title { text-style: bold; }
        & > .stream--end { text-style: bold; }
        & > .stream--bad { color: $text-error; text-style: bold; }
        & > .stream--hit { color: $text-warning; text-style: bold reverse; }
    }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.follow = True
        """Whether the newest row is kept on the screen."""
        self.unseen = 0
        """Rows that came while it was not."""
        self.chosen = -1
        """The selected row; below 0 where there is none."""
        self.told = Content()
        """Where the reader is, for the frame."""
        self.search: Search | None = None
        self._sheet: Sheet | None = None
        self._thread: str | None = None
        self._page = Page(lambda row: Row(""))  # the sheet's, once there is one
        self._tail = Tail()
        self._painter = Painter(self)
        self._placing = False
        self._pending: tuple[int, int] | None = None  # a jump to a hit that is not known yet: which way, from where
        self._idle: Timer | None = None

    # What is shown

    def show(self, moment: Moment) -> None:
        """Show a moment: rows are added or left out where it is another one of the run that is shown."""
        before = self._sheet.moment if self._sheet else moment
        new = self._sheet.follow(moment) if self._sheet else None
        if new is None:
            self._begin(moment)
            return
        rows, changed = new
        travels = moment.upto < before.upto or not (before.now and moment.now)
        if not (rows or changed or travels):
            return
        if changed:
            self._painter.forget()
        if self.search:
            self.search.resize(len(self._page))
        self._work_on()
        if travels:
            self._go_to_end()
        elif self.follow:
            self._go_to_end(select=rows > 0)
        else:
            self.unseen += rows
            self._place(*self._anchor())
        self._tell()

    def show_thread(self, thread: str | None) -> None:
        """Show what belongs to one thread, or everything."""
        self._thread = thread
        if self._sheet:
            self._begin(self._sheet.moment)

    def hear(self, partial: Mapping[Speaker, str]) -> None:
        """Show what streams in, below all messages."""
        if self._sheet is None or not (partial or self._tail):
            return
        before = self._tail.height
        self._tail.hear(partial, self._sheet)
        if before != self._tail.height:
            self._place(*self._anchor())
        self.refresh_lines(self._page.height, max(before, self._tail.height))

    @property
    def event(self) -> Event | None:
        """The selected row's event."""
        return self._sheet.event(self.chosen) if self._sheet and 0 <= self.chosen < len(self._page) else None

    @property
    def place(self) -> int | None:
        """Its place in the moment's events."""
        return self._sheet.place(self.chosen) if self._sheet and 0 <= self.chosen < len(self._page) else None

    def select_event(self, index: int) -> None:
        """Select the row of an event, by its place in the moment's events, or the nearest before it."""
        if self._sheet:
            self._select(self._sheet.at(index))

    def go_to(self, row: int | None) -> None:
        """Select a row, or with None follow the newest."""
        if row is None:
            self._turn_follow(True)
        else:
            self._select(row)

    # Keys

    def action_down(self) -> None:
        row, bottom = self._visible_choice(), self.scroll_offset.y + self._rows_high
        if row == self.chosen and self._page.top(row) + self._page.size(row) > bottom:
            self._leaf(1)
        elif row == self.chosen == len(self._page) - 1:
            self._turn_follow(True)
        else:
            self._select(row + (row == self.chosen))

    def action_up(self) -> None:
        row = self._visible_choice(last=True)
        if row == self.chosen and self._page.top(row) < self.scroll_offset.y:
            self._leaf(-1)
        else:
            self._select(row - (row == self.chosen), end=True)

    def action_first(self) -> None:
        self._select(0)

    def action_last(self) -> None:
        self._turn_follow(True)

    def action_follow(self) -> None:
        self._turn_follow(not self.follow)

    def action_open(self) -> None:
        if self._sheet and (event := self.event):
            self.post_message(Opened(self._sheet.place(self.chosen), event))

    def action_copy(self) -> None:
        if self._sheet and self.event:
            self.app.copy_to_clipboard(self._sheet.whole(self.chosen))
            self.app.notify("copied", markup=False)

    def action_find(self) -> None:
        self.post_message(Find())

    def action_next(self) -> None:
        self._jump(1)

    def action_previous(self) -> None:
        self._jump(-1)

    def look_for(self, words: str, origin: int | None = None) -> None:
        """Go to the first row in which these words stand, from the selected one or `origin` on; "" takes it back."""
        self._painter.forget()
        self._pending = None
        origin = self.chosen if origin is None else origin
        sheet = self._sheet
        self.search = Search(words, sheet.texts, origin, len(self._page)) if words and sheet else None
        if self.search:
            self.search.look(_SLICE)
            self._jump(0, origin)
            self._work_on()
        self._tell()
        self.refresh()

    # The screen

    def render_line(self, y: int) -> Strip:
        line, width = self.scroll_offset.y + y, self.size.width
        if line < self._page.height:
            row = self._page.find(line)
            wrapped, chosen = self._page.wrapped(row), row == self.chosen
            return self._painter.draw(row, wrapped, line - self._page.top(row), width, chosen, self.search)
        return self._tail.draw(line - self._page.height, width, self._painter) or Strip.blank(width, self.rich_style)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._painter.forget(looks=True)

    def on_mount(self) -> None:
        self._idle = self.set_interval(_IDLE, self._work, pause=True)

    def on_resize(self, event: events.Resize) -> None:
        anchor = self._anchor()
        room = self.scrollable_content_region.width - GUTTER
        if room != self._page.room and room > 0:
            self._page.set_room(room)
            self._painter.forget()
            self._tail.set_room(room)
            self._work_on()
        self._place(*anchor)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        line = self.scroll_offset.y + offset.y if offset else self._page.height
        if line < self._page.height:
            self._select(self._page.find(line))
            if event.chain == 2:
                self.action_open()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self._placing:
            return
        if round(new_value) < self._end:
            self._set_follow(False)
        elif self.unseen:
            self.unseen = 0
            self._tell()
        self._place(*self._anchor())

    # Rows

    def _begin(self, moment: Moment) -> None:
        """Show another run, or the same one with other rows; the selected event stays so where it is a row still."""
        place = self._sheet.place(self.chosen) if self._sheet and self.chosen >= 0 else -1
        sheet = self._sheet = Sheet(moment, self._page.room, self._thread)
        self._page, self._tail, self.chosen = sheet.page, Tail(), -1
        self._painter.forget(looks=True)
        words = self.search.words if self.search else ""
        if self.follow or place < 0:
            self._go_to_end()
        else:
            self.select_event(place)
        if words:
            self.search = Search(words, sheet.texts, self.chosen, len(self._page))
        self._tell()
        self._work_on()

    # Where the screen stands

    @property
    def _rows_high(self) -> int:
        return max(self.scrollable_content_region.height, 1)

    @property
    def _end(self) -> int:
        """The line that is the screen's first one where its last one is the newest."""
        return max(self._page.height + self._tail.height - self._rows_high, 0)

    def _anchor(self) -> tuple[int, int]:
        """Say what stands on the screen's first line: a row, and which of its lines."""
        line = self.scroll_offset.y
        row = self._page.find(line)
        return row, line - self._page.top(row) if len(self._page) else 0

    def _place(self, row: int, line: int) -> None:
        """Put a row's line on the screen's first line, or the newest on its last; measures all that is near it."""
        page = self._page
        self._measure_near(row, line)
        y = self._end if self.follow else page.top(row) + line if len(page) else 0
        before, self._placing = self._placing, True  # what scrolls now is not the reader's doing
        self.virtual_size = Size(self.scrollable_content_region.width, page.height + self._tail.room)
        if y != self.scroll_offset.y:
            self.scroll_to(y=y, animate=False, immediate=True)
        self._placing = before
        self.refresh()

    def _measure_near(self, row: int, line: int) -> None:
        """Measure what will be on the screen, and a screen more on either side, many rows at a time."""
        high, page = self._rows_high, self._page
        if self.follow:
            first = len(page)
            while first > 0 and page.height - page.top(first) < 2 * high:
                first, end = max(first - high, 0), first
                page.measure(range(first, end))
        elif len(page):
            page.measure(range(page.find(page.top(row) - high), row))
            end = row
            while end < len(page) and page.top(end) < page.top(row) + line + 2 * high:
                first, end = end, min(end + high, len(page))
                page.measure(range(first, end))

    def _leaf(self, way: int) -> None:
        """Go on in a row that is higher than the screen, or with -1 back."""
        self.scroll_to(y=self.scroll_offset.y + way * max(self._rows_high - 2, 1), animate=False, immediate=True)

    def _visible_choice(self, last: bool = False) -> int:
        """Give the selected row if any of it is on the screen, or else the first or the last that is."""
        y = self.scroll_offset.y
        first, end = self._page.find(y), self._page.find(y + self._rows_high - 1)
        return self.chosen if first <= self.chosen <= end else end if last else first

    def _select(self, row: int, *, end: bool = False) -> None:
        """Select a row and put all of it on the screen; of one that is too high its beginning, or its `end`."""
        if not len(self._page):
            return
        row = min(max(row, 0), len(self._page) - 1)
        self._set_follow(False)
        self._choose(row)
        y, high = self.scroll_offset.y, self._rows_high
        self._page.measure(range(max(row - high, 0), min(row + high, len(self._page))))
        top, size = self._page.top(row), self._page.size(row)
        if size > high and end:
            self._place(row, size - high)
        elif top < y or size > high:
            self._place(row, 0)
        elif top + size > y + high:
            place = self._page.find(top + size - high)
            self._place(place, top + size - high - self._page.top(place))
        else:
            self._place(*self._anchor())

    def _choose(self, row: int) -> None:
        if row != self.chosen and self._sheet:
            self.chosen = row
            self.post_message(Selected(self._sheet.place(row), self._sheet.event(row)))
            self.refresh()
            self._tell()

    def _go_to_end(self, *, select: bool = True) -> None:
        self.follow, self.unseen = True, 0
        if select:
            self._choose(len(self._page) - 1)
        self._place(0, 0)

    def _turn_follow(self, on: bool) -> None:
        if on:
            self._go_to_end()
        self.follow = on
        self._tell()

    def _set_follow(self, on: bool) -> None:
        if on != self.follow:
            self.follow = on
            self._tell()

    def _tell(self) -> None:
        """Say where the reader is, and tell others."""
        told = [f"{self.chosen + 1:,} of {len(self._page):,}"] if self.chosen >= 0 else []
        if self.search:
            told.append(self.search.told(self.chosen))
        if self.unseen:
            told.append(f"▼ {self.unseen:,} new")
        self.told = Content(" · ".join(told))
        self.post_message(Followed(self.follow, self.unseen))

    # What nobody waits for

    def _jump(self, by: int, origin: int | None = None) -> None:
        """Go to a hit, or once it is known."""
        if self.search is None:
            return
        origin = self.chosen if origin is None else origin
        hit = self.search.step(origin, by)
        self._pending = (by, origin) if hit is None and not self.search.done else None
        if hit is not None:
            self._select(hit)

    def _work_on(self) -> None:
        if self._idle:
            self._idle.resume()

    def _work(self) -> None:
        if self.search and not self.search.done:
            self.search.look(_SLICE)
            if self._pending is not None:
                self._jump(*self._pending)
            self._tell()
        elif self._idle:
            self._idle.pause()
