"""Runs as they are played are compared, forks and mixed runs too, and a cause can be put to the test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import moot
from sandbox.confirm import Confirmed, aconfirm
from sandbox.forking import Change, afork
from sandbox.recorded import Hybrid
from transcripts import Transcript, parse_jsonl
from transcripts.diff import Cause, Diff, Rules


@pytest.fixture
def store(tmp_path: Path) -> Iterator[moot.Store]:
    with moot.Store.open(tmp_path / "transcripts.db") as opened:
        yield opened


def play(**options: Any) -> moot.Run:
    return moot.run("used-bike", seed=7, record=False, **options)


def model(**options: Any) -> moot.Run:
    return play(cast={"buyer": "haggler@simulated"}, **options)


def cause(found: Diff) -> Cause:
    assert found.first is not None
    return found.first.cause


def confirm(found: Diff, many: int = 3) -> Confirmed:
    return asyncio.run(aconfirm(found, many))


@pytest.mark.parametrize(
    ("left", "right", "kind", "where"),
    [
        (play, lambda: play(cast={"buyer": "@conceder"}), "cast", "buyer.brain.tactic"),
        (play, lambda: moot.run("used-bike", seed=8, record=False), "seed", ""),
        (play, lambda: play(settings={"seller.no_deal": 40}), "settings", "seller.no_deal"),
        (model, lambda: play(cast={"buyer": "analyst@simulated"}), "cast", "buyer.persona"),
        (model, lambda: model(settings={"buyer.brain.temperature": 0.5}), "parameters", "temperature"),
        (model, lambda: model(settings={"buyer.brief": "You have 310 at most."}), "settings", "buyer.brief"),
    ],
)
def test_a_cause_is_found_and_confirmed(
    left: Callable[[], moot.Run], right: Callable[[], moot.Run], kind: str, where: str
) -> None:
    found = moot.diff(left(), right())
    assert (cause(found).kind, cause(found).where) == (kind, where)
    assert (confirm(found).taken, confirm(found).without) == (3, 0)


def test_a_sentence_of_a_persona_is_shown_with_its_words() -> None:
    run = model()
    body = run.transcript.bodies[run.state.started.personas["haggler"]]  # type: ignore[union-attr]  # it has begun
    changed = with_persona(body.replace(b"record shop", b"flower shop"))
    found = moot.diff(run, changed)
    assert (cause(found).kind, cause(found).where) == ("system prompt", "persona haggler: about")
    assert "record" in cause(found).a and "flower" in cause(found).b
    assert confirm(found).taken == 3 and confirm(found).without == 0


def with_persona(body: bytes) -> moot.Run:
    from sandbox.plan import Plan, plan

    made: Plan = plan("used-bike", seed=7, cast={"buyer": "haggler@simulated"})
    from dataclasses import replace

    from personas import Persona

    chair = replace(made.cast["buyer"], persona=Persona.model_validate_json(body))
    return moot.run(replace(made, cast={**made.cast, "buyer": chair}), record=False)


def test_a_fork_is_the_cause_of_what_it_changed(store: moot.Store) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    branch = asyncio.run(afork(run.name, store, at=8, change=Change(cast={"buyer": "@conceder"})))
    found = moot.diff(run.name, branch.name, store=store.path)
    assert (cause(found).kind, cause(found).fork) == ("cast", 8)
    assert found.first is not None and found.first.b is not None and found.first.b.number > 8
    assert confirm(found).taken == 3


def test_a_fork_in_which_nothing_is_changed_is_the_same(store: moot.Store) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    branch = asyncio.run(afork(run.name, store, at=8))
    assert moot.diff(run, branch).same


def test_what_a_person_said_is_the_cause(store: moot.Store) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    branch = asyncio.run(afork(run.name, store, at=6, change=Change(say={"buyer": "Take it or leave it."})))
    found = moot.diff(run, branch)
    assert (cause(found).kind, cause(found).b) == ("human", "Take it or leave it.")
    assert confirm(found).taken == 3
    with pytest.raises(moot.Error, match="what a person says is said"):
        confirm(moot.diff(branch, run))


def test_answers_that_differ_though_the_same_was_asked_are_sampling() -> None:
    run = model()
    other = answered_otherwise(run.transcript)
    found = moot.diff(run, other)
    assert cause(found).kind == "sampling" and cause(found).b.startswith("Something else")
    assert (confirm(found).taken, confirm(found).without) == (None, 3), "the model does as it did"


def answered_otherwise(transcript: Transcript) -> Transcript:
    """Let the first turn in which a model was asked come out otherwise."""
    events: list[Any] = list(transcript.events)
    first = next(event for event in events if event.kind == "answered")
    for place, event in enumerate(events):
        if event.turn == first.turn and event.kind == "answered":
            events[place] = event.model_copy(update={"answer": {"text": "Something else."}})
        elif event.turn == first.turn and event.kind == "said":
            events[place] = event.model_copy(update={"text": "Something else.", "act": None})
    return Transcript([event for event in events if event.turn <= first.turn], transcript.bodies, "other")


def test_a_mixed_run_is_the_run_that_its_answers_come_from() -> None:
    run = model()
    assert moot.diff(run, model(answers=Hybrid(run.transcript))).same


def test_a_failed_run_is_compared() -> None:
    run = play()
    with_fault = play(brains={"buyer": Broken()})
    found = moot.diff(run, with_fault)
    assert found.summaries[1].forfeits and found.summaries[1].agreed is None
    assert cause(found).kind == "cast"


class Broken:
    async def reply(self, view: Any) -> Any:
        raise RuntimeError("out of order")


def test_acts_alone_are_compared() -> None:
    assert moot.diff(play(), play(settings={"buyer.brain.talk": False}), rules=Rules(prose=False)).same


def test_what_cannot_be_taken_over_says_why() -> None:
    run = model()
    late = answered_otherwise(run.transcript)
    events = [e.model_copy(update={"served": "another"}) if e.kind == "answered" else e for e in late.events]
    with pytest.raises(moot.Error, match="its own choice"):
        confirm(moot.diff(run, Transcript(events, late.bodies)))


def test_a_file_of_content_differs_from_its_run_in_nothing_it_was_played_with() -> None:
    run = play()
    assert moot.diff(run, parse_jsonl(run.content(), "run.jsonl")).inputs == ()
