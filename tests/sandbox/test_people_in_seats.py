"""A person takes a seat, gives it back and breaks turns off: the transcript says so, and a replay does the same."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import moot
from moot_errors import WrongUse
from sandbox import Reply
from sandbox.again import areplay
from sandbox.control import Control
from scenarios import scenario_from_data
from transcripts import Accept, Confided, Forfeited, Offer, Refused, Said, Seated, Vote

BIKE = "used-bike"
JURY: dict[str, Any] = {
    "title": "Two and a vote",
    "choices": {"verdict": ["yes", "no"]},
    "participants": {
        "ann": {"brain": {"kind": "script", "lines": ["One.", "Two.", {"vote": "no"}]}},
        "bob": {"brain": {"kind": "script", "lines": ["Uno.", "Due.", {"vote": "no"}]}},
    },
    "threads": {"table": {"members": "all", "speakers": "random"}},
    "phases": [{"thread": "table", "turns": 4}, {"ballot": "verdict", "thread": "table"}],
    "end": {"ballot": "verdict"},
}


def played(source: Any, story, **options: Any) -> Any:
    """Play with a story that has the reins, and replay what came of it."""

    async def whole() -> Any:
        def started(name: str, coordinator: Any) -> None:
            control = coordinator.steered()
            control.pause()
            tasks.append(asyncio.ensure_future(story(control)))

        tasks: list[asyncio.Task[None]] = []
        run = await moot.arun(source, record=False, started=started, **options)
        await asyncio.gather(*tasks)
        await areplay(run.transcript)
        return run.transcript

    return asyncio.run(whole())


def test_a_seat_is_given_back_in_the_middle_of_its_turn() -> None:
    async def story(control: Control) -> None:
        asked = asyncio.Event()

        async def listen(view: Any) -> Reply:
            asked.set()
            await asyncio.Event().wait()
            raise AssertionError

        control.take("seller", listen)
        control.go_on()
        await asked.wait()
        assert control.taken == ["seller"]
        control.give_back("seller")
        assert not control.taken

    transcript = played(BIKE, story, seed=7)
    assert not [event for event in transcript.events if isinstance(event, Said) and event.by]
    assert transcript.equals(moot.run(BIKE, seed=7, record=False).transcript)


def test_a_seat_in_which_something_was_refused_is_not_given_back_in_that_turn() -> None:
    async def story(control: Control) -> None:
        async def listen(view: Any) -> Reply:
            if not view.refusals:
                return Reply("Mine.", Accept(offer="table:99"))
            with pytest.raises(WrongUse, match="refused something"):
                control.give_back("seller")
            control.go_on()
            return Reply("350, and not a cent less.")

        control.take("seller", listen)
        control.step()
        while len(control.state.threads["table"].messages) < 1:
            await asyncio.sleep(0)
        control.give_back("seller")

    transcript = played(BIKE, story, seed=7)
    assert [event.by for event in transcript.events if isinstance(event, Refused)] == ["rules"]
    assert [event.n for event in transcript.events if isinstance(event, Said) and event.by] == [1]


def test_a_turn_of_a_person_is_broken_off() -> None:
    async def story(control: Control) -> None:
        asked = asyncio.Event()

        async def listen(view: Any) -> Reply:
            if view.refusals:
                asked.set()
                await asyncio.Event().wait()
            return Reply("", Accept(offer="table:99"))

        control.take("seller", listen)
        control.step()
        await asked.wait()
        assert control.interrupt("seller") == ["seller"]
        while not control.state.turns:
            await asyncio.sleep(0)
        control.give_back("seller")
        control.go_on()

    transcript = played(BIKE, story, seed=7)
    assert [event.fault for event in transcript.events if isinstance(event, Forfeited)] == ["interrupted"]


def test_who_is_chosen_to_speak_and_what_is_confided_are_replayed() -> None:
    async def story(control: Control) -> None:
        async def listen(view: Any) -> Reply:
            return Reply("", Vote(choice="yes")) if view.task.kind == "vote" else Reply("I say it myself.")

        control.take("ann", listen)
        control.go_on()

    transcript = played(scenario_from_data(JURY, "jury"), story)
    said = {event.by for event in transcript.events if isinstance(event, Said) and event.seat == "ann"}
    assert said == {"person"}
    votes = {event.seat: (event.by, event.act) for event in transcript.events if isinstance(event, Confided)}
    assert votes["ann"] == ("person", Vote(choice="yes")) and votes["bob"][0] is None


def test_who_takes_a_seat_is_recorded_and_is_no_content() -> None:
    async def story(control: Control) -> None:
        await_it = control.note("seller", "P-17", "I am asked to bargain for a bike.")
        await await_it
        control.go_on()

    transcript = played(BIKE, story, seed=7)
    (seated,) = [event for event in transcript.events if isinstance(event, Seated)]
    assert (seated.seat, seated.participant) == ("seller", "P-17") and "bargain" in (seated.consent or "")
    assert transcript.events.index(seated) == 1
    assert transcript.equals(moot.run(BIKE, seed=7, record=False).transcript)
    assert b"P-17" not in transcript.to_jsonl() and b"P-17" in transcript.to_jsonl(evidence=True)


def test_what_a_person_offers_in_a_seats_place_is_judged_and_said_when_it_is_stored() -> None:
    async def story(control: Control) -> None:
        terms = {"price": 350, "pickup": "today", "helmet": "included"}
        with pytest.raises(WrongUse, match="own limits forbid"):
            await control.say("buyer", "Done.", Offer(terms=terms))
        await control.say("buyer", "Then this.", Offer(terms={**terms, "price": 200}))
        assert control.state.threads["table"].messages[-1].text == "Then this."
        control.go_on()

    transcript = played(BIKE, story, seed=7)
    assert [event.seat for event in transcript.events if isinstance(event, Said) and event.by] == ["buyer"]
