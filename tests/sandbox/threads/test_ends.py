"""What ends a run: each condition by itself, several together, and what it says."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Reply, View, agenda
from tests.sandbox.threads.actors import kinds, mute, play, replayed
from transcripts import Accept, Assign, Offer, Pass, Report, WalkAway

SEATS = ("ann", "ben", "cem")


def talk(**end: Any) -> dict[str, Any]:
    return {"title": "Talk", "participants": {seat: {} for seat in SEATS}, "threads": {"hall": {}}, "end": end}


def turns(data: dict[str, Any], say: Any = mute) -> tuple[int, str]:
    run = play(data, say=say)
    assert replayed(run, say=say) == len(run.transcript.content())
    return run.outcome.turns, run.outcome.reason


def bye(view: View) -> Reply:
    return Reply("Enough. GOODBYE all." if view.seat == "cem" and view.turn == 2 else "Hm.")


def passing(view: View) -> Reply:
    return Reply("", Pass()) if view.turn > 1 else Reply("Hm.")


def leaving(view: View) -> Reply:
    return Reply("", WalkAway()) if view.turn == 2 and view.seat != "cem" else Reply("Hm.")


def working(view: View) -> Reply:
    if view.seat == "ann":
        return Reply("", Assign(to="ben", task="Count the chairs.") if view.turn == 1 else Report(result="Twelve."))
    return Reply(f"I have {len(view.assigned)} things to do.")


@pytest.mark.parametrize(
    ("end", "say", "after", "reason"),
    [
        ({"turns": 7}, mute, 7, "7 turns were taken"),
        ({"messages": 5}, mute, 5, "5 messages were said"),
        ({"rounds": 2}, mute, 6, "2 rounds were played"),
        ({"phrase": ["farewell", "goodbye"], "rounds": 9}, bye, 6, "'goodbye' was said"),
        ({"silence": 4, "rounds": 9}, passing, 7, "4 turns in a row were passed"),
        ({"left": 2, "rounds": 9}, leaving, 5, "fewer than 2 are left"),
        ({"report": "ann", "rounds": 9}, working, 4, "ann handed in the result"),
        (
            {"all": [{"turns": 4}, {"phrase": "goodbye"}], "rounds": 9},
            bye,
            6,
            "4 turns were taken and 'goodbye' was said",
        ),
        ({"all": [{"turns": 8}, {"phrase": "hm"}], "rounds": 2}, mute, 6, "2 rounds were played"),
    ],
    ids=["turns", "messages", "rounds", "phrase", "silence", "left", "report", "all", "any"],
)
def test_a_condition_ends_it_and_says_so(end: dict[str, Any], say: Any, after: int, reason: str):
    assert turns(talk(**end), say) == (after, reason)


def test_a_budget_of_a_thread_or_a_seat_ends_what_may_be_said():
    data = talk()
    data["threads"]["hall"]["budget"] = {"messages": 4}
    assert turns(data) == (4, "nobody may say any more")
    data = talk(turns=9)
    data["participants"]["ben"]["budget"] = {"turns": 1}
    run = play(data, say=mute)
    assert [event.seat for event in kinds(run, "said")].count("ben") == 1 and run.outcome.turns == 9


@pytest.mark.parametrize(
    ("rule", "for_it"), [("all", 3), ("majority", 2), ({"quorum": 2, "veto": ["cem"]}, 3), ({"quorum": 2}, 2)]
)
def test_an_agreement_takes_as_many_as_the_rule_says(rule: Any, for_it: int):
    def say(view: View) -> Reply:
        if view.seat == "ann":
            return Reply("Five.", Offer(terms={"price": 5})) if view.turn == 1 else Reply("Well?")
        return Reply("Yes.", Accept(offer="hall:1"))

    data = talk(agreement=rule, rounds=4)
    data["issues"] = {"price": {"from": 0, "to": 10}}
    run = play(data, say=say)
    assert len(kinds(run, "agreed")[0].by) == for_it


def test_the_result_is_a_document_of_the_outcome():
    run = play(talk(report="ann", rounds=9), say=working)
    assert run.outcome.document == "Twelve."
    said = [event.text for event in kinds(run, "said") if event.seat == "ben"]
    assert said == ["I have 1 things to do."]


def test_a_guard_that_ends_the_run_ends_it_as_failed():
    data = talk(rounds=3)
    data["guards"] = [{"length": {"words": "1..2"}, "of": ["ben"], "tries": 2, "then": "end"}]
    run = play(data, say=lambda view: Reply("far too many words"))
    assert run.status == "failed" and len(kinds(run, "refused")) == 2
    assert all("far too many" not in message.text for message in run.messages if message.seat == "ben")


def test_a_run_in_which_nobody_can_go_on_is_a_failed_one_and_not_one_without_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(agenda, "wanted", lambda *_, **__: [])
    run = play(talk(rounds=3), say=mute)
    assert run.status == "failed" and run.state.ended is not None and run.state.ended.reason == "nobody can go on"
