"""What script brains promise: lines in order, each once, and nothing that the transcript does not know."""

from __future__ import annotations

from typing import Any

import pytest

import moot
from sandbox import Reply, View
from sandbox.brains import KINDS, BrainError
from sandbox.view import known_by
from scenarios import load_scenario, scenario_from_data
from transcripts import Forfeited, Refused, Said


class Forgetful:
    """Be a new script in every turn."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec

    async def reply(self, view: View) -> Reply:
        return await KINDS["script"](self.spec, view.known).reply(view)


def offer(price: int, pickup: str = "today", helmet: str = "included") -> dict[str, Any]:
    return {"offer": {"price": price, "pickup": pickup, "helmet": helmet}}


def script(*lines: Any, **more: Any) -> dict[str, Any]:
    return {"kind": "script", "lines": list(lines), **more}


def play(seller: dict[str, Any], buyer: dict[str, Any]) -> moot.Run:
    run = moot.run("used-bike", settings={"seller.brain": seller, "buyer.brain": buyer}, record=False)
    again = moot.run("used-bike", brains={"seller": Forgetful(seller), "buyer": Forgetful(buyer)}, record=False)
    assert _said(run) == _said(again), "a new brain goes on where the last one stopped"
    return run


def _said(run: moot.Run) -> list[Any]:
    return [(event.seat, event.act, event.text) for event in run.transcript.events if isinstance(event, Said)]


def heard(run: moot.Run, seat: str) -> list[tuple[str, str]]:
    return [(text, act.kind if act else "") for who, act, text in _said(run) if who == seat]


def test_lines_come_in_order_and_then_it_passes() -> None:
    run = play(script("Hello.", {"say": "400.", **offer(400)}, "Well?"), script("Hi."))
    assert heard(run, "seller")[:4] == [("Hello.", ""), ("400.", "offer"), ("Well?", ""), ("", "pass")]


def test_acts_may_stand_under_act_as_well() -> None:
    buyer = script({"act": offer(200)}, {"act": "withdraw"}, {"act": {"reject": "last"}}, {"act": "walk away"})
    run = play(script(offer(400), "No.", "No."), buyer)
    assert [act for _, act in heard(run, "buyer")] == ["offer", "withdraw", "reject", "walk_away"]
    assert run.outcome.reason == "buyer walked away"


def test_a_line_waits_until_its_condition_holds() -> None:
    deal = {"say": "Deal.", "accept": "last", "if": "offer.price <= 300 and offer.pickup == today"}
    seller = script(offer(310), offer(300, "weekend"), offer(290), offer(280))
    run = play(seller, script(deal, {"say": "Lower.", "if": "turn < 3"}, "Hm."))
    assert heard(run, "buyer") == [("Lower.", ""), ("Hm.", ""), ("Deal.", "accept")]
    assert run.outcome.terms == {"price": 290, "pickup": "today", "helmet": "included"}


def test_a_condition_on_an_offer_does_not_hold_while_there_is_none() -> None:
    run = play(script("Hello."), script({"say": "Cheap!", "if": "offer.price > 0"}, "Nothing yet."))
    assert heard(run, "buyer")[0] == ("Nothing yet.", "")


def test_conditions_know_the_turn_and_the_round() -> None:
    run = play(script({"say": "third", "if": "turn == 3 and round == 3"}), script("Hi."))
    assert heard(run, "seller")[:4] == [("", "pass"), ("", "pass"), ("third", ""), ("", "pass")]


def test_the_same_line_twice_is_said_twice() -> None:
    assert [text for text, _ in heard(play(script("No.", "No.", "Yes."), script("Hi.")), "seller")][:4] == [
        "No.",
        "No.",
        "Yes.",
        "",
    ]


def test_another_offer_does_not_use_up_the_one_that_waits() -> None:
    run = play(script({"if": "round >= 2", **offer(300)}, offer(400)), script("Hi."))
    made = [act.terms["price"] for who, act, _ in _said(run) if who == "seller" and act.kind == "offer"]
    assert made == [400, 300]


def test_an_act_that_is_not_possible_yet_waits() -> None:
    run = play(script("Hello.", offer(310)), script({"act": "withdraw"}, {"accept": "last"}, "Hm."))
    assert heard(run, "buyer") == [("Hm.", ""), ("", "accept")]
    assert not [event for event in run.transcript.events if isinstance(event, Refused)]


def test_the_last_offer_is_the_newest() -> None:
    people: dict[str, Any] = {"title": "A day", "issues": {"day": ["monday", "friday"]}, "end": {"rounds": 2}}
    people["participants"] = {"ana": {}, "ben": {}, "cleo": {}}
    people["threads"] = {"table": {"members": "all", "speakers": "round robin"}}
    brains = {
        "ana": script({"offer": {"day": "monday"}}, "Well?"),
        "ben": script({"offer": {"day": "friday"}}),
        "cleo": script({"say": "Friday!", "accept": "last", "if": "offer.day == friday"}),
    }
    settings = {f"{seat}.brain": spec for seat, spec in brains.items()}
    run = moot.run(scenario_from_data(people, "day"), settings=settings, record=False)
    assert [act.offer for who, act, _ in _said(run) if who == "cleo" and act.kind == "accept"] == ["table:2"]


def test_in_the_end_it_accepts_or_repeats() -> None:
    accepting = play(script("Hm.", offer(250)), script("Hi.", then="accept"))
    assert accepting.outcome.terms == {"price": 250, "pickup": "today", "helmet": "included"}
    repeating = play(script({"say": "400!", **offer(400)}, then="repeat"), script("Hi."))
    assert heard(repeating, "seller") == [("400!", "offer")] * 10


def test_a_refused_line_is_passed_over_in_that_turn_and_comes_again() -> None:
    dear = {"say": "I pay 400.", **offer(400)}
    run = play(script("Hi."), script(dear, "Sorry, I cannot."))
    refused = [event for event in run.transcript.events if isinstance(event, Refused)]
    assert heard(run, "buyer")[:2] == [("Sorry, I cannot.", ""), ("", "pass")] and len(refused) >= 2
    assert not [event for event in run.transcript.events if isinstance(event, Forfeited)]


@pytest.mark.parametrize(
    ("mapping", "path", "says"),
    [
        (script(), ("lines",), "lines cannot be []"),
        ({"kind": "script"}, (), "the key 'lines' is missing"),
        (script("Hi.", then="stop"), ("then",), "'then' cannot be 'stop'"),
        (script("Hi.", 7), ("lines", 1), "a line cannot be 7"),
        (script({"sya": "Hi."}), ("lines", 0, "sya"), "did you mean 'say'?"),
        (script({"say": 7}), ("lines", 0, "say"), "say cannot be 7"),
        (script({"act": "walk"}), ("lines", 0, "act"), "there is no act 'walk'"),
        (script({"act": {"ofer": {}}}), ("lines", 0, "act", "ofer"), "did you mean 'offer'?"),
        (script({"offer": {"prise": 1}}), ("lines", 0, "offer"), "did you mean 'price'?"),
        (script({"act": offer(401)}), ("lines", 0, "act", "offer"), "401 is outside"),
        (script({"accept": 3}), ("lines", 0, "accept"), "no offer is called 3"),
        (script({"accept": "last", "reject": "last"}), ("lines", 0), "both 'accept' and 'reject'"),
        (script({"say": "Hi.", "if": "offer.prise < 3"}), ("lines", 0, "if"), "did you mean 'offer.price'?"),
        (script({"say": "Hi.", "if": "offer.price <"}), ("lines", 0, "if"), "at character"),
        (script({"say": "Hi.", "if": "offer.pickup == tomorow"}), ("lines", 0, "if"), "'tomorow' is no option"),
        (script({"say": "Hi.", "if": "turn + 1"}), ("lines", 0, "if"), "a condition is expected"),
        (script({"say": "Hi.", "if": 3}), ("lines", 0, "if"), "a condition cannot be 3"),
    ],
)
def test_a_script_that_cannot_be_meant_is_told_with_its_place(
    mapping: dict[str, Any], path: tuple[Any, ...], says: str
) -> None:
    with pytest.raises(BrainError) as caught:
        KINDS["script"](mapping, known_by(load_scenario("used-bike").resolve(0), "buyer", None))
    assert caught.value.path == path and says in str(caught.value)
