"""A run with threads, phases and questions is cut, taken up again, branched off and read at a turn like any other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import moot
from sandbox.again import areplay
from sandbox.forking import afork
from sandbox.plan import plan
from sandbox.play import play_on
from sandbox.resuming import aresume
from scenarios import scenario_from_data
from tests.sandbox.plays import Commits
from tests.sandbox.threads.actors import Actor
from tests.sandbox.threads.test_always import SEATS, scenarios
from transcripts import Transcript, content_of

SOME = settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


def brains() -> dict[str, Actor]:
    return {seat: Actor() for seat in SEATS}


def commits(data: dict[str, Any], seed: int) -> tuple[Transcript, list[int]]:
    sink = Commits()
    asyncio.run(play_on(plan(scenario_from_data(data, "drawn"), seed=seed, brains=brains()), sink))
    return Transcript(sink.events, sink.bodies), sink.ends


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[moot.Store]:
    with moot.Store.open(tmp_path_factory.mktemp("threads") / "transcripts.db") as opened:
        yield opened


@SOME
@given(scenarios(), st.integers(0, 99), st.data())
def test_cut_anywhere_and_resumed_it_is_the_whole(
    store: moot.Store, data: dict[str, Any], seed: int, drawn: st.DataObject
):
    whole, ends = commits(data, seed)
    cut = Transcript(whole.events[: drawn.draw(st.sampled_from(ends[:-1]))], whole.bodies)
    resumed = asyncio.run(aresume(store.add(cut).name, store, brains=brains()))
    assert resumed.transcript.equals(whole)


@SOME
@given(scenarios(), st.integers(0, 99), st.data())
def test_a_branch_without_a_change_goes_the_same_way(
    store: moot.Store, data: dict[str, Any], seed: int, drawn: st.DataObject
):
    whole, _ = commits(data, seed)
    turns = max((event.turn for event in whole.events), default=0)
    name = store.add(whole).name
    at = drawn.draw(st.integers(0, turns))
    branch = asyncio.run(afork(name, store, at=at, brains=brains())).transcript
    assert asyncio.run(areplay(branch, brains=brains())) == len(branch.content())
    if at == 0 or at in {event.turn for event in whole.events if event.turn and _last(whole, event.turn)}:
        left, right = ([_same(event) for event in each.content() if event.turn] for each in (whole, branch))
        assert left == right


def _last(whole: Transcript, turn: int) -> bool:
    """Tell whether a turn is the last of its tick; in the middle of one, the branch takes its others anew."""
    tick = next(event.tick for event in whole.events if event.turn == turn)
    return turn == max(event.turn for event in whole.events if event.tick == tick)


def _same(event: Any) -> dict[str, Any]:
    return {key: value for key, value in content_of(event).items() if key not in ("tick", "step")}
