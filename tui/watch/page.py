"""A page of lines that scrolls: what the panels around the stream are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from tui.actions import bindings
from tui.steady import steady
from tui.stream.colours import seat_colour
from tui.watch.lines import SEAT, STYLES, Line, line

Write = Callable[[int], Sequence[Line]]
"""Write a page for a width."""


def _nothing(_width: int) -> Sequence[Line]:
    return ()


class Page(ScrollView, can_focus=True):
    """Show lines; they are written when they can be seen, and again when the width changes.

    A page that is written anew with the same `key` stays where it was scrolled to.
    """

    COMPONENT_CLASSES = frozenset(f"page--{style}" for style in STYLES)  # type: ignore[assignment]  # never changed

    DEFAULT_CSS = """
    Page {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        & > .page--bold { text-style: bold; }
        & > .page--dim { color: $text-muted; }
        & > .page--good { color: $text-success; }
        & > .page--bad { color: $text-error; }
        & > .page--warn { color: $text-warning; }
        & > .page--hit { color: $text-warning; text-style: bold; }
        & > .page--here { background: $primary 15%; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("page")]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._write: Write = _nothing
        self._key: object = None
        self._lines: Sequence[Line] = ()
        self._stale = True
        self._width = 0
        self._moved = False
        self._here = range(0)

    @property
    def here(self) -> range:
        """The lines that are looked at."""
        return self._here

    @here.setter
    def here(self, lines: range) -> None:
        self._here = lines
        self.refresh()

    def write(self, write: Write, key: object = None) -> None:
        """Show another page, or with the same `key` what has become of this one."""
        self._moved = self._moved or key != self._key
        self._write, self._key, self._stale = write, key, True
        self._lay_out()

    @property
    def text(self) -> str:
        """The page as it is written for the width that it has."""
        return "\n".join("".join(piece.text for piece in each) for each in self._lines)

    def on_resize(self, _event: events.Resize) -> None:
        self._lay_out()

    def on_show(self, _event: events.Show) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if not self.is_attached or width <= 0 or (width == self._width and not self._stale):
            return
        self._lines, self._width, self._stale = self._write(width), width, False
        self.virtual_size = Size(width, len(self._lines))
        if self._moved:
            self._moved = False
            self.scroll_home(animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of what can be seen."""
        place = y + self.scroll_offset.y
        width = self.size.width
        base = self.visual_style
        if place in self._here:
            base += Style(background=self.get_visual_style("page--here").background)
        pieces = self._lines[place] if place < len(self._lines) else line("")
        content = Content.assemble(*((steady(piece.text), self._style(piece.style)) for piece in pieces))
        return Strip(content.render_segments(base)).adjust_cell_length(width, base.rich_style)

    def _style(self, names: str) -> Style:
        style = Style.null()
        for name in names.split():
            if name.startswith(SEAT):
                colour = seat_colour(int(name.removeprefix(SEAT)), self.app.current_theme.dark)
                style += Style(foreground=colour, bold=True)
            else:
                partial, whole = (self.get_visual_style(f"page--{name}", partial=each) for each in (True, False))
                coloured = partial.foreground is not None and partial.foreground.a > 0
                style += partial + Style(foreground=whole.foreground) if coloured else partial  # as it is on its ground
        return style
