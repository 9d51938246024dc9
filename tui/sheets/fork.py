"""Go on differently from a turn: as it is, with another text, or with somebody's words; once, or many times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, Final

from textual.widgets import Input

from moot_errors import MootError, WrongUse
from sandbox.rendering.printable import printable
from transcripts import Said
from tui.composer.domains import select_of
from tui.feed import Moment
from tui.fields import Field
from tui.sheets.sheet import Sheet
from tui.unsaid import Unsaid

AS_IS, EDIT, SAY = "as it is", "edit", "say"
_HOW: Final = {
    AS_IS: "as it is: another seed, or another answer, may come out otherwise",
    EDIT: "with another text of the message of that turn",
    SAY: "with something that is said right after it",
}
_SHOWN: Final = {AS_IS: (), EDIT: ("text",), SAY: ("seat", "text", "act")}
Fork = Callable[[Mapping[str, Any]], Future[None]]
"""Begins a branch with the options of `moot.fork`."""


class ForkSheet(Sheet):
    """Branch off a run after one of its turns."""

    button = "Fork"
    waiting = "it begins …"

    def __init__(self, moment: Moment, turn: int, fork: Fork, unsaid: Unsaid) -> None:
        """`turn` is the one that is selected."""
        name = moment.scene.name
        super().__init__(unsaid, f"fork {name}")
        self.heading = f"Fork {name}"
        self._moment, self._turn, self._fork = moment, turn, fork

    def fields(self, draft: Mapping[str, str]) -> list[Field]:
        seats = {seat: seat for seat in self._moment.scene.state.seats}
        seed = Input(draft.get("seed", ""), placeholder="the run's own", compact=True)
        many = Input(draft.get("many", ""), placeholder="1; more are summarised, beside as many without", compact=True)
        act = Input(draft.get("act", ""), placeholder="nothing; or accept last, offer price=200, …", compact=True)
        return [
            Field("after", "after turn", Input(str(self._turn), compact=True)),
            Field("how", "goes on", select_of(_HOW, draft.get("how", AS_IS))),
            Field("seat", "as", select_of(seats, draft.get("seat", next(iter(seats))))),
            Field("text", "says", Input(draft.get("text", ""), compact=True)),
            Field("act", "does", act),
            Field("seed", "seed", seed),
            Field("many", "branches", many),
        ]

    def changed(self) -> None:
        how = self.values["how"] or AS_IS
        for name in ("seat", "text", "act"):
            self.show_field(name, name in _SHOWN[how])
        text = self.field("text").control
        if how == EDIT and isinstance(text, Input) and not text.value and (said := self._said()):
            text.value = said
        self.tell("The branch leaves that turn out, and says this instead." if how == EDIT else "")

    def _said(self) -> str:
        """Give what was said in the turn that is named."""
        turn = self.values["after"].strip()
        events = (event for event in self._moment.events if isinstance(event, Said) and str(event.turn) == turn)
        return next((printable(event.text.replace("\n", " ")) for event in events), "")

    def do(self) -> Future[None] | None:
        values, problems = self.values, dict[str, MootError]()
        options: dict[str, Any] = {"n": None}
        for name, option in (("after", "at"), ("seed", "seed"), ("many", "n")):
            if text := values[name].strip():
                if text.isdecimal():
                    options[option] = int(text)
                else:
                    problems[name] = WrongUse(f"a whole number, not {text!r}")
        if options["n"] == 1:
            options["n"] = None
        how, text = values["how"] or AS_IS, values["text"].strip()
        if how == EDIT:
            options["edit"] = (options.pop("at", self._turn), text)
            if not text:
                problems["text"] = WrongUse("nothing is written")
        elif how == SAY:
            if not text and not values["act"].strip():
                problems["text"] = WrongUse("nothing is written", remedy="write what is said, or what is done")
            options["say"] = {values["seat"]: text}
            options["act"] = {values["seat"]: values["act"].strip()} if values["act"].strip() else {}
        if problems:
            self.wrong(problems)
            return None
        return self._fork(options)
