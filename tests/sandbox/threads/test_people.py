"""People in several threads, who are slow, leave, come back, take seats and speak up: a replay comes out the same."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import moot
from moot_errors import MootError, WrongUse
from sandbox import Reply, Run, View
from sandbox.again import areplay
from sandbox.brains.human import Listen
from sandbox.cast import Casting
from sandbox.control import Control
from sandbox.coordinator import Coordinator
from sandbox.forking import Change, afork
from sandbox.plan import plan
from sandbox.play import play_on
from sandbox.resuming import aresume
from sandbox.sinks import MemorySink
from scenarios import scenario_from_data
from tests.sandbox.threads.actors import Actor, answer, kinds
from tests.sandbox.threads.test_secrets import SEATS, hall
from transcripts import HandOver, OpenThread, WalkAway

EVERYTHING: dict[str, Any] = {
    "choices": {"verdict": ["yes", "no"], "give": {"from": 0, "to": 5}},
    "threads": {
        "hall": {"speakers": "bids"},
        "closet": {"members": ["ann", "cem"], "speakers": "alternating"},
        "aside": {"open_by": "any", "size": 2, "budget": {"turns": 3}},
    },
    "phases": [
        {"thread": ["hall", "closet"], "rounds": 2},
        {"secret": "give", "reveal": "total"},
        {"ballot": "verdict"},
        {"thread": "hall", "rounds": 1},
    ],
    "ask": {"when": ["before", "every 1 rounds", "after"], "items": {"mood": "1..7"}},
    "events": [{"at": "turn 3", "to": ["ann"], "say": "A word."}],
    "end": {"forfeits": 99},
}


def somebody(seed: int, *, slow: int = 0, most: int = 10**6) -> Listen:
    """Answer after a drawn number of steps, and leave after so many answers."""
    draw, left = random.Random(seed), [most]

    async def listen(view: View) -> Reply | None:
        for _ in range(draw.randint(0, slow)):
            await asyncio.sleep(0)
        left[0] -= 1
        if left[0] < 0:
            return None
        return Reply(f"{view.turn}, in {view.thread.name}") if view.task.kind == "talk" else Reply("", answer(view))

    return listen


def people(*seats: str) -> dict[str, Casting]:
    return {seat: Casting(None, {"kind": "human" if seat in seats else "rule"}) for seat in SEATS}


def playing(listen: Listen, *seats: str, seed: int = 0, data: dict[str, Any] = EVERYTHING, started: Any = None) -> Run:
    whole = plan(scenario_from_data(hall(**data), "people"), seed=seed, cast=people(*seats))
    return asyncio.run(play_on(whole.listening(listen), MemorySink(), started=started))


def comes_out_the_same(run: Run) -> bool:
    return asyncio.run(areplay(run.transcript)) == len(run.transcript.content())


@pytest.mark.parametrize("seats", [["ann"], ["ann", "cem"], SEATS], ids=["one", "two in both rooms", "all"])
@pytest.mark.parametrize("slow", [0, 40])
def test_a_person_in_two_rooms_is_asked_in_one_at_a_time_and_the_run_goes_on(seats: list[str], slow: int):
    run = playing(somebody(1, slow=slow), *seats)
    assert run.status == "done" and comes_out_the_same(run)


def test_a_person_says_who_speaks_next_in_two_rooms():
    async def choose(view: View) -> Reply:
        return Reply("", HandOver(to=view.task.seats[-1]))

    rooms = {
        "up": {"members": ["ann", "ben", "cem"], "speakers": "human"},
        "down": {"members": ["cem", "dee"], "speakers": "human"},
    }
    run = playing(choose, data={"threads": rooms, "end": {"turns": 10}})
    assert {event.seat for event in kinds(run, "said")} == {"cem", "dee"} and comes_out_the_same(run)


@pytest.mark.parametrize("most", [2, 7])
def test_whoever_leaves_and_comes_back_finds_the_run_where_it_was(tmp_path: Path, most: int):
    with moot.Store.open(tmp_path / "transcripts.db") as store:
        source = scenario_from_data(hall(**EVERYTHING), "people")
        run = moot.run(source, cast=people("ann", "cem"), listen=somebody(1, most=most), store=store)
        for _ in range(60):
            if run.status != "open":
                break
            run = asyncio.run(aresume(run.name, store, listen=somebody(1, most=most)))
        assert run.status == "done" and comes_out_the_same(run)


POKES: dict[str, Callable[[Control, str], object]] = {
    "speak": lambda control, seat: control.speak("Hear, hear."),
    "whisper": lambda control, seat: control.speak("Psst.", to=[seat]),
    "say": lambda control, seat: control.say(seat, "In its place."),
    "pause": lambda control, seat: control.pause(),
    "go on": lambda control, seat: control.go_on(),
    "step": lambda control, seat: control.step(),
    "interrupt": lambda control, seat: control.interrupt(),
    "take": lambda control, seat: control.take(seat, somebody(2, slow=9)),
    "give back": lambda control, seat: control.give_back(seat),
}


@given(
    st.integers(0, 99),
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from(sorted(POKES)), st.sampled_from(SEATS)), max_size=12),
)
@settings(max_examples=40, deadline=None)
def test_whatever_a_person_does_to_a_run_a_replay_comes_out_the_same(seed: int, pokes: list[tuple[int, str, str]]):
    kept: list[Any] = []

    def started(name: str, coordinator: Coordinator) -> None:
        control = coordinator.steered()

        async def poke() -> None:
            for steps, what, seat in pokes:
                for _ in range(steps):
                    await asyncio.sleep(0)
                try:
                    kept.append(POKES[what](control, seat))
                except MootError as error:
                    kept.append(error)
            while control.status != "over":
                control.go_on()
                await asyncio.sleep(0)

        kept.append(asyncio.ensure_future(poke()))

    run = playing(somebody(3), seed=seed, started=started)
    for each in kept:
        if isinstance(each, asyncio.Future) and each.done() and not each.cancelled():
            each.exception()
    assert run.status == "done" and comes_out_the_same(run)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[moot.Store]:
    with moot.Store.open(tmp_path / "transcripts.db") as opened:
        yield opened


def test_a_person_who_puts_words_in_a_seat_s_place_cannot_do_what_it_cannot(store: moot.Store):
    def leave(view: View) -> Reply:
        return Reply("", WalkAway()) if view.seat == "dee" else Reply("Hm.")

    side = {"open_by": "any", "size": 2, "budget": {"turns": 3}}
    brains = {seat: Actor(say=leave) for seat in SEATS}
    source = scenario_from_data(hall(threads={"hall": {}, "aside": side}), "people")
    name = moot.run(source, brains=brains, store=store).name
    for seat, act, says in (
        ("ann", OpenThread(invite=["ben"]), "opened by the seat's own brain"),
        ("dee", None, "you are out"),
    ):
        change = Change(say={seat: "Hello."}, acts={seat: act} if act else {})
        with pytest.raises(WrongUse, match=says):
            asyncio.run(afork(name, store, at=8, change=change, brains=brains))


def test_whoever_begins_does_so_though_somebody_else_spoke_before(store: moot.Store):
    data: dict[str, Any] = {
        "issues": {"price": {"from": 0, "to": 9}},
        "participants": {seat: {"prefers": {"price": {0: 0, 9: 9}}} for seat in SEATS},
        "opening": {"seat": "ann", "act": {"offer": {"price": 9}}, "say": "I begin."},
    }
    name = moot.run(scenario_from_data(hall(**data), "people"), store=store).name
    fork = asyncio.run(afork(name, store, at=0, change=Change(say={"ben": "First!"})))
    assert [message.text for message in fork.messages[:2]] == ["First!", "I begin."] and comes_out_the_same(fork)


def test_what_is_granted_of_a_persona_is_who_really_sits_there():
    data = hall(participants={"ann": {"persona": "haggler"}, "ben": {}}, knows={"ben": ["ann.persona"]})
    granted: list[Any] = []

    def look(view: View) -> Reply:
        granted.append(view.known.granted)
        return Reply("Hm.")

    cast = {"ann": "analyst@linear"}
    moot.run(scenario_from_data(data, "people"), cast=cast, brains={"ben": Actor(say=look)}, record=False)
    assert granted[0] == {"ann.persona": "analyst"}
