"""Fields of forms: a label, what is written or chosen, and what is wrong with it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalGroup
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Select, Static

from moot_errors import MootError
from sandbox.rendering.printable import printable


class Field(VerticalGroup):
    """A label, what is written or chosen, and what is wrong with it."""

    DEFAULT_CSS = """
    Field {
        & Horizontal { height: 1; }
        & .label { width: 20; color: $text-muted; text-overflow: ellipsis; text-wrap: nowrap; }
        & Input { width: 1fr; }
        & Select { width: 1fr; height: 1; }
        & .problem { color: $text-error; padding-left: 20; display: none; }
        &.-wrong .problem { display: block; }
        &.-wrong .label { color: $text-error; }
    }
    """

    def __init__(self, name: str, label: str, control: Widget) -> None:
        super().__init__(name=name)
        self._label = label
        self.control = control

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(Content(printable(self._label)), classes="label")
            yield self.control
        yield Static(classes="problem", markup=False)

    def say(self, problem: MootError | None) -> None:
        """Say what is wrong, or that nothing is."""
        self.set_class(problem is not None, "-wrong")
        self.query_one(".problem", Static).update(Content(problem_text(problem)) if problem else "")

    @property
    def value(self) -> str:
        if isinstance(self.control, Input):
            return self.control.value
        assert isinstance(self.control, Select)
        return "" if self.control.is_blank() else str(self.control.value)


def problem_text(error: MootError) -> str:
    """Say what is wrong and what to do, without the place that a field is itself."""
    place = "" if str(error.place or "").startswith("--set") else f"{error.place}: " if error.place else ""
    remedy = f"; {error.remedy}" if error.remedy else ""
    return printable(f"{place}{error.message}{remedy}", lines=True)
