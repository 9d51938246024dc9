"""Make an offer: a field for each issue, and what that is worth to whoever makes it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from textual.widgets import Input

from sandbox.rendering.numbers import number
from sandbox.rendering.printable import printable
from sandbox.rendering.scene import Scene
from scenarios import Situation
from transcripts import MODERATOR, Offer
from tui.beside import beside
from tui.composer.domains import field_of, read_fields, select_of, write_field
from tui.composer.words import ask_of, threads_of
from tui.feed import Playing
from tui.fields import Field
from tui.sheets.sheet import Sheet
from tui.underway import Done
from tui.unsaid import Unsaid


class OfferSheet(Sheet):
    """Make an offer in a seat's place, or in a turn that waits for it."""

    heading = "Make an offer"
    button = "Offer"

    def __init__(self, feed: Playing, unsaid: Unsaid, seat: str = "", thread: str = "", *, own: bool = False) -> None:
        """With `own` somebody sits in the seat, and offers in no other one's place."""
        super().__init__(unsaid, f"offer {feed.name} {seat}" if own else f"offer {feed.name}")
        self.feed, self.seat, self.thread, self.own = feed, seat, thread, own
        self._asked = 0

    @property
    def scene(self) -> Scene:
        return self.feed.moment().scene

    @property
    def situation(self) -> Situation:
        situation = self.scene.situation
        assert situation is not None
        return situation

    def fields(self, draft: Mapping[str, str]) -> list[Field]:
        scene, made = self.scene, []
        if not self.own:
            seats = dict.fromkeys(scene.state.seats, "")
            made.append(Field("seat", "as", select_of({seat: seat for seat in seats}, draft.get("seat", self.seat))))
        threads = threads_of(scene, self.seat if self.own else MODERATOR)
        where = select_of({name: name for name in threads}, draft.get("thread", self.thread or threads[0]))
        made.append(Field("thread", "in", where))
        standing = scene.state.threads[threads[0]].standing.get(self.seat)
        for name, issue in self.situation.issues.items():
            last = write_field(issue, standing.terms[name]) if standing and name in standing.terms else ""
            made.append(field_of(name, issue, draft.get(name, last)))
        made.append(Field("text", "and says", Input(draft.get("text", ""), compact=True)))
        return made

    def changed(self) -> None:
        if not self.own and (seat := self.values.get("seat")):
            self.seat = seat
        self.show_field("thread", len(threads_of(self.scene, self.seat)) > 1)
        terms, problems = read_fields(self.situation.issues, self.values)
        self._asked += 1
        if problems or not self.seat:
            self.tell("")
            return
        asked = self._asked

        async def value() -> None:  # in another thread, for the first time all outcomes are worked out
            told = await asyncio.to_thread(worth_words, self.situation, self.seat, terms)
            if asked == self._asked and self.is_attached:
                self.tell(told)

        beside(self, value, "worth")

    def do(self) -> Done | None:
        assert self.feed.control is not None
        values = self.values
        terms, problems = read_fields(self.situation.issues, values)
        if problems:
            self.wrong(problems)
            return None
        ask = ask_of(self.feed.control, self.seat)
        thread = ask.thread if ask and ask.task.kind == "propose" else values["thread"]
        return self.feed.control.say(self.seat, values["text"].strip(), Offer(terms=terms), thread or None)


def worth_words(situation: Situation, seat: str, terms: Mapping[str, Any]) -> str:
    """Say what terms are worth to a seat, beside no deal, and whether it may agree to them."""
    if seat not in situation.parties:
        return ""
    told = f"worth {number(situation.utility(seat, terms))} to {seat}; no deal {number(situation.no_deal(seat))}"
    limit = "" if situation.allowed(seat, terms) else f"; {seat}'s own limits forbid it"
    return printable(told + limit)
