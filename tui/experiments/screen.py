"""The screen of an experiment: how far it is, the grid, the arms' totals, and the report in their place."""

from __future__ import annotations

import asyncio
import shlex
import time
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize, ScreenResume
from textual.screen import Screen
from textual.widget import Widget

from moot_errors import MootError
from tui.actions import bindings
from tui.beside import beside
from tui.experiments.board import Board, Pace
from tui.experiments.grid import Grid
from tui.experiments.pages import cell_lines, head_lines, legend
from tui.experiments.reading import PART, files_stamp, read_board
from tui.experiments.totals import arm_columns, arm_rows
from tui.keys import KeyLine
from tui.library.listing import Listing
from tui.library.shelves import problem_lines
from tui.tabs import TabBar
from tui.watch.lines import Ink, line, lines_of
from tui.watch.page import Page, Write

if TYPE_CHECKING:
    from tui.app import MootApp
    from tui.experiments.conducting import Conducting

LOOK = 0.5
"""Seconds between two looks at whether anything was committed."""
LIVENESS = 4.0
"""Seconds after which trials under way are looked at all the same: a process that is killed commits nothing."""


class ExperimentScreen(Screen[None]):
    """Watch an experiment, and play it."""

    app: MootApp
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("experiment")]
    AUTO_FOCUS = "#grid"
    CSS = """
    ExperimentScreen {
        & #head, & #legend { height: 1; padding: 0 1; scrollbar-size: 0 0; }
        & .panel { border: round $foreground 30%; border-title-color: $text-muted; }
        & .panel:focus { border: round $primary; border-title-color: $primary; }
        & #grid { height: 1fr; min-height: 5; }
        & #cell { height: 2; padding: 0 1; scrollbar-size: 0 0; }
        & #arms { height: auto; max-height: 40%; }
        & #report { height: 1fr; padding: 0 1; display: none; }
        &.-report #report { display: block; }
        &.-report #grid, &.-report #legend, &.-report #cell, &.-report #arms { display: none; }
    }
    """

    head = getters.query_one("#head", Page)
    grid = getters.query_one("#grid", Grid)
    legend = getters.query_one("#legend", Page)
    cell = getters.query_one("#cell", Page)
    arms = getters.query_one("#arms", Listing)
    report = getters.query_one("#report", Page)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.experiment = name
        self.board: Board | None = None
        self._pace = Pace()
        self._stamp: object = None
        self._looked = self._took = 0.0
        self._reading = False

    def compose(self) -> ComposeResult:
        yield TabBar()
        yield Page(id="head")
        yield self._panel(Grid(id="grid"), "1", "Trials")
        yield Page(id="legend")
        yield Page(id="cell")
        yield self._panel(Listing((), id="arms"), "2", "Arms")
        yield self._panel(Page(id="report"), "t", "Report")
        yield KeyLine()

    def _panel(self, widget: Widget, key: str, title: str) -> Widget:
        widget.add_class("panel")
        widget.border_title = f"\\[{key}] {title}"
        return widget

    def on_mount(self) -> None:
        for page in (self.head, self.legend, self.cell):
            page.can_focus = False
        self.head.write(lambda width: [line("reading …", "dim")])
        self.set_interval(LOOK, self._look)

    @on(ScreenResume)
    def _come_back(self) -> None:
        self._stamp = None
        self._look()

    # Looking at the transcripts

    @property
    def conducting(self) -> Conducting | None:
        """What plays it, where that is this process."""
        found = self.app.house.conducting.get(self.experiment)
        return found if found and found.live else None

    def _look(self) -> None:
        """Read it again where somebody committed something, or where its file changed."""
        if not self.is_current:
            return
        if self.board:
            self._pace.see(time.monotonic(), self.board.over, playing=self.board.playing)
            self._show_head(self.board)
        house, past = self.app.house, time.monotonic() - self._looked
        stamp = (house.stamp(), files_stamp(house.workspace), bool(self.conducting))
        late = past > LIVENESS and self.board is not None and self.board.playing
        if (stamp != self._stamp or late) and past > PART * self._took and not self._reading:
            self._stamp, self._reading = stamp, True
            beside(self, self._read, "board")

    async def _read(self) -> None:
        began = time.monotonic()
        try:
            board = await asyncio.to_thread(read_board, self.app.house, self.experiment)
        except Exception as error:  # noqa: BLE001  it is said, and the next look may go well
            self._say(error)
        else:
            self._show(board)
        finally:
            self._looked, self._reading = time.monotonic(), False
            self._took = self._looked - began

    def _say(self, error: Exception) -> None:
        if isinstance(error, MootError) and self.board is None:
            _fit(self.head, partial(problem_lines, error))
        else:
            self.app.complain(error, "Reading the experiment")

    def _show(self, board: Board) -> None:
        self.board = board
        self._show_head(board)
        self.grid.show_board(board)
        _fit(self.legend, partial(legend, board))
        self._show_cell()
        rows = arm_rows(board)
        self.arms.columns = arm_columns(board)
        self.arms.show_rows(rows)
        self.arms.styles.height = len(rows) + 3
        self.refresh_bindings()

    def _show_head(self, board: Board) -> None:
        playing = self.conducting
        doing = ("stopping" if playing.stopping else "under way") if playing else ""
        if not doing and board.playing:
            doing = "under way in another process"
        _fit(self.head, partial(head_lines, board, rate=self._pace.rate, doing=doing))

    @on(Grid.Moved)
    def _show_cell(self) -> None:
        if (arm := self.grid.arm) and self.board:
            self.cell.write(partial(cell_lines, arm, self.grid.cell), "cell")

    def on_resize(self, _event: Resize) -> None:
        if self.board:
            self._show(self.board)

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim what cannot be done here."""
        return None if action in ("run", "stop") and self.app.house.read_only else True

    def action_open(self) -> None:
        """Watch the trial's run."""
        if self.has_class("-report"):
            return
        if self.focused is self.arms:
            self.grid.move_to_arm(self.arms.key)
            self.grid.focus()
        elif (cell := self.grid.cell) and cell.trial.run:
            self.app.open_run(cell.trial.run)
        else:
            self.app.tell("it was not played yet")

    @on(Grid.Opened)
    @on(Listing.Opened)
    def _opened(self) -> None:
        self.action_open()

    def action_run(self) -> None:
        """Play what is not done yet."""
        if self.app.house.read_only:
            return
        if self.conducting:
            self.app.tell(f"{self.experiment} is under way")
        else:
            self.app.conduct(self.experiment)
            self._look()

    def action_stop(self) -> None:
        """Stop after the turns under way."""
        if self.app.house.read_only:
            return
        if playing := self.conducting:
            playing.stop()
            self.app.tell(f"{self.experiment} stops after the turns under way; r goes on with it")
            self._look()
        elif self.board and self.board.playing:
            self.app.tell(f"{self.experiment} is played by another process, which can stop it")
        else:
            self.app.tell("it is not under way")

    def action_report(self) -> None:
        """Show what came of it, as it is now, or the grid again."""
        if self.has_class("-report"):
            self._close_report()
        elif self.board:
            self.add_class("-report")
            self.report.focus()
            self.report.write(lambda width: [line("working it out …", "dim")])
            beside(self, partial(self._work_out, self.board), "report", exclusive=True)

    async def _work_out(self, board: Board) -> None:
        from sandbox.experiments.reporting import make_report, report_lines

        try:
            made = await asyncio.to_thread(make_report, board.results)
        except Exception as error:  # noqa: BLE001
            self._close_report()
            self.app.complain(error, "Writing the report")
        else:
            self.report.write(lambda width: lines_of(report_lines(made, Ink(), width)), made)

    def _close_report(self) -> None:
        self.remove_class("-report")
        self.grid.focus()

    async def action_back(self) -> None:
        """Go from the report to the grid, and from there to the library."""
        if self.has_class("-report"):
            self._close_report()
        else:
            await self.app.action_library()

    def action_copy(self) -> None:
        """Copy the command that plays it."""
        self.app.copy(f"moot experiment run {shlex.quote(self.experiment)}", "the command")

    def action_next_failed(self) -> None:
        self._find_failed(1)

    def action_previous_failed(self) -> None:
        self._find_failed(-1)

    def _find_failed(self, by: int) -> None:
        if not self.grid.find_lost(by):
            self.app.tell("no trial failed")

    def action_panel_1(self) -> None:
        self._close_report()

    def action_panel_2(self) -> None:
        self._close_report()
        self.arms.focus()

    # Moving

    def _move(self, rows: int, columns: int = 0) -> None:
        if self.focused is self.arms:
            self.arms.move(rows)
        elif self.focused is self.report:
            self.report.scroll_relative(y=rows, animate=False)
        else:
            self.grid.move(rows, columns)

    @property
    def _page(self) -> int:
        return self.arms.page if self.focused is self.arms else self.grid.page

    def action_down(self) -> None:
        self._move(1)

    def action_up(self) -> None:
        self._move(-1)

    def action_left(self) -> None:
        self._move(0, -1)

    def action_right(self) -> None:
        self._move(0, 1)

    def action_page_down(self) -> None:
        self._move(self._page)

    def action_page_up(self) -> None:
        self._move(-self._page)

    def action_first(self) -> None:
        self.grid.move_to_end(last=False)

    def action_last(self) -> None:
        self.grid.move_to_end(last=True)


def _fit(page: Page, write: Write) -> None:
    """Write a page that is as high as what it says."""
    page.write(write, page.id)
    page.styles.height = max(1, len(write(max(page.app.size.width - 2, 20))))
