"""Ask something, and take one of a few answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalGroup, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from sandbox.rendering.printable import printable
from tui.actions import bindings


class Answer(NamedTuple):
    """What can be chosen: its name, what the button says, and the letter that chooses it at once."""

    name: str
    label: str
    letter: str


class Question(ModalScreen[str | None]):
    """Ask; gives the name of the answer, or None where there was none."""

    BINDINGS = bindings("dialog")  # type: ignore[assignment]  # narrower than Textual's, and never changed
    DEFAULT_CSS = """
    Question {
        align: center middle;
        & > VerticalGroup {
            width: 72;
            max-width: 90%;
            max-height: 90%;
            padding: 1 2;
            background: $surface;
            border: round $primary;
            border-title-color: $foreground;
            border-title-style: bold;
        }
        & VerticalScroll { height: auto; max-height: 20; }
        & Horizontal { height: auto; margin-top: 1; align-horizontal: right; }
        & Button { margin-left: 1; }
        &.-bad > VerticalGroup { border: round $error; }
    }
    """

    def __init__(self, title: str, text: str, answers: Sequence[Answer]) -> None:
        """The first answer has the focus; `text` may have lines."""
        super().__init__()
        self._head = printable(title)
        self._text = printable(text, lines=True)
        self._answers = answers

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def compose(self) -> ComposeResult:
        with VerticalGroup() as box:
            box.border_title = Content(self._head)
            with VerticalScroll(can_focus=False):
                yield Static(Content(self._text))
            with Horizontal():
                for place, answer in enumerate(self._answers):
                    label = Content.assemble((answer.letter, "bold underline"), f" {answer.label}")
                    yield Button(label, name=answer.name, variant="default" if place else "primary", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.name)

    def on_key(self, event: Key) -> None:
        for answer in self._answers:
            if event.key == answer.letter:
                event.stop()
                self.dismiss(answer.name)

    def action_back(self) -> None:
        self.dismiss(None)

    def action_next(self) -> None:
        self.focus_next(Button)

    def action_previous(self) -> None:
        self.focus_previous(Button)

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.text)
        self.notify("copied", markup=False)
