"""The grid: an arm a row, a trial a cell; what does not fit scrolls, and the arms' names stay."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sandbox.rendering.layout import clip, pad
from sandbox.rendering.printable import printable, width_of
from tui.experiments.board import LOST, ArmRow, Board, Cell
from tui.stream.colours import component_style


class Grid(ScrollView, can_focus=True, inherit_bindings=False):
    """Show trials by arm; the cursor stays where it is, whatever comes."""

    COMPONENT_CLASSES = frozenset(  # type: ignore[assignment]  # never changed
        f"grid--{name}" for name in ("title", "cursor", "chosen", "good", "bad", "warn", "hit", "dim")
    )
    DEFAULT_CSS = """
    Grid {
        scrollbar-size: 1 1;
        & > .grid--title { color: $text-muted; }
        & > .grid--cursor { text-style: reverse bold; }
        & > .grid--chosen { background: $panel; }
        & > .grid--good { color: $text-success; }
        & > .grid--bad { color: $text-error; text-style: bold; }
        & > .grid--warn { color: $text-warning; }
        & > .grid--hit { color: $text-accent; text-style: bold; }
        & > .grid--dim { color: $text-muted; }
    }
    """

    class Moved(Message):
        """The cursor stands on another cell."""

    class Opened(Message):
        """A cell was clicked twice."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._arms: Sequence[ArmRow] = ()
        self._title = ""
        self._columns = 0
        self._row = self._column = 0
        self._names = 0
        """How wide the names are."""
        self._pitch = 1
        """How wide a cell is."""

    @property
    def arm(self) -> ArmRow | None:
        """The arm that the cursor is on."""
        return self._arms[self._row] if self._arms else None

    @property
    def cell(self) -> Cell | None:
        """The cell that the cursor is on; None where there is none."""
        arm = self.arm
        return arm.cells[self._column] if arm and self._column < len(arm.cells) else None

    @property
    def page(self) -> int:
        """How many arms fit."""
        return max(1, self.scrollable_content_region.height - 1)

    def show_board(self, board: Board) -> None:
        """Show these arms in place of the others."""
        self._arms, self._title = board.arms, board.axes
        self._columns = max((len(arm.cells) for arm in board.arms), default=0)
        self._row = min(self._row, max(len(self._arms) - 1, 0))
        self._column = min(self._column, max(self._columns - 1, 0))
        self._lay_out()

    def move(self, rows: int, columns: int) -> None:
        """Move the cursor."""
        self.move_to(self._row + rows, self._column + columns)

    def move_to(self, row: int, column: int) -> None:
        """Put the cursor on a cell, or on the nearest that there is; a negative column is counted from the end."""
        self._row = max(0, min(row, len(self._arms) - 1))
        self._column = max(0, min(column, self._columns - 1))
        height, room = self.page, self._room
        top, left = self.scroll_offset.y, self.scroll_offset.x
        start = self._column * self._pitch
        y = self._row if self._row < top else max(top, self._row - height + 1)
        x = start if start < left else max(left, start + self._pitch - room)
        if (x, y) != (left, top):
            self.scroll_to(x=x, y=y, animate=False)
        self.refresh()
        self.post_message(self.Moved())

    def move_to_end(self, *, last: bool) -> None:
        """Put the cursor on the arm's first or last trial."""
        self.move_to(self._row, self._columns - 1 if last else 0)

    def move_to_arm(self, name: str | None) -> None:
        """Put the cursor on an arm's row."""
        for row, arm in enumerate(self._arms):
            if arm.name == name:
                self.move_to(row, self._column)

    def find_lost(self, by: int) -> bool:
        """Go to the next trial that failed, arm by arm, and round from the last to the first; tell whether there is."""
        whole = len(self._arms) * self._columns
        here = self._row * self._columns + self._column
        for step in range(1, whole + 1):
            row, column = divmod((here + by * step) % whole, self._columns)
            cell = self._arms[row].cells[column]
            if cell and cell.mark in LOST:
                self.move_to(row, column)
                return True
        return False

    # Drawing

    @property
    def _room(self) -> int:
        """How much of the width is for cells."""
        return max(1, self.scrollable_content_region.width - self._names)

    def on_resize(self, _event: events.Resize) -> None:
        self._lay_out()
        self.move_to(self._row, self._column)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None or at.y == 0:
            return
        row, column = at.y - 1 + self.scroll_offset.y, (at.x - self._names + self.scroll_offset.x) // self._pitch
        if row < len(self._arms) and at.x >= self._names and column < self._columns:
            self.move_to(row, column)
            if event.chain == 2:
                self.post_message(self.Opened())

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if not self.is_attached or width <= 0:
            return
        labels = [printable(arm.label) for arm in self._arms] + [printable(self._title)]
        self._names = min(max(map(width_of, labels)), max(width * 2 // 5, 12)) + 2
        self._pitch = 2 if self._columns * 2 <= width - self._names else 1
        self.virtual_size = Size(self._names + self._columns * self._pitch, len(self._arms) + 1)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw a line of what can be seen."""
        width, base = self.scrollable_content_region.width, self.rich_style
        row = y - 1 + self.scroll_offset.y
        if y == 0:
            style = self.get_component_rich_style("grid--title")
            text = self._label(self._title, " ") + self._ruler()
            return Strip([Segment(clip(text, max(width, 1)), style)]).adjust_cell_length(width, base)
        if row >= len(self._arms):
            return Strip.blank(width, base)
        arm = self._arms[row]
        ground = component_style(self, "grid--chosen") if row == self._row else Style.null()
        segments = [Segment(self._label(arm.label, "›" if row == self._row else " "), base + ground)]
        for place in self._visible():
            cell = arm.cells[place] if place < len(arm.cells) else None
            style = base + ground
            if cell and cell.mark.style:
                style += component_style(self, f"grid--{cell.mark.style}")
            here = row == self._row and place == self._column
            if here and self.has_focus:
                cursor = style + component_style(self, "grid--cursor")
            else:
                cursor = style + Style(underline=True) if here else style
            segments.append(Segment(cell.mark.sign if cell else " ", cursor))
            if self._pitch > 1:
                segments.append(Segment(" ", base + ground))
        return Strip(segments).adjust_cell_length(width, base + ground)

    def _label(self, label: str, pointer: str) -> str:
        room = self._names - 2
        return f"{pointer}{pad(clip(printable(label), room), room)} "

    def _visible(self) -> range:
        first = self.scroll_offset.x // self._pitch
        return range(first, min(self._columns, first + self._room // self._pitch))

    def _ruler(self) -> str:
        """Number every tenth column, and the first."""
        seen = self._visible()
        text = [" "] * (len(seen) * self._pitch)
        for place in seen:
            if place == 0 or (place + 1) % 10 == 0:
                digits, at = str(place + 1), (place - seen.start) * self._pitch
                if at + len(digits) <= len(text):
                    text[at : at + len(digits)] = digits
        return "".join(text)
