"""Choose one of several."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from sandbox.rendering.printable import printable
from tui.actions import bindings


class Choice(ModalScreen[str | None]):
    """Choose; gives the name of what was chosen, or None where nothing was."""

    BINDINGS = bindings("choice")  # type: ignore[assignment]  # narrower than Textual's, and never changed
    DEFAULT_CSS = """
    Choice {
        align: center middle;
        & > VerticalGroup {
            width: 72;
            max-width: 90%;
            height: auto;
            padding: 1 2;
            background: $surface;
            border: round $primary;
            border-title-color: $foreground;
            border-title-style: bold;
        }
        & Static { color: $text-muted; margin-bottom: 1; }
        & OptionList, & OptionList:focus { height: auto; max-height: 50vh; border: none; padding: 0; }
    }
    """

    def __init__(self, title: str, text: str, options: Mapping[str, str], first: str = "") -> None:
        """`options` are the names with the words for each; `first` is the one that is selected at first."""
        super().__init__()
        self._head, self._text = printable(title), printable(text, lines=True)
        self._options, self._first = options, first

    def compose(self) -> ComposeResult:
        with VerticalGroup() as box:
            box.border_title = Content(self._head)
            yield Static(Content(self._text))
            rows = [Option(Content(printable(words)), id=name) for name, words in self._options.items()]
            yield OptionList(*rows, markup=False)

    def on_mount(self) -> None:
        names = list(self._options)
        listing = self.query_one(OptionList)
        listing.highlighted = names.index(self._first) if self._first in names else 0
        listing.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option.id)

    def action_back(self) -> None:
        self.dismiss(None)

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()
