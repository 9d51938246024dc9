"""Acts as a person types them; what cannot be done says what can."""

from __future__ import annotations

import pytest

import moot
from sandbox.deeds import how, read_act
from sandbox.view import Task
from scenarios import NumberIssue, OptionIssue, load_scenario
from transcripts import (
    Accept,
    Act,
    Answer,
    Assign,
    Bid,
    HandOver,
    Leave,
    Move,
    Offer,
    OpenThread,
    Pass,
    Reject,
    Report,
    State,
    Thread,
    Vote,
    WalkAway,
    Withdraw,
)

BIKE = load_scenario("used-bike").resolve()
CAMP = load_scenario("deal-or-no-deal").resolve(seed=1)
TERMS = {"price": 200, "pickup": "today", "helmet": "not included"}


@pytest.fixture(scope="module")
def state() -> State:
    return moot.run("used-bike", seed=7, record=False).transcript.state(at=4)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("accept table:3", Accept(offer="table:3")),
        ("accept last", Accept(offer="table:3")),
        ("accept", Accept(offer="table:3")),
        (" Reject  table:3 ", Reject(offer="table:3")),
        ("offer price=200, pickup=today, helmet=not included", Offer(terms=TERMS)),
        ("offer helmet = Not-Included,pickup=today,price=200 €", Offer(terms=TERMS)),
        ("withdraw", Withdraw()),
        ("walk away", WalkAway()),
        ("Walk_Away", WalkAway()),
        ("pass", Pass()),
    ],
)
def test_it_is_read_as_it_is_meant(text: str, act: Act, state: State) -> None:
    assert read_act(text, BIKE.issues, state.threads["table"], "buyer") == act


def test_what_is_divided_is_a_share_for_each() -> None:
    state = moot.run("deal-or-no-deal", seed=1, record=False).transcript.state(at=0)
    whole = {name: issue.quantity for name, issue in CAMP.issues.items()}  # type: ignore[union-attr]  # all are divided
    written = ", ".join(f"{name}={{left: {many}, right: 0}}" for name, many in whole.items())
    act = read_act(f"offer {written}", CAMP.issues, next(iter(state.threads.values())), "left")
    assert act == Offer(terms={name: {"left": many, "right": 0} for name, many in whole.items()})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("acept table:3", "did you mean 'accept'"),
        ("shout", "acts: offer, accept"),
        ("offer prise=200, pickup=today, helmet=included", "did you mean 'price'"),
        ("offer price=205, pickup=today, helmet=included", "200 and 210"),
        ("offer price=200, pickup=tody, helmet=included", "did you mean 'today'"),
        ("offer price=200", "missing: pickup, helmet"),
        ("offer price=200, price=210", "'price' is named twice"),
        ("offer 200", "'200'"),
        ("offer", "write offer price=…, pickup=…, helmet=…"),
        ("offer price={a: [}", "--act"),
    ],
)
def test_what_cannot_be_read_says_what_can(text: str, says: str, state: State) -> None:
    with pytest.raises(moot.Error) as raised:
        read_act(text, BIKE.issues, state.threads["table"], "buyer")
    assert says in str(raised.value)


def test_the_last_offer_is_somebody_elses(state: State) -> None:
    with pytest.raises(moot.Error, match="no offer of anybody but buyer"):
        read_act(
            "accept", BIKE.issues, moot.run("used-bike", record=False).transcript.state(at=0).threads["table"], "buyer"
        )


VERDICT = OptionIssue("verdict", ("guilty", "not guilty"))
SURE = NumberIssue("confidence", 1, 7, 1, "")
TABLE = Thread("table", ["ana", "ben", "cleo"], "table")
VOTE, MOVE = Task("vote", "verdict", {"verdict": VERDICT}), Task("move", "give", {"give": SURE})
ASK = Task("answer", "1 before", {"verdict": VERDICT, "confidence": SURE})
CHOOSE = Task("choose", seats=("ana", "ben"))


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("open with ben, cleo: the price", OpenThread(invite=["ben", "cleo"], about="the price")),
        ("Open caucus with ben and cleo", OpenThread(invite=["ben", "cleo"], form="caucus")),
        ("leave", Leave()),
        ("assign ben: count them: all", Assign(to="ben", task="count them: all")),
        ("assign to ben: count", Assign(to="ben", task="count")),
        ("report: 12 in all", Report(result="12 in all")),
        ("hand over to ben", HandOver(to="ben")),
        ("hand_over ben", HandOver(to="ben")),
        ("vote not guilty", Vote(choice="not guilty")),
        ("move 5", Move(choice="5")),
        ("bid 3", Bid(strength=3)),
    ],
)
def test_what_threads_and_workers_need_is_read(text: str, act: Act) -> None:
    assert read_act(text, {}, TABLE, "ana") == act


@pytest.mark.parametrize(
    ("text", "task", "act"),
    [
        ("guilty", VOTE, Vote(choice="guilty")),
        ("vote Not-Guilty", VOTE, Vote(choice="not guilty")),
        ("5", MOVE, Move(choice=5)),
        ("verdict=guilty, confidence=5", ASK, Answer(items={"verdict": "guilty", "confidence": 5})),
        ("3", Task("bid"), Bid(strength=3)),
        ("ben", CHOOSE, HandOver(to="ben")),
        ("hand over to ben", CHOOSE, HandOver(to="ben")),
    ],
)
def test_what_is_asked_needs_no_word_in_front(text: str, task: Task, act: Act) -> None:
    assert read_act(text, {}, TABLE, "cleo", task) == act


@pytest.mark.parametrize(
    ("text", "task", "says"),
    [
        ("gilty", VOTE, "did you mean 'guilty'"),
        ("pass", VOTE, "write vote guilty|not guilty"),
        ("9", MOVE, "9 is outside"),
        ("verdict=guilty", ASK, "nothing is said of confidence"),
        ("mood=good, verdict=guilty", ASK, "mood"),
        ("much", Task("bid"), "a number from 0 to 4"),
        ("cleo", CHOOSE, "choose one of ana, ben"),
        ("", CHOOSE, "nothing was answered"),
        ("open ben", Task(), "open with anna, ben: what it is about"),
        ("assign ben", Task(), "assign anna: what there is to do"),
        ("vote", Task(), "'vote' says nothing of what"),
    ],
)
def test_what_is_not_answered_says_how(text: str, task: Task, says: str) -> None:
    with pytest.raises(moot.Error) as raised:
        read_act(text, {}, TABLE, "ana", task)
    assert says in str(raised.value)


def test_how_to_answer_lists_what_there_is() -> None:
    assert how(ASK) == "answer verdict=guilty|not guilty, confidence=1 to 7"
