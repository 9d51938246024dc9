from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot_errors import DocumentError, NotFound, WrongUse
from personas import Mistake, parse_document
from scenarios import ScenarioSource, Situation, list_scenarios, load_scenario, scenario_from_data
from scenarios.fill import fill

BIKE = load_scenario("used-bike")
TALK: dict[str, Any] = {
    "title": "Small talk",
    "participants": {"ann": {"brief": "Say {{hello}}."}, "bob": {}, "cy": {}},
    "threads": {"hall": {"members": "all"}, "corner": {"members": ["bob", "ann"], "speakers": "alternating"}},
    "end": {"turns": 6},
}


def test_the_bike_is_as_it_is_written() -> None:
    bike = BIKE.resolve()
    assert (bike.title, bike.seats, list(bike.issues)) == (
        "A used bike",
        ("seller", "buyer"),
        ["price", "pickup", "helmet"],
    )
    assert bike.participants["seller"].role == "sells the bike, and asks 350 €"
    assert bike.threads["table"].members == ["seller", "buyer"]
    assert (bike.end.agreement, bike.end.rounds) == ("all", 10)
    assert bike.source_data["participants"]["seller"]["role"] == "sells the bike, and asks {asking} €"


def test_a_scenario_without_issues_is_a_conversation() -> None:
    talk = scenario_from_data(TALK).resolve()
    assert talk.issues == {} and talk.end.agreement is None and talk.participants["ann"].brief == "Say {hello}."
    assert talk.threads["hall"].members == ["ann", "bob", "cy"] and talk.threads["corner"].members == ["bob", "ann"]
    with pytest.raises(WrongUse, match="no issues"):
        _ = talk.space


@pytest.mark.parametrize("name", list_scenarios())
@pytest.mark.parametrize("seed", [1, 2])
def test_a_situation_survives_being_written_down(name: str, seed: int) -> None:
    situation = load_scenario(name).resolve(seed)
    written = json.loads(json.dumps(situation.data, allow_nan=False))
    again = Situation.from_data(name, written, situation.source_data)
    assert written == situation.data
    assert again == situation


def test_braces_are_filled_in_once_only() -> None:
    talk = scenario_from_data(TALK).resolve()
    assert Situation.from_data("talk", talk.data).participants["ann"].brief == "Say {hello}."


def test_a_scenario_that_went_through_json_is_the_same() -> None:
    written = json.loads(json.dumps(BIKE.data))
    assert scenario_from_data(written, "used-bike").resolve(7).data == BIKE.resolve(7).data


def test_plain_data_has_paths_for_places() -> None:
    buyer = {**BIKE.data["participants"]["buyer"], "never": "prise > 3"}
    data = {**BIKE.data, "participants": {**BIKE.data["participants"], "buyer": buyer}}
    with pytest.raises(DocumentError, match=r"mine \(participants.buyer.never\): unknown name 'prise'"):
        scenario_from_data(data, "mine").resolve()


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("buyer.never", "prise > 3", "unknown name 'prise'"),
        ("buyer.no_deal", "much", "expected a number, got 'much'"),
        ("buyer.prefers", {"prise": 1}, "there is no issue 'prise'"),
        ("buyer.prefers.price.400", "much", "expected a number of points, got 'much'"),
        ("parameters.asking", [1], "a parameter is a text or a number"),
    ],
)
def test_a_fault_of_a_setting_is_told_of_the_setting_and_not_of_the_file(path: str, value: object, said: str) -> None:
    with pytest.raises(DocumentError, match=said) as caught:
        BIKE.resolve(settings=[(path, value)])
    assert str(caught.value.place) == f"--set {path}"


def test_a_setting_that_draws_is_drawn_from_the_seed() -> None:
    settings = [("scenario.draw", {"cost": "1..1000"})]
    assert BIKE.resolve(1, settings=settings).drawn != BIKE.resolve(2, settings=settings).drawn


def test_parameters_reach_texts_numbers_keys_and_expressions() -> None:
    text = """
title: t
parameters: {top: 300, low: 100}
story: Up to {top}, or {round(top / 7)}; {{braces}} stay.
issues: {price: {from: {low}, to: '{top}'}}
participants:
  a: {prefers: {price: {'{low}': 0, '{top}': '{top - low}'}}, never: price > top - 20}
threads: {t: {}}
end: {rounds: 1}
"""
    source = ScenarioSource("t", parse_document(text, "t.yaml"))
    assert source.resolve().story == "Up to 300, or 43; {braces} stay."
    cheap = source.resolve(parameters={"top": 200})
    assert cheap.parameters == {"top": 200, "low": 100}
    assert cheap.utility("a", {"price": 150}) == 50
    assert cheap.allowed("a", {"price": 180}) and not cheap.allowed("a", {"price": 181})
    with pytest.raises(NotFound, match="did you mean 'top'"):
        source.resolve(parameters={"to": 1})


def test_settings_change_what_their_path_names() -> None:
    settings = [
        ("seller.persona", "hardliner"),
        ("seller.brain.tactic", "boulware"),
        ("buyer.prefers.price.400", 7),
        ("buyer.minimum", 40),
        ("scenario.end.turns", 5),
        ("scenario.issues.pickup.1", "sunday"),
        ("parameters.asking", 300),
    ]
    with pytest.raises(DocumentError, match="'weekend'"):
        BIKE.resolve(settings=settings)
    settings[5] = ("scenario.issues.price.unit", "$")
    bike = BIKE.resolve(settings=settings)
    assert bike.participants["seller"].persona == "hardliner"
    assert bike.participants["seller"].brain == {"tactic": "boulware"}
    assert bike.utility("buyer", {"price": 400, "pickup": "today", "helmet": "not included"}) == 17
    assert bike.minimum("buyer") == 40 and bike.end.turns == 5 and "300" in bike.participants["seller"].role
    assert BIKE.resolve().participants["seller"].persona == "plain-dealer"


@pytest.mark.parametrize(
    ("path", "remedy"),
    [
        ("seler.persona", "did you mean seller?"),
        ("seller.person", "did you mean seller.persona?"),
        ("buyer.prefers.prize.400", "did you mean buyer.prefers.price?"),
        ("buyer.prefers.price.401", "did you mean buyer.prefers.price.400?"),
        ("scenario.end.round", "did you mean scenario.end.rounds?"),
        ("parameters.askin", "did you mean parameters.asking?"),
        ("seller", "seller."),
        ("zzz.zzz", "begins with parameters, scenario, seller, buyer"),
    ],
)
def test_a_path_to_nowhere_names_the_nearest(path: str, remedy: str) -> None:
    with pytest.raises(WrongUse) as caught:
        BIKE.resolve(settings=[(path, 1)])
    assert path in caught.value.message and remedy in (caught.value.remedy or "")


@given(st.text(st.characters(exclude_characters="{}")))
def test_text_without_braces_stays_as_it_is(text: str) -> None:
    assert fill(text, {"a": 1}) == text
    assert fill(f"{{{{{text}}}}}", {"a": 1}) == f"{{{text}}}"


@given(st.text("{}ab+-1 ", max_size=12))
def test_any_braces_are_filled_or_refused(text: str) -> None:
    try:
        fill(text, {"a": 1, "b": 2})
        return
    except Mistake as mistake:
        at = mistake.offset
    assert at is not None and 0 <= at <= len(text)


def test_own_scenarios_go_before_the_library(tmp_path: Path) -> None:
    mine = tmp_path / "used-bike.yaml"
    mine.write_text((list_scenarios()["used-bike"]).read_text("utf-8").replace("A used bike", "Mine"), "utf-8")
    assert load_scenario("used-bike", [tmp_path]).resolve().title == "Mine"
    assert load_scenario(mine).name == "used-bike"
    assert load_scenario("used-bike").resolve().title == "A used bike"


@pytest.mark.parametrize(
    ("path", "value", "look"),
    [
        ("scenario.order.issues", ["helmet", "price", "pickup"], lambda made: list(made.issues)),
        ("scenario.order.participants", ["buyer", "seller"], lambda made: list(made.seats)),
        ("scenario.order.pickup", ["weekend", "today"], lambda made: list(made.issues["pickup"].options)),
    ],
)
def test_the_order_of_what_a_scenario_lists_is_a_setting(path, value, look):
    source = load_scenario("used-bike")
    made = source.resolve(settings=[(path, value)])
    assert look(made) == value != look(source.resolve())
    assert look(source.resolve(settings=[(path, "reversed")])) == look(source.resolve())[::-1]
    terms = {"price": 200, "pickup": "today", "helmet": "included"}
    assert made.utility("seller", terms) == source.resolve().utility("seller", terms)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("scenario.order.isues", "reversed", "did you mean scenario.order.issues"),
        ("scenario.order.price", "reversed", "there is nothing at the path 'scenario.order.price'"),
        ("scenario.order.issues", ["price"], "write [price, pickup, helmet]"),
        ("scenario.order.issues", "random", "write [price, pickup, helmet]"),
    ],
)
def test_an_order_of_something_else_is_refused(path, value, said):
    with pytest.raises(WrongUse) as raised:
        load_scenario("used-bike").resolve(settings=[(path, value)])
    assert said in str(raised.value)
