"""What is said and asked before somebody takes part."""

from __future__ import annotations

from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalGroup, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from sandbox.rendering.printable import printable
from scenarios import Study
from tui.actions import bindings

_LONGEST = 80


class Terms(NamedTuple):
    """What somebody agreed to."""

    participant: str | None
    consent: str | None


class Consent(ModalScreen[Terms | None]):
    """Show the text, ask for the participant's code; gives None where they do not take part."""

    BINDINGS = bindings("chair")  # type: ignore[assignment]  # narrower than Textual's, and never changed
    DEFAULT_CSS = """
    Consent {
        align: center middle;
        & > VerticalGroup {
            width: 84;
            max-width: 96%;
            max-height: 96%;
            padding: 1 2;
            background: $surface;
            border: round $primary;
            border-title-color: $foreground;
            border-title-style: bold;
        }
        & VerticalScroll { height: auto; max-height: 60vh; margin-bottom: 1; }
        & Horizontal { height: auto; }
        & #code { height: 1; }
        & #code Static { width: auto; margin-right: 1; }
        & #code Input { width: 1fr; }
        & #problem { color: $text-error; height: auto; }
        & #buttons { margin-top: 1; align-horizontal: right; }
        & Button { margin-left: 1; }
    }
    """

    def __init__(self, study: Study, participant: str | None, seconds: float | None) -> None:
        super().__init__()
        self._study, self._participant, self._seconds = study, participant, seconds

    def compose(self) -> ComposeResult:
        text = self._study.consent.strip()
        with VerticalGroup() as box:
            box.border_title = Content("Before you begin")
            with VerticalScroll():
                yield Static(Content(printable(text, lines=True) or "You take part in a conversation."))
                if self._seconds is not None:
                    yield Static(Content(f"\nYou have {round(self._seconds / 60)} minutes."))
            with Horizontal(id="code"):
                yield Static("your code")
                yield Input(self._participant or "", placeholder="as you were told", max_length=_LONGEST, compact=True)
            yield Static(id="problem", markup=False)
            with Horizontal(id="buttons"):
                agree = "I agree, and begin" if text else "Begin"
                yield Button(agree, variant="primary", id="begin", compact=True)
                yield Button("I do not take part", id="leave", compact=True)

    def on_mount(self) -> None:
        self.query_one("#begin" if self._participant else Input).focus()

    @on(Input.Submitted)
    def _next(self) -> None:
        self.query_one("#begin").focus()

    @on(Button.Pressed, "#begin")
    def _begin(self) -> None:
        code = self.query_one(Input).value.strip()
        if not code:
            self.query_one("#problem", Static).update("write the code that you were given")
            self.query_one(Input).focus()
        else:
            self.dismiss(Terms(printable(code), self._study.consent.strip() or None))

    @on(Button.Pressed, "#leave")
    def _leave(self) -> None:
        self.dismiss(None)

    def action_quit(self) -> None:
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let nothing of the chair work before somebody sits in it, but to leave."""
        return action not in ("speak", "offer", "brief", "talk", "keys")
