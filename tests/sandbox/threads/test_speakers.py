"""Who speaks next: each policy keeps its word, says why, and lets nobody wait for ever."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import Reply, View
from sandbox.speakers import PATIENCE
from tests.sandbox.threads.actors import kinds, mute, play, replayed
from transcripts import HandOver

SEATS = ("ann", "ben", "cem", "dee")
GRAPH = {"graph": {"ann": ["ben", "cem"], "ben": ["ann", "dee"], "cem": ["ben"], "dee": ["ann", "cem"]}}
POLICIES: list[Any] = [
    "round robin",
    "simultaneous",
    "shuffled",
    {"shuffled": {"no_repeat": True, "not_last": "ann"}},
    "random",
    {"random": {"no_repeat": True, "weights": {"ann": 5, "dee": 0.1}}},
    "addressed",
    "bids",
    GRAPH,
    "handoff",
    {"moderator": "ann"},
]


def hall(speakers: Any, turns: int = 40) -> dict[str, Any]:
    participants: dict[str, Any] = {seat: {} for seat in SEATS}
    return {
        "title": "A hall",
        "participants": participants,
        "threads": {"hall": {"speakers": speakers}},
        "end": {"turns": turns},
    }


def spoken(run: Any) -> list[str]:
    return [event.seat for event in kinds(run, "said")]


def stubborn(view: View) -> Reply:
    """Name, and hand over to, always the same two, so that the others would wait for ever."""
    to = "ben" if view.seat == "ann" else "ann"
    return Reply(f"What do you say, {to}?", HandOver(to=to))


@given(st.sampled_from(POLICIES), st.integers(0, 9), st.booleans())
@settings(max_examples=40, deadline=None)
def test_nobody_waits_for_ever_and_every_choice_has_its_reason(policy: Any, seed: int, is_stubborn: bool):
    run = play(hall(policy, 120), seed=seed, say=stubborn if is_stubborn else mute)
    order, waits = spoken(run), Counter[str]()
    for seat in order:
        for each in SEATS:
            waits[each] = 0 if each == seat else waits[each] + 1
            assert waits[each] <= 2 * PATIENCE * len(SEATS) or each == "ann" or "weights" in str(policy)
    chosen = kinds(run, "chosen")
    if policy in ("round robin", "simultaneous"):
        assert not chosen and all(event.evidence.why.startswith(policy) for event in kinds(run, "said"))
    else:
        assert [event.seats for event in chosen] == [[seat] for seat in order] and all(event.why for event in chosen)
    assert replayed(run, say=stubborn if is_stubborn else mute) == len(run.transcript.content())


def test_everybody_speaks_once_a_cycle_where_it_is_shuffled():
    order = spoken(play(hall({"shuffled": {"no_repeat": True, "not_last": ["ann"]}}, 80), seed=2, say=mute))
    cycles = [order[at : at + 4] for at in range(0, 80, 4)]
    assert all(sorted(cycle) == list(SEATS) and cycle[-1] != "ann" for cycle in cycles)
    assert all(one != other for one, other in pairwise(order)) and len(set(map(tuple, cycles))) > 4


def test_weights_are_kept():
    counts = Counter(spoken(play(hall({"random": {"weights": {"ann": 6, "dee": 0}}}, 400), say=mute)))
    assert counts["dee"] == 0 and counts["ann"] > 2 * counts["ben"] > 0


def test_a_graph_is_followed():
    order = spoken(play(hall(GRAPH), say=mute))
    after = GRAPH["graph"]
    assert all(later in after[earlier] for earlier, later in pairwise(order))
    assert set(order) == set(SEATS)


def test_whoever_was_named_speaks_next():
    def ask(view: View) -> Reply:
        return Reply("Dee, what do you say? And you, Ben?" if view.seat == "ann" else "Nothing.")

    run = play(hall("addressed", 8), say=ask)
    assert spoken(run)[:2] == ["ann", "dee"]
    assert kinds(run, "chosen")[1].why == "addressed: was named in hall:1"


def test_all_speak_at_once_and_hear_it_next_time():
    heard: list[int] = []

    def count(view: View) -> Reply:
        heard.append(len(view.thread.messages))
        return Reply("Now.")

    run = play(hall("simultaneous", 12), say=count)
    assert heard == [0] * 4 + [4] * 4 + [8] * 4
    assert {event.tick for event in kinds(run, "said")} == {1, 2, 3}


def test_a_moderator_who_names_nobody_is_helped_by_the_fallback_and_that_is_said():
    def play_badly(view: View) -> Reply:
        return Reply("Hm.")

    from tests.sandbox.threads import actors

    class Silent(actors.Actor):
        async def reply(self, view: View) -> Reply:
            return await super().reply(view) if view.task.kind == "talk" else Reply("", HandOver(to="nobody"))

    import moot
    from scenarios import scenario_from_data

    brains = {seat: Silent(say=play_badly) for seat in SEATS}
    data = {**hall({"moderator": {"seat": "ann", "fallback": "round robin"}}, 6), "end": {"turns": 6, "forfeits": 99}}
    run = moot.run(scenario_from_data(data, "hall"), brains=brains, record=False)
    assert spoken(run)[:4] == list(SEATS)
    assert "ann named nobody who may speak; fallback round robin" in kinds(run, "chosen")[0].why


@pytest.mark.parametrize("threads", [2, 5])
def test_nobody_speaks_in_two_threads_at_once_and_no_thread_starves(threads: int):
    shared = {f"t{number}": {"members": ["ann", SEATS[1 + number % 3]]} for number in range(threads)}
    members = {seat for thread in shared.values() for seat in thread["members"]}
    data = {
        **hall("round robin", 60),
        "participants": {seat: {} for seat in SEATS if seat in members},
        "threads": shared,
    }
    run = play(data, say=mute)
    at_once = Counter((event.tick, event.seat) for event in kinds(run, "said"))
    assert max(at_once.values()) == 1
    assert min(Counter(event.thread for event in kinds(run, "said")).values()) > 60 / threads / 3
