"""What holds always holds with threads, phases, questions and guards too: same content, replay, and privacy."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import Reply, View
from tests.sandbox.test_privacy import reachable
from tests.sandbox.threads.actors import kinds, play, replayed, talk

SEATS = ("ann", "ben", "cem", "dee")
POLICIES = ("round robin", "simultaneous", "shuffled", "random", "addressed", "bids", "handoff", {"moderator": "ann"})


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a scenario that uses much of the language at once."""
    threads: dict[str, Any] = {"hall": {"speakers": draw(st.sampled_from(POLICIES))}}
    if draw(st.booleans()):
        threads["closet"] = {"members": ["ann", "cem"], "speakers": "alternating"}
    if draw(st.booleans()):
        budget = {
            draw(st.sampled_from(["turns", "rounds", "messages"])): 3,
            "of": draw(st.sampled_from(["own", "shared"])),
        }
        binds = draw(st.sampled_from(["all", "members", "nothing"]))
        threads["aside"] = {"open_by": "any", "size": "2..3", "most": 2, "budget": budget, "binds": binds}
    data: dict[str, Any] = {
        "title": "Drawn",
        "choices": {"give": {"from": 0, "to": 5}, "verdict": ["yes", "no"], "who": "seats"},
        "participants": {seat: {"brief": f"brief-{seat}-4711"} for seat in SEATS},
        "threads": threads,
        "end": {"turns": 40, "forfeits": 20},
    }
    if draw(st.booleans()):
        data["issues"] = {"price": {"from": 0, "to": 9}}
        for rank, seat in enumerate(SEATS):
            data["participants"][seat] |= {"prefers": {"price": {0: 0, 9: 4711 + rank}}, "no_deal": rank}
        rule = draw(st.sampled_from(["all", "majority", {"quorum": 3, "veto": ["ann"]}]))
        data["end"] = {**data["end"], "agreement": rule, "rounds": 4}
        if draw(st.booleans()):
            data["final"] = {"proposer": "ben", "decide": draw(st.sampled_from(["minimums", "votes"]))}
    talking: list[Any] = [
        {"thread": "hall", "rounds": 1},
        {"thread": list(threads)[: len(threads) - ("aside" in threads)], "turns": 5},
    ]
    choosing: list[Any] = [
        {"secret": "give", "reveal": draw(st.sampled_from(["each", "total", "none"]))},
        {"ballot": "verdict", "pass": draw(st.sampled_from([2, "most", "majority", "all"])), "hung": 2},
        {"secret": "who", "of": ["ann", "cem"], "reveal": "none", "pass": "most", "removes": True},
    ]
    phases = draw(st.lists(st.sampled_from([*talking, *choosing]), max_size=4))
    if phases:
        data["phases"] = phases
        data["repeat"] = draw(st.sampled_from([None, {"times": 2}, {"go_on": 0.5, "most": 3}]))
    if draw(st.booleans()):
        when = draw(st.lists(st.sampled_from(["before", "after", "every 2 rounds"]), min_size=1, unique=True))
        data["ask"] = {"when": when, "whom": ["ann", "dee"], "items": {"mood": ["good", "bad"], "trust": "1..7"}}
    if draw(st.booleans()):
        data["events"] = [
            {"at": "turn 3", "to": ["ben"], "say": "told-ben-4711"},
            {"at": "round 2", "say": "A bell rings."},
        ]
    return {key: value for key, value in data.items() if value is not None}


@given(scenarios(), st.integers(0, 99), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_the_same_happens_whoever_is_faster_and_again_in_a_replay(data: dict[str, Any], seed: int, speed: int):
    delays = random.Random(speed)
    at_once = play(data, seed=seed)
    late = play(data, seed=seed, delay=lambda: delays.choice((0, 0, 0.001, 0.003)))
    assert at_once.content() == late.content()
    assert replayed(at_once) == len(at_once.transcript.content())


@given(scenarios(), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_no_view_reaches_what_its_seat_may_not_know(data: dict[str, Any], seed: int):
    reach: dict[str, set[str]] = {seat: set() for seat in SEATS}

    def spying(view: View) -> Reply:
        reach[view.seat] |= reachable(view)
        reply = talk(view)
        return Reply(f"{reply.text} canary-{view.thread.name}", reply.act)

    run = play(data, seed=seed, say=spying)
    threads = {event.thread: set(event.members) for event in kinds(run, "opened")} | {"closet": {"ann", "cem"}}
    for seat, found in reach.items():
        everything = "\n".join(found)
        for name, members in threads.items():
            if seat not in members:
                assert f"canary-{name}" not in everything and name not in found
        for other in SEATS:
            if other != seat:
                assert f"brief-{other}-4711" not in everything
        assert seat == "ben" or "told-ben-4711" not in everything
        for event in kinds(run, "chosen"):
            assert event.why not in found


def test_a_refusal_tells_nothing_of_what_others_have_done_in_secret():
    """Canaries in moves: what is refused of one is the same whatever the others chose."""
    data: dict[str, Any] = {
        "title": "Secret",
        "choices": {"number": {"from": 0, "to": 9}},
        "participants": {seat: {} for seat in SEATS},
        "threads": {"hall": {}},
        "phases": [{"secret": "number", "reveal": "none"}, {"thread": "hall", "rounds": 1}],
        "end": {"forfeits": 99},
    }
    told: list[list[str]] = []
    for seed in range(3):
        views: list[str] = []

        def spying(view: View, views: list[str] = views) -> Reply:
            views.append("\n".join(sorted(reachable(view.thread) | reachable(view.revealed) | set(view.told))))
            return Reply("Hm.")

        run = play(data, seed=seed, say=spying)
        assert len({event.act.choice for event in kinds(run, "confided")}) > 1
        told.append(views)
    assert told[0] == told[1] == told[2]
