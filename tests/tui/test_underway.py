"""The reins of a run: what is done in one thread takes effect in the other, and is told when it is stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import moot
from moot_errors import MootError, NotFound, WrongUse
from sandbox.plan import plan
from tests.tui.houses import SLOW, house
from transcripts import Accept, Forfeited, Said, Told
from tui.engine import Began, Over
from tui.feed import Playing
from tui.house import House
from tui.underway import Underway

PATIENCE = 20.0


class Played:
    """A run under way, looked at from outside its thread."""

    def __init__(self, home: House, ticket: int) -> None:
        self.home, self.ticket = home, ticket
        self.over: Over | None = None
        self._feed: Playing | None = None
        self.until(lambda: self._feed)

    @property
    def feed(self) -> Playing:
        assert self._feed is not None
        return self._feed

    @property
    def reins(self) -> Underway:
        assert self.feed.control is not None
        return self.feed.control

    def until(self, holds: Callable[[], Any]) -> Any:
        late = time.monotonic() + PATIENCE
        while True:
            for news in self.home.engine.drain():
                if isinstance(news, Began):
                    self._feed = news.feed
                elif isinstance(news, Over):
                    self.over = news
            if self._feed is not None:
                self._feed.poll()
            if found := holds():
                return found
            assert time.monotonic() < late, "it never came"
            time.sleep(0.002)

    def said(self) -> list[tuple[str, str]]:
        return [(event.seat, event.text) for event in self.feed.events if isinstance(event, Said)]


@contextmanager
def played(folder: Path, *, toml: str = "", **options: Any) -> Iterator[Played]:
    with house(folder, toml=toml) as home:
        yield Played(home, home.engine.play(plan("used-bike", workspace=home.workspace, **options)))


def test_a_person_takes_the_turns_of_a_human_seat(tmp_path: Path) -> None:
    with played(tmp_path, cast={"buyer": "@human"}) as run:
        (ask,) = run.until(lambda: run.reins.asks)
        assert (ask.seat, ask.thread, ask.task.kind, run.reins.doing) == ("buyer", "table", "talk", "waiting for you")
        run.reins.say("buyer", "Good day.").result(PATIENCE)
        assert run.until(lambda: ("buyer", "Good day.") in run.said())
        again = run.until(lambda: run.reins.asks)[0]
        refused = run.reins.answer(again, "", Accept(offer="table:99"))
        with pytest.raises(WrongUse, match="no standing offer 'table:99'"):
            refused.result(PATIENCE)
        run.reins.stop()
        over = run.until(lambda: run.over)
        assert (over.waits, over.fault) == (("buyer",), None)
        with pytest.raises(WrongUse, match="not under way"):
            run.reins.speak("Is anybody there?").result(PATIENCE)


def test_a_run_is_paused_stepped_and_spoken_into(tmp_path: Path) -> None:
    with played(tmp_path, cast={"seller": "@human"}, seed=7) as run:
        run.reins.pause()
        ask = run.until(lambda: run.reins.asks)[0]
        run.reins.answer(ask, "It is as good as new.")
        run.until(lambda: run.reins.doing == "paused" and ("seller", "It is as good as new.") in run.said())
        many = len(run.said())
        run.reins.speak("Be kind.", thread="table").result(PATIENCE)
        run.reins.speak("The seller is in a hurry.", to=["buyer"]).result(PATIENCE)
        run.until(lambda: ("moderator", "Be kind.") in run.said())
        assert [event.to for event in run.feed.events if isinstance(event, Told)] == [["buyer"]]
        assert len(run.said()) == many + 1 and run.reins.doing == "paused"
        run.reins.step()
        run.until(lambda: len(run.said()) == many + 2)
        run.until(lambda: run.reins.doing == "paused")
        with pytest.raises(NotFound, match="somebody"):
            run.reins.say("somebody", "I am nobody here.").result(PATIENCE)
        run.reins.go_on()
        run.until(lambda: run.reins.asks)


def test_a_seat_is_taken_and_given_back_and_a_turn_broken_off(tmp_path: Path) -> None:
    with played(tmp_path, toml=SLOW, cast={"buyer": "@slow"}) as run:
        run.until(lambda: "buyer" in run.reins.asked)
        run.reins.take("buyer").result(PATIENCE)
        assert run.reins.taken == ("buyer",)
        run.reins.interrupt("buyer").result(PATIENCE)
        run.until(lambda: run.reins.asks)
        assert run.until(lambda: [event.fault for event in run.feed.events if isinstance(event, Forfeited)]) == [
            "interrupted"
        ]
        run.reins.give_back("buyer").result(PATIENCE)
        run.until(lambda: not run.reins.asks)
        with pytest.raises(WrongUse, match="nobody has taken"):
            run.reins.give_back("buyer").result(PATIENCE)


def test_what_was_not_stored_when_a_run_is_left_is_not_said(tmp_path: Path) -> None:
    with played(tmp_path, toml=SLOW, cast={"buyer": "@slow"}) as run:
        run.until(lambda: "buyer" in run.reins.asked)
        said = run.reins.say("seller", "Are you still there?")
        assert not said.done()  # the turn that is being taken comes first, and it does not end
        assert run.home.engine.close(0.05)
        with pytest.raises(MootError, match="not said"):
            said.result(PATIENCE)


def test_a_branch_is_played_and_many_at_once(tmp_path: Path) -> None:
    with house(tmp_path, 1) as home:
        branch = Played(home, home.engine.fork("used-bike-1", {"at": 4, "say": {"seller": "Take it or leave it."}}))
        branch.until(lambda: branch.over)
        assert branch.said()[4] == ("seller", "Take it or leave it.")
        expected = moot.fork("used-bike-1", at=4, say={"seller": "Take it or leave it."}, workspace=home.workspace)
        assert branch.feed.moment().transcript.equals(expected.transcript)
        home.engine.fork("used-bike-1", {"at": 4, "n": 2, "seed": 5})
        branch.over = None
        over = branch.until(lambda: branch.over)
        assert over.branches and len(over.branches.runs) == 2 and over.fault is None
