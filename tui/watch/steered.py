"""A screen from which a run is steered: what its keys do to the run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any, ClassVar, Final

from textual.binding import BindingType
from textual.screen import Screen

from moot_errors import MootError
from sandbox.rendering.header import brain_words
from transcripts import MODERATOR
from tui.actions import bindings
from tui.beside import beside
from tui.composer import Composer
from tui.dialogs import Choice
from tui.feed import Feed, Moment, Playing
from tui.sheets import AnswerSheet, ForkSheet, OfferSheet, SaveSheet
from tui.underway import Ask, Done, Underway
from tui.watch.family import Family
from tui.watch.host import host_of

STEERING: Final = frozenset({"pause", "step", "interrupt", "speak", "offer", "sit", "stop"})
"""What can be done only to a run that is under way in this process."""


_CHANGING: Final = ("stop", "fork", "resume")
"""Actions of which one at least begins or ceases to work whenever any does."""


class SteeredScreen(Screen[None]):
    """Show a run that can be steered where this process plays it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("watch")]

    feed: Feed
    read_only: bool
    _family = Family()
    _keys: tuple[bool | None, ...] = ()

    @property
    def moment(self) -> Moment | None:
        """What is shown; None while nothing has arrived."""
        raise NotImplementedError

    @property
    def chosen(self) -> tuple[str, str, int]:
        """The seat, the thread and the turn that are selected."""
        raise NotImplementedError

    @property
    def reins(self) -> Underway | None:
        """What steers the run; None where nobody here plays it."""
        feed = self.feed
        return feed.control if not self.read_only and isinstance(feed, Playing) and feed.live else None

    @property
    def composer(self) -> Composer | None:
        return next(iter(self.query(Composer)), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say which keys work now; the others are not shown."""
        if action in STEERING:
            return self.reins is not None
        if action in ("fork", "save"):
            return not self.read_only and bool(self.feed.events)
        if action == "resume":
            over = not self.feed.events or self.feed.moment().over
            return not (self.read_only or over or self.feed.live)
        return True

    def dim(self) -> None:
        """Show which keys work now, where others do than before: that costs a layout of the footer."""
        if (keys := tuple(self.check_action(action, ()) for action in _CHANGING)) != self._keys:
            self._keys = keys
            self.refresh_bindings()

    # Time

    def action_pause(self) -> None:
        """Pause after the turn that is being taken, or go on."""
        if (reins := self.reins) is not None:
            self._tell(reins.go_on() if reins.halted else reins.pause())

    def action_step(self) -> None:
        """Play the turns of one tick, and pause again."""
        if (reins := self.reins) is not None:
            self._tell(reins.step())

    def action_interrupt(self) -> None:
        """Break off the turn that is being taken."""
        if (reins := self.reins) is not None:
            self._tell(reins.interrupt())

    def action_stop(self) -> None:
        """Stop the run after the turn that is being taken."""
        host_of(self).stop(self.feed.name)

    def action_resume(self) -> None:
        """Go on with a run that was broken off."""
        host_of(self).resume(self.feed.name)

    # Words

    def action_speak(self) -> None:
        """Speak up, or take the turn that waits for a person."""
        if (reins := self.reins) is None or (composer := self.composer) is None:
            return
        ask = next(iter(reins.asks), None)
        if ask is None:
            composer.open(MODERATOR, self.chosen[1])
        elif ask.task.kind == "talk":
            composer.open(ask.seat, ask.thread)
        else:
            self._answer(ask)

    def _answer(self, ask: Ask) -> None:
        """Take a turn in which something else is asked than talk."""
        assert isinstance(self.feed, Playing)
        unsaid = host_of(self).house.unsaid
        if ask.task.kind == "propose":
            self.app.push_screen(OfferSheet(self.feed, unsaid, ask.seat, ask.thread))
        else:
            self.app.push_screen(AnswerSheet(self.feed, unsaid, ask))

    def action_offer(self) -> None:
        """Make an offer in somebody's place."""
        moment, feed = self.moment, self.feed
        if (reins := self.reins) is None or moment is None or not isinstance(feed, Playing):
            return
        situation = moment.scene.situation
        if situation is None or not situation.issues:
            host_of(self).tell("there is nothing to agree on here, so there are no offers")
            return
        asked = next((ask.seat for ask in reins.asks), "")
        seat, thread, _ = self.chosen
        self.app.push_screen(OfferSheet(feed, host_of(self).house.unsaid, asked or _seat(seat, moment), thread))

    def on_composer_closed(self) -> None:
        """Give the keys back to what is read."""
        self.focus_reading()

    def focus_reading(self) -> None:
        """Give the focus to what is read."""
        raise NotImplementedError

    # Seats

    def action_sit(self) -> None:
        """Take a seat, or give it back to its brain."""
        moment = self.moment
        if (reins := self.reins) is None or moment is None:
            return
        seats = {}
        for seat, who in moment.scene.state.seats.items():
            if seat in reins.taken:
                seats[seat] = f"{seat}: yours; give it back to its brain, {brain_words(who.brain)}"
            elif who.brain.get("kind") == "human":
                seats[seat] = f"{seat}: a person's, and so yours already"
            else:
                seats[seat] = f"{seat}: {brain_words(who.brain)}"
        text = "Whose seat? From its next turn on you are asked; the run waits for you, and for nobody else."
        first = next(iter(reins.taken), self.chosen[0])
        self.app.push_screen(Choice("Take a seat, or give one back", text, seats, first), self._sat)

    def _sat(self, seat: str | None) -> None:
        reins = self.reins
        if seat is None or reins is None or self.moment is None:
            return
        if seat in reins.taken:
            self._tell(reins.give_back(seat), f"{seat} decides for itself again")
        elif self.moment.scene.state.seats[seat].brain.get("kind") == "human":
            host_of(self).tell(f"{seat} is a person's seat: i answers when its turn comes")
        else:
            self._tell(reins.take(seat), f"{seat} is yours from its next turn on; i answers then")

    # Branches and files

    def action_fork(self) -> None:
        """Fork the run after the turn that is selected."""
        if not self.feed.events:
            return
        host, name = host_of(self), self.feed.name

        def fork(options: Mapping[str, Any]) -> Future[None]:
            return host.fork(name, options)

        self.app.push_screen(ForkSheet(self.feed.moment(), self.chosen[2], fork, host.house.unsaid))

    def action_save(self) -> None:
        """Save the run as a baseline, or in a file of its own."""
        if not self.feed.events:
            return
        host, feed = host_of(self), self.feed
        transcript, over = feed.moment().transcript, feed.moment().over

        def load() -> Any:
            store = host.house.store
            return store.load(feed.name) if store else transcript

        def saved(path: object) -> None:
            self.app.call_later(host.tell, f"saved as {path}")

        self.app.push_screen(SaveSheet(feed.name, host.house.workspace.root, load, over, saved))

    # Other runs

    def action_mark(self) -> None:
        """Mark the run; with another one marked, compare the two."""
        host_of(self).mark(self.feed.name)

    def action_compare(self) -> None:
        """Compare with the run that this one branched off."""
        if not self._family.parents:
            host_of(self).tell(f"{self.feed.name} branched off no run; c on it and on another one compares the two")
        else:
            host_of(self).compare(self._family.parents[0].name, self.feed.name)

    def action_parent(self) -> None:
        """Go to the run that this one branched off."""
        if self._family.parents:
            host_of(self).open_run(*self._family.parents[0])
        else:
            host_of(self).tell(f"{self.feed.name} branched off no run")

    # Telling

    def _tell(self, done: Done, words: str = "") -> None:
        """Say what became of something that was asked for."""

        async def told() -> None:
            try:
                await asyncio.wrap_future(done)
            except MootError as error:
                host_of(self).complain(error)
            else:
                if words:
                    host_of(self).tell(words)

        beside(self, told, "told")


def _seat(seat: str, moment: Moment) -> str:
    """Give the seat that is selected, or else the first."""
    seats = moment.scene.state.seats
    return seat if seat in seats else next(iter(seats))
