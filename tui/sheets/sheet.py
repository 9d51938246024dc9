"""What forms have in common: fields with their mistakes, a draft, and what is done with them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalGroup, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Footer, Input, Select, Static

from moot_errors import MootError
from sandbox.rendering.printable import printable
from tui.actions import bindings
from tui.beside import beside
from tui.fields import Field, problem_text
from tui.unsaid import Unsaid


class Sheet(ModalScreen[None]):
    """A form; it goes away when what it says is done, and what it says is kept until then."""

    BINDINGS = bindings("sheet")  # type: ignore[assignment]  # narrower than Textual's, and never changed
    DEFAULT_CSS = """
    Sheet {
        align: center middle;
        & > #sheet {
            width: 96%;
            max-width: 84;
            height: auto;
            max-height: 94%;
            padding: 1 2;
            background: $surface;
            border: round $primary;
            border-title-color: $foreground;
            border-title-style: bold;
        }
        & VerticalScroll { height: auto; max-height: 60vh; }
        & #about { height: auto; max-height: 8; color: $text-muted; }
        & #told { height: auto; color: $text-muted; margin-top: 1; }
        & #whole { height: auto; color: $text-error; display: none; margin-top: 1; }
        & #whole.-wrong { display: block; }
        & #whole.-calm { display: block; color: $text-muted; }
        & #buttons { height: auto; margin-top: 1; align-horizontal: right; }
        & Button { margin-left: 1; }
        &.-low > #sheet { padding: 0 2; }
        &.-low #buttons, &.-low #told { margin-top: 0; }
    }
    """

    heading = ""
    button = "Do it"
    waiting = "it waits for the turn that is being taken …"
    """What is said until it is done."""

    def __init__(self, unsaid: Unsaid, name: str) -> None:
        """`name` is that of its draft."""
        super().__init__()
        self.unsaid, self.draft_name = unsaid, name
        self._busy = self._done = self._left = False

    # What there is to fill in

    def fields(self, draft: Mapping[str, str]) -> list[Field]:
        """Make the fields, with what was left in them."""
        raise NotImplementedError

    def about(self) -> str:
        """Say what the form is about."""
        return ""

    def compose(self) -> ComposeResult:
        with VerticalGroup(id="sheet") as sheet:
            sheet.border_title = Content(printable(self.heading))
            if about := self.about():
                yield Static(Content(printable(about, lines=True)), id="about")
            yield VerticalScroll(*self.fields(self.unsaid.get(self.draft_name)), can_focus=False)
            yield Static(id="told", markup=False)
            yield Static(id="whole", markup=False)
            with Horizontal(id="buttons"):
                yield Button(self.button, variant="primary", id="send", compact=True)
                yield Button("Back", id="back", compact=True)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin in the first field that is empty."""
        self.tell("")
        fields = list(self.query(Field))
        if fields:
            next((each for each in fields if not each.value), fields[0]).control.focus()
        self.changed()

    @property
    def values(self) -> dict[str, str]:
        """What stands in each field."""
        return {each.name or "": each.value for each in self.query(Field)}

    def field(self, name: str) -> Field:
        """Find a field by its name."""
        return next(each for each in self.query(Field) if each.name == name)

    def show_field(self, name: str, shown: bool) -> None:
        """Show a field, or hide it where it says nothing."""
        self.field(name).display = shown

    def tell(self, text: str) -> None:
        """Say something below the fields."""
        told = self.query_one("#told", Static)
        told.display = bool(text)
        told.update(Content(text))

    @on(Input.Changed)
    @on(Select.Changed)
    def _written(self) -> None:
        self.unsaid.put(self.draft_name, self.values)
        for each in self.query(Field):
            each.say(None)
        self.changed()

    def changed(self) -> None:
        """Do what there is to do when something was written."""

    # Doing it

    def do(self) -> Future[Any] | None:
        """Do what it says, and give what says when that is done; raises a MootError.

        None where something is wrong, and was said at its field.
        """
        raise NotImplementedError

    def wrong(self, problems: Mapping[str, MootError]) -> None:
        """Say what is wrong, each at its field."""
        fields = list(self.query(Field))
        for each in fields:
            each.say(problems.get(each.name or ""))
        if first := next((each for each in fields if each.name in problems), None):
            first.control.focus()

    async def action_send(self) -> None:
        if self._busy:
            return
        self._say(None)
        try:
            done = self.do()
        except MootError as error:
            self._say(error)
            return
        if done is None:
            return
        self._busy = True
        self._calm(self.waiting)
        done.add_done_callback(lambda told: None if told.exception() else self.unsaid.drop(self.draft_name))

        async def stored() -> None:
            try:
                await asyncio.wrap_future(done)
            except MootError as error:
                self._busy = False
                self._say(error)
            else:
                self._done = True
                self._leave()

        beside(self, stored, "doing")

    def on_screen_resume(self) -> None:
        """Leave where it was done while another tab was looked at, such as the branch that it began."""
        if self._done:
            self._leave()

    def _say(self, error: MootError | None) -> None:
        whole = self.query_one("#whole", Static)
        whole.remove_class("-calm")
        whole.set_class(error is not None, "-wrong")
        whole.update(Content(problem_text(error)) if error else "")

    def _calm(self, text: str) -> None:
        whole = self.query_one("#whole", Static)
        whole.add_class("-calm")
        whole.update(Content(text))

    def action_back(self) -> None:
        self._leave()

    def _leave(self) -> None:
        if self.is_current and not self._left:
            self._left = True
            self.unsaid.save()
            self.dismiss()

    @on(Input.Submitted)
    @on(Button.Pressed, "#send")
    async def _pressed(self) -> None:
        await self.action_send()

    @on(Button.Pressed, "#back")
    def _back_pressed(self) -> None:
        self.action_back()
