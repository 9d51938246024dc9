"""What holds of every run, wherever it is cut, left or taken up again."""

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
from sandbox.resuming import aresume
from tests.sandbox.plays import PROGRAMS, Dawdling, Play, plays, turns
from transcripts import Transcript, parse_jsonl

ANY = sorted(PROGRAMS)
PACE = st.integers(0, 9)
SOME = settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
"""Without shrinking: each example plays several runs, and the drawn ones are small."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[moot.Store]:
    with moot.Store.open(tmp_path_factory.mktemp("time") / "transcripts.db") as opened:
        yield opened


def replay(transcript: Transcript, play: Play) -> int:
    return asyncio.run(areplay(transcript, brains=play.brains()))


def resume(name: str, store: moot.Store, play: Play) -> Transcript:
    return asyncio.run(aresume(name, store, brains=play.brains())).transcript


def fork(name: str, store: moot.Store, play: Play, **options: Any) -> moot.Run:
    return asyncio.run(afork(name, store, brains=play.brains(), **options))


@st.composite
def cuts(draw: st.DrawFn, play: Play, pace: int) -> tuple[Transcript, Transcript]:
    """Give a run, and what a crash might have left of it: all up to one of its commits."""
    whole, ends = play.commits(pace)
    return whole, Transcript(whole.events[: draw(st.sampled_from(ends[:-1]))], whole.bodies)


@SOME
@given(plays(ANY), PACE)
def test_a_replay_is_the_run(play: Play, pace: int) -> None:
    run = play.run(pace)
    assert replay(run.transcript, play) == len(run.transcript.content())


@SOME
@given(plays(), PACE, PACE)
def test_who_was_faster_does_not_show_in_the_content(play: Play, pace: int, other: int) -> None:
    late = {seat: Dawdling(brain, other) for seat, brain in play.brains().items()}
    assert turns(play.run(pace).transcript) == turns(play.run(other, brains=late).transcript)


@SOME
@given(plays(), PACE, st.data())
def test_a_run_that_is_cut_anywhere_and_resumed_is_the_whole(
    store: moot.Store, play: Play, pace: int, drawn: st.DataObject
) -> None:
    whole, cut = drawn.draw(cuts(play, pace))
    assert resume(store.add(cut).name, store, play).equals(whole)


@SOME
@given(plays(ANY), PACE, st.data())
def test_what_was_there_stays_and_a_run_that_was_resumed_is_replayed_like_any_other(
    store: moot.Store, play: Play, pace: int, drawn: st.DataObject
) -> None:
    _, cut = drawn.draw(cuts(play, pace))
    resumed = resume(store.add(cut).name, store, play)
    assert resumed.events[: len(cut.events)] == cut.events
    assert replay(resumed, play) == len(resumed.content())


@SOME
@given(plays(ANY), PACE, st.data())
def test_a_run_that_is_cut_anywhere_is_replayed_as_far_as_it_went(play: Play, pace: int, drawn: st.DataObject) -> None:
    _, cut = drawn.draw(cuts(play, pace))
    assert replay(cut, play) == len(cut.finished())


@SOME
@given(plays(ANY), PACE, st.data())
def test_a_run_that_is_cut_anywhere_survives_its_file_form(play: Play, pace: int, drawn: st.DataObject) -> None:
    _, cut = drawn.draw(cuts(play, pace))
    assert parse_jsonl(cut.to_jsonl(), "cut.jsonl").equals(cut)
    assert parse_jsonl(cut.to_jsonl(evidence=True), "cut.jsonl").events == cut.events


@SOME
@given(plays(), st.data())
def test_a_fork_shares_its_past_and_unchanged_goes_on_as_the_run_did(
    store: moot.Store, play: Play, drawn: st.DataObject
) -> None:
    run = play.run().transcript
    info = store.add(run)
    last = {event.tick: event.turn for event in run.content() if event.turn}  # turns at the same time are one place
    after = drawn.draw(st.sampled_from([0, *last.values()]))
    branch = fork(info.name, store, play, at=after).transcript
    assert turns(branch) == turns(run)
    assert replay(branch, play) == len(branch.content())


@SOME
@given(plays(), st.data())
def test_forks_of_forks_share_what_they_share_and_survive_their_file_form(
    store: moot.Store, play: Play, drawn: st.DataObject
) -> None:
    name = store.add(play.run().transcript).name
    for seed in drawn.draw(st.lists(st.integers(0, 9), min_size=2, max_size=3)):
        parent = store.load(name)
        after = drawn.draw(st.integers(0, store.find(name).turns))
        run = fork(name, store, play, at=after, seed=seed)
        branch, name = run.transcript, run.name
        assert turns(branch, after) == turns(parent, after)
        assert replay(branch, play) == len(branch.content())
        added = store.load(store.add(parse_jsonl(branch.to_jsonl(evidence=True), "branch.jsonl")).name)
        assert added.events == branch.events and replay(added, play) == len(added.content())
        again = fork(name, store, play, at=after).transcript
        assert turns(again) == turns(branch), "from where it was forked, a fork goes on as it did"


@SOME
@given(plays(), st.data())
def test_a_fork_that_is_cut_anywhere_and_resumed_is_the_whole(
    store: moot.Store, play: Play, drawn: st.DataObject
) -> None:
    info = store.add(play.run().transcript)
    branch = fork(info.name, store, play, at=drawn.draw(st.integers(0, info.turns)), seed=5).transcript
    forked = next(at for at, event in enumerate(branch.events) if event.kind == "forked")
    ends = [end for end in range(forked + 1, len(branch.events)) if _is_cut(branch, end)]
    cut = Transcript(branch.events[: drawn.draw(st.sampled_from(ends))], branch.bodies)
    assert resume(store.add(cut).name, store, play).equals(branch)


def _is_cut(branch: Transcript, end: int) -> bool:
    """Tell whether a commit ended there: those of calls are alone, and those of a tick stand together."""
    last, following = branch.events[end - 1], branch.events[end]
    calls = ("asking", "answered")
    return last.kind in (*calls, "forked") or following.kind in calls or last.tick != following.tick
