"""Transcripts to test with: one that is told by hand, and as many as Hypothesis can think of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import strategies as st

from transcripts import (
    Accept,
    Agreed,
    Answered,
    Asking,
    Bodies,
    Difference,
    Ended,
    Evidence,
    Exhausted,
    Forfeited,
    Noted,
    Offer,
    Pass,
    Refused,
    Reject,
    Said,
    Seat,
    Started,
    Store,
    Transcript,
    Valued,
    WalkAway,
    Withdraw,
)

NAMES = st.text(min_size=1, max_size=8)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
TERMS = st.dictionaries(st.text(), PLAIN, max_size=3)
EVIDENCE = st.none() | st.builds(
    Evidence,
    at=st.none() | st.floats(0, 4e9),
    took=st.none() | st.floats(0, 1e6),
    run=st.none() | st.text(),
    engine=st.none() | st.text(),
    detail=st.none() | st.text(),
)
ACTS = st.none() | st.one_of(
    st.builds(Offer, terms=TERMS),
    st.builds(Accept, offer=st.text()),
    st.builds(Reject, offer=st.text()),
    st.builds(Withdraw),
    st.builds(WalkAway),
    st.builds(Pass),
)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Make a transcript that could be of a run, whatever was said in it, in any order of arrival."""
    bodies = Bodies()
    seats = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    threads = draw(st.lists(NAMES, min_size=1, max_size=2, unique=True))
    members = st.lists(st.sampled_from(seats), min_size=1, unique=True)
    situation: dict[str, Any] = {"threads": {thread: {"members": draw(members)} for thread in threads}}
    events: list[Any] = [
        Started(
            name=draw(NAMES),
            seed=draw(st.integers(0, 2**63 - 1)),
            cast={seat: Seat(persona=draw(st.none() | NAMES), brain=draw(TERMS)) for seat in seats},
            settings=draw(TERMS),
            scenario=bodies.put(draw(PLAIN)),
            situation=bodies.put(situation),
            personas={name: bodies.put(draw(PLAIN)) for name in draw(st.lists(NAMES, max_size=2))},
            evidence=draw(EVIDENCE),
        )
    ]
    counts = dict.fromkeys(threads, 0)
    ticks = draw(st.lists(st.integers(1, 2), max_size=4))
    turn = 0
    for tick, turns in enumerate(ticks, 1):
        for _ in range(turns):
            turn += 1
            where: dict[str, Any] = {"tick": tick, "turn": turn, "thread": draw(st.sampled_from(threads))}
            where["seat"] = draw(st.sampled_from(situation["threads"][where["thread"]]["members"]))
            events += draw(_turn(bodies, where, counts))
    if draw(st.booleans()):
        events.append(Exhausted(tick=len(ticks) + 1, what="cost", limit=draw(NUMBERS)))
        events.append(
            Ended(
                tick=len(ticks) + 1,
                step=1,
                status=draw(st.sampled_from(["done", "failed", "exhausted"])),
                reason=draw(st.text()),
                agreed=draw(st.none() | st.booleans()),
                terms=draw(st.none() | TERMS),
                measures=draw(st.none() | TERMS),
                evidence=draw(EVIDENCE),
            )
        )
    return Transcript([events[0], *draw(st.permutations(events[1:]))], bodies, draw(st.none() | NAMES))


@st.composite
def _turn(draw: st.DrawFn, bodies: Bodies, where: dict[str, Any], counts: dict[str, int]) -> list:
    refused = st.builds(Refused, by=NAMES, reason=st.text(), act=ACTS, text=st.text(), evidence=EVIDENCE)
    steps: list = [each.model_copy(update=where) for each in draw(st.lists(refused, max_size=1))]
    if draw(st.booleans()):
        call: dict[str, Any] = {"purpose": draw(st.text()), "profile": draw(st.text()), "fingerprint": draw(st.text())}
        prompt = Difference(
            head=draw(st.integers(0, 9)), plus=tuple(bodies.put(part) for part in draw(st.lists(st.text())))
        )
        answer = draw(st.none() | TERMS)
        request = bodies.put(draw(TERMS))
        steps.append(Answered(**where, **call, request=request, prompt=prompt, answer=answer, cost=draw(NUMBERS)))
        unanswered = Asking(**where, **call, step=len(steps) - 1, evidence=draw(EVIDENCE))
    else:
        unanswered = None
    if draw(st.integers(0, 4)) == 0:
        steps.append(Forfeited(**where, fault="error", reason=draw(st.text()), evidence=draw(EVIDENCE)))
    else:
        counts[where["thread"]] += 1
        n, act = counts[where["thread"]], draw(ACTS)
        steps.append(Said(**where, n=n, act=act, text=draw(st.text()), evidence=draw(EVIDENCE)))
        if isinstance(act, Offer):
            worth = draw(st.dictionaries(st.text(), NUMBERS, max_size=2))
            steps.append(Valued(**where, offer=f"{where['thread']}:{n}", worth=worth, evidence=draw(EVIDENCE)))
        if isinstance(act, Accept):
            place = {key: where[key] for key in ("tick", "turn", "thread")}
            steps.append(Agreed(**place, offer=act.offer, terms=draw(TERMS), by=draw(st.lists(NAMES))))
        if draw(st.booleans()):
            steps.append(Noted(**where, upto=n, note=draw(st.text())))
    events = [event.model_copy(update={"step": step}) for step, event in enumerate(steps)]
    return [unanswered, *events] if unanswered else events


def begin(scenario: str = "bike", **changes: object) -> tuple[Started, Bodies]:
    """Give the beginning of a run: a table for two, and a side thread of the seller's."""
    bodies = Bodies()
    threads = {"table": {"members": ["seller", "buyer"]}, "aside": {"members": ["seller"]}}
    situation = bodies.put({"title": "A bike", "threads": threads, **changes})
    cast = {"seller": Seat(brain={"kind": "rule"}), "buyer": Seat(persona="haggler", brain={"kind": "rule"})}
    return Started(name=scenario, seed=7, cast=cast, scenario=bodies.put({}), situation=situation), bodies


def say(turn: int, text: str, **more: Any) -> Said:
    """Give a message of the table, where the seller says everything."""
    return Said(**{"tick": turn, "turn": turn, "thread": "table", "seat": "seller", "n": turn, "text": text, **more})


def told(*texts: str, scenario: str = "bike") -> Transcript:
    """Give a transcript in which these were said at the table, and that ended there."""
    started, bodies = begin(scenario)
    ended = Ended(tick=len(texts) + 1, status="done", reason="that was all", agreed=False)
    return Transcript([started, *(say(turn, text) for turn, text in enumerate(texts, 1)), ended], bodies)


def record(store: Store, *texts: str, scenario: str = "bike") -> str:
    """Record such a run, and return its name."""
    transcript = told(*texts, scenario=scenario)
    with store.begin(*begin(scenario)) as recording:
        store.wait(recording.append(transcript.events[1:]))
        return recording.name


@pytest.fixture(scope="session")
def any_transcript() -> st.SearchStrategy[Transcript]:
    """Give a strategy for transcripts; a test draws from it with `data.draw`."""
    return transcripts()


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """Give what makes transcripts by hand: begin, say, told, record."""
    return SimpleNamespace(begin=begin, say=say, told=told, record=record)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty store."""
    with Store.open(tmp_path / "transcripts.db") as opened:
        yield opened


@pytest.fixture(scope="session")
def long_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give a store for a test that uses it many times over."""
    with Store.open(tmp_path_factory.mktemp("long") / "transcripts.db") as opened:
        yield opened
