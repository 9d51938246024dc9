"""The composer: who speaks, where and to whom, the words, and what is done along with them."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, Select, Static, TextArea

from moot_errors import MootError
from sandbox.rendering.printable import printable
from sandbox.rendering.scene import Scene
from transcripts import MODERATOR
from tui.actions import bindings
from tui.beside import beside
from tui.composer.words import Words, ask_of, deeds_of, threads_of
from tui.feed import Playing
from tui.fields import problem_text
from tui.unsaid import Unsaid


class Prose(TextArea):
    """Where the words are written."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("prose")]

    def action_send(self) -> None:
        self.post_message(Composer.Sent())

    def action_new_line(self) -> None:
        self.insert("\n")


class Composer(VerticalGroup):
    """Write what is to be said; what is written is kept until it is stored."""

    class Sent(Message):
        """Somebody wants to say what is written."""

    class Closed(Message):
        """It was closed."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("composer")]
    DEFAULT_CSS = """
    Composer {
        border: round $primary;
        border-title-color: $text-primary;
        padding: 0 1;
        & Horizontal { height: 1; }
        & .label { width: auto; margin-right: 1; color: $text-muted; }
        & Select { width: 1fr; max-width: 26; height: 1; margin-right: 1; }
        & Input { width: 1fr; }
        & Prose { height: auto; min-height: 2; max-height: 6; border: none; padding: 0; }
        & #asked { color: $text-warning; height: auto; max-height: 6; }
        & #problem { color: $text-error; height: auto; max-height: 5; }
        & #problem.-calm { color: $text-muted; }
        &.-person #private, &.-moderator #deed { display: none; }
        &.-chair #who { display: none; }
    }
    """

    def __init__(self, feed: Playing, unsaid: Unsaid, seat: str | None = None, *, id: str | None = None) -> None:
        """With `seat` somebody sits in it, and says everything in that place."""
        super().__init__(id=id)
        self.display = False
        self._feed, self._unsaid, self._seat = feed, unsaid, seat
        self._draft = f"words {feed.name}" if seat is None else f"words {feed.name} {seat}"
        self._sending: Words | None = None
        self._options: tuple[object, ...] = ()
        self._shown = ""

    def compose(self) -> ComposeResult:
        self.border_title = Content("say")
        self.set_class(self._seat is not None, "-chair")
        yield Static(id="asked", markup=False)
        with Horizontal(id="who"):
            yield Static("as", classes="label")
            yield Select[str]([], id="as", compact=True)
            yield Static("in", classes="label")
            yield Select[str]([], id="in", compact=True)
        with Horizontal(id="private"):
            yield Static("to", classes="label")
            yield Input(id="to", placeholder="everybody there; in private: names, with commas between", compact=True)
        yield Prose(id="words", compact=True, highlight_cursor_line=False)
        with Horizontal(id="deed"):
            yield Static("does", classes="label")
            yield Input(id="does", placeholder="nothing; or accept last, offer …, pass", compact=True)
        yield Static(id="problem", markup=False)

    # What stands in it

    @property
    def is_open(self) -> bool:
        return bool(self.display)

    @property
    def words(self) -> Words:
        """What is written."""
        return Words(
            self._chosen("as") or self._seat or MODERATOR,
            self._chosen("in"),
            self.query_one("#to", Input).value,
            self.query_one(Prose).text,
            self.query_one("#does", Input).value,
        )

    def open(self, seat: str = MODERATOR, thread: str = "") -> None:
        """Open it with what was left in it, or else to speak as somebody somewhere."""
        draft = self._unsaid.get(self._draft)
        words = Words.of(draft) if draft else Words(seat, thread)
        self.display = True
        if self._scene is not None:
            self._offer_seats(self._scene, self._seat or words.seat, words.thread)
        self.query_one("#to", Input).value = words.to
        self.query_one("#does", Input).value = words.act
        prose = self.query_one(Prose)
        if prose.text != words.text:
            prose.load_text(words.text)
            prose.move_cursor(prose.document.end)
        self.look()
        self.screen.set_focus(prose)  # at once: what is typed now is part of it

    def look(self) -> None:
        """Show whose turn waits, and what became of what was said; to be called some ten times a second."""
        if not self.is_open or self._scene is None or self._feed.control is None:
            return
        self._offer_seats(self._scene, self._chosen("as") or self._seat or MODERATOR, self._chosen("in"))
        ask = ask_of(self._feed.control, self.words.seat, self.words.thread)
        asked = ""
        if ask is not None:
            asked = f"It is {'your' if self._seat else f'''{ask.seat}'s'''} turn in {ask.thread}."
            if ask.view.refusals and not self.query_one("#problem").display:
                asked += f" {_sentence(ask.view.refusals[-1].reason)}"
        self.query_one("#asked", Static).display = bool(asked)
        self.query_one("#asked", Static).update(Content(printable(asked)))

    @property
    def _scene(self) -> Scene | None:
        return self._feed.moment().scene if self._feed.events else None

    def _chosen(self, id: str) -> str:
        select = self.query_one(f"#{id}", Select)
        return "" if select.is_blank() else str(select.value)

    def _offer_seats(self, scene: Scene, seat: str, thread: str) -> None:
        """Offer who may speak, and where; nothing is touched where nothing has changed."""
        seats = [self._seat] if self._seat else [MODERATOR, *scene.state.seats]
        threads = threads_of(scene, seat)
        thread = thread if thread in threads else self._where(scene, seat, threads)
        options = (tuple(seats), tuple(threads), seat, thread)
        if options != self._options:
            self._options = options
            with self.prevent(Select.Changed):
                _fill(self.query_one("#as", Select), seats, seat)
                _fill(self.query_one("#in", Select), threads, thread)
            self.set_class(seat == MODERATOR, "-moderator")
            self.set_class(seat != MODERATOR, "-person")
            if self._seat is not None:
                self.query_one("#who").display = len(threads) > 1
        deeds = [] if seat == MODERATOR else deeds_of(scene, thread, seat)
        if (told := "\n".join(deeds)) != self._shown:
            self._shown = told
            self.query_one("#does", Input).suggester = SuggestFromList(deeds, case_sensitive=False)

    def _where(self, scene: Scene, seat: str, threads: list[str]) -> str:
        """Choose the thread in which a seat's turn waits, or else its first."""
        ask = ask_of(self._feed.control, seat) if self._feed.control else None
        return ask.thread if ask else next(iter(threads), "")

    @on(Select.Changed)
    def _choose(self, event: Select.Changed) -> None:
        event.stop()
        self._say("")
        self.look()

    @on(TextArea.Changed)
    @on(Input.Changed)
    def _written(self) -> None:
        if self.is_open and self._sending is None:
            self.keep()

    def keep(self) -> None:
        """Keep what is written as a draft."""
        self._unsaid.put(self._draft, self.words.draft())

    # Saying it

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.send()

    @on(Sent)
    def _sent(self, event: Sent) -> None:
        event.stop()
        self.send()

    def send(self) -> None:
        """Say what is written; it is said when it is stored, and not before."""
        if self._sending is not None or self._scene is None or self._feed.control is None:
            return
        self._sending = words = self.words
        try:
            done = words.send(self._scene, self._feed.control)
        except MootError as error:
            self._failed(error)
            return
        done.add_done_callback(lambda told: None if told.exception() else self._unsaid.drop(self._draft))
        self._say("saying it; it waits for the turn that is being taken …", calm=True)

        async def stored() -> None:
            try:
                await asyncio.wrap_future(done)
            except MootError as error:
                self._failed(error)
            else:
                self._stored()

        beside(self, stored, "saying")

    def _stored(self) -> None:
        self._sending = None
        self._say("")
        with self.prevent(Input.Changed, TextArea.Changed):
            self.query_one(Prose).clear()
            self.query_one("#does", Input).clear()
        self._unsaid.drop(self._draft)
        if self._seat is None:
            self.action_close()

    def _failed(self, error: MootError) -> None:
        """Say beside the draft why it was not said; where that is closed, in passing."""
        self._sending = None
        self.keep()
        self._say(problem_text(error))
        if not self.is_open or not self.screen.is_current:
            self.notify(printable(f"not said: {error.message}"), severity="warning", markup=False)

    def _say(self, text: str, *, calm: bool = False) -> None:
        problem = self.query_one("#problem", Static)
        problem.display = bool(text)
        problem.set_class(calm, "-calm")
        problem.update(Content(text))

    def action_close(self) -> None:
        """Close it; what is written is kept."""
        if self._sending is None:
            self.keep()
        self._unsaid.save()
        self.display = False
        self.post_message(self.Closed())


def _fill(select: Select[str], names: list[str], chosen: str) -> None:
    select.set_options([(Content(printable(name)), name) for name in names])
    if chosen in names:
        select.value = chosen


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}."
