"""Any turn is a place from which things can go differently, and what came before is shared and not copied."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import moot
from sandbox.again import areplay
from sandbox.branches import abranches
from sandbox.forking import Change, afork
from scenarios import scenario_from_data
from transcripts import Accept, Offer


@pytest.fixture
def store(tmp_path: Path) -> Iterator[moot.Store]:
    with moot.Store.open(tmp_path / "transcripts.db") as opened:
        yield opened


def fork(name: str, store: moot.Store, **options: Any) -> moot.Run:
    return asyncio.run(afork(name, store, **options))


def turns(run: moot.Run, upto: int) -> list[Any]:
    return [event for event in run.transcript.content() if 0 < event.turn <= upto]


def test_a_fork_shares_its_past_exactly_and_goes_on_as_the_run_did(store: moot.Store) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    branch = fork(run.name, store, at=8)
    assert turns(branch, 8) == turns(run, 8)
    assert branch.outcome == run.outcome
    info = store.find(branch.name)
    assert (info.parent, info.after) == (run.name, 8)


def test_a_run_is_as_good_as_its_name_where_it_is_in_the_store(store: moot.Store) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    assert moot.fork(run, at=8, store=store).outcome == run.outcome
    nowhere = moot.run("used-bike", seed=8, record=False)
    nowhere.name = run.name
    for other in (nowhere, moot.run("used-bike", seed=7, record=False)):
        with pytest.raises(moot.Error, match="is not in the store"):
            moot.fork(other, at=8, store=store)
    with pytest.raises(moot.Error, match="3 is no run"):
        moot.fork(3, at=8, store=store)  # type: ignore[call-overload]


def test_what_a_person_says_is_said_and_binds(store: moot.Store) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    last = [event for event in turns(run, 99) if event.kind == "said" and event.seat == "seller"][-1]
    take = Change(say={"buyer": "I take it."}, acts={"buyer": Accept(offer=f"table:{last.n}")})
    branch = fork(run.name, store, at=last.turn, change=take)
    assert branch.outcome.turns == last.turn + 1 and branch.outcome.terms == last.act.terms
    assert branch.messages[-1].text == "I take it."


def test_a_fork_can_be_forked_and_each_is_replayed(store: moot.Store) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    first = fork(run.name, store, at=8, change=Change(cast={"buyer": "@conceder"}))
    late = fork(first.name, store, at=10, seed=99)
    early = fork(first.name, store, at=4)
    for branch in (first, late, early):
        again = store.load(branch.name)
        assert asyncio.run(areplay(again)) == len(again.content())
    assert turns(late, 10) == turns(first, 10) and turns(early, 4) == turns(run, 4)
    assert early.outcome == run.outcome, "before the first fork nothing was changed"


def test_changed_settings_hold_from_the_fork_on(store: moot.Store) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    branch = fork(run.name, store, at=6, change=Change(settings={"scenario.end.rounds": 4}))
    assert branch.outcome.rounds == 4 < run.outcome.rounds


def test_an_edit_changes_the_words_and_keeps_the_act(store: moot.Store) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    branch = fork(run.name, store, change=Change(edit=(3, "Take it or leave it.")))
    edited = next(event for event in branch.transcript.content() if event.kind == "said" and event.turn == 3)
    original = next(event for event in run.transcript.content() if event.kind == "said" and event.turn == 3)
    assert (edited.text, edited.act, edited.by) == ("Take it or leave it.", original.act, "person")


def test_branches_share_one_past_and_have_seeds_of_their_own(store: moot.Store) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    branches = asyncio.run(abranches(run.name, store, 10, at=8)).runs
    assert len({branch.seed for branch in branches}) == 10
    assert all(turns(branch, 8) == turns(run, 8) for branch in branches)


def test_a_fork_survives_its_file_form(store: moot.Store, tmp_path: Path) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    branch = fork(run.name, store, at=8, change=Change(cast={"buyer": "@conceder"}))
    branch.export(tmp_path / "branch.jsonl")
    loaded = moot.load(tmp_path / "branch.jsonl")
    assert loaded.content() == branch.content()
    assert asyncio.run(areplay(loaded.transcript)) == len(loaded.transcript.content())


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"at": 99}, "no turn 99"),
        ({"change": Change(say={"byer": "hello"})}, "byer"),
        ({"change": Change(say={"buyer": "hello"})}, "where it is over: agreed"),
        ({"at": 2, "change": Change(acts={"buyer": Accept(offer="table:9")})}, "table:9"),
        (
            {
                "at": 2,
                "change": Change(acts={"buyer": Offer(terms={"price": 5, "pickup": "today", "helmet": "included"})}),
            },
            "price",
        ),
        ({"change": Change(edit=(99, "x"))}, "nothing was said in turn 99"),
        ({"at": 2, "change": Change(cast={"buyer": "haggler@boulwar"})}, "boulwar"),
        ({"at": 2, "change": Change(settings={"seller.prefer": 3})}, "prefer"),
    ],
)
def test_what_cannot_be_says_so_and_leaves_nothing_behind(
    options: dict[str, Any], says: str, store: moot.Store
) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    with pytest.raises(moot.Error, match=says):
        fork(run.name, store, **options)
    assert [info.name for info in store.runs()] == [run.name]


def test_a_parent_is_not_removed_while_a_branch_needs_it(store: moot.Store) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    branch = fork(run.name, store, at=8)
    with pytest.raises(moot.Error, match=branch.name):
        store.remove([run.name])
    store.remove([run.name, branch.name])
    assert store.runs() == [] and store.check() == []


def test_a_branch_adds_no_copy_of_its_past_to_the_file(store: moot.Store) -> None:
    data = {"title": "A long talk", "participants": {"ann": {}, "ben": {}}, "threads": {"table": {}}}
    source = scenario_from_data({**data, "end": {"turns": 300}}, "talk")
    run = moot.run(source, cast={"ann": "@simulated", "ben": "@simulated"}, store=store)
    before = _size(store)
    fork(run.name, store, at=299, seed=1)
    added = _size(store) - before
    assert added < 0.05 * len(run.transcript.to_jsonl()), added


def _size(store: moot.Store) -> int:
    """Count what stands in the tables that grow, in bytes."""
    counts = (
        "sum(length(payload) + length(evidence) + ifnull(length(text), 0)) FROM events",
        "sum(length(body)) FROM bodies",
        "40 * count(*) FROM uses",
    )
    with closing(sqlite3.connect(store.path)) as connection:
        return sum(connection.execute(f"SELECT {count}").fetchone()[0] for count in counts)
