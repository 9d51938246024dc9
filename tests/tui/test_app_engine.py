"""The engine plays runs beside the interface, and neither waits for the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import moot
from moot_errors import NotFound, WrongUse
from sandbox.plan import Plan, plan
from tests.tui.houses import SLOW, house
from transcripts import Store
from tui.engine import Began, Engine, News, Over


def hear(engine: Engine, enough: Callable[[list[News]], bool]) -> list[News]:
    """Take news until they are enough."""
    heard: list[News] = []
    late = time.monotonic() + 20
    while not enough(heard) and time.monotonic() < late:
        heard += engine.drain()
        time.sleep(0.005)
    assert enough(heard), heard
    return heard


def over(many: int = 1) -> Callable[[list[News]], bool]:
    return lambda heard: sum(isinstance(news, Over) for news in heard) == many


def bike(home, **options) -> Plan:
    return plan("used-bike", workspace=home.workspace, **options)


def test_a_run_of_the_engine_is_the_run_that_it_is_without(tmp_path: Path) -> None:
    with house(tmp_path) as home:
        ticket = home.engine.play(bike(home, seed=7))
        began, ended = hear(home.engine, over())
        assert isinstance(began, Began) and isinstance(ended, Over) and began.ticket == ended.ticket == ticket
        assert (ended.fault, ended.waits, home.engine.busy) == (None, (), 0)
        began.feed.poll()
        assert not began.feed.live
    assert not (tmp_path / "transcripts.db-wal").exists()
    expected = moot.run("used-bike", seed=7, record=False)
    with Store.open(tmp_path / "transcripts.db", read_only=True) as store:
        assert store.load("used-bike-1").equals(expected.transcript)
    assert began.feed.moment().transcript.equals(expected.transcript)


def test_many_run_at_the_same_time(tmp_path: Path) -> None:
    with house(tmp_path) as home:
        tickets = {home.engine.play(bike(home, seed=seed)) for seed in range(5)}
        heard = hear(home.engine, over(5))
        assert {news.ticket for news in heard if isinstance(news, Over) and not news.fault} == tickets


def test_a_turn_that_does_not_end_is_broken_off_when_all_ends(tmp_path: Path) -> None:
    with house(tmp_path, toml=SLOW) as home:
        home.engine.play(bike(home, cast={"buyer": "@slow"}))
        (began,) = hear(home.engine, lambda heard: len(heard) == 1)
        assert isinstance(began, Began) and began.feed.control
        began.feed.control.stop()
        assert home.engine.busy == 1  # the model does not answer, so the turn is not over
        begun = time.monotonic()
        assert home.engine.close(0.05)
        assert time.monotonic() - begun < 2
        assert home.store and home.store.find("used-bike-1").status == "open"


def test_what_was_resumed_ends_as_without_a_break(tmp_path: Path) -> None:
    with house(tmp_path) as home:
        workspace = home.workspace

        def stop(name: str, coordinator) -> None:
            coordinator.upto = 5

        moot.run("used-bike", seed=3, workspace=workspace, started=stop)
        home.engine.resume("used-bike-1")
        began, *_, ended = hear(home.engine, over())
        assert isinstance(began, Began) and isinstance(ended, Over) and ended.fault is None
        began.feed.poll()
        whole = moot.run("used-bike", seed=3, record=False).transcript
        assert began.feed.moment().transcript.equals(whole)


def test_a_fault_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    with house(tmp_path, 1) as home:
        assert home.store
        home.engine.resume("nobody")
        home.engine.resume("used-bike-1")  # it is over
        home.engine.play(bike(home))
        faults = [news.fault for news in hear(home.engine, over(3)) if isinstance(news, Over)]
        assert {type(fault) for fault in faults} == {NotFound, WrongUse, type(None)}
