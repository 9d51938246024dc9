"""The form that begins a run: who sits where, with which seed and parameters; what is wrong is said at its field."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalGroup, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Footer, Input, Select, Static

from moot_errors import MootError
from personas import list_personas
from sandbox import Workspace
from sandbox.cast import brain_names
from sandbox.plan import Plan
from sandbox.rendering.header import brain_words
from sandbox.rendering.printable import printable
from scenarios import ScenarioSource, Situation, load_scenario
from tui.actions import bindings
from tui.beside import beside
from tui.engine import News, Over
from tui.fields import Field, problem_text
from tui.library.proposal import WHOLE, Proposal

if TYPE_CHECKING:
    from tui.app import MootApp

REST = 0.15
"""Seconds that nothing is typed before what is written is checked."""


class NewRun(ModalScreen[None]):
    """Begin a run of a scenario."""

    app: MootApp
    BINDINGS = bindings("form")  # type: ignore[assignment]  # narrower than Textual's, and never changed
    CSS = """
    NewRun {
        align: center middle;
        & > #form {
            width: 96%;
            max-width: 100;
            height: auto;
            max-height: 94%;
            padding: 1 2;
            background: $surface;
            border: round $primary;
            border-title-color: $foreground;
            border-title-style: bold;
        }
        & VerticalScroll { height: auto; max-height: 62vh; }
        & .heading { margin-top: 1; text-style: bold; }
        & #whole { color: $text-error; display: none; margin-top: 1; }
        & #whole.-wrong { display: block; }
        & #cast, & #command { color: $text-muted; margin-top: 1; height: auto; }
        & #buttons { height: auto; margin-top: 1; align-horizontal: right; }
        & Button { margin-left: 1; }
        &.-low {
            & > #form { padding: 0 2; }
            & #cast, & #command, & #buttons, & #whole { margin-top: 0; }
        }
    }
    """

    def __init__(self, scenario: str) -> None:
        super().__init__()
        self._scenario = scenario
        self._source: ScenarioSource | None = None
        self._plan: Plan | None = None
        self._checked: Proposal | None = None
        self._ticket: int | None = None
        self._left = False

    # What there is to fill in

    def compose(self) -> ComposeResult:
        house = self.app.house
        self._workspace = Workspace(house.workspace.root)  # as its files are now
        with VerticalGroup(id="form") as form:
            form.border_title = Content(printable(f"New run of {self._scenario}"))
            try:
                self._source = load_scenario(self._scenario, self._workspace.scenarios)
                fields = list(self._fields(self._source, self._source.resolve()))
            except MootError as error:
                yield Static(Content(problem_text(error)), classes="-wrong", id="whole")
            else:
                yield VerticalScroll(*fields, can_focus=False)
                yield Static(id="whole", markup=False)
            yield Static(id="cast", markup=False)
            yield Static(id="command", markup=False)
            with Horizontal(id="buttons"):
                yield Button("Play", variant="primary", id="play", compact=True, disabled=True)
                yield Button("Back", id="back", compact=True)
        yield Footer(show_command_palette=False)

    def _fields(self, source: ScenarioSource, situation: Situation) -> Iterator[Widget]:
        kept = self.app.house.drafts.get(f"new {self._scenario}")
        draft = kept if isinstance(kept, Proposal) else Proposal(self._scenario)
        yield Field("seed", "seed", Input(draft.seed, compact=True, select_on_focus=True))
        people = [*list_personas(self._workspace.personas)]
        brains = self._brains()
        for seat, participant in situation.participants.items():
            yield Static(Content(printable(f"{seat}: {participant.role}".rstrip(": "))), classes="heading")
            own = f"as the scenario says: {participant.persona}" if participant.persona else "nobody in particular"
            persona = _select(dict.fromkeys(people, ""), own, draft.personas.get(seat, ""))
            yield Field(f"persona-{seat}", "  persona", persona)
            brain = _select(brains, "as the persona decides", draft.brains.get(seat, ""))
            yield Field(f"brain-{seat}", "  decided by", brain)
        written = source.data.get("parameters")
        parameters: Mapping[Any, Any] = written if isinstance(written, Mapping) else {}
        if parameters:
            yield Static("Parameters", classes="heading")
        for name, value in parameters.items():
            text = Input(draft.parameters.get(str(name), ""), placeholder=printable(str(value)), compact=True, id=None)
            yield Field(f"parameter-{name}", f"  {name}", text)
        yield Static("More", classes="heading")
        hint = "path=value, as in seller.no_deal=40"
        yield Field("more", "  other settings", Input(draft.more, placeholder=hint, compact=True))

    def _brains(self) -> dict[str, str]:
        """Give the names of brains and models, each with what it is."""
        models = self._workspace.models.profiles
        kinds = {"human": "a person"}
        return {
            name: "a model"
            if name in models
            else kinds.get(name, "yours" if name in self._workspace.brains else "rule")
            for name in brain_names(self._workspace)
        }

    def on_mount(self) -> None:
        for each in self.query(Field):
            each.control.focus()
            break
        else:
            self.query_one("#back").focus()
        self._check()

    # What it says, and what is wrong with that

    @property
    def proposal(self) -> Proposal:
        """What the form says now."""
        said = {each.name or "": each.value for each in self.query(Field)}

        def of(kind: str) -> dict[str, str]:
            return {name.removeprefix(kind): value for name, value in said.items() if name.startswith(kind) and value}

        return Proposal(
            self._scenario, said.get("seed", ""), of("persona-"), of("brain-"), of("parameter-"), said.get("more", "")
        )

    @on(Input.Changed)
    @on(Select.Changed)
    def _changed(self) -> None:
        self._check()

    def _check(self) -> None:
        if self._source is not None:
            beside(self, self._checking, "check", exclusive=True)

    async def _checking(self) -> None:
        proposal = self.proposal
        if proposal == self._checked:
            return
        self._plan = None
        self.app.house.drafts[f"new {self._scenario}"] = proposal
        self.query_one("#command", Static).update(Content(f"$ {printable(proposal.command)}"))
        await asyncio.sleep(REST)
        try:
            found = await asyncio.to_thread(proposal.check, self._workspace)
        except Exception as error:  # noqa: BLE001  said at the bottom of the form, which stays as it is
            self.app.complain(error, "Checking the form")
            return
        self._checked = proposal
        if isinstance(found, Plan):
            self._plan, problems = found, {}
            self.query_one("#cast", Static).update(Content(_cast_words(found)))
        else:
            problems = found
        for each in self.query(Field):
            each.say(problems.get(each.name or ""))
        self._say(problems.get(WHOLE))
        self.query_one("#cast").display = self._plan is not None
        self.query_one("#play", Button).disabled = self._plan is None

    def _say(self, problem: MootError | None) -> None:
        whole = self.query_one("#whole", Static)
        whole.set_class(problem is not None, "-wrong")
        whole.update(Content(problem_text(problem)) if problem else "")

    # Actions

    async def action_play(self) -> None:
        if self._ticket is not None:
            return  # it is beginning
        await self._checking()
        if self._plan is None:
            wrong = next((each for each in self.query(Field) if each.has_class("-wrong")), None)
            if wrong is not None:
                wrong.control.focus()
            return
        self._ticket = self.app.play(self._plan, self._heard)
        self._checked = None  # a plan is played once: its models are opened for it

    def _heard(self, news: News) -> None:
        """Go away when the run is there; say it where it could not begin."""
        self._ticket = None
        if not isinstance(news, Over):
            self.action_back()
        elif isinstance(news.fault, MootError):
            self._say(news.fault)
        elif news.fault is not None:
            self.app.complain(news.fault, "Beginning the run")

    def action_back(self) -> None:
        if self.is_current and not self._left:
            self._left = True
            self.dismiss()

    def action_copy(self) -> None:
        self.app.copy(self.proposal.command, "the command")

    @on(Button.Pressed, "#play")
    async def _play_pressed(self) -> None:
        await self.action_play()

    @on(Button.Pressed, "#back")
    def _back_pressed(self) -> None:
        self.action_back()


def _select(options: Mapping[str, str], nothing: str, value: str) -> Select[str]:
    """Make a choice among names; choosing `nothing` leaves it as it is."""
    rows = [(Content(printable(nothing)), "")]
    rows += [(Content(printable(f"{name}  ({what})" if what else name)), name) for name, what in options.items()]
    known = value if value in options else ""
    return Select(rows, allow_blank=False, value=known, compact=True)


def _cast_words(plan: Plan) -> str:
    words = [
        f"{seat}: {chair.persona.name if chair.persona else 'nobody in particular'}, {brain_words(chair.brain)}"
        for seat, chair in plan.cast.items()
    ]
    return printable(" · ".join(words))
