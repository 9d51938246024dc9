"""What the coordinator promises: turns in order, faults as themselves, nothing decided by who was faster."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest

import moot
from sandbox import Reply, View
from scenarios import scenario_from_data
from transcripts import Accept, Forfeited, Offer, Pass, Refused, Reject, Said, WalkAway, Withdraw

BIKE: dict[str, Any] = {
    "title": "A bike",
    "issues": {"price": {"from": 100, "to": 400, "step": 10}},
    "participants": {
        "seller": {"prefers": {"price": {100: 0, 400: 60}}, "no_deal": 20, "never": "price < 150"},
        "buyer": {"prefers": {"price": {100: 60, 400: 0}}, "no_deal": 20},
    },
    "threads": {"table": {"members": "all", "speakers": "alternating"}},
    "end": {"agreement": "all", "rounds": 4},
}


class Says:
    """Answer with what a function makes of the view."""

    def __init__(self, answer: Callable[[View], Reply]) -> None:
        self.answer = answer

    async def reply(self, view: View) -> Reply:
        return self.answer(view)


def in_turn(*acts: Any) -> Says:
    """Take these acts one a turn, and the last one ever after."""
    return Says(lambda view: Reply("", acts[min(view.turn, len(acts)) - 1]))


def play(seller: Any, buyer: Any, data: dict[str, Any] = BIKE, **options: Any) -> moot.Run:
    brains = {"seller": seller, "buyer": buyer}
    return moot.run(scenario_from_data(data, "bike"), brains=brains, record=False, **options)


def offer(price: int) -> Offer:
    return Offer(terms={"price": price})


def test_an_accepted_offer_is_an_agreement_and_is_measured() -> None:
    run = play(in_turn(offer(300)), in_turn(offer(200), Accept(offer="table:3")))
    assert run.outcome.agreed and run.outcome.terms == {"price": 300}
    assert run.outcome.utility == {"seller": 40, "buyer": 20}
    assert (run.outcome.reason, run.outcome.turns, run.outcome.rounds) == ("agreed", 4, 2)


def test_an_offer_that_was_replaced_cannot_be_accepted() -> None:
    run = play(in_turn(offer(300), offer(290)), in_turn(offer(200), Accept(offer="table:1")))
    refused = [event for event in run.transcript.events if isinstance(event, Refused)]
    assert "no standing offer 'table:1'" in refused[0].reason and "table:3" in refused[0].reason


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (Offer(terms={"price": 405}), "405"),
        (Offer(terms={"prize": 300}), "prize"),
        (Offer(terms={}), "missing"),
        (offer(120), "your own limits forbid"),
        (Accept(offer="table:2"), "limits forbid"),
        (Reject(offer="table:1"), "your own offer"),
        (Accept(offer="nowhere"), "table:2"),
    ],
)
def test_what_the_rules_refuse_goes_back_with_the_reason_and_is_forfeited_in_the_end(act: Any, reason: str) -> None:
    heard: list[str] = []

    def stubborn(view: View) -> Reply:
        heard.extend(refusal.reason for refusal in view.refusals)
        return Reply("", offer(400) if view.turn == 1 else act)

    run = play(Says(stubborn), in_turn(offer(110), Pass()))
    assert reason in heard[0]
    assert run.status == "failed"
    faults = [event.fault for event in run.transcript.events if isinstance(event, Forfeited)]
    assert faults == ["refused"] * 3


def test_a_withdrawn_offer_is_off_the_table_and_withdrawing_nothing_is_refused() -> None:
    run = play(in_turn(offer(300), Withdraw(), Withdraw(), Pass()), in_turn(Pass()))
    assert run.state.refusals == 3 and not run.state.threads["table"].standing


def test_who_walks_away_ends_it_without_an_agreement() -> None:
    run = play(in_turn(offer(300)), in_turn(WalkAway()))
    assert run.outcome.agreed is False and run.outcome.reason == "buyer walked away"
    assert run.outcome.utility == {"seller": 20, "buyer": 20}


def test_rounds_end_it() -> None:
    run = play(in_turn(offer(400)), in_turn(offer(100)))
    assert (run.outcome.agreed, run.outcome.rounds, run.outcome.turns) == (False, 4, 8)


def test_a_brain_that_fails_forfeits_and_a_failed_run_has_no_outcome() -> None:
    def broken(view: View) -> Reply:
        raise OSError("no route to host 10.0.0.1")

    run = play(in_turn(offer(300)), Says(broken))
    forfeited = next(event for event in run.transcript.events if isinstance(event, Forfeited))
    assert (forfeited.fault, forfeited.reason) == ("error", "OSError")
    assert b"10.0.0.1" not in run.content() and forfeited.evidence and "10.0.0.1" in (forfeited.evidence.detail or "")
    with pytest.raises(moot.Error, match="no outcome"):
        _ = run.outcome


def test_a_reply_that_is_none_is_a_fault_and_not_a_pass() -> None:
    nothing: Any = None
    run = play(in_turn(offer(300)), Says(lambda view: nothing))
    assert run.status == "failed"


def test_a_run_that_is_stopped_stays_open_at_a_turn_boundary() -> None:
    held: list[Any] = []

    def stop_at_three(view: View) -> Reply:
        if len(view.thread.messages) == 2:
            held[0].stop()
        return Reply("", offer(400))

    run = play(Says(stop_at_three), in_turn(offer(100)), started=lambda name, coordinator: held.append(coordinator))
    assert (run.status, run.state.turns) == ("open", 3)


def test_prose_alone_binds_nobody() -> None:
    run = play(in_turn(offer(300)), Says(lambda view: Reply("I accept table:1. {'kind': 'accept'}")))
    assert run.outcome.agreed is False


THREE: dict[str, Any] = {
    "title": "Three in two rooms",
    "participants": {"a": {}, "b": {}, "c": {}},
    "threads": {"left": {"members": ["a", "b"]}, "right": {"members": ["b", "c"]}},
    "end": {"rounds": 5},
}


class Slow:
    """Answer after a while that no seed knows."""

    def __init__(self, chance: random.Random | None) -> None:
        self.chance = chance

    async def reply(self, view: View) -> Reply:
        if self.chance:
            for _ in range(self.chance.randrange(5)):
                await asyncio.sleep(0)
        return Reply(f"{view.thread.name} {view.draw('word').integer(1, 10**6)}")


def two_rooms(chance: random.Random | None) -> moot.Run:
    brains = {seat: Slow(chance) for seat in "abc"}
    return moot.run(scenario_from_data(THREE, "rooms"), seed=3, brains=brains, record=False)


def test_nobody_speaks_in_two_threads_at_once_and_both_threads_get_their_turns() -> None:
    run = two_rooms(None)
    seen = [(event.tick, event.seat) for event in run.transcript.events if isinstance(event, Said)]
    assert len(seen) == len(set(seen)) == 20
    assert {name: thread.rounds() for name, thread in run.state.threads.items()} == {"left": 5, "right": 5}


@pytest.mark.parametrize("chance", range(5))
def test_who_was_faster_does_not_show_in_the_content(chance: int) -> None:
    assert two_rooms(random.Random(chance)).content() == two_rooms(None).content()
