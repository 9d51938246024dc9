"""What a researcher does with an experiment, from the file to the results."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

import pytest

import moot
from sandbox.experiments import aexperiment, merge, read_results
from sandbox.experiments.processes import Worker
from sandbox.workspace import Workspace
from transcripts import Store

FIRM = {"firm": {"seller.brain.tactic": "boulware"}, "soft": {"seller.brain.tactic": "conceder"}}
BIKE: dict[str, Any] = {"scenario": "used-bike", "vary": {"tactic": FIRM}}
TALK: dict[str, Any] = {"scenario": "talk", "settings": {"one.model": "small"}, "trials": 3}


def test_the_example_of_the_design_is_played_and_read(play):
    file: dict[str, Any] = {
        "scenario": "used-bike",
        "vary": {"tactic": FIRM, "buyer.persona": ["haggler", "plain-dealer"]},
        "compare": [{"tactic": ["firm", "soft"], "of": ["agreed", "utility.seller", "rounds"]}],
    }
    course = play(file, trials=3)
    found = course.results()
    assert (course.progress.done, found.complete, len(found.trials)) == (12, True, 12)
    assert {trial.arm for trial in found.trials} == {arm.name for arm in found.design.arms}
    assert found.design.contrasts[0].label == "agreed: tactic firm - soft"
    first = found.trials[0]
    run = moot.load(first.run, store=found.database)
    assert first.values["utility.seller"] == run.outcome.utility["seller"] and first.seed == run.seed
    assert first.values["rounds"] == run.outcome.rounds


def test_arms_are_played_in_the_same_contexts_with_the_same_seeds(play):
    by_arm: dict[str, set] = {}
    for trial in play(BIKE, trials=4).results().trials:
        by_arm.setdefault(trial.arm, set()).add((trial.context, trial.seed))
    one, other = by_arm.values()
    assert one == other and len(one) == 4


def test_drawn_contexts_are_the_same_in_each_arm(play, home):
    file = {"scenario": "deal-or-no-deal", "vary": {"left.brain": ["boulware", "conceder"]}}
    drawn: dict[str, list] = {}
    for trial in play(file, trials=3).results().trials:
        run = moot.load(trial.run, store=home / "transcripts.db")
        drawn.setdefault(trial.context, []).append(run.state.situation["drawn"])
    assert len(drawn) == 3 and all(one == other for one, other in drawn.values())


def test_what_is_done_is_not_done_again_and_an_edit_plays_only_what_is_new(play):
    assert play(BIKE, trials=2).progress.done == 4
    again = play(BIKE, trials=2).progress
    assert (again.done, again.there) == (0, 4)
    more = play(BIKE, trials=3).progress
    assert (more.done, more.there) == (2, 4)
    third: dict[str, Any] = {"scenario": "used-bike", "vary": {"tactic": {**FIRM, "even": {}}}}
    assert play(third, trials=3).progress.done == 3


def test_another_experiment_has_the_trials_that_are_the_same(play):
    play(BIKE, name="first")
    assert play(BIKE, name="second").progress.there == 4


def test_two_arms_that_are_the_same_are_played_by_themselves(play):
    found = play({"scenario": "used-bike", "vary": {"same": {"a": {}, "b": {}}}}).results()
    assert len({trial.run for trial in found.trials}) == 4


def test_a_fault_is_tried_again_and_counted(play, results, model):
    model.will(*["500"] * 3)  # of the first trial three turns are forfeited, and so it fails
    file = {**TALK, "settings": {"one.model": "small", "scenario.end.rounds": 9}}
    progress = play(file, jobs=1).progress
    assert (progress.done, progress.failed, list(progress.faults.values())) == (3, 0, [1])
    assert sorted(trial.attempts for trial in results().trials) == [1, 1, 2]
    assert {trial.status for trial in results().trials} == {"done"}


def test_a_trial_fails_when_it_was_tried_often_enough(play, results, model, home):
    text = (home / "moot.toml").read_text().replace('"ok"', '"500"')
    (home / "moot.toml").write_text(text)
    file = {**TALK, "settings": {"one.model": "small", "scenario.end.rounds": 9}, "trials": 1}
    progress = play(file).progress
    assert (progress.failed, progress.done, sum(progress.faults.values())) == (1, 0, 3)
    (trial,) = results().trials
    assert (trial.status, trial.attempts, trial.values) == ("failed", 3, {}) and trial.fault
    again = play(file).progress
    assert (again.failed, again.faults) == (1, {})
    more = play({**file, "attempts": 4}).progress
    assert sum(more.faults.values()) == 1


def test_a_budget_stops_it_and_a_larger_one_goes_on(play, results, model):
    first = play(TALK, budget={"cost": 50}, jobs=1).progress
    assert "the budget of $50.00 is used up" in first.stopped and first.left == 1
    assert first.cost == pytest.approx(56)
    assert play(TALK, budget={"cost": 50}, jobs=1).progress.done == 0
    whole = play(TALK, jobs=1).progress
    assert whole.left == 0 and whole.cost == pytest.approx(84)
    assert sum(trial.cost for trial in results().trials) == pytest.approx(84)


def test_what_was_broken_off_is_paid_for_and_a_spent_budget_asks_nothing_more(play, model):
    long = {**TALK, "settings": {"one.model": "small", "scenario.end.rounds": 30}, "trials": 4}
    first = play(long, budget={"cost": 150}, jobs=4).progress
    assert first.done == 0 and first.cost >= 150, "all that was paid for was broken off"
    asked = len(model.received)
    for _ in range(2):
        again = play(long, budget={"cost": 150}, jobs=4).progress
        assert len(model.received) == asked and again.cost == pytest.approx(first.cost)
    whole = play(long, jobs=4).progress
    assert whole.left == 0 and whole.cost == pytest.approx(4 * 30 * 28)


def test_errors_are_a_budget_too(play, model, home):
    (home / "moot.toml").write_text((home / "moot.toml").read_text().replace('"ok"', '"500"'))
    file = {**TALK, "settings": {"one.model": "small", "scenario.end.rounds": 9}, "trials": 20}
    progress = play(file, budget={"errors": 2}, jobs=1).progress
    assert progress.stopped == "the budget of 2 errors is used up" and progress.failed == 0
    assert 2 <= sum(progress.faults.values()) <= 3


def test_it_is_stopped_after_the_turns_under_way_and_gone_on_with(play, results, model):
    runners: list[Any] = []

    def stop_soon(progress, played):
        if played is not None and progress.done == 1:
            runners[0].stop()

    long = {**TALK, "settings": {"one.model": "small", "scenario.end.rounds": 30}, "trials": 4}
    stopped = play(long, jobs=2, started=runners.append, notify=stop_soon).progress
    assert stopped.stopped == "stopped" and 0 < stopped.done < 4
    asked = len(model.received)
    assert play(long, jobs=2).progress.left == 0
    assert len(model.received) == 4 * 30 and asked < 4 * 30, "what was answered is not asked again"
    assert all(trial.attempts == 1 for trial in results().trials)


def test_workers_stop_after_the_turns_under_way_and_not_after_their_batches(play, results):
    runners: list[Any] = []

    def stop_soon(progress, played):
        if played is not None:
            runners[0].stop()

    long = {**BIKE, "settings": {"scenario.end.rounds": 2000}, "trials": 300}
    some: dict[str, Any] = {"executor": "processes", "jobs": 1}
    stopped = play(long, started=runners.append, notify=stop_soon, **some).progress
    assert stopped.stopped == "stopped" and 0 < stopped.done < 32, "two batches of sixteen were given out"
    assert play({**long, "trials": 20}, **some).progress.left == 0
    assert {trial.attempts for trial in results().trials} == {1}


def test_ctrl_c_on_a_terminal_reaches_no_worker():
    async def groups():
        worker = await Worker.start()
        try:
            return os.getpgid(worker.process.pid), os.getpgrp()
        finally:
            await worker.end()

    one, other = asyncio.run(groups())
    assert one != other, "a worker that begins would end with a traceback, and its batch be played anew"


def test_what_is_stopped_before_it_begins_is_kept_and_plays_nothing(play, results):
    assert play(BIKE, started=lambda runner: runner.stop()).progress.left == 4
    assert {trial.status for trial in results().trials} == {"waiting"}


def test_two_processes_share_the_trials(home):
    async def both():
        with Store.open(home / "transcripts.db") as one, Store.open(home / "transcripts.db") as other:
            options: dict[str, Any] = {"workspace": Workspace(home), "jobs": 3}
            file = {**BIKE, "trials": 10}
            return await asyncio.gather(
                aexperiment(file, store=one, **options), aexperiment(file, store=other, **options)
            )

    first, second = (course.progress for course in asyncio.run(both()))
    assert first.done + second.done == 20 and first.left == second.left == 0
    with Store.open(home / "transcripts.db") as store:
        assert len(store.runs()) == 20


def test_processes_and_one_process_play_the_same(home, play):
    kept: dict[str, list[Any]] = {}
    for kind in ("local", "processes"):
        with Store.open(home / f"{kind}.db") as store:
            play({**BIKE, "trials": 3}, executor=kind, jobs=2, store=store)
            found = read_results("experiment", store, Workspace(home))
            kept[kind] = [(store.load(str(trial.run)).to_jsonl(), trial.values) for trial in found.trials]
            assert store.check() == []
    assert kept["local"] == kept["processes"]


def test_a_worker_that_dies_costs_only_what_it_was_playing(play, results, monkeypatch):
    workers: list[Worker] = []
    started = Worker.start

    async def start():
        workers.append(await started())
        return workers[-1]

    def kill(progress, played):
        if played is not None and progress.done == 1:
            os.kill(workers[0].process.pid, signal.SIGKILL)

    monkeypatch.setattr(Worker, "start", start)
    progress = play(BIKE, trials=20, executor="processes", jobs=2, notify=kill).progress
    assert (progress.done, progress.left, progress.failed) == (40, 0, 0) and len(workers) == 3
    assert len({trial.run for trial in results().trials}) == 40 and results().complete


def test_workers_that_cannot_begin_are_an_error_and_not_a_fault_of_each_trial(play, results, monkeypatch):
    async def start():
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-c", "raise SystemExit(3)")
        return Worker(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe))

    monkeypatch.setattr(Worker, "start", start)
    with pytest.raises(moot.Error, match="a worker process ended before it had played anything"):
        play(BIKE, executor="processes", jobs=1)
    assert {trial.status for trial in results().trials} == {"waiting"}


def test_what_was_begun_here_is_gone_on_with_here_whoever_plays_the_rest(play, results, home):
    (home / "moot.toml").write_text('[models.slow]\nprovider = "simulated"\nsimulated = {latency = 0.02}\n')
    runners: list[Any] = []
    long: dict[str, Any] = {"scenario": "talk", "settings": {"one.model": "slow"}, "trials": 1}
    long["vary"] = {"scenario.end.rounds": [1, 30]}
    play(long, jobs=2, started=runners.append, notify=lambda progress, played: played and runners[0].stop())
    with Store.open(results().database) as store:
        begun = {run.name for run in store.runs(status="open")}
    assert begun and play(long, executor="processes", jobs=1).progress.left == 0
    assert begun <= {trial.run for trial in results().trials} and {trial.attempts for trial in results().trials} == {1}


def test_shards_come_together_and_joining_twice_adds_nothing(home, play):
    for part in (1, 2, 3):
        with Store.open(home / f"{part}.db") as store:
            play({**BIKE, "trials": 5}, shard=(part, 3), store=store)
    files = [home / f"{part}.db" for part in (1, 2, 3)]
    with Store.open(home / "all.db") as store:
        assert sum(each.runs for each in merge(files, store)) == 10
        assert [(each.runs, each.renamed) for each in merge(files, store)] == [(0, {})] * 3
        assert store.check() == [] and len(store.runs()) == 10
        found = read_results("experiment", store, Workspace(home))
        assert found.complete and len({trial.run for trial in found.trials}) == 10
        assert play({**BIKE, "trials": 5}, store=store).progress.there == 10
        assert store.search("price", limit=1000) or store.search("bike", limit=1000)


def test_joining_keeps_what_branched_off(home):
    with Store.open(home / "a.db") as store:
        moot.run("used-bike", seed=1, store=store)
        branch = moot.fork("used-bike-1", at=3, say={"buyer": "Hm."}, store=store)
        told = store.load(branch.name).to_jsonl()
    with Store.open(home / "b.db") as store:
        moot.run("used-bike", seed=2, store=store)
        (merged,) = merge([home / "a.db"], store)
        assert merged.renamed == {"used-bike-1": "used-bike-2", "used-bike-2": "used-bike-3"}
        assert store.find("used-bike-3").parent == "used-bike-2"
        assert store.load("used-bike-3").to_jsonl() == told and store.check() == []


def test_a_deleted_run_is_played_again(play, results):
    play(BIKE)
    name = results().trials[0].run
    with Store.open(results().database) as store:
        store.remove([name])
        assert len(store.trials.load("experiment").attempts) == 3
    assert results().trials[0].status == "waiting"
    assert play(BIKE).progress.done == 1


def test_how_a_model_is_reached_does_not_make_another_trial(play, model, home):
    assert play(TALK).progress.done == 3
    file = home / "moot.toml"
    file.write_text(file.read_text().replace("retries = 0", "retries = 1\nlimits = {connections = 5}"))
    assert play(TALK).progress.there == 3
    file.write_text(file.read_text().replace('"ok"', '"other"'))
    assert play(TALK).progress.done == 3


def test_the_manifest_says_what_it_takes_to_repeat_it(play, model):
    manifest = play(TALK).results().manifest
    assert manifest["served"] == ["small: small-1"] and manifest["models"]["small"]["model"] == "ok"
    assert manifest["prompts"]["default.system"]["text"] and manifest["versions"]["moot"]
    assert len(manifest["seeds"]) == 3 and len(manifest["plan"]) == 32
