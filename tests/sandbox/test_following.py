"""Who follows a run is told of what is stored, in order, and does not hold it up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import moot
from sandbox.coordinator import Coordinator
from sandbox.following import Following
from sandbox.plan import plan
from sandbox.play import play_on
from sandbox.sinks import MemorySink
from transcripts import Event, Said, Store

ONE, TWO = (Said(tick=turn, turn=turn, thread="table", seat="ann", n=turn, text="Hm.") for turn in (1, 2))


def test_nothing_is_told_before_it_is_stored_nor_before_what_came_earlier():
    async def story() -> None:
        loop, told = asyncio.get_running_loop(), list[Event]()
        first, second = loop.create_future(), loop.create_future()
        following = Following(told.append)
        following.take([ONE], first)
        following.take([TWO], second)
        second.set_result(None)
        for _ in range(9):
            await asyncio.sleep(0)
        assert told == []
        first.set_result(None)
        await following.done()
        assert told == [ONE, TWO]

    asyncio.run(story())


def test_every_event_of_a_run_is_told(tmp_path: Path):
    told: list[Event] = []
    with Store.open(tmp_path / "t.db") as store:
        run = moot.run("used-bike", seed=7, store=store, watch=Following(told.append))
    assert [each.position for each in told] == [each.position for each in run.transcript.events]
    alone: list[Event] = []
    moot.run("used-bike", seed=7, record=False, watch=Following(alone.append))
    assert [each.position for each in alone] == [each.position for each in told]


def test_what_keeps_it_from_being_told_is_not_swallowed(tmp_path: Path):
    def tell(event: Event) -> None:
        raise ZeroDivisionError

    with Store.open(tmp_path / "t.db") as store, pytest.raises(ZeroDivisionError):
        moot.run("used-bike", seed=7, store=store, watch=Following(tell))


def test_whoever_waits_for_what_they_said_learns_of_it_no_sooner_than_who_follows():
    class Late(MemorySink):
        async def stored(self) -> None:
            for _ in range(50):
                await asyncio.sleep(0)

    told: list[Event] = []
    known: list[bool] = []

    def started(name: str, coordinator: Coordinator) -> None:
        said = coordinator.steered().speak("Be kind.", thread="table")
        said.add_done_callback(lambda _: known.append(any(getattr(each, "text", "") == "Be kind." for each in told)))

    asyncio.run(play_on(plan("used-bike", seed=7), Late(), Following(told.append), started))
    assert known == [True]
