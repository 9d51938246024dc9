"""What rule brains promise: their formulas, their limits, and that they finish."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import moot
from sandbox import Reply, View
from sandbox.brains import KINDS, TACTICS, BrainError
from sandbox.view import known_by
from scenarios import Draws, Situation, load_scenario, scenario_from_data
from transcripts import Forfeited, Offer, Refused, Said

CONCEDING = ("boulware", "linear", "conceder")


class Forgetful:
    """Be a new brain in every turn."""

    def __init__(self, **spec: Any) -> None:
        self.spec = spec

    async def reply(self, view: View) -> Reply:
        return await KINDS[self.spec["kind"]](self.spec, view.known).reply(view)


class Silent:
    async def reply(self, view: View) -> Reply:
        return Reply("Go on.")


def line(rounds: int | None = 5, **changes: Any) -> dict[str, Any]:
    """One price from 0 to 1000, worth as much to the seller and 1000 less it to the buyer."""
    seats = {"seller": {"prefers": {"price": {0: 0, 1000: 1000}}}, "buyer": {"prefers": {"price": {0: 1000, 1000: 0}}}}
    return {
        "title": "A line",
        "issues": {"price": {"from": 0, "to": 1000, "step": 1}},
        "participants": {seat: {**said, **changes.get(seat, {})} for seat, said in seats.items()},
        "threads": {"table": {"members": "all", "speakers": "alternating"}},
        "end": {"agreement": "all", **({"turns": 80} if rounds is None else {"rounds": rounds})},
    }


def play(scenario: Any, seed: int = 0, brains: Any = None, **tactics: Any) -> moot.Run:
    source = scenario_from_data(scenario, "drawn") if isinstance(scenario, dict) else scenario
    cast = {seat: f"@{tactic}" for seat, tactic in tactics.items()}
    return moot.run(source, seed=seed, cast=cast, brains=brains or {}, record=False)


def prices(run: moot.Run, seat: str) -> list[int]:
    said = [event for event in run.transcript.events if isinstance(event, Said) and event.seat == seat]
    return [event.act.terms["price"] for event in said if isinstance(event.act, Offer)]


@pytest.mark.parametrize("scenario", ["used-bike", "job-offer"])
def test_those_who_concede_agree(scenario: str) -> None:
    seats = ("seller", "buyer") if scenario == "used-bike" else ("recruiter", "candidate")
    runs = [
        play(scenario, seed, **dict(zip(seats, pair, strict=True)))
        for pair in product(CONCEDING, repeat=2)
        for seed in range(2)
    ]
    assert sum(bool(run.outcome.agreed) for run in runs) >= 0.9 * len(runs)


@pytest.mark.parametrize(("firm", "soft"), [("seller", "buyer"), ("buyer", "seller")])
def test_who_gives_way_early_gets_less(firm: str, soft: str) -> None:
    utility = play("used-bike", 0, None, **{firm: "boulware", soft: "conceder"}).outcome.utility
    other_way = play("used-bike", 0, None, **{firm: "conceder", soft: "boulware"}).outcome.utility
    assert utility[firm] > other_way[firm] and utility[soft] < other_way[soft]


@pytest.mark.parametrize(("tactic", "e"), [("boulware", 4), ("linear", 1), ("conceder", 0.25), ("hardheaded", None)])
def test_offers_follow_the_formula(tactic: str, e: float | None) -> None:
    offers = prices(play(line(), seller=tactic, brains={"buyer": Silent()}), "seller")
    aims = [1000 if e is None else 1000 - 1000 * (k / 4) ** e for k in range(5)]
    assert all(0 <= offer - aim <= 51 for offer, aim in zip(offers, aims, strict=True)), offers


def test_an_exponent_of_ones_own() -> None:
    cautious = {"kind": "rule", "tactic": "time", "e": 2}
    run = play(line(), brains={"seller": Forgetful(**cautious), "buyer": Silent()})
    assert all(
        0 <= offer - aim <= 51 for offer, aim in zip(prices(run, "seller"), [1000, 938, 750, 438, 0], strict=True)
    )


def test_the_target_moves_between_best_and_reservation() -> None:
    limited = line(seller={"no_deal": 200, "never": "price > 800"})
    offers = prices(play(limited, seller="linear", brains={"buyer": Silent()}), "seller")
    assert 770 <= offers[0] <= 800 and 200 <= offers[-1] <= 230


def test_what_a_rule_counts_as_enough_counts_like_the_reservation_value() -> None:
    offers = prices(play(line(seller={"minimum": 600}), seller="linear", brains={"buyer": Silent()}), "seller")
    assert 600 <= offers[-1] <= 620


def test_a_single_turn_is_the_last_one() -> None:
    run = play(line(rounds=1), seller="boulware", buyer="boulware")
    assert run.outcome.agreed and run.outcome.turns == 2


def test_without_a_known_end_they_give_way_more_and_more_slowly() -> None:
    run = play(line(rounds=None), seller="linear", brains={"buyer": Silent()})
    offers = prices(run, "seller")
    assert offers[0] >= 950 and 0 < offers[-1] <= 100
    assert play(line(rounds=None), seller="linear", buyer="boulware").outcome.agreed


def test_two_that_mirror_each_other_still_move() -> None:
    run = play(line(rounds=10), seller="tit-for-tat", buyer="tit-for-tat")
    assert run.outcome.agreed and run.outcome.terms and 300 <= run.outcome.terms["price"] <= 700


def test_tit_for_tat_gives_what_it_was_given() -> None:
    asking = [{"offer": {"price": price}} for price in (900, 900, 750, 750)]
    script = Forgetful(kind="script", lines=asking)
    mirror = prices(play(line(rounds=6), buyer="tit-for-tat", brains={"seller": script}), "buyer")
    assert all(0 <= aim - price <= 51 for price, aim in zip(mirror, [0, 200, 350, 350], strict=False)), mirror


@pytest.mark.parametrize(("tactic", "takes_it"), [("tit-for-tat", True), ("boulware", True), ("micro", False)])
def test_the_last_turn_settles_for_little_unless_the_formula_has_no_deadline(tactic: str, takes_it: bool) -> None:
    firm = Forgetful(kind="script", lines=[{"offer": {"price": 990}}], then="repeat")
    run = play(line(rounds=6), buyer=tactic, brains={"seller": firm})
    assert run.outcome.agreed is takes_it and run.outcome.rounds == 6


def test_micro_sends_one_more_than_it_received_at_most() -> None:
    run = play("used-bike", seller="micro", buyer="micro")
    sent: dict[str, set[str]] = {"seller": set(), "buyer": set()}
    for event in run.transcript.events:
        if isinstance(event, Said) and isinstance(event.act, Offer):
            sent[event.seat].add(str(event.act.terms))
            assert abs(len(sent["seller"]) - len(sent["buyer"])) <= 1
    assert not run.outcome.agreed and len(sent["buyer"]) == 10


def test_micro_repeats_itself_until_it_hears_something_new() -> None:
    stuck = prices(play(line(rounds=6), seller="micro", buyer="hardheaded"), "seller")
    assert stuck[:2] == [1000, 999] and set(stuck[2:]) == {1000, 999}


def test_micro_ends_where_both_did_as_many_steps() -> None:
    coarse = line(rounds=20)
    coarse["issues"]["price"]["step"] = 100
    assert play(coarse, seller="micro", buyer="micro").outcome.terms == {"price": 500}


def test_random_offers_depend_on_the_seed_and_keep_within_limits() -> None:
    limited = line(rounds=10, seller={"no_deal": 600})
    runs = [prices(play(limited, seed, seller="random", brains={"buyer": Silent()}), "seller") for seed in (1, 1, 2)]
    assert runs[0] == runs[1] != runs[2] and min(runs[0]) >= 600 and len(set(runs[0])) > 5


@pytest.mark.parametrize("tactic", TACTICS)
def test_who_can_agree_to_nothing_walks_away_at_once(tactic: str) -> None:
    run = play(line(buyer={"never": "price >= 0"}), seller="linear", buyer=tactic)
    assert run.outcome.reason == "buyer walked away" and run.outcome.turns == 2


PARTIES = st.integers(2, 4)


@st.composite
def situations(draw: st.DrawFn) -> dict[str, Any]:
    points = st.integers(0, 20)
    issues: dict[str, Any] = {"price": {"from": 10, "to": 10 + 10 * draw(st.integers(0, 3)), "step": 10}}
    for name in draw(st.sampled_from([(), ("colour",), ("colour", "day")])):
        issues[name] = ["red", "blue", "green"][: draw(st.integers(2, 3))]
    if draw(st.booleans()):
        issues["land"] = {"divide": draw(st.integers(1, 3))}
    seats: dict[str, Any] = {}
    for seat in "abcd"[: draw(PARTIES)]:
        prefers: dict[str, Any] = {}
        for name, issue in issues.items():
            if isinstance(issue, list):
                prefers[name] = [draw(points) for _ in issue]
            else:
                prefers[name] = draw(st.integers(-5, 5))
        seats[seat] = {"prefers": prefers, "no_deal": draw(st.integers(-30, 60))}
        if draw(st.booleans()):
            seats[seat]["never"] = f"price > {draw(st.integers(0, 4))}0"
    return {
        "title": "Drawn",
        "issues": issues,
        "participants": seats,
        "threads": {"table": {"members": "all", "speakers": "round robin"}},
        "end": {"agreement": "all", "rounds": draw(st.integers(1, 6))},
    }


@settings(max_examples=150, deadline=None)
@given(situations(), st.integers(0, 99), st.data())
def test_no_brain_harms_itself_or_breaks_a_rule(data: dict[str, Any], seed: int, drawn: st.DataObject) -> None:
    tactics = {seat: drawn.draw(st.sampled_from(TACTICS)) for seat in data["participants"]}
    run = play(data, seed, **tactics)
    assert not [event for event in run.transcript.events if isinstance(event, Refused | Forfeited)]
    if run.outcome.agreed and run.outcome.terms:
        for seat, said in data["participants"].items():
            assert run.outcome.utility[seat] >= said["no_deal"]
            assert "never" not in said or run.outcome.terms["price"] <= int(said["never"].split()[-1])


@settings(max_examples=60, deadline=None)
@given(situations(), st.integers(0, 99), st.data())
def test_a_brain_can_be_replaced_at_any_turn(data: dict[str, Any], seed: int, drawn: st.DataObject) -> None:
    tactics = {seat: drawn.draw(st.sampled_from(TACTICS)) for seat in data["participants"]}
    forgetful = {seat: Forgetful(kind="rule", tactic=tactic) for seat, tactic in tactics.items()}
    assert _said(play(data, seed, **tactics)) == _said(play(data, seed, brains=forgetful))


def _said(run: moot.Run) -> list[Any]:
    return [(event.seat, event.act, event.text) for event in run.transcript.events if isinstance(event, Said)]


class Scripted(Forgetful):
    """Offer these days, one a turn."""

    def __init__(self, *days: str) -> None:
        super().__init__(kind="script", lines=[{"offer": {"day": day}} for day in days])


def _three(days: list[str], points: list[int]) -> dict[str, Any]:
    people: dict[str, Any] = {"ana": {}, "ben": {}, "cleo": {"prefers": {"day": points}}}
    return {
        "title": "A day",
        "issues": {"day": days},
        "participants": people,
        "threads": {"table": {"members": "all", "speakers": "round robin"}},
        "end": {"agreement": "all", "rounds": 6},
    }


def _days(run: moot.Run) -> list[str]:
    return [act.terms["day"] for seat, act, _ in _said(run) if seat == "cleo" and isinstance(act, Offer)]


def test_what_all_others_were_for_at_some_time_is_brought_back() -> None:
    data = _three(["y", "z", "d", "x", "w", "best"], [0, 0, 7, 6, 0, 10])
    brains = {"ana": Scripted("x", "y", "y", "y"), "ben": Scripted("w", "x", "z", "z")}
    assert _days(play(data, cleo="linear", brains=brains))[:3] == ["best", "best", "x"]


def test_among_several_something_new_is_tried_each_time() -> None:
    data = _three(list("vwxyz"), [10, 10, 10, 10, 10])
    assert sorted(_days(play(data, cleo="linear", brains={"ana": Silent(), "ben": Silent()}))[:5]) == list("vwxyz")


def _several(seats: int, number: int) -> dict[str, Any]:
    """Draw a scenario with three issues, whose seats want different things."""
    draw = Draws(number).at("several", seats)
    issues = {name: list("abcd") for name in ("place", "time", "budget")}
    participants: dict[str, Any] = {}
    for seat in [f"seat{k}" for k in range(seats)]:
        weights = draw.shuffle([50, 30, 20])
        best = [draw.integer(0, 3) for _ in issues]
        points = {
            name: [round(weight * (1 - abs(option - top) / max(top, 3 - top))) for option in range(4)]
            for name, weight, top in zip(issues, weights, best, strict=True)
        }
        participants[seat] = {"prefers": points, "no_deal": 40}
    end = {"agreement": "all", "rounds": 12}
    threads = {"table": {"members": "all", "speakers": "round robin"}}
    return {"title": "Several", "issues": issues, "participants": participants, "threads": threads, "end": end}


@pytest.mark.parametrize(("seats", "share"), [(3, 0.9), (4, 0.75), (6, 0.6)])
@pytest.mark.parametrize("tactic", ["linear", "conceder"])
def test_several_find_what_suits_them_all(tactic: str, seats: int, share: float) -> None:
    possible = [data for data in (_several(seats, number) for number in range(60)) if _common_ground(data) >= 0.03]
    agreed = [
        bool(play(data, 0, None, **dict.fromkeys(data["participants"], tactic)).outcome.agreed)
        for data in possible[:20]
    ]
    assert len(agreed) >= 10 and sum(agreed) >= share * len(agreed)


def _common_ground(data: dict[str, Any]) -> float:
    space = scenario_from_data(data, "several").resolve(0).space
    return float(space.rational.mean())


@pytest.mark.parametrize(
    ("mapping", "path", "says"),
    [
        ({"tactic": "boulwar"}, ("tactic",), "did you mean 'boulware'?"),
        ({"tactic": "hard-headed"}, ("tactic",), "did you mean 'hardheaded'?"),
        ({}, (), "the key 'tactic' is missing"),
        ({"tactic": "linear", "tlak": False}, ("tlak",), "did you mean 'talk'?"),
        ({"tactic": "linear", "e": 2}, ("e",), "write tactic: time with e: 2"),
        ({"tactic": "time"}, ("tactic",), "add e: 2"),
        ({"tactic": "time", "e": 0}, ("e",), "e cannot be 0"),
        ({"tactic": "time", "e": "two"}, ("e",), "e cannot be 'two'"),
        ({"tactic": "linear", "talk": "loud"}, ("talk",), "talk cannot be 'loud'"),
        ({"tactic": 3}, ("tactic",), "tactic cannot be 3"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_told_with_its_place(
    mapping: dict[str, Any], path: tuple[Any, ...], says: str
) -> None:
    with pytest.raises(BrainError) as caught:
        KINDS["rule"]({"kind": "rule", **mapping}, known_by(_bike(), "buyer", None))
    assert caught.value.path == path and says in str(caught.value)


def test_every_name_stands_for_a_tactic() -> None:
    known = known_by(_bike(), "seller", None)
    for name in TACTICS:
        assert KINDS["rule"]({"kind": "rule", "tactic": name}, known) is not None


def _bike() -> Situation:
    return load_scenario("used-bike").resolve(0)
