"""Two runs side by side: the cause on top, the turns below it, and at the bottom what it was worth."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from moot_errors import MootError
from sandbox.rendering.layout import wrap
from sandbox.rendering.printable import printable
from transcripts import Bodies, Transcript
from tui.actions import bindings
from tui.compare.sheet import Sheet
from tui.feed import Feed
from tui.keys import KeyLine
from tui.tabs import TabBar
from tui.watch.host import host_of
from tui.watch.lines import Line, line
from tui.watch.page import Page

if TYPE_CHECKING:
    from transcripts.diff import Diff


MANY = 300
"""Turns that are written at once; more of them are written in another thread."""


class CompareScreen(Screen[None]):
    """Compare two runs; while they are read, and where they cannot be, it says so."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("compare")]

    DEFAULT_CSS = """
    CompareScreen {
        #head { height: auto; max-height: 40%; padding: 0 1; border-bottom: solid $panel; }
        #sheet { height: 1fr; padding: 0 1; }
        #place { height: 1; padding: 0 1; background: $panel; color: $text; }
        #worth { height: 1; padding: 0 1; }
    }
    """

    def __init__(self, left: Feed, right: Feed) -> None:
        super().__init__()
        self._feeds = left, right
        self._sheet: Sheet | None = None
        self._place = 0

    @property
    def _names(self) -> tuple[str, str]:
        return self._feeds[0].name, self._feeds[1].name

    def compose(self) -> ComposeResult:
        """Make the panels."""
        yield TabBar()
        yield Page(id="head")
        yield Page(id="sheet")
        yield Static(id="place")
        yield Page(id="worth")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin to read."""
        self.query_one("#sheet", Page).focus()
        self.query_one("#worth", Page).can_focus = False
        self.action_again()

    def on_resize(self) -> None:
        """Write it for the width that there is now, and find again what is looked at."""
        if self._sheet is not None:
            self.call_after_refresh(self._write)

    def action_again(self) -> None:
        """Compare anew."""
        self._say("reading both runs …")
        self._compare()

    @work(group="compare", exclusive=True)
    async def _compare(self) -> None:
        """Read and compare in another thread: of long runs that takes a while."""
        from transcripts import diff  # and what it stands on, when it is needed

        try:
            for feed in self._feeds:
                if not feed.events:
                    await asyncio.to_thread(feed.poll)
            left, right = (_as_it_is(feed) for feed in self._feeds)
            self._found(await asyncio.to_thread(diff.diff, left, right))
        except (LookupError, MootError) as error:
            self._failed(error)

    def _found(self, found: Diff) -> None:
        context = self._sheet.context if self._sheet else 1
        self._sheet = Sheet(found, self._names)
        self._sheet.context = context
        self._place = self._sheet.first()
        self._write()

    def _failed(self, error: Exception) -> None:
        self._sheet = None
        for page, texts in (("head", [str(error)]), ("sheet", []), ("worth", [])):
            self.query_one(f"#{page}", Page).write(partial(_told, texts))
        self._say("they cannot be compared")

    def _write(self) -> None:
        """Write the pages, and go to the difference that is looked at."""
        assert self._sheet is not None
        sheet, width = self._sheet, self.query_one("#sheet", Page).scrollable_content_region.width
        self.query_one("#head", Page).write(sheet.head, sheet)
        self.query_one("#worth", Page).write(lambda width: [sheet.utilities(width)])
        if sheet.size <= MANY:
            self._show(sheet, sheet.lines(width))
        else:
            self._say("writing …")
            self._write_slowly(sheet, width)

    @work(group="write", exclusive=True)
    async def _write_slowly(self, sheet: Sheet, width: int) -> None:
        """Write very many turns in another thread."""
        self._show(sheet, await asyncio.to_thread(sheet.lines, width))

    def _show(self, sheet: Sheet, lines: Sequence[Line]) -> None:
        if sheet is self._sheet:
            self.query_one("#sheet", Page).write(lambda _width: lines, sheet)
            self._go(self._place)

    def action_next(self) -> None:
        """Go to the next difference; behind the last one comes the first."""
        self._go(self._place + 1)

    def action_previous(self) -> None:
        """Go to the difference before."""
        self._go(self._place - 1)

    def _go(self, place: int) -> None:
        if self._sheet is None:
            return
        differing, page = self._sheet.differing, self.query_one("#sheet", Page)
        if not differing:
            self._say("the same, turn by turn")
            return
        self._place = place % len(differing)
        pair = differing[self._place]
        page.here = self._sheet.place(pair)
        page.scroll_to(y=max(page.here.start - page.size.height // 3, 0), animate=False)
        self._say(f"difference {self._place + 1} of {len(differing)} · {printable(pair.turn.name)} · {pair.kind}")

    def action_whole(self) -> None:
        """Show every turn, or only the differences and what stands around them."""
        if self._sheet is not None:
            self._sheet.context = 1 if self._sheet.context is None else None
            self._write()

    def action_swap(self) -> None:
        """Swap the sides."""
        if self._sheet is not None:
            self._feeds = self._feeds[::-1]
            self._found(self._sheet.found.mirrored())

    def action_open_left(self) -> None:
        """Watch the run on the left, where it is looked at."""
        self._open(0)

    def action_open_right(self) -> None:
        """Watch the run on the right, where it is looked at."""
        self._open(1)

    def _open(self, side: int) -> None:
        """Watch a run, at the turn that is looked at; where it has none there, at the last one before."""
        if self._sheet is None or not self._sheet.differing:
            host_of(self).open_run(self._names[side])
        else:
            host_of(self).open_run(self._names[side], self._sheet.turn(self._sheet.differing[self._place], side))

    def action_copy(self) -> None:
        """Copy the command that does the same."""
        host_of(self).copy(f"moot diff {shlex.quote(self._names[0])} {shlex.quote(self._names[1])}", "the command")

    async def action_back(self) -> None:
        """Go to the library."""
        await host_of(self).action_library()

    def _say(self, text: str) -> None:
        left, right = map(printable, self._names)
        self.query_one("#place", Static).update(Content(f"{left} │ {right}   {text}"))


def _as_it_is(feed: Feed) -> Transcript:
    """Take what there is of a run now, so that another thread may read it while more comes."""
    feed.poll()
    moment = feed.moment()
    return Transcript(list(moment.events), Bodies(moment.bodies), feed.name)


def _told(texts: Sequence[str], width: int) -> list[Line]:
    return [line(each, "bad") for text in texts for each in wrap(printable(text, lines=True), width)]
