"""`moot experiment` and `moot merge`: what is printed, and the exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sandbox.cli.entry import moot as command
from transcripts import Store

BIKE = "scenario: used-bike\nvary: {seller.brain.tactic: [boulware, conceder]}\ntrials: 3\n"
KILL = Path(__file__).parents[3] / "benchmarks" / "kill_experiments.py"


def moot(*words: str) -> Result:
    return CliRunner().invoke(command, words)


@pytest.fixture(autouse=True)
def bike(home: Path) -> Path:
    (home / "experiments").mkdir()
    (home / "experiments" / "bike.yaml").write_text(BIKE)
    return home


def test_it_is_run_by_its_name_and_listed():
    assert "not begun" in moot("experiment", "ls").output
    done = moot("experiment", "run", "bike")
    assert (done.exit_code, done.output.splitlines()[0]) == (0, "bike: 6 of 6 trials done")
    assert moot("experiment", "run", "bike").output.splitlines()[0] == "bike: 6 of 6 trials done"
    (listed,) = json.loads(moot("experiment", "ls", "--json").output)
    assert (listed["experiment"], listed["arms"], listed["trials"], listed["done"]) == ("bike", 2, 6, 6)


def test_machines_get_a_line_for_each_trial():
    lines = [json.loads(line) for line in moot("experiment", "run", "bike", "--json").output.splitlines()]
    assert [line["event"] for line in lines] == ["trial"] * 6 + ["end"]
    assert {line["run"] for line in lines[:-1]} == {f"used-bike-{k}" for k in range(1, 7)}
    assert lines[-1]["done"] == 6 and lines[-1]["left"] == 0


def test_a_dry_run_says_what_it_takes_and_writes_nothing(bike: Path):
    assert "No model is asked: it costs nothing." in moot("experiment", "run", "bike", "--dry-run").output
    (bike / "moot.toml").write_text('[models.far]\nmodel = "x"\nkey_env = "NONE"\nprice = {input = 1, output = 2}\n')
    (bike / "experiments" / "far.yaml").write_text(
        "scenario: used-bike\nvary: {buyer.model: [far]}\ntrials: 3\nseries: {runs: 2}\n"
    )
    found = json.loads(moot("experiment", "run", "far", "--dry-run", "--json").output)
    assert found["runs"] == found["total"]["runs"] == 6
    assert found["total"]["calls"] > 6 and found["total"]["cost"] > 0
    assert not (bike / "transcripts.db").exists()


def test_a_dry_run_of_what_is_done_still_knows_its_arms():
    moot("experiment", "run", "bike")
    told = moot("experiment", "run", "bike", "--dry-run").output.splitlines()
    assert told[:2] == ["6 runs of 2 arms, 6 of them done", "There is nothing left to play."]


def test_an_arm_of_runs_that_are_not_there_is_said_before_anything_is_played(bike: Path):
    arms = '{here: {}, pilot: {runs: "tag:pilot"}, before: {runs: "experiment:never"}}'
    (bike / "experiments" / "with.yaml").write_text(f"scenario: used-bike\narms: {arms}\ntrials: 2\n")
    done = moot("experiment", "run", "with")
    assert done.exit_code == 0 and done.output.startswith(
        "the arm 'pilot' is empty: there are no runs 'tag:pilot' yet\n"
        "the arm 'before' is empty: there are no runs 'experiment:never' yet\nwith: 2 of 2 trials done\n"
    )
    assert moot("experiment", "report", "with").exit_code == 0


def test_what_cannot_be_is_wrong_use(bike: Path):
    for words, said in (
        (("run", "bik"), "did you mean 'bike'?"),
        (("run", "bike", "--shard", "3/2"), "write i/n"),
        (("rum", "bike"), "did you mean 'run'?"),
    ):
        wrong = moot("experiment", *words)
        assert wrong.exit_code == 2 and said in wrong.output
    (bike / "experiments" / "bad.yaml").write_text("scenario: used-bike\nvary: {x: [1]}\n")
    wrong = moot("experiment", "run", "bad")
    assert wrong.exit_code == 2 and wrong.output.startswith("moot: experiments/bad.yaml:2:8: ")


def test_a_budget_that_is_used_up_is_exit_code_1(bike: Path):
    (bike / "moot.toml").write_text('[models.m]\nprovider = "simulated"\n')
    (bike / "experiments" / "m.yaml").write_text("scenario: talk\nsettings: {one.model: m}\nbudget: {calls: 2}\n")
    done = moot("experiment", "run", "m", "--jobs", "1")
    assert done.exit_code == 1 and "the budget of 2 calls is used up" in done.output


def test_shards_are_merged(bike: Path):
    for part in (1, 2):
        moot("--db", f"{part}.db", "experiment", "run", "bike", "--shard", f"{part}/2")
    merged = moot("merge", "1.db", "2.db")
    assert merged.exit_code == 0 and "1.db: 2 runs taken in" in merged.output
    assert "2.db: 4 runs taken in, 4 have other names now" in merged.output
    assert moot("experiment", "run", "bike").output.splitlines()[0] == "bike: 6 of 6 trials done"
    assert moot("merge", "transcripts.db").exit_code == 2


def test_ctrl_c_stops_it_and_the_same_command_goes_on(bike: Path):
    (bike / "moot.toml").write_text('[models.m]\nprovider = "simulated"\nsimulated = {latency = 0.02}\n')
    (bike / "experiments" / "m.yaml").write_text(
        "scenario: talk\nsettings: {one.model: m, scenario.end.rounds: 10}\ntrials: 20\n"
    )
    words = [sys.executable, "-P", "-c", "from sandbox.cli import main; main()", "experiment", "run", "m"]
    playing = subprocess.Popen([*words, "--jobs", "4", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert playing.stdout is not None
    playing.stdout.readline()
    os.kill(playing.pid, signal.SIGINT)
    _, said = playing.communicate(timeout=60)
    assert playing.returncode == 130 and b"stopping after this turn" in said and b"Traceback" not in said
    with Store.open(bike / "transcripts.db") as store:
        assert 0 < len(store.runs(status="done")) < 20
    done = moot("experiment", "run", "m", "--jobs", "20")
    assert done.exit_code == 0 and done.output.startswith("m: 20 of 20 trials done, ")
    with Store.open(bike / "transcripts.db") as store:
        assert len(store.runs()) == 20


def test_experiments_that_were_killed_become_what_they_would_have_been():
    words = [sys.executable, "-P", str(KILL), "--kills", "2", "--seed", "3", "--executor", "local", "--trials", "1"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "each is there once, and is what it would have been" in done.stdout
