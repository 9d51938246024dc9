"""A person's turn is a turn like any other, and can wait for the person, in whichever process they come back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

import moot
from sandbox.again import areplay
from sandbox.brains.human import Listen
from sandbox.resuming import aresume
from transcripts import Accept, Offer


@pytest.fixture
def store(tmp_path: Path) -> Iterator[moot.Store]:
    with moot.Store.open(tmp_path / "transcripts.db") as opened:
        yield opened


def person(*replies: moot.Reply) -> Listen:
    """Take these turns, then leave."""
    left = list(replies)

    async def listen(view: moot.View) -> moot.Reply | None:
        return left.pop(0) if left else None

    return listen


BID = moot.Reply("150?", Offer(terms={"price": 150, "pickup": "weekend", "helmet": "included"}))


def test_without_a_person_the_run_waits_and_is_no_failure(store: moot.Store) -> None:
    run = moot.run("used-bike", cast={"buyer": "@human"}, store=store)
    assert (run.status, run.state.turns, run.state.forfeits) == ("open", 1, 0)


def test_a_run_is_taken_up_where_the_person_left_it(store: moot.Store) -> None:
    run = moot.run("used-bike", cast={"buyer": "@human"}, store=store, listen=person(BID))
    assert (run.status, run.state.turns) == ("open", 3)
    resumed = asyncio.run(aresume(run.name, store, listen=person(BID)))
    assert (resumed.status, resumed.state.turns) == ("open", 5)
    assert [message.text for message in resumed.messages if message.seat == "buyer"] == ["150?"] * 2


def test_what_the_rules_refuse_comes_back_to_the_person(store: moot.Store) -> None:
    reasons: list[str] = []

    async def listen(view: moot.View) -> moot.Reply | None:
        reasons.extend(refusal.reason for refusal in view.refusals)
        return None if view.turn == 2 else BID if view.refusals else moot.Reply("", Accept(offer="table:1"))

    run = moot.run("used-bike", cast={"buyer": "@human"}, store=store, listen=listen)
    assert "limits" in reasons[0] and run.state.refusals == 1 and run.state.turns == 3


def test_a_replay_asks_no_person(store: moot.Store) -> None:
    run = moot.run("used-bike", cast={"buyer": "@human"}, store=store, listen=person(BID, BID))
    assert asyncio.run(areplay(run.transcript)) == len(run.transcript.finished())
