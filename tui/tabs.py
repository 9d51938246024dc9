"""The line at the top: where we are, and what else is open."""

from __future__ import annotations

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from sandbox.rendering.printable import printable
from tui.house import LIBRARY, House, run_mode, run_of, title_of

MARK = "◆"
"""Stands before the run that is to be compared with another one."""
_LONGEST = 28


class TabBar(Static):
    """Show the open modes, and how many messages came in each since it was looked at."""

    DEFAULT_CSS = """
    TabBar { dock: top; height: 1; background: $panel; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, mode: str) -> None:
            super().__init__()
            self.mode = mode

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._shown: object = None
        self._ends: list[tuple[int, str]] = []

    def update_tabs(self, house: House) -> None:
        """Show what is open; nothing is drawn where nothing has changed."""
        modes = [LIBRARY, *house.tabs]
        shown = tuple((mode, house.unread(mode), mode == house.mode) for mode in modes)
        if (shown, house.marked) == self._shown:
            return
        self._shown, self._ends = (shown, house.marked), []
        parts: list[Content] = [Content.styled(" Moot ", "bold $primary")]
        for mode, unread, here in shown:
            mark = MARK if run_of(mode) and run_of(mode) == house.marked else ""
            words = f" {mark}{_short(title_of(mode))}{f' ●{unread}' if unread and not here else ''} "
            parts.append(Content.styled(words, "reverse" if here else "$warning" if unread else ""))
            self._ends.append((sum(part.cell_length for part in parts), mode))
        if house.marked and run_mode(house.marked) not in house.tabs:
            parts.append(Content.styled(f" {MARK}{_short(house.marked)} ", "dim"))
        self.update(Content.assemble(*parts))

    def on_click(self, event: Click) -> None:
        """Go to the tab that was clicked."""
        if mode := next((mode for end, mode in self._ends if event.x < end), None):
            self.post_message(self.Chosen(mode))


def _short(title: str) -> str:
    text = printable(title)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
