"""What is said, bid, voted and chosen elsewhere or in secret is in nobody's view, and in no refusal."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Reply, View
from tests.sandbox.test_privacy import reachable
from tests.sandbox.threads.actors import answer, kinds, mute, play
from transcripts import Act, Bid, HandOver, Leave, OpenThread

SEATS = ("ann", "ben", "cem", "dee")
TRADE: dict[str, Any] = {
    "issues": {"price": {"from": 0, "to": 9}},
    "participants": {seat: {"prefers": {"price": {0: 0, 9: 9}}} for seat in SEATS},
}
ROOMS: dict[str, Any] = {"up": {"members": ["ann", "ben"]}, "down": {"members": ["ann", "cem", "dee"]}}
TALK = {"thread": ["up", "down"], "rounds": 1}


def hall(**more: Any) -> dict[str, Any]:
    """Four in a hall; `more` is laid over it."""
    people: dict[str, Any] = {seat: {} for seat in SEATS}
    return {"title": "A hall", "participants": people, "threads": {"hall": {}}, "end": {"turns": 12}, **more}


def test_no_view_shows_how_much_others_want_to_speak():
    seen: list[set[str]] = []

    def look(view: View) -> Reply:
        seen.append(reachable(view.thread))
        return Reply("Hm.")

    play(hall(threads={"hall": {"speakers": "bids"}}), say=look, do=lambda view: Bid(strength=4))
    assert "0" in seen[0] and "4" not in seen[0]


@pytest.mark.parametrize(
    "asked",
    [
        {**TRADE, "end": {"rounds": 1}, "final": {"proposer": "ann"}},
        {"choices": {"it": ["yes", "no"]}, "phases": [TALK, {"ballot": "it"}]},
        {"choices": {"it": ["yes", "no"]}, "phases": [TALK, {"ballot": "it", "thread": "up"}]},
        {"ask": {"when": "every 1 rounds", "items": {"mood": "1..7"}}},
    ],
    ids=["a last proposal", "a ballot", "a ballot whose result is told in one room", "a question"],
)  # fmt: skip
def test_whoever_votes_in_another_room_sees_its_own(asked: dict[str, Any]):
    seen: dict[str, set[str]] = {seat: set() for seat in SEATS}

    def look(view: View) -> Act:
        seen[view.seat] |= reachable(view)
        return answer(view)

    run = play(hall(threads=ROOMS, **asked), say=lambda view: Reply(f"canary-{view.thread.name}"), do=look)
    assert {event.seat for event in kinds(run, "confided")} >= {"ben", "cem", "dee"}
    assert "canary-down" not in seen["ben"] and "canary-up" not in seen["cem"] | seen["dee"]


def test_whoever_did_not_hear_the_last_proposal_is_told_what_it_is_and_what_became_of_it():
    told: dict[str, tuple[str, Any]] = {}

    def vote(view: View) -> Act:
        told[view.seat] = view.task.text, view.task.terms
        return answer(view)

    run = play(hall(threads=ROOMS, **TRADE, end={"rounds": 1}, final={"proposer": "cem"}), say=mute, do=vote)
    assert told["ben"] == ("cem proposes: price 0", {"price": 0}) and told["dee"] == ("", {"price": 0})
    (proposal,) = [event for event in kinds(run, "said") if event.act]
    assert (proposal.seat, proposal.thread) == ("cem", "down")
    assert [event.thread for event in kinds(run, "said") if event.seat == "moderator"] == ["up", "down"]


def test_a_moderator_who_is_not_in_a_side_thread_learns_nothing_of_it():
    seen: set[str] = set()

    def say(view: View) -> Reply:
        if view.seat == "ben" and view.turn == 1:
            return Reply("", OpenThread(invite=["cem"], about="canary")) if not view.refusals else Reply("Hm.")
        return Reply("Hm.")

    def choose(view: View) -> Act:
        seen.update(reachable(view))
        return HandOver(to=view.task.seats[0])

    side = {"open_by": "any", "size": 2, "speakers": {"moderator": "ann"}, "budget": {"turns": 4}}
    run = play(hall(threads={"hall": {}, "aside": side}), say=say, do=choose)
    assert "canary" not in seen
    why = [event.why for event in kinds(run, "chosen")]
    assert why == ["moderator: ann is not there; fallback round robin: whose turn it is"] * 4


def test_a_question_changes_nothing_of_who_speaks_where():
    rooms = {f"with_{seat}": {"members": ["ann", seat]} for seat in SEATS[1:]}

    def said(**asked: Any) -> list[tuple[str, str, str]]:
        run = play(hall(threads=rooms, end={"turns": 20}, **asked), say=lambda view: Reply(f"{view.turn}"))
        return [(event.thread, event.seat, event.text) for event in kinds(run, "said")]

    assert said() == said(ask={"when": ["before", "every 1 rounds"], "whom": ["ann", "dee"], "items": {"mood": "1..7"}})


def test_whoever_left_a_thread_does_not_see_who_speaks_there_later():
    kept: list[set[str]] = []

    def say(view: View) -> Reply:
        if view.seat == "ann" and view.turn == 1 and not view.refusals:
            return Reply("", OpenThread(invite=["ben", "cem"]))
        if view.thread.form == "aside" and view.seat == "ben":
            return Reply("Bye.", Leave())
        if view.seat == "ben" and "aside_ann_ben_cem" in view.threads:
            kept.append(reachable(view.threads["aside_ann_ben_cem"]))
        return Reply("Hm.")

    play(hall(threads={"hall": {}, "aside": {"open_by": "any", "size": 3}}, end={"turns": 40}), say=say)
    later = [seen for seen in kept if "Bye." in seen]
    assert len(later) > 3 and all(seen == later[0] for seen in later)


def test_no_view_names_a_thread_that_its_seat_is_not_in():
    seen: set[str] = set()

    def look(view: View) -> Reply:
        if view.seat == "ben":
            seen.update(reachable(view))
        return Reply("Hm.")

    closet = {"members": ["ann", "cem"], "window": 7, "offers_by": "cem", "speakers": "handoff"}
    phases = [{"thread": "closet", "rounds": 1}, {"thread": ["hall", "closet"], "rounds": 1}]
    play(hall(**TRADE, threads={"hall": {}, "closet": closet}, phases=phases), say=look)
    assert "there is talk elsewhere for 1 rounds" in "\n".join(seen) and "closet" not in "\n".join(seen)
