"""A trial is known by its content: what does not change it finds it again, what does makes another."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import moot
from sandbox.experiments import prepare
from sandbox.workspace import Workspace
from transcripts import Store, Transcript, TrialRow

BIKE: dict[str, Any] = {"scenario": "used-bike", "trials": 2}
NOWHERE = Workspace(Path(tempfile.gettempdir()) / "no-workspace")
LEVELS = st.lists(st.sampled_from(["boulware", "linear", "conceder", "hardheaded"]), min_size=1, unique=True)


def keys(file: dict[str, Any], **more: Any) -> list[str]:
    return [row.key for row in prepare({**file, **more}, workspace=NOWHERE).rows]


@settings(max_examples=30)
@given(LEVELS, st.lists(st.integers(200, 400), min_size=1, max_size=3, unique=True), st.integers(1, 4), st.integers(0))
def test_every_trial_has_a_key_of_its_own_and_always_the_same(tactics, asking, trials, seed):
    vary = {"seller.brain.tactic": tactics, "parameters.asking": asking}
    first = keys(BIKE, vary=vary, trials=trials, seed=seed % 2**63)
    assert len(set(first)) == len(first) == len(tactics) * len(asking) * trials
    assert keys(BIKE, vary=vary, trials=trials, seed=seed % 2**63) == first
    turned = {"parameters.asking": asking[::-1], "seller.brain.tactic": tactics[::-1]}
    assert set(keys(BIKE, vary=turned, trials=trials, seed=seed % 2**63)) == set(first)
    assert set(keys(BIKE, vary=vary, trials=trials + 1, seed=seed % 2**63)) > set(first)


def test_names_and_measures_and_comparisons_do_not_make_another_trial():
    plain = {"vary": {"seller.brain.tactic": ["boulware", "conceder"]}}
    named = {"vary": {"t": {"x": {"seller.brain.tactic": "boulware"}, "y": {"seller.brain.tactic": "conceder"}}}}
    compared = {"compare": [{"t": ["x", "y"], "of": "agreed"}], "family": "none", "measure": ["rounds"], "attempts": 9}
    assert keys(BIKE, **plain) == keys(BIKE, **named) == keys(BIKE, **named, **compared, budget={"cost": 1})


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"settings": {"seller.no_deal": 27}},
        {"settings": {"seller.brain.talk": False}},
        {"cast": {"buyer": "newcomer"}},
        {"scenario": "campsite"},
        {"settings": {"scenario.order.issues": "reversed"}},
    ],
    ids=str,
)
def test_whatever_changes_the_content_makes_another_trial(change):
    assert not set(keys(BIKE)) & set(keys(BIKE, **change))


def test_swapped_seats_and_series_are_beside_what_was_there():
    assert set(keys(BIKE)) < set(keys(BIKE, swap_seats=True)) and len(keys(BIKE, swap_seats=True)) == 4
    assert set(keys(BIKE)) < set(keys(BIKE, series={"runs": 3})) and len(keys(BIKE, series={"runs": 3})) == 6


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "t.db") as opened:
        yield opened


def asked(store: Store, holder: int, names: list[str], most: int = 10, attempts: int = 2) -> list[tuple[str, int]]:
    return [(each.state, each.attempt) for each in asyncio.run(store.trials.claim(names, holder, most, attempts))]


def begin(store: Store, transcript: Transcript, attempt: tuple[str, int]) -> None:
    first, *rest = transcript.events
    recording = store.begin(first, transcript.bodies, attempt=attempt)  # type: ignore[arg-type]
    recording.append(rest)
    recording.close()


def test_a_claim_is_its_holders_until_it_lets_go(store: Store):
    one, other = store.trials.hold(), store.trials.hold()
    assert asked(store, one, ["a", "b", "c"], most=2) == [("mine", 1), ("mine", 1)]
    assert asked(store, other, ["a", "b", "c"]) == [("busy", 1), ("busy", 1), ("mine", 1)]
    store.trials.let_go(one)
    assert asked(store, other, ["a", "b"]) == [("mine", 1), ("mine", 1)]


def test_a_claim_ends_with_the_process_that_held_it(store: Store, tmp_path: Path):
    code = (
        "import asyncio, os, sys; from transcripts import Store; store = Store.open(sys.argv[1]);"
        "asyncio.run(store.trials.claim(['a'], store.trials.hold(), 1, 1)); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-P", "-c", code, str(tmp_path / "t.db")])
    assert [each.run for each in store.trials.attempts(["a"])] == [None]
    assert asked(store, store.trials.hold(), ["a"]) == [("mine", 1)]


def test_an_experiment_is_held_while_somebody_lives_who_is_to_begin_more_of_it(store: Store):
    run = moot.run("used-bike", record=False)
    store.trials.save("bikes", {}, [TrialRow("a", "all", "bike:1", 1, False, "all:1", "bike", 1)])
    assert not store.trials.is_held("bikes")
    holder = store.trials.hold()
    asked(store, holder, ["a", "b"])
    assert store.trials.is_held("bikes") and not store.trials.is_held("cars")
    begin(store, run.transcript, ("a", 1))
    assert not store.trials.is_held("bikes")


def test_what_is_done_stays_done_and_what_failed_has_so_many_attempts(store: Store):
    holder = store.trials.hold()
    run = moot.run("used-bike", record=False)
    assert asked(store, holder, ["a", "b"]) == [("mine", 1), ("mine", 1)]
    begin(store, run.transcript, ("a", 1))
    for number in (1, 2):
        asyncio.run(store.trials.give_up("b", number, "overloaded"))
        assert asked(store, holder, ["a", "b"]) == [("done", 1), ("mine" if number == 1 else "failed", 2)]
    store.trials.save("x", {"design": {}}, [TrialRow(key, "", "", 1, False, "", "", 0) for key in "ab"])
    kept = store.trials.load("x")
    assert [each.fault for each in kept.attempts["b"]] == ["overloaded"] * 2
    assert kept.attempts["a"][0].run == "used-bike-1"


def test_a_file_of_an_earlier_moot_has_no_experiments(tmp_path: Path):
    with Store.open(tmp_path / "old.db") as store:
        moot.run("used-bike", store=store)
    with sqlite3.connect(tmp_path / "old.db") as old:
        for table in ("experiments", "trials", "attempts", "facts"):
            old.execute(f"DROP TABLE {table}")
        old.execute("DELETE FROM _sqlite_migrations WHERE name = '2 experiments'")
    old.close()
    with Store.open(tmp_path / "old.db", read_only=True) as store:
        assert store.trials.names() == [] and store.trials.attempts(["a"]) == []
        assert len(store.trials.known(["used-bike-1"])) == 1
    with Store.open(tmp_path / "old.db") as store:
        assert asked(store, store.trials.hold(), ["a"]) == [("mine", 1)]
