"""The published rules of the shipped scenarios, by enumeration: every outcome, and not an example."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from scenarios import Situation, load_scenario, payoffs

HARBOUR = {
    "sportco": ([14, 8, 0], [11, 7, 0], [0, 5, 10, 17], [35, 29, 20, 0], [0, 5, 10, 15, 23], 55),
    "tourism": ([0, 11, 5], [0, 20, 25], [0, 2, 4, 9], [10, 26, 40, 0], [4, 8, 15, 12, 0], 65),
    "league": ([0, 22, 45], [0, 25, 55], [0] * 4, [0] * 4, [0] * 5, 55),
    "mayor": ([14, 8, 0], [12, 8, 0], [24, 18, 12, 0], [40, 30, 23, 0], [0, 2, 4, 7, 10], 30),
    "cities": ([0, 4, 10], [0, 0, 0], [12, 8, 6, 0], [0, 8, 13, 18], [60, 45, 30, 15, 0], 31),
    "union": ([15, 20, 0], [0, 0, 0], [42, 35, 25, 0], [30, 20, 10, 0], [2, 4, 6, 8, 0], 50),
}
"""Points by issue, and the minimum (LLM-Deliberation)."""

NEW_RECRUIT = {
    "salary": ((-6000, 0), (0, -6000)),
    "bonus": ((0, 4000), (4000, 0)),
    "job assignment": ((0, -2400), (0, -2400)),
    "car": ((1200, 0), (1200, 0)),
    "start date": ((1600, 0), (0, 4000)),
    "vacation": ((0, 4000), (1600, 0)),
    "moving": ((0, 800), (3200, 0)),
    "insurance": ((0, 3200), (800, 0)),
}
"""By issue, the first and the last of five options to the recruiter and to the candidate."""


def situation(name: str) -> Situation:
    return load_scenario(name).resolve(0)


def test_harbour_sport_park_deal_by_deal():
    played = situation("harbour-sport-park")
    options = [issue.options for issue in played.issues.values()]
    passing = unanimous = 0
    for deal in product(*(range(len(each)) for each in options)):
        terms = {name: options[at][deal[at]] for at, name in enumerate(played.issues)}
        points = {seat: sum(rows[at][deal[at]] for at in range(5)) for seat, rows in HARBOUR.items()}
        content = [seat for seat, rows in HARBOUR.items() if points[seat] >= rows[5]]
        for seat, own in points.items():
            bonus = 10 if seat == "sportco" and len(content) == 6 else 0
            assert played.utility(seat, terms) == own + bonus
        passing += len(content) >= 5 and {"sportco", "tourism"} <= set(content)
        unanimous += len(content) == 6
    assert (passing, unanimous) == (55, 12), "of 720 deals, as published"
    for seat, rows in HARBOUR.items():
        assert sum(max(row) for row in rows[:5]) == 100 and played.minimum(seat) == rows[5]


def test_a_saboteur_gains_by_no_deal_and_its_counted_minimum_stays():
    played = load_scenario("harbour-sport-park").resolve(0, parameters={"sixth": "adversarial"})
    assert played.no_deal("league") == 150 and played.minimum("league") == 55
    assert "no park at all" in played.participants["league"].brief


def test_new_recruit_option_by_option():
    played = situation("job-offer")
    assert len(played.issues) == len(NEW_RECRUIT) and all(issue.size == 5 for issue in played.issues.values())
    first = played.space.terms(0)
    for (name, issue), ends in zip(played.issues.items(), NEW_RECRUIT.values(), strict=True):
        for seat, (low, high) in zip(played.seats, ends, strict=True):
            worth = [played.utility(seat, {**first, name: issue.value(at)}) for at in range(5)]
            steps = [low + (high - low) * at / 4 for at in range(5)]
            assert [each - worth[0] for each in worth] == pytest.approx([step - steps[0] for step in steps])


@pytest.mark.parametrize(
    ("name", "choice", "good", "bad", "table"),
    [
        (
            "prisoners-dilemma",
            "price",
            "high",
            "low",
            {"both": (3, 3), "left": (5, 0), "right": (0, 5), "none": (1, 1)},
        ),
        ("stag-hunt", "hunt", "stag", "hare", {"both": (10, 10), "left": (8, 1), "right": (1, 8), "none": (5, 5)}),
    ],
)
def test_the_two_by_two_games_cell_by_cell(name: str, choice: str, good: str, bad: str, cells: Any):
    played = situation(name)
    joint = ((good, good), (bad, good), (good, bad), (bad, bad))
    for chosen, expected in zip(joint, cells, strict=True):
        worth = payoffs(played, {choice: dict(zip(played.seats, chosen, strict=True))}, 1)
        assert tuple(worth.values()) == expected


def test_the_public_good_gift_by_gift():
    played = situation("public-goods")
    for gifts in product(range(0, 21, 4), repeat=3):
        worth = payoffs(played, {"give": dict(zip(played.seats, gifts, strict=True))}, 1)
        assert list(worth.values()) == pytest.approx([20 - gift + 1.5 * sum(gifts) / 3 for gift in gifts])


def test_the_ultimatum_share_by_share():
    played = situation("ultimatum")
    for share in range(0, 101, 5):
        assert [played.utility(seat, {"share": share}) for seat in played.seats] == [share, 100 - share]
    assert [played.no_deal(seat) for seat in played.seats] == [0, 0]


def test_the_auction_bid_by_bid():
    played = situation("auction")
    values = list(played.drawn.values())
    for bids in product((0, 30, 31, 99), repeat=3):
        worth = payoffs(played, {"bid": dict(zip(played.seats, bids, strict=True))}, 1)
        for at, bid in enumerate(bids):
            others = [other for place, other in enumerate(bids) if place != at]
            assert list(worth.values())[at] == (values[at] - bid if bid > max(others) else 0)
