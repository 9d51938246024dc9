"""What is drawn from the seed."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import numpy as np

from scenarios import Draws, load_scenario
from scenarios.drawing import draw_groups

ITEMS = ("book", "hat", "ball")


def test_every_combination_that_satisfies_where_is_as_likely_as_any_other() -> None:
    spec = {"a, b": "1..6", "side": ["left", "right"], "where": ["a + b == 7", "side == 'left' or a > 4"]}
    drawn = Counter(tuple(draw_groups(spec, {}, Draws(seed)).values()) for seed in range(4000))
    expected = {
        (a, b, side) for a, b, side in product(range(1, 7), range(1, 7), ["left", "right"]) if a + b == 7
        and (side == "left" or a > 4)
    }  # fmt: skip
    assert set(drawn) == expected
    assert all(420 < count < 580 for count in drawn.values())


def test_a_later_group_knows_what_was_drawn_before() -> None:
    spec: list[dict[str, Any]] = [{"a": "1..3"}, {"b": "1..3", "where": "b > a - 1 and b <= top"}]
    for seed in range(50):
        drawn = draw_groups(spec, {"top": 3}, Draws(seed))
        assert drawn["a"] <= drawn["b"] <= 3


def test_deal_or_no_deal_draws_by_the_published_rules() -> None:
    source = load_scenario("deal-or-no-deal")
    seen = set()
    for seed in range(400):
        situation = source.resolve(seed)
        drawn = situation.drawn
        counts, left, right = (
            np.array([drawn[name] for name in names])
            for names in (
                [f"{item}_count" for item in ITEMS],
                [f"left_{item}" for item in ITEMS],
                [f"right_{item}" for item in ITEMS],
            )
        )
        assert all(1 <= count <= 4 for count in counts) and 5 <= counts.sum() <= 7
        assert counts @ left == counts @ right == 10
        assert ((left + right) > 0).all() and ((left * right) > 0).any()
        assert [issue.size - 1 for issue in situation.issues.values()] == counts.tolist()
        everything = {f"{item}s": {"left": int(n), "right": 0} for item, n in zip(ITEMS, counts, strict=True)}
        assert situation.utility("left", everything) == 10 and situation.utility("right", everything) == 0
        assert situation.no_deal("left") == situation.no_deal("right") == 0
        seen.add(tuple(counts))
    allowed = {counts for counts in product(range(1, 5), repeat=3) if 5 <= sum(counts) <= 7}
    assert seen == allowed


def test_each_neighbour_on_the_campsite_ranks_the_packages() -> None:
    source = load_scenario("campsite")
    ranks: Counter[Any] = Counter()
    for seed in range(700):
        situation = source.resolve(seed)
        points = {
            seat: tuple((participant.prefers or {}).values()) for seat, participant in situation.participants.items()
        }
        assert all(sorted(each) == [3, 4, 5] for each in points.values())
        ranks[points["ridge"], points["lake"]] += 1
    assert len(ranks) == 36 and situation.space.size == 4**3
    assert situation.no_deal("ridge") == situation.no_deal("lake") == 5
    nothing = {name: {"ridge": 0, "lake": 3} for name in situation.issues}
    assert situation.utility("lake", nothing) == 36 and situation.utility("ridge", nothing) == 0


def test_a_private_value_stands_in_its_own_brief_only() -> None:
    situation = load_scenario("deal-or-no-deal").resolve(5)
    drawn = situation.drawn
    assert f"a hat {drawn['left_hat']} and a ball {drawn['left_ball']}" in situation.participants["left"].brief
    assert str(drawn["left_hat"]) not in situation.participants["left"].role


def test_the_same_seed_draws_the_same() -> None:
    source = load_scenario("deal-or-no-deal")
    assert source.resolve(11).data == source.resolve(11).data != source.resolve(12).data
