"""The four panels, and how many of them the terminal has room for."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size

from tui.stream import Stream
from tui.watch.inspector import Inspector
from tui.watch.page import Page
from tui.watch.threads import Threads

NARROW, WIDE = 100, 150
"""Columns below which one panel is shown at a time, and from which the threads stand beside the messages."""
LOW = 32
"""Lines below which the inspector and the table share a place."""
FEW = 3
"""Threads and relatives that need no column of their own."""

NAMES: Final = ("threads", "stream", "inspector", "table")
_UPPER, _LOWER = frozenset({"threads", "stream"}), frozenset({"inspector", "table"})


class Panels(Horizontal):
    """Show the panels for which there is room, the one that keys are about always."""

    DEFAULT_CSS = """
    Panels {
        height: 1fr;
        #left { width: 3fr; }
        #right { width: 2fr; min-width: 44; }
        .panel { border: round $foreground 30%; padding: 0 1; background: $surface; }
        .panel { border-title-color: $text-muted; border-subtitle-color: $text-muted; }
        .panel:focus, .panel:focus-within { border: round $primary; border-title-color: $text-primary; }
        #threads { height: auto; max-height: 30%; padding: 0; }
        #stream { height: 1fr; padding: 0; }
        #inspector { height: 2fr; }
        #table { height: 3fr; }
        &.-beside #left { layout: horizontal; width: 3fr; }
        &.-beside #threads { width: 30; height: 1fr; max-height: 100%; }
        &.-alone #threads { height: 1fr; max-height: 100%; }
        &.-alone #left, &.-alone #right { width: 1fr; min-width: 0; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.chosen = "stream"
        """The panel that keys are about."""
        self.zoomed = False
        """Whether it has the whole screen."""
        self._beneath = "inspector"

    def compose(self) -> ComposeResult:
        """Make the panels."""
        with Vertical(id="left"):
            yield Threads(id="threads")
            yield Stream(id="stream")
        with Vertical(id="right"):
            yield Inspector(id="inspector")
            yield Page(id="table")

    def on_mount(self) -> None:
        """Give them frames and names."""
        for name in NAMES:
            self.query_one(f"#{name}").add_class("panel")
        self.query_one("#stream").border_title = Content("2 messages")
        self.query_one("#table").border_title = Content("4 table")

    @property
    def whole(self) -> bool:
        """Whether all panels are shown."""
        return all(self.query_one(f"#{name}").display for name in NAMES)

    def go_to(self, panel: str) -> None:
        """Give a panel the focus."""
        self.chosen = panel
        self.fit(self.screen.size)
        widget = self.query_one(f"#{panel}")
        (widget.lines if isinstance(widget, Stream) else widget).focus()

    def zoom(self, zoomed: bool) -> None:
        """Give the panel the whole screen, or take that back."""
        self.zoomed = zoomed
        self.go_to(self.chosen)

    def find(self, event: events.DescendantFocus) -> bool:
        """Make the panel that got the focus the one that keys are about, and say whether it is another one."""
        inside = {node.id for node in event.widget.ancestors_with_self}
        before, self.chosen = self.chosen, next((name for name in NAMES if name in inside), self.chosen)
        return self.chosen != before

    def fit(self, size: Size) -> None:
        """Show the panels for which a screen of that size has room."""
        alone = self.zoomed or size.width < NARROW
        self.set_class(alone, "-alone")
        self.set_class(not alone and size.width >= WIDE and self.query_one(Threads).option_count > FEW, "-beside")
        if self.chosen in _LOWER:
            self._beneath = self.chosen
        shown = set(NAMES) if size.height >= LOW else {*_UPPER, self._beneath}
        if alone:
            shown = {self.chosen}
        for name in NAMES:
            self.query_one(f"#{name}").display = name in shown
        self.query_one("#left").display = bool(shown & _UPPER)
        self.query_one("#right").display = bool(shown & _LOWER)
