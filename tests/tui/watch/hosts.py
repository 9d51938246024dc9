"""Runs to watch, and an app in which nothing but the screen stands."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from textual.app import App
from textual.screen import Screen

import moot
from moot_errors import MootError
from scenarios import scenario_from_data
from transcripts import Transcript
from tui.feed import Feed
from tui.underway import Underway
from tui.unsaid import Unsaid


class Kept(Feed):
    """A transcript whose events arrive when they are let."""

    def __init__(self, transcript: Transcript, name: str, *, first: int | None = None, live: bool = False) -> None:
        super().__init__(name, transcript.bodies)
        self._left = list(transcript.events)
        self._let = len(self._left) if first is None else first
        self.is_live = live
        self.fault: MootError | None = None

    @property
    def live(self) -> bool:
        return self.is_live

    def let(self, many: int = 1) -> None:
        """Let so many more arrive."""
        self._let += many

    def _take_new(self) -> None:
        if self.fault is not None:
            raise self.fault
        new, self._left, self._let = self._left[: self._let], self._left[self._let :], 0
        self._take(*new)


class Nobody:
    """An engine in which nothing is played."""

    def call(self, what: Callable[[], object]) -> bool:
        return True


def reins() -> Underway:
    return Underway(Nobody())


class Host(App[None]):
    """An app that notes what is asked of it."""

    def __init__(self, shown: Screen[None]) -> None:
        super().__init__()
        self.shown = shown
        self.asked: list[Any] = []
        self.house = SimpleNamespace(unsaid=Unsaid(None))

    async def on_mount(self) -> None:
        self.add_mode("run", lambda: self.shown)
        self.add_mode("other", Screen)
        await self.switch_mode("run")

    def open_run(self, name: str, turn: int | None = None) -> None:
        self.asked.append(("open", name, turn))

    def mark(self, name: str) -> None:
        self.asked.append(("mark", name))

    def compare(self, left: str, right: str) -> None:
        self.asked.append(("compare", left, right))

    def copy(self, text: str, what: str) -> None:
        self.asked.append(("copy", text))

    def tell(self, text: str) -> None:
        self.asked.append(("tell", text))

    def stop(self, name: str) -> None:
        self.asked.append(("stop", name))

    async def action_library(self) -> None:
        self.asked.append("library")


def bike(seed: int = 1, **options: Any) -> Transcript:
    return moot.run("used-bike", seed=seed, record=False, **options).transcript


def scene(data: dict[str, Any], **options: Any) -> Transcript:
    return moot.run(scenario_from_data(data, "scene"), record=False, **options).transcript


TALK: dict[str, Any] = {
    "title": "A talk",
    "participants": {
        "ann": {"role": "asks", "brain": {"kind": "script", "lines": ["How is it going?", "And the bike?"]}},
        "bob": {"role": "answers", "brain": {"kind": "script", "lines": ["Well.", "It is sold."]}},
    },
    "threads": {"table": {"members": "all"}},
    "end": {"rounds": 2},
}

PARTY: dict[str, Any] = {
    "title": "Three and a site",
    "issues": {"price": {"from": 0, "to": 100, "step": 10}, "site": ["north", "south"]},
    "participants": {
        "ann": {"prefers": {"price": {0: 0, 100: 60}, "site": {"north": 20, "south": 0}}, "no_deal": 10},
        "bob": {"prefers": {"price": {0: 60, 100: 0}, "site": {"north": 0, "south": 20}}, "no_deal": 10},
        "cat": {"prefers": {"price": {0: 30, 100: 30}, "site": {"north": 5, "south": 40}}, "no_deal": 10},
    },
    "threads": {"table": {"members": "all", "speakers": "round robin"}, "aside": {"members": ["bob", "cat"]}},
    "end": {"agreement": "all", "rounds": 6},
}
