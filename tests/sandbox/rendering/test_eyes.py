"""Nobody's eyes see what they may not: of runs with side threads, secret choices, private words and questions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import moot
from sandbox import Reply, View
from sandbox.rendering.data import event_data, run_data
from sandbox.rendering.header import header_lines
from sandbox.rendering.listing import event_line
from sandbox.rendering.outcome import outcome_lines
from sandbox.rendering.paint import Paint
from sandbox.rendering.scene import Scene
from sandbox.rendering.talk import Talk
from sandbox.tally import tally_of
from scenarios import scenario_from_data
from transcripts import (
    Accept,
    Answer,
    Event,
    Leave,
    Move,
    Offer,
    OpenThread,
    Refused,
    State,
    Transcript,
    Vote,
    fold,
)

SEATS = ("ann", "ben", "cem", "dee")
WORD = re.compile(r"word[0-9]+x")

SCENARIO: dict[str, Any] = {
    "title": "Everything at once",
    "issues": {"price": {"from": 0, "to": 9}},
    "choices": {"give": {"from": 0, "to": 9}, "verdict": ["guilty", "innocent"]},
    "roles": "private",
    "participants": {
        seat: {"role": f"is {seat}", "brief": f"brief-{seat}", "prefers": {"price": {0: 0, 9: rank + 0.37}}}
        for rank, seat in enumerate(SEATS, 10)
    },
    "threads": {
        "hall": {},
        "closet": {"members": ["ann", "dee"], "speakers": "random"},
        "caucus": {"open_by": "any", "size": "2..3", "binds": "members"},
    },
    "phases": [
        {"thread": ["hall", "closet"], "rounds": 3},
        {"secret": "give", "of": ["ann", "cem"], "reveal": "none"},
        {"ballot": "verdict", "secret": True, "thread": "hall"},
    ],
    "repeat": {"times": 2},
    "ask": {"when": ["before", "every 2 rounds"], "items": {"sure": "1..7"}, "say": "How sure are you?"},
    "events": [
        {"at": "round 2", "to": ["ben", "cem"], "say": "word1x"},
        {"at": "round 2", "to": "all", "say": "word2x"},
        {"at": "repeat 2", "to": ["ann"], "say": "word3x"},
    ],
    "end": {"agreement": {"quorum": 4}, "turns": 60, "forfeits": 9},
}


class Wild:
    """Do by chance whatever can be done, with a word of its own in all that is said."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.said = 10

    async def reply(self, view: View) -> Reply:
        draw = crc32(f"{self.seed} {view.seat} {view.thread.name} {view.turn} {len(view.refusals)}".encode())
        self.said += 1
        text = f"word{self.said}x"
        match view.task.kind:
            case "answer":
                return Reply(text, Answer(items={"sure": 1 + draw % 9}))  # 8 and 9 are refused
            case "move":
                return Reply(text, Move(choice=draw % 12))
            case "vote":
                return Reply(text, Vote(choice="guilty"))
            case _:
                return Reply(text, self._act(view, draw), re=_last(view) if draw % 5 == 0 else None)

    def _act(self, view: View, draw: int) -> Any:
        others = [seat for seat in SEATS if seat != view.seat]
        offers = [offer.id for offer in view.thread.standing.values() if offer.seat != view.seat]
        if view.thread.form == "caucus" and draw % 5 == 0:
            return Leave()
        if draw % 4 == 0 and not view.refusals:
            return OpenThread(
                invite=sorted({others[draw % 3], others[draw // 8 % 3]}), about=f"word{self.said + 1_000_000}x"
            )
        if draw % 3 == 0:
            return Accept(offer=offers[0]) if offers else None
        return Offer(terms={"price": draw % 11}) if draw % 2 else None  # 10 is refused


def _last(view: View) -> str | None:
    return view.thread.messages[-1].id if view.thread.messages else None


def play(seed: int) -> Transcript:
    source = scenario_from_data(SCENARIO, "everything")
    return moot.run(source, seed=seed, brains=dict.fromkeys(SEATS, Wild(seed)), record=False).transcript


def shown(events: Sequence[Event], state: State, seat: str | None) -> str:
    """Print a run in every way that there is."""
    scene = Scene("run-1", state, seat)
    seen = [event for event in events if scene.sees(event)]
    paint, talk = Paint(), Talk(scene, Paint(), 100)
    tally = tally_of(seen)
    lines = [*header_lines(scene, paint, 100), *outcome_lines(scene, paint, 100, tally if seat is None else None)]
    for event in seen:
        lines += [*talk.lines(event), event_line(scene, event), json.dumps(event_data(scene, event))]
    return "\n".join([*lines, json.dumps(run_data(scene, tally))])


def words_of(events: Sequence[Event]) -> Iterator[tuple[set[str], set[str]]]:
    """Give the words of each event, and who may know them: worked out anew, from the events alone."""
    members = {"hall": set(SEATS), "closet": {"ann", "dee"}}
    asked = {event.turn for event in events if getattr(event, "task", None) == "answer"}
    for event in events:
        words = set(WORD.findall(event.model_dump_json()))
        match event.kind:
            case "said":
                yield words, set(members[event.thread])
                if isinstance(event.act, Leave):
                    members[event.thread].discard(event.seat)
            case "opened":
                members[event.thread] = set(event.members)
                yield words, set(event.members)
            case "told":
                yield words, set(event.to)
            case "confided":
                yield words, {event.seat} if event.task in ("move", "vote") else set()
            case "refused":
                yield words, {event.seat} if event.turn not in asked else set()
            case _:
                yield words if event.kind != "started" else set(), set()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_seat_sees_the_words_that_it_received_and_no_others(seed: int) -> None:
    whole = play(seed)
    events, state = whole.content(), whole.state()
    for seat in SEATS:
        there = set(WORD.findall(shown(events, state, seat)))
        may = {word for words, who in words_of(events) if seat in who for word in words}
        assert there == may
    assert {word for words, _ in words_of(events) for word in words} <= set(WORD.findall(shown(events, state, None)))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_what_a_seat_does_not_see_changes_nothing_of_what_it_is_shown(seed: int) -> None:
    whole = play(seed)
    events, state = whole.content(), whole.state()
    for seat in SEATS:
        scene = Scene("run-1", state, seat)
        known = [event for event in events if scene.sees(event) or event.kind == "staged"]  # which time it is
        assert shown(known, fold(known, whole.bodies), seat) == shown(events, state, seat)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_number_of_the_whole_run_is_shown_to_a_seat(seed: int) -> None:
    whole = play(seed)
    for seat in SEATS:
        scene = Scene("run-1", whole.state(), seat)
        for event in filter(scene.sees, whole.content()):
            data = event_data(scene, event)
            assert not data.keys() & {"tick", "turn", "step", "event", "seed", "to", "evidence", "by_person"}
            assert set(data.get("worth", {})) <= {seat}


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_search_as_somebody_finds_what_it_received(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    whole = play(seed)
    said = [event for event in whole.content() if event.kind == "said"]
    with moot.Store.open(tmp_path_factory.mktemp("search") / "transcripts.db") as store:
        store.add(whole)
        for seat in SEATS:
            may = {word for words, who in words_of(whole.content()) if seat in who for word in words}
            hits = {hit.text for event in said for hit in store.search(event.text, as_=seat)}
            found = {text for text in hits if WORD.search(text)}
            assert found == {event.text for event in said if event.text in may}


def test_the_wild_do_everything() -> None:
    kinds = {(event.kind, getattr(event, "task", None)) for seed in range(12) for event in play(seed).content()}
    assert {kind for kind, _ in kinds} >= {
        "said", "confided", "told", "opened", "chosen", "staged", "tallied", "asked", "refused", "valued", "ended",
    }  # fmt: skip
    acts = {act.kind for seed in range(12) for event in play(seed).content() if (act := getattr(event, "act", None))}
    assert acts >= {"leave", "accept", "offer", "move", "vote", "answer"}


def test_a_refused_answer_is_the_researchers() -> None:
    whole = next(found for seed in range(40) if refused_answers(found := play(seed)))
    (event, *_) = refused_answers(whole)
    assert not Scene("run-1", whole.state(), event.seat).sees(event)
    assert Scene("run-1", whole.state()).sees(event)


def refused_answers(whole: Transcript) -> list[Refused]:
    asked = {event.turn for event in whole.content() if getattr(event, "task", None) == "answer"}
    return [event for event in whole.content() if isinstance(event, Refused) and event.turn in asked]
