"""The library: runs, scenarios and personas beside each other, and what is selected of them to read."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import ScreenResume
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from moot_errors import MootError
from sandbox.rendering.printable import printable
from tui.actions import bindings
from tui.beside import beside
from tui.experiments.shelf import NONE, Shelf
from tui.keys import KeyLine
from tui.library import rows, shelves
from tui.library.listing import Listing
from tui.library.preview import run_lines
from tui.tabs import TabBar
from tui.watch.lines import line
from tui.watch.page import Page, Write

if TYPE_CHECKING:
    from tui.app import MootApp

LOOK = 0.5
"""Seconds between two looks at whether anything was committed."""
LIVENESS = 4.0
"""Seconds after which runs that others play are looked at all the same: a process that is killed commits nothing."""
REST = 0.12
"""Seconds that the cursor rests on a run before it is read."""
SHOWN = 2000
"""So many runs are listed at most; a filter looks through all."""
AT_ONCE = 500
"""So many runs are added up before the list is written again."""

_CHANGING: Final = {"new", "resume", "stop"}
_PANELS: Final = ("runs", "scenarios", "personas", "preview", "experiments")


class LibraryScreen(Screen[None]):
    """Show what there is, and begin something with it."""

    app: MootApp
    BINDINGS = bindings("library")  # type: ignore[assignment]  # narrower than Textual's, and never changed
    AUTO_FOCUS = ""
    CSS = """
    LibraryScreen {
        & #shelves { width: 30; } & #desk { width: 1fr; }
        & .panel { border: round $foreground 30%; height: 1fr; }
        & .panel { border-title-color: $text-muted; border-subtitle-color: $text-muted; }
        & .panel:focus-within, & .panel:focus { border: round $primary; border-title-color: $primary; }
        & #runs { height: 3fr; } & #preview { height: 2fr; padding: 0 1; }
        & #filter { display: none; height: 1; border: none; padding: 0 1; background: $boost; }
        & #filter.-open { display: block; }
        &.-narrow #shelves { width: 20; } &.-zoomed .panel, &.-zoomed .column { display: none; }
        &.-zoomed .-whole { display: block; width: 1fr; height: 1fr; }
    }
    """

    runs = getters.query_one("#runs", Listing)
    scenarios, personas = getters.query_one("#scenarios", Listing), getters.query_one("#personas", Listing)
    experiments = getters.query_one("#experiments", Shelf)
    preview = getters.query_one("#preview", Page)
    filter = getters.query_one("#filter", Input)

    def __init__(self) -> None:
        super().__init__()
        self._catalogue = rows.Catalogue()
        self._stamp: object = None
        self._shelf_stamp: object = None
        self._looked = 0.0
        self._reading = False
        self._previewed: tuple[str | None, str | None, object] | None = None
        self._last: Listing | None = None

    # What there is to see

    def compose(self) -> ComposeResult:
        yield TabBar()
        with Horizontal():
            with Vertical(id="shelves", classes="column"):
                yield self._panel(Listing(shelves.COLUMNS, titles=False, id="scenarios"), "2", "Scenarios")
                yield self._panel(Listing(shelves.COLUMNS, titles=False, id="personas"), "3", "Personas")
                yield self._panel(Shelf(id="experiments"), "5", "Experiments")
            with Vertical(id="desk", classes="column"):
                yield self._panel(Listing(rows.COLUMNS, id="runs"), "1", "Runs")
                yield Input(placeholder="words that a run must have", id="filter", select_on_focus=False)
                yield self._panel(Page(id="preview"), "4", "Preview")
        yield KeyLine()

    def _panel(self, widget: Widget, key: str, title: str) -> Widget:
        widget.add_class("panel")
        widget.border_title = f"\\[{key}] {title}"
        return widget

    def on_mount(self) -> None:
        self._show_shelves()
        self.set_interval(LOOK, self._look)
        self._look()

    @on(ScreenResume)
    def _come_back(self) -> None:
        self._stamp = None
        self._look()

    # Looking at the transcripts

    def _look(self) -> None:
        """Read the runs again where somebody committed something."""
        if not self.is_current:
            return
        house = self.app.house
        stamp = house.stamp()
        late = time.monotonic() - self._looked > LIVENESS and any(info.live for info in self._catalogue.infos)
        if (stamp != self._stamp or late) and not self._reading:
            self._stamp, self._looked, self._reading = stamp, time.monotonic(), True
            beside(self, self._read, "runs")
        if (files := shelves.stamp(house.workspace)) != self._shelf_stamp:
            self._shelf_stamp = files
            self._show_shelves()

    async def _read(self) -> None:
        try:
            store = self.app.house.store
            catalogue = self._catalogue
            catalogue.infos = await asyncio.to_thread(store.runs) if store else []
            self._show()
            if self.focused is None:
                (self.runs if catalogue.infos else self.scenarios).focus()
            new = catalogue.uncounted
            for place in range(0, len(new), AT_ONCE):
                assert store is not None
                await asyncio.to_thread(catalogue.add_up, store, new[place : place + AT_ONCE])
                self._show()
        except Exception as error:  # noqa: BLE001  it is said, and the next look may go well
            self.app.complain(error, "Reading the runs")
        finally:
            self._reading = False

    def _show(self) -> None:
        catalogue, runs = self._catalogue, self.runs
        runs.sorted_by = (catalogue.column, catalogue.reverse)
        runs.empty = (
            ["No run has these words.", "escape shows all of them."]
            if catalogue.infos
            else ["No runs yet.", "2 goes to the scenarios; there n begins a run."]
        )
        runs.marked = self.app.house.marked
        runs.show_rows(catalogue.rows(time.time(), SHOWN))
        runs.border_subtitle = Content(catalogue.count(SHOWN))
        if self._selected_list is runs:
            self._preview()

    def _show_shelves(self) -> None:
        workspace = self.app.house.workspace
        self.scenarios.show_rows(shelves.scenario_rows(workspace))
        self.personas.show_rows(shelves.persona_rows(workspace))
        self._previewed = None
        self._preview()

    # The preview

    @property
    def _selected_list(self) -> Listing:
        """The list that has the focus, or had it last."""
        if isinstance(self.focused, Listing):
            self._last = self.focused
        return self._last or self.scenarios

    @on(Listing.Moved)
    def _moved(self) -> None:
        self._preview()

    def on_descendant_focus(self) -> None:
        self.refresh_bindings()
        self._preview()

    def _preview(self) -> None:
        """Show what is selected, unless that is what is shown."""
        listing = self._selected_list
        key = listing.key
        about = (listing.id, key, self._state_of(key) if listing is self.runs else getattr(listing, "about", None))
        if about == self._previewed:
            return
        same = self._previewed is not None and about[:2] == self._previewed[:2]
        self._previewed = about
        workspace = self.app.house.workspace
        if key is None:
            self.preview.write(lambda width: [line("Nothing is selected.", "dim")], about)
        elif listing is self.scenarios:
            self.preview.write(partial(shelves.scenario_lines, workspace, key), about[:2])
        elif listing is self.experiments:
            beside(self, partial(self.experiments.preview, self.preview), "preview", exclusive=True)
        elif listing is self.personas:
            self.preview.write(partial(shelves.persona_lines, workspace, key), about[:2])
        else:
            beside(self, partial(self._preview_run, key, same), "preview", exclusive=True)

    def _state_of(self, name: str | None) -> object:
        info = self._catalogue.find(name)
        return (info.status, info.turns, info.live) if info else None

    async def _preview_run(self, name: str, same: bool) -> None:
        try:
            if not same:
                await asyncio.sleep(REST)
            feed = self.app.house.feed(name)
            if not feed.events:
                await asyncio.to_thread(feed.poll)
            write: Write = partial(run_lines, feed.moment())
        except MootError as error:
            write = partial(shelves.problem_lines, error)
        except LookupError:
            return  # nothing has arrived yet
        self.preview.write(write, ("runs", name))

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim what cannot be done here."""
        if self.app.house.read_only and action in _CHANGING:
            return None
        if action in ("mark", "resume", "stop") and (self._selected_list is not self.runs or not self.runs.key):
            return None
        return True

    def action_open(self) -> None:
        if self.focused is self.filter:
            self.runs.focus()
        elif (listing := self._selected_list) is self.runs and listing.key:
            self.app.open_run(listing.key)
        elif listing is self.experiments and listing.key:
            self.app.open_experiment(listing.key)
        elif listing is self.scenarios:
            self.action_new()
        else:
            self.preview.focus()

    @on(Listing.Opened)
    def _opened(self) -> None:
        self.action_open()

    def action_new(self) -> None:
        if self.app.house.read_only:
            return
        from tui.library.form import NewRun

        scenario = self.scenarios.key
        if self._selected_list is self.runs and (info := self._catalogue.find(self.runs.key)):
            scenario = info.scenario
        if scenario:
            self.app.push_screen(NewRun(scenario))

    def action_filter(self) -> None:
        self.filter.add_class("-open")
        self.filter.focus()

    @on(Input.Changed, "#filter")
    def _filter_changed(self) -> None:
        self._catalogue.words = self.filter.value
        self._show()

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.runs.focus()
        self.filter.set_class(bool(self.filter.value), "-open")

    def action_back(self) -> None:
        if self.has_class("-zoomed"):
            self.action_unzoom()
        elif self.filter.has_class("-open"):
            self.filter.value = ""
            self.filter.remove_class("-open")
            self.runs.focus()

    def action_sort(self) -> None:
        self._sort_by((self._catalogue.column + 1) % len(rows.COLUMNS), False)

    def action_reverse(self) -> None:
        self._sort_by(self._catalogue.column, not self._catalogue.reverse)

    @on(Listing.Headed)
    def _headed(self, event: Listing.Headed) -> None:
        same = event.place == self._catalogue.column
        self._sort_by(event.place, same and not self._catalogue.reverse)

    def _sort_by(self, column: int, reverse: bool) -> None:
        self._catalogue.column, self._catalogue.reverse = column, reverse
        self._show()

    def action_mark(self) -> None:
        if self.runs.key is not None:
            self.app.mark(self.runs.key)
            self.runs.marked = self.app.house.marked
            self.runs.refresh()

    def action_resume(self) -> None:
        info = self._catalogue.find(self.runs.key)
        if info is None:
            return
        if info.live:
            self.app.tell(f"{info.name} is under way")
        elif info.status != "open":
            self.app.tell(f"{info.name} is over: fork it to go on differently")
        else:
            self.app.resume(info.name)

    def action_stop(self) -> None:
        info = self._catalogue.find(self.runs.key)
        if info is None or not info.live:
            self.app.tell("it is not under way")
        elif info.name not in self.app.house.under_way:
            self.app.tell(f"{info.name} is played by an experiment or another process, which can stop it")
        else:
            self.app.stop(info.name)

    def action_copy(self) -> None:
        if key := self._selected_list.key:
            self.app.copy(key, printable(key))

    def _go(self, panel: str) -> None:
        if self.has_class("-zoomed"):
            self._zoom(self.query_one(f"#{panel}"))
        self.query_one(f"#{panel}").focus()

    def action_panel_1(self) -> None:
        self._go("runs")

    def action_panel_2(self) -> None:
        self._go("scenarios")

    def action_panel_3(self) -> None:
        self._go("personas")

    def action_panel_4(self) -> None:
        self._go("preview")

    def action_panel_5(self) -> None:
        self._go("experiments") if self.experiments.rows else self.app.tell(NONE)

    def action_zoom(self) -> None:
        if self.has_class("-zoomed"):
            self.action_unzoom()
        elif self.focused is not None and self.focused.id in _PANELS:
            self._zoom(self.focused)

    def action_unzoom(self) -> None:
        self.remove_class("-zoomed")
        self.query(".-whole").remove_class("-whole")

    def _zoom(self, panel: Widget) -> None:
        self.action_unzoom()
        panel.add_class("-whole")
        if isinstance(panel.parent, Vertical):
            panel.parent.add_class("-whole")
        self.add_class("-zoomed")

    # Moving the cursor, or the page where that has the focus

    def _move(self, lines: int | None, *, pages: int = 0) -> None:
        if self.focused is self.preview:
            by = lines or pages * max(1, self.preview.size.height - 1)
            self.preview.scroll_relative(y=by, animate=False)
        else:
            listing = self._selected_list
            listing.move(lines or pages * listing.page)

    def action_down(self) -> None:
        self._move(1)

    def action_up(self) -> None:
        self._move(-1)

    def action_page_down(self) -> None:
        self._move(None, pages=1)

    def action_page_up(self) -> None:
        self._move(None, pages=-1)

    def action_first(self) -> None:
        if self.focused is self.preview:
            self.preview.scroll_home(animate=False)
        else:
            self._selected_list.move_to(0)

    def action_last(self) -> None:
        if self.focused is self.preview:
            self.preview.scroll_end(animate=False)
        else:
            self._selected_list.move_to(len(self._selected_list.rows) - 1)
