"""A list with a cursor: rows of columns, of which only those in sight are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sandbox.rendering.layout import GAP, clip, pad
from sandbox.rendering.printable import printable, width_of
from tui.steady import steady
from tui.stream.colours import component_style

LEAST = 12
"""The least that is left of the column that takes what the others leave."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column; of several that do not fit, those with the highest `rank` go first."""

    title: str
    right: bool = False
    grows: bool = False
    """Whether it takes what the others leave."""
    rank: int = 0


class Row(NamedTuple):
    """A row: what it stands for, a cell for each column, and the style in which it is written."""

    key: str
    cells: tuple[str, ...]
    style: str = ""


class Listing(ScrollView, can_focus=True, inherit_bindings=False):
    """Show rows; the cursor stays on what it stood on, whatever comes or goes."""

    COMPONENT_CLASSES = frozenset(  # type: ignore[assignment]  # never changed
        f"listing--{name}" for name in ("title", "cursor", "chosen", "mark", "dim", "good", "bad", "warn")
    )
    DEFAULT_CSS = """
    Listing {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & > .listing--title { color: $text-muted; text-style: bold; }
        & > .listing--cursor { background: $primary 20%; }
        & > .listing--chosen { background: $panel; }
        & > .listing--mark { color: $text-accent; text-style: bold; }
        & > .listing--dim { color: $text-muted; }
        & > .listing--good { color: $text-success; }
        & > .listing--bad { color: $text-error; }
        & > .listing--warn { color: $text-warning; }
        &:nocolor > .listing--cursor { text-style: reverse; }
    }
    """

    class Moved(Message):
        """The cursor stands on another row; None where there is none."""

        def __init__(self, listing: Listing, key: str | None) -> None:
            super().__init__()
            self.listing = listing
            self.key = key

    class Opened(Message):
        """A row was clicked twice."""

        def __init__(self, listing: Listing, key: str) -> None:
            super().__init__()
            self.listing = listing
            self.key = key

    class Headed(Message):
        """A column's title was clicked."""

        def __init__(self, listing: Listing, place: int) -> None:
            super().__init__()
            self.listing = listing
            self.place = place

    def __init__(self, columns: Sequence[Column], *, titles: bool = True, id: str | None = None) -> None:
        super().__init__(id=id)
        self.columns = columns
        self.empty: Sequence[str] = ()
        """What is written where there are no rows."""
        self.sorted_by: tuple[int, bool] | None = None
        """The column whose title shows that the rows are in its order, and whether backwards."""
        self.marked: str | None = None
        """The key of a row that is marked."""
        self._titles = titles
        self._rows: Sequence[Row] = ()
        self._cursor = 0
        self._widths = [0] * len(columns)

    @property
    def rows(self) -> Sequence[Row]:
        return self._rows

    @property
    def key(self) -> str | None:
        """What the cursor stands on."""
        return self._rows[self._cursor].key if self._rows else None

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows in place of the others."""
        before, key = self._rows, self.key
        self._rows = [row._replace(cells=tuple(map(printable, row.cells))) for row in rows]
        if key is not None:
            found = next((place for place, row in enumerate(self._rows) if row.key == key), None)
            shift = 0 if found is None else found - self._cursor
            self._cursor = min(self._cursor, max(len(rows) - 1, 0)) if found is None else found
            if shift and self.scroll_offset.y:  # what is read stays where it is
                self.scroll_to(y=self.scroll_offset.y + shift, animate=False, force=True)
        self._lay_out()
        if self.key != key or not before:
            self.post_message(self.Moved(self, self.key))

    def move(self, by: int) -> None:
        """Move the cursor."""
        self.move_to(self._cursor + by)

    def move_to(self, place: int) -> None:
        """Put the cursor on a row, or on the nearest that there is."""
        place = max(0, min(place, len(self._rows) - 1))
        if self._rows and place != self._cursor:
            self._cursor = place
            self.post_message(self.Moved(self, self.key))
        height = self.size.height - self._titles
        top = self.scroll_offset.y
        if place < top:
            self.scroll_to(y=place, animate=False)
        elif place >= top + height:
            self.scroll_to(y=place - height + 1, animate=False)
        self.refresh()

    def move_to_key(self, key: str) -> bool:
        """Put the cursor on what has this key; tell whether there is such a row."""
        for place, row in enumerate(self._rows):
            if row.key == key:
                self.move_to(place)
                return True
        return False

    @property
    def page(self) -> int:
        """How many rows fit."""
        return max(1, self.size.height - self._titles)

    def on_resize(self, _event: events.Resize) -> None:
        self._lay_out()
        self.move_to(self._cursor)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        if (at := event.get_content_offset(self)) is None:
            return
        place = at.y - self._titles + self.scroll_offset.y
        if at.y == 0 and self._titles:
            self._click_title(at.x)
        elif place < len(self._rows):
            self.move_to(place)
            if event.chain == 2:
                self.post_message(self.Opened(self, self._rows[place].key))

    def _click_title(self, x: int) -> None:
        edge = 1
        for place, width in enumerate(self._widths):
            edge += width + len(GAP) if width else 0
            if x < edge:
                self.post_message(self.Headed(self, place))
                return

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if not self.is_attached or width <= 0:
            return
        self._widths = self.fit(width - 2)
        self.virtual_size = Size(width, len(self._rows) + self._titles)
        self.refresh()

    def fit(self, room: int) -> list[int]:
        """Choose the widths; a column that has none is left out."""
        needed = [
            max([width_of(self._title(place)), *(width_of(row.cells[place]) for row in self._rows)])
            for place in range(len(self.columns))
        ]
        kept = list(range(len(self.columns)))
        while len(kept) > 1 and self._least(kept, needed) > room:
            kept.remove(max(kept, key=lambda place: (self.columns[place].rank, place)))
        left = room - self._least(kept, needed)
        widths = [0] * len(needed)
        for place in kept:
            grows = self.columns[place].grows
            widths[place] = min(needed[place], LEAST) + max(left, 0) if grows else needed[place]
        if len(kept) == 1:
            widths[kept[0]] = max(room, 1)
        return widths

    def _least(self, kept: Sequence[int], needed: Sequence[int]) -> int:
        cells = (min(needed[place], LEAST) if self.columns[place].grows else needed[place] for place in kept)
        return sum(cells) + len(GAP) * (len(kept) - 1)

    def _title(self, place: int) -> str:
        title = self.columns[place].title
        if self.sorted_by and self.sorted_by[0] == place:
            return f"{title} {'▴' if self.sorted_by[1] else '▾'}"
        return title

    def render_line(self, y: int) -> Strip:
        """Draw a line of what can be seen."""
        width, base = self.size.width, self.rich_style
        if not self._rows:
            words = ["", *self.empty]
            text, style = (words[y] if y < len(words) else ""), self.get_component_rich_style("listing--dim")
            return Strip([Segment(f" {clip(text, max(width - 1, 1))}", style)]).adjust_cell_length(width, base)
        if y == 0 and self._titles:
            style = self.get_component_rich_style("listing--title")
            return self._draw([self._title(place) for place in range(len(self.columns))], " ", style, width)
        place = y - self._titles + self.scroll_offset.y
        if place >= len(self._rows):
            return Strip.blank(width, base)
        row = self._rows[place]
        style = self.get_component_rich_style(f"listing--{row.style}") if row.style else base
        if row.key == self.marked:
            style = self.get_component_rich_style("listing--mark")
        if place == self._cursor:
            ground = "cursor" if self.has_focus else "chosen"
            style += component_style(self, f"listing--{ground}")
        pointer = "◆" if row.key == self.marked else "›" if place == self._cursor else " "
        return self._draw(row.cells, pointer, style, width)

    def _draw(self, cells: Sequence[str], pointer: str, style: object, width: int) -> Strip:
        shown = [
            pad(clip(cell, size), size, right=column.right)
            for cell, size, column in zip(cells, self._widths, self.columns, strict=True)
            if size
        ]
        line = clip(f"{pointer}{steady(GAP.join(shown))}", width)
        return Strip([Segment(line, style)]).adjust_cell_length(width, style)  # type: ignore[arg-type]  # Rich's style
