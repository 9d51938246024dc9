"""Acts as a person types them; what cannot be done says what can."""

from __future__ import annotations

import pytest

import moot
from sandbox.deeds import read_act
from scenarios import load_scenario
from transcripts import Accept, Act, Offer, Pass, Reject, State, WalkAway, Withdraw

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
