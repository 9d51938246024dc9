"""Experiments that the workers of a Dask cluster play."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import distributed
import pytest
from click.testing import CliRunner

import moot
from sandbox.cli.entry import moot as command
from sandbox.experiments import Assignment, cluster, conducting, prepare, read_results
from sandbox.experiments.cluster_worker import play_here
from sandbox.experiments.processes import BATCH
from sandbox.experiments.remote import read_played, write_batch
from sandbox.models import load_profiles, simulated
from sandbox.models.limits import Limiter, Rates
from sandbox.workspace import Workspace
from transcripts import Store

BIKE: dict[str, Any] = {"scenario": "used-bike", "vary": {"seller.brain.tactic": ["boulware", "conceder"]}}
SLOW = '[models.slow]\nprovider = "simulated"\nsimulated = {latency = 0.05}\n'
KILL = Path(__file__).parents[3] / "benchmarks" / "kill_experiments.py"


@pytest.fixture(scope="module")
def lab() -> Iterator[Any]:
    """Give a cluster of two workers, each with two threads."""
    options: dict[str, Any] = {"n_workers": 2, "threads_per_worker": 2, "processes": True, "host": "127.0.0.1"}
    make: Any = distributed.LocalCluster
    with make(**options, dashboard_address=":0", worker_dashboard_address=None, silence_logs=50) as made:
        yield made


@pytest.fixture
def dask(lab: Any) -> str:
    """Give the cluster's address, as an executor."""
    return f"dask={lab.scheduler_address}"


def test_a_cluster_and_one_process_play_the_same(home, play, dask):
    kept: dict[str, list[Any]] = {}
    for kind in ("local", dask):
        with Store.open(home / f"{kind[:4]}.db") as store:
            assert play({**BIKE, "trials": 10}, executor=kind, store=store).progress.done == 20
            found = read_results("experiment", store, Workspace(home))
            kept[kind] = [(store.load(str(trial.run)).to_jsonl(), trial.values) for trial in found.trials]
            assert store.check() == [] and {trial.attempts for trial in found.trials} == {1}
    assert kept["local"] == kept[dask]


def test_it_ends_though_dask_may_lose_that_it_was_told_to(play, dask, monkeypatch):
    look = cluster.DaskExecutor._look

    async def deaf(executor):
        await look(executor)
        if executor._tasks:  # whoever watches, and is cancelled right here
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)

    monkeypatch.setattr(cluster.DaskExecutor, "_look", deaf)
    monkeypatch.setattr(cluster, "LOOK", 0.01)
    assert play({**BIKE, "trials": 20}, executor=dask).progress.done == 40


def test_a_worker_that_dies_costs_only_what_it_was_playing_and_that_is_counted(play, results, lab, dask):
    def kill(progress, played):
        if played is not None and progress.done == 1:
            os.kill(next(iter(lab.workers.values())).pid, signal.SIGKILL)

    progress = play(BIKE, trials=60, executor=dask, notify=kill).progress
    assert (progress.done, progress.left, progress.failed) == (120, 0, 0)
    lost = progress.faults["worker"]
    assert 0 < lost <= 2 * BATCH and set(progress.faults) == {"worker"}
    trials = results().trials
    assert len({trial.run for trial in trials}) == 120
    assert sum(trial.attempts - 1 for trial in trials) == lost


def test_it_is_stopped_there_too_after_the_turns_under_way_and_gone_on_with_here(play, results, home, dask):
    (home / "moot.toml").write_text(SLOW)
    runners: list[Any] = []

    def stop_soon(progress, played):
        if played is not None and played.status == "done":
            runners[-1].stop()

    long: dict[str, Any] = {"scenario": "talk", "settings": {"one.model": "slow"}, "trials": 1}
    long["vary"] = {"scenario.end.rounds": [5, 40, 400]}
    stopped = play(long, executor=dask, started=runners.append, notify=stop_soon).progress
    assert (stopped.stopped, stopped.done, stopped.left) == ("stopped", 1, 2)
    with Store.open(home / "transcripts.db") as store:
        begun = {run.name: run.turns for run in store.runs(status="open")}
        assert begun and sum(begun.values()), "what was said there is kept here"
    again = play(long, executor=dask, started=runners.append, notify=stop_soon).progress
    assert (again.there, again.done, again.left) == (1, 1, 1)
    trials = results().trials
    assert {trial.run for trial in trials} >= begun.keys() and {trial.attempts for trial in trials} <= {0, 1}
    with Store.open(home / "transcripts.db") as store:
        assert {run.name for run in store.runs()} == {trial.run for trial in trials} - {None}, "none belongs to nobody"


def test_what_a_worker_lacks_is_said_before_anything_is_played(play, home, model, dask, monkeypatch):
    monkeypatch.setattr(cluster, "version_of", lambda package: "9.9")
    with pytest.raises(moot.Error, match=r"the worker tcp://\S+ cannot play: it has Moot \S+, and 9.9 is what asks"):
        play(BIKE, executor=dask)
    monkeypatch.undo()
    monkeypatch.chdir(home)
    monkeypatch.setattr(cluster, "write_batch", None)  # nothing is sent
    monkeypatch.setenv("LAB_KEY", "sk-only-here-0123456789abcdef")
    (home / "moot.toml").write_text((home / "moot.toml").read_text() + 'key_env = "LAB_KEY"\n')
    with pytest.raises(moot.Error, match=r"the worker tcp://\S+ cannot play: .*LAB_KEY"):
        play({"scenario": "talk", "settings": {"one.model": "small"}}, executor=dask)
    with Store.open(home / "transcripts.db") as store:
        assert not store.runs() and not model.received


def test_a_worker_of_another_version_that_comes_later_plays_nothing(home):
    planned = prepare({**BIKE, "trials": 1}, workspace=Workspace(home))
    order = json.loads(write_batch(planned, [Assignment(planned.rows[0], 1)]))
    reply = json.loads(play_here(json.dumps({**order, "moot": "9.9"}).encode()))
    assert "9.9 is what asks" in reply["error"]["message"] and "played" not in reply


def test_keys_stay_where_they_are(home, monkeypatch):
    key = "sk-only-here-0123456789abcdef"
    monkeypatch.setenv("LAB_KEY", key)
    (home / "moot.toml").write_text('[models.far]\nmodel = "x"\nkey_env = "LAB_KEY"\n')
    told = {"one.model": "far", "one.brief": f"The key is {key}."}
    planned = prepare({"scenario": "talk", "settings": told}, workspace=Workspace(home))
    message = write_batch(planned, [Assignment(row, 1) for row in planned.rows])
    assert b"LAB_KEY" in message and key.encode() not in message


def test_each_process_keeps_its_share_of_the_limits():
    limits = {"connections": 10, "requests_per_minute": 60, "tokens_per_minute": 2}
    profile = load_profiles({"far": {"model": "x", "limits": limits}})["far"]
    assert profile.shared(4).limits.model_dump() == {**limits, "connections": 2, "requests_per_minute": 15,
                                                    "tokens_per_minute": 1}  # fmt: skip
    assert profile.model_copy(update={"limits": type(profile.limits)()}).shared(3).limits.requests_per_minute is None


def test_a_worker_keeps_to_its_share_and_records_what_the_profile_says(home, monkeypatch):
    (home / "moot.toml").write_text('[models.m]\nprovider = "simulated"\nlimits = {requests_per_minute = 60}\n')
    planned = prepare({"scenario": "talk", "settings": {"one.model": "m"}, "trials": 1}, workspace=Workspace(home))
    kept: list[Any] = []

    def limiter_for(rates: Rates, *whose: object) -> Limiter:
        kept.append(rates)
        return Limiter(rates)

    monkeypatch.setattr(simulated, "limiter_for", limiter_for)
    batch = [Assignment(planned.rows[0], 1)]
    (played,) = read_played(play_here(write_batch(planned, batch, share=4)), batch)
    assert {rates.requests_per_minute for rates in kept} == {15} and played.status == "done" and played.packed
    assert any('"requests_per_minute":60' in body for body in played.packed.bodies.values())


@pytest.mark.parametrize(
    ("executor", "code", "said"),
    [
        ("dask=", 2, "without the address of a scheduler"),
        ("desk", 2, "executors: local, processes, dask=ADDRESS"),
        ("dask=127.0.0.1:9", 1, "no Dask scheduler answers at 127.0.0.1:9"),
        ("dask=nowhere.json", 1, "no Dask scheduler answers at nowhere.json"),
        ("dask=nonsense", 1, "missing port number"),
    ],
)
def test_an_executor_that_there_is_not_is_said(home, monkeypatch, executor, code, said):
    monkeypatch.setattr(cluster, "CONNECT", 0.2)
    (home / "bike.yaml").write_text("scenario: used-bike\n")
    done = CliRunner().invoke(command, ["experiment", "run", "bike.yaml", "--executor", executor])
    assert done.exit_code == code and said in done.output and "Traceback" not in done.output


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setattr(conducting, "find_spec", lambda package: None)
    with pytest.raises(moot.Error, match=r"pip install 'moot\[dask\]'"):
        conducting.check_executor("dask=tcp://127.0.0.1:8786")


def test_a_cluster_that_was_killed_here_and_there_becomes_what_it_would_have_been():
    words = [sys.executable, "-P", str(KILL), "--kills", "2", "--seed", "22", "--executor", "dask", "--trials", "8"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "of the schedulers" in done.stdout and "each is there once, and is what it would have been" in done.stdout
