"""Results that are made up, with effects that are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sandbox.experiments import Arm, Axis, Contrast, Design, Difference, Level, Measure, Results, Trial

MEASURES = (
    Measure("agreed", "whether there was an agreement", "rate"),
    Measure("utility.seller", "what seller has in the end", "number"),
    Measure("utility.buyer", "what buyer has in the end", "number"),
    Measure("deal.price", "price as agreed", "number", agreed_only=True),
    Measure("rounds", "rounds played", "number"),
)
FIRM_SOFT = Difference("tactic", "firm", "soft", "utility.seller", "utility.seller", {})


def made(
    levels: Mapping[str, Sequence[str]] | None = None,
    *,
    trials: int = 30,
    effect: float = 8.0,
    failed: float = 0.0,
    waiting: int = 0,
    calls: bool = False,
    contrasts: Sequence[Contrast] = (FIRM_SOFT,),
    seed: int = 0,
    **design: Any,
) -> Results:
    """Make results up: the first axis's first level gives the seller `effect` more."""
    axes = levels or {"tactic": ["firm", "soft"]}
    draw = np.random.Generator(np.random.PCG64(seed))
    crossed: list[dict[str, str]] = [{}]
    for axis, names in axes.items():
        crossed = [{**each, axis: name} for each in crossed for name in names]
    arms = [Arm(", ".join(f"{axis}={name}" for axis, name in each.items()), each, {}) for each in crossed]
    first = next(iter(axes.items()))
    contexts = draw.normal(0, 5, trials)
    rows = []
    for arm in arms:
        for number in range(trials):
            better = effect if arm.levels[first[0]] == first[1][0] else 0.0
            agreed = bool(draw.random() < 0.8)
            seller = 40 + contexts[number] + better + draw.normal(0, 4) if agreed else 26.0
            values: dict[str, float | bool | None] = {
                "agreed": agreed,
                "utility.seller": round(seller, 6),
                "utility.buyer": round(90 - seller, 6) if agreed else 30.0,
                "deal.price": float(round(5 * seller, -1)) if agreed else None,
                "rounds": int(draw.integers(3, 11)),
            }
            status: Any = "failed" if draw.random() < failed else "done"
            status = "waiting" if number >= trials - waiting else status
            name = f"{arm.name}/{number}"
            rows.append(
                Trial(
                    arm=arm.name,
                    levels=arm.levels,
                    context=f"bike {number}",
                    number=number + 1,
                    swapped=False,
                    run=None if status == "waiting" else name,
                    status=status,
                    fault="timeout" if status == "failed" else None,
                    attempts=2 if status == "failed" else 1,
                    values=values if status == "done" else {},
                    cost=0.01 if calls else 0.0,
                    calls=5 if calls else 0,
                    tokens=900 if calls else 0,
                    seconds=0.5,
                    series=name,
                    scenario="used-bike",
                    seed=number,
                )
            )
    found = [Axis(axis, [Level(name, {}, number_of(name)) for name in names]) for axis, names in axes.items()]
    settled: dict[str, Any] = {"family": "holm", "alpha": 0.05, **design}
    made_of = Design("bikes", ["used-bike"], found, arms, trials, seed, MEASURES, contrasts, **settled)
    return Results("bikes", made_of, rows, {"plan": "1f2e", "seed": seed})


def number_of(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
