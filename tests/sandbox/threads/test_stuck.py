"""Whatever is used up, out, or never asked for: a run goes on or is over, and keeps to its budgets."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox import Reply, View
from sandbox.again import areplay
from sandbox.coordinator import Coordinator
from tests.sandbox.threads.actors import kinds, mute, play, replayed
from tests.sandbox.threads.test_secrets import SEATS, TRADE, hall
from transcripts import Accept, Act, HandOver, Offer, OpenThread, Report, Vote, WalkAway, Withdraw

OTHERS: dict[str, Any] = {seat: {} for seat in SEATS[1:]}
TEAM = {"spokesperson": "head", "members": {"head": {}, "aide": {}}, "rounds": 2}


@pytest.fixture(autouse=True)
def no_idle_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where nothing happens any more, instead of waiting for ever."""
    tick = Coordinator.tick

    async def counted(self: Coordinator) -> None:
        before = self.state.turns
        await tick(self)
        assert self.state.turns > before and self.state.turns < 500, "the run is stuck"

    monkeypatch.setattr(Coordinator, "tick", counted)


@pytest.mark.parametrize(
    ("data", "turns", "reason"),
    [
        ({"participants": {seat: {"budget": {"turns": 1}} for seat in SEATS}}, 4, "nobody may say any more"),
        ({"participants": {"ann": {"budget": {"turns": 1}}, **OTHERS}}, 10, "3 rounds were played"),
        ({"threads": {"hall": {"speakers": {"random": {"weights": {"dee": 0}}}}}}, None, "3 rounds were played"),
        ({"threads": {"hall": {"speakers": {"moderator": "ann"}}}}, None, "3 rounds were played"),
        ({"participants": {"x": {"team": TEAM}, "y": {}}}, 18, "3 rounds were played"),
        ({"participants": {"x": {"team": TEAM}, "y": {"team": TEAM}}}, 30, "3 rounds were played"),
        ({"threads": {"hall": {"speakers": "simultaneous", "budget": {"messages": 6}}}}, 4, "nobody may say any more"),
        ({"threads": {"hall": {"budget": {"turns": 2}}}, "phases": [{"thread": "hall", "rounds": 3}]}, 2, "all phases"),
        ({"phases": [{"thread": "hall", "rounds": 0}], "repeat": {"times": 3}}, 0, "were played 3 times"),
    ],
    ids=["every seat", "one seat", "a weight of 0", "a moderator", "a team", "two teams", "all at once", "phase", "0"],
)  # fmt: skip
def test_it_is_over_when_nobody_may_go_on(data: dict[str, Any], turns: int | None, reason: str):
    def name_another(view: View) -> Act:
        spoken = view.thread.turns
        return HandOver(to=min(view.task.seats[1:], key=lambda seat: spoken.get(seat, 0)))

    run = play(hall(end={"rounds": 3}) | data, say=mute, do=name_another)
    assert reason in run.outcome.reason
    assert turns is None or len(kinds(run, "said")) == turns


def test_what_the_moderator_says_comes_out_of_nobody_s_budget():
    bells = [{"at": "round 1", "say": "A bell."}, {"at": "round 1", "say": "Another."}]
    for more in ({"threads": {"hall": {"budget": {"messages": 4}}}}, {"phases": [{"thread": "hall", "messages": 4}]}):
        said = [event.seat for event in kinds(play(hall(events=bells, end={}, **more), say=mute), "said")]
        assert said == ["moderator", "moderator", *SEATS]


def test_a_budget_of_messages_does_not_count_turns_that_were_lost():
    def say(view: View) -> Reply:
        if view.seat == "ann" and view.turn == 1:
            raise RuntimeError("lost")
        return Reply("Hm.")

    run = play(hall(participants={"ann": {"budget": {"messages": 2}}, **OTHERS}), say=say)
    assert [event.seat for event in kinds(run, "said")].count("ann") == 2


def test_side_threads_opened_at_the_same_time_share_their_budget_to_the_message():
    def say(view: View) -> Reply:
        if view.thread.name == "hall" and view.turn == 1 and not view.refusals and view.seat in ("ann", "cem"):
            return Reply("", OpenThread(invite=["ben" if view.seat == "ann" else "dee"]))
        return Reply("Hm.")

    side = {"open_by": "any", "size": 2, "budget": {"messages": 3, "of": "shared"}}
    run = play(hall(threads={"hall": {"speakers": "simultaneous"}, "aside": side}, end={"turns": 30}), say=say)
    assert len(kinds(run, "opened")) == 2
    assert len([event for event in kinds(run, "said") if event.thread != "hall"]) == 3


def test_how_many_each_may_open_is_counted_by_kind():
    def say(view: View) -> Reply:
        if view.seat == "ann" and view.thread.name == "hall" and not view.refusals:
            return Reply("", OpenThread(invite=["ben"], form="one" if view.turn == 1 else "two"))
        return Reply("Hm.")

    kind = {"open_by": "any", "size": 2, "most": 1, "budget": {"turns": 1}}
    run = play(hall(threads={"hall": {}, "one": kind, "two": kind}), say=say)
    assert [event.thread for event in kinds(run, "opened")] == ["one_ann_ben", "two_ann_ben"]
    assert kinds(run, "refused")[0].reason == "you opened 1 of 'two' already, and there may be no more"


def test_only_its_members_open_a_side_thread_that_anybody_may_open():
    def say(view: View) -> Reply:
        return Reply("", OpenThread(invite=["ann"])) if view.seat == "dee" and not view.refusals else Reply("Hm.")

    side = {"open_by": "any", "members": ["ann", "ben"], "size": 2, "budget": {"turns": 1}}
    run = play(hall(threads={"hall": {}, "aside": side}), say=say)
    assert not kinds(run, "opened") and kinds(run, "refused")[0].reason == "you cannot open side threads here"


def test_a_turn_that_opens_and_is_then_refused_goes_on_where_it_was_and_replays():
    heard: list[int] = []

    def say(view: View) -> Reply:
        if view.seat == "ann" and view.thread.name == "hall" and view.turn == 1:
            heard.append(len(view.refusals))
            first = Reply("", OpenThread(invite=["ben"], about="a word"))
            return [first, Reply("", Withdraw()), Reply("Hm.")][len(view.refusals)]
        return Reply("Hm.")

    side = {"open_by": "any", "size": 2, "budget": {"turns": 2}}
    run = play(hall(threads={"hall": {}, "aside": side}), say=say)
    assert heard == [0, 1, 2]
    assert [event.kind for event in run.transcript.content() if event.turn == 1] == ["opened", "refused", "said"]
    assert replayed(run, say=say) == len(run.transcript.content())
    assert asyncio.run(areplay(run.transcript)) == len(run.transcript.content())


def test_ballots_that_decided_something_do_not_count_toward_a_hung_one():
    def vote(view: View) -> Act:
        return Vote(choice="a" if view.repeat == 1 or view.seat in ("ann", "ben") else "b")

    data = hall(choices={"v": ["a", "b"]}, phases=[{"ballot": "v", "hung": 2}], repeat={"times": 3}, end={})
    run = play(data, do=vote)
    assert [event.result for event in kinds(run, "tallied")] == ["a", None, None] and "2 ballots" in run.outcome.reason


def test_all_are_those_who_are_left():
    def vote(view: View) -> Act:
        return Vote(choice="dee" if view.task.about == "who" else "a")

    ballots = [{"ballot": "who", "pass": "most", "removes": True}, {"ballot": "v", "pass": "all"}]
    run = play(hall(choices={"v": ["a", "b"], "who": "seats"}, phases=ballots, end={}), do=vote)
    assert run.outcome.verdicts == {"who": "dee", "v": "a"}


def test_an_agreement_of_those_in_a_thread_does_not_wait_for_whoever_walked_away():
    def say(view: View) -> Reply:
        match view.seat, view.turn:
            case "dee", _:
                return Reply("", WalkAway())
            case "ann", 1:
                return Reply("", Offer(terms={"price": 5}))
            case "ben" | "cem", 2:
                return Reply("", Accept(offer="hall:1"))
        return Reply("Hm.")

    end = {"turns": 12, "agreement": {"quorum": 2}}
    run = play(hall(**TRADE, threads={"hall": {"binds": "members"}}, end=end), say=say)
    assert run.state.deals["hall"].by == ["ann", "ben", "cem"]


def test_a_last_proposal_that_is_lost_is_not_an_offer_of_before():
    def say(view: View) -> Reply:
        return Reply("", Offer(terms={"price": 5})) if view.seat == "ann" else Reply("Hm.")

    def lose(view: View) -> Act:
        raise RuntimeError("lost")

    run = play(hall(**TRADE, end={"rounds": 1}, final={"proposer": "ann", "decide": "minimums"}), say=say, do=lose)
    assert not run.outcome.agreed and kinds(run, "said")[-1].text == "The proposal fails: nothing was proposed."


def test_a_moderator_who_walked_away_chooses_no_more():
    def say(view: View) -> Reply:
        return Reply("", WalkAway()) if view.seat == "ann" else Reply("Hm.")

    run = play(hall(threads={"hall": {"speakers": {"moderator": "ann"}}}), say=say, do=lambda view: HandOver(to="ann"))
    assert len(kinds(run, "confided")) == 1 and len(kinds(run, "said")) == 12


def test_conditions_that_must_hold_together_may_come_true_one_after_the_other():
    both = [{"phrase": "now"}, {"rounds": 3}]
    run = play(hall(end={"turns": 30, "all": both}), say=lambda view: Reply("Now!" if view.turn == 1 else "Hm."))
    assert run.outcome.turns == 12 and run.outcome.reason == "3 rounds were played and 'now' was said"


def test_a_phrase_is_found_among_any_number_of_messages_of_a_tick():
    bells = [{"at": "turn 5", "say": f"Bell {number}."} for number in range(9)]
    run = play(hall(events=bells), say=lambda view: Reply("Stop." if view.seat == "ann" and view.turn == 2 else "Hm."))
    assert run.outcome.turns == 12
    stopped = play(hall(events=bells, end={"turns": 12, "phrase": "stop"}), say=lambda view: Reply("Stop."))
    assert stopped.outcome.turns == 1


def test_the_document_is_that_of_whoever_is_to_hand_it_in():
    def say(view: View) -> Reply:
        return Reply("", Report(result="a part")) if view.seat == "ben" else Reply("Hm.")

    assert play(hall(end={"report": "ann", "turns": 8}), say=say).outcome.document is None
