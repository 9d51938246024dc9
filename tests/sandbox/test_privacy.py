"""Nobody sees what they may not: canaries in everything private are never within reach of another's view."""

from __future__ import annotations

import functools
import types
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import moot
from sandbox import Reply, View
from scenarios import scenario_from_data
from transcripts import Accept, Offer

SEATS = ("ann", "ben", "cem")


def scenario(brief: str, number: int) -> dict[str, Any]:
    """Put a canary of its own into every private field of every seat, and a room that ben is not in."""
    return {
        "title": "Canaries",
        "issues": {"price": {"from": 0, "to": 9}},
        "participants": {
            seat: {
                "role": f"is {seat}",
                "brief": f"{brief}-{seat}",
                "prefers": {"price": {0: 0, 9: number + rank}},
                "no_deal": number / 2 + rank,
                "never": f"price > {number} * {rank + 2}",
            }
            for rank, seat in enumerate(SEATS)
        },
        "threads": {"hall": {}, "closet": {"members": ["ann", "cem"]}},
        "end": {"rounds": 3},
    }


def reachable(root: object) -> set[str]:
    """Collect the text of everything that can be reached from an object, through fields, closures and bound selves."""
    seen: set[int] = set()
    found: set[str] = set()
    left = [root]
    while left:
        item = left.pop()
        if id(item) in seen or isinstance(item, type | types.ModuleType):
            continue
        seen.add(id(item))
        if isinstance(item, str | int | float):
            found.add(str(item))
        elif isinstance(item, dict):
            left += [*item.keys(), *item.values()]
        elif isinstance(item, list | tuple | set | frozenset):
            left += item
        elif isinstance(item, functools.partial):
            left += [*item.args, *item.keywords.values()]
        elif isinstance(item, types.MethodType):
            left.append(item.__self__)
        elif hasattr(item, "tolist"):
            left.append(item.tolist())
        else:
            left += list(getattr(item, "__dict__", {}).values())
            left += [getattr(item, slot) for slot in getattr(type(item), "__slots__", ()) if hasattr(item, slot)]
    return found


class Spy:
    """Say something secret in the closet, make an offer in the hall, and keep every view's reach."""

    def __init__(self) -> None:
        self.reach: dict[str, set[str]] = {seat: set() for seat in SEATS}

    async def reply(self, view: View) -> Reply:
        self.reach[view.seat] |= reachable(view)
        if view.thread.name == "closet":
            return Reply(f"whispered by {view.seat}")
        return Reply("aloud", Offer(terms={"price": 99 if not view.refusals else 1}))


@settings(max_examples=15, deadline=None)
@given(brief=st.from_regex(r"canary[a-z]{8}", fullmatch=True), number=st.integers(10_000, 90_000))
def test_no_view_reaches_a_canary_of_another(brief: str, number: int) -> None:
    spy = Spy()
    moot.run(scenario_from_data(scenario(brief, number), "canaries"), brains=dict.fromkeys(SEATS, spy), record=False)
    for rank, seat in enumerate(SEATS):
        assert f"{brief}-{seat}" in spy.reach[seat], "a seat knows its own"
        for other_rank, other in enumerate(SEATS):
            if other != seat:
                theirs = {f"{brief}-{other}", str(number + other_rank), str(float(number + other_rank)),
                          str(number / 2 + other_rank), f"price > {number} * {other_rank + 2}"}  # fmt: skip
                ours = {str(float(number + rank)), str(number / 2 + rank)}
                assert not (theirs - ours) & spy.reach[seat]
    assert not any("whispered" in text for text in spy.reach["ben"])
    assert any("whispered by ann" in text for text in spy.reach["cem"])


def test_a_refusal_names_only_what_its_author_may_know() -> None:
    class Tries:
        async def reply(self, view: View) -> Reply:
            if view.refusals:
                heard.append(view.refusals[-1].reason)
            return Reply("", Accept(offer="closet:1") if view.seat == "ben" else Offer(terms={"price": 1}))

    heard: list[str] = []
    data = scenario("canary", 10_000)
    moot.run(scenario_from_data(data, "canaries"), brains=dict.fromkeys(SEATS, Tries()), record=False)
    assert heard
    assert not any("canary" in reason or "10000" in reason or "closet:2" in reason for reason in heard)
