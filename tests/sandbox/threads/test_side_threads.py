"""Side threads: only their members know of them; their budgets, their size, who may open them, what they bind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from sandbox import Reply, View
from sandbox.again import areplay
from tests.sandbox.threads.actors import kinds, play, replayed
from transcripts import Accept, Leave, Offer, OpenThread

HALL: dict[str, Any] = {
    "title": "A hall",
    "participants": {seat: {} for seat in ("ann", "ben", "cem", "dee")},
    "threads": {"hall": {}, "aside": {"open_by": "any", "size": "2..3", "budget": {"messages": 3}}},
    "end": {"rounds": 4},
}


def opening(invite: list[str], *, after: Callable[[View], Reply] | None = None, **act: Any) -> Callable[[View], Reply]:
    """Let ann open a side thread in its first turn."""

    def say(view: View) -> Reply:
        if view.seat == "ann" and view.turn == 1 and not view.refusals:
            return Reply("", OpenThread(invite=invite, about="a word apart", **act))
        return after(view) if after else Reply(f"{view.seat} in {view.thread.form}")

    return say


def test_a_side_thread_takes_no_turn_and_goes_on_beside_the_hall():
    run = play(HALL, say=opening(["ben"]))
    (opened,) = kinds(run, "opened")
    assert opened.thread == "aside_ann_ben" and opened.members == ["ann", "ben"]
    assert [event.seat for event in kinds(run, "said") if event.thread == "aside_ann_ben"] == ["ann", "ben", "ann"]
    assert [event.seat for event in kinds(run, "said") if event.thread == "hall"] == ["ann", "ben", "cem", "dee"] * 4
    assert replayed(run, say=opening(["ben"])) == len(run.transcript.content())


def test_nobody_else_learns_of_it():
    reach: dict[str, set[str]] = {}

    def say(view: View) -> Reply:
        reach.setdefault(view.seat, set()).update(view.threads)
        return opening(["ben"])(view)

    play(HALL, say=say)
    assert reach["cem"] == reach["dee"] == {"hall"} and "aside_ann_ben" in reach["ben"]


def test_a_second_one_of_the_same_members_has_a_name_that_only_they_could_expect():
    def again(view: View) -> Reply:
        if view.seat == "ben" and view.turn == 1 and view.thread.name == "hall" and len(view.refusals) < 1:
            return Reply("", OpenThread(invite=["ann"]))
        return Reply("Well.")

    run = play(HALL, say=opening(["ben"], after=again))
    assert [event.thread for event in kinds(run, "opened")] == ["aside_ann_ben", "aside_ann_ben__2"]


@pytest.mark.parametrize(
    ("invite", "says"),
    [
        (["benn"], "did you mean 'ben'?"),
        (["ann"], "you are in your side thread anyway"),
        (["ben", "ben"], "invited twice"),
        ([], "2 to 3 members"),
        (["ben", "cem", "dee"], "2 to 3 members"),
    ],
)
def test_an_invitation_that_cannot_be_says_what_would_be_right(invite: list[str], says: str):
    run = play(HALL, say=opening(invite))
    (refused,) = kinds(run, "refused")
    assert says in refused.reason and not kinds(run, "opened")


def test_whoever_leaves_hears_no_more_and_keeps_what_it_heard():
    kept: list[int] = []

    def after(view: View) -> Reply:
        if view.thread.form == "aside" and view.seat == "ben":
            return Reply("I must go.", Leave())
        if view.seat == "ben" and "aside_ann_ben_cem" in view.threads:
            kept.append(len(view.threads["aside_ann_ben_cem"].messages))
        return Reply("On we go.")

    long = {**HALL, "threads": {**HALL["threads"], "aside": {"open_by": "any", "size": "3", "budget": {"messages": 9}}}}
    run = play(long, say=opening(["ben", "cem"], after=after))
    assert run.state.threads["aside_ann_ben_cem"].members == ["ann", "cem"]
    assert max(kept) == 2 and len(run.state.threads["aside_ann_ben_cem"].messages) == 9


@pytest.mark.parametrize(("binds", "agreed"), [("all", True), ("members", False), ("nothing", False)])
def test_what_an_agreement_in_one_binds_is_said(binds: str, agreed: bool):
    def after(view: View) -> Reply:
        if view.thread.form == "aside":
            if offers := [offer for offer in view.thread.standing.values() if offer.seat != view.seat]:
                return Reply("Done.", Accept(offer=offers[0].id))
            return Reply("Five?", Offer(terms={"price": 5}))
        return Reply("Hm.")

    prefers = {"price": {0: 0, 10: 10}}
    trade = {
        **HALL,
        "issues": {"price": {"from": 0, "to": 10}},
        "participants": {seat: {"prefers": prefers} for seat in ("ann", "ben", "cem")},
        "threads": {"hall": {}, "aside": {"open_by": "any", "size": 2, "binds": binds, "budget": {"messages": 4}}},
        "end": {"agreement": "majority", "rounds": 3},
    }
    run = play(trade, say=opening(["ben"], after=after))
    assert run.outcome.agreed is agreed
    assert bool(run.state.deals) == (binds == "members")


@pytest.mark.parametrize(
    ("about", "text", "opens"), [("two words", "", True), ("", "two words", True), ("", "all four words now", False)]
)
def test_a_guard_judges_what_a_side_thread_is_about_and_a_replay_judges_the_same(about: str, text: str, opens: bool):
    def say(view: View) -> Reply:
        if view.seat == "ann" and view.turn == 1 and not view.refusals:
            return Reply(text, OpenThread(invite=["ben"], about=about))
        return Reply("Hm.")

    data = {**HALL, "guards": [{"length": {"words": "1..3"}}]}
    run = play(data, say=say)
    assert [event.about for event in kinds(run, "opened")] == (["two words"] if opens else [])
    assert asyncio.run(areplay(run.transcript)) == len(run.transcript.content())
