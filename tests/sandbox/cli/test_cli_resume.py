"""`moot resume`: what was broken off goes on, and what cannot says why."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import moot as front_door
from tests.sandbox.cli.test_cli_terminal import MOOT, terminal


def broken_off(turns: int = 5, scenario: Any = "used-bike", **options: Any) -> str:
    """Play a run, and stop it after so many turns."""
    box: list[Any] = []

    def watch(event: Any, state: Any) -> None:
        if state.turns == turns:
            box[0].stop()

    if scenario == "used-bike":
        options = {"seed": 7, **options}
    return front_door.run(scenario, watch=watch, started=lambda _, it: box.append(it), **options).name


class Mute:
    async def reply(self, view: front_door.View) -> front_door.Reply:
        return front_door.Reply("Hm.")


def test_it_is_shown_from_there_on(moot) -> None:
    whole = moot("run", "used-bike", "--seed", "7").stdout
    part = broken_off(5)
    assert f"to go on: moot resume {part}" in moot("show", part).stdout
    resumed = moot("resume", part)
    assert resumed.exit_code == 0
    head, _, rest = resumed.stdout.partition("  taken up after turn 5\n")
    assert head.startswith("A used bike\nused-bike-2 · seed 7")
    assert [line[-9:] for line in rest.splitlines()[:2]] == ["[table:4]", "[table:5]"]
    talk = rest.partition("\n\n")[2].replace("used-bike-2", "used-bike-1")
    assert talk and whole.endswith(talk)
    again = moot("resume", part)
    assert again.exit_code == 2 and "used-bike-2 is over: agreed" in again.stderr


def test_the_bill_is_that_of_the_whole_run(moot) -> None:
    part = broken_off(6, cast={"buyer": "@simulated"})
    resumed = moot("resume", part, "-q").stdout
    assert resumed[: resumed.index("It is kept")] in moot("show", part).stdout and "calls" in resumed


def test_json_is_one_object_and_a_budget_ends_it(moot) -> None:
    part = broken_off(6, cast={"buyer": "@simulated"})
    resumed = moot("resume", part, "--json", "--budget", "calls=4")
    assert resumed.exit_code == 1 and json.loads(resumed.stdout)["status"] == "exhausted"


def test_all_that_is_open_goes_on_and_what_cannot_says_why(moot) -> None:
    moot("run", "used-bike", "-q")
    names = [broken_off(5), broken_off(3, brains={"buyer": Mute()}), broken_off(4, seed=1)]
    resumed = moot("resume", "--all")
    assert resumed.exit_code == 1
    lines = resumed.stdout.splitlines()
    assert lines[0] == f"✓ {names[0]}  done: agreed" and lines[-1] == "2 runs of 3 came to an end"
    assert f"✗ {names[1]}  cannot be resumed: buyer's brain is" in resumed.stdout
    states = {each["run"]: each["status"] for each in json.loads(moot("ls", "--json").stdout)}
    assert [states[name] for name in names] == ["done", "open", "done"]
    left = json.loads(moot("resume", "--all", "--json").stdout)
    assert [(each["run"], each["status"]) for each in left] == [(names[1], "open")]
    assert left[0]["error"]["remedy"]


def test_where_nothing_is_open_there_is_nothing_to_do(moot, workspace: Path) -> None:
    assert moot("resume", "--all").stdout == "nothing is open that nobody is playing\n"
    assert not (workspace / "transcripts.db").exists()


@pytest.mark.parametrize(
    ("words", "named", "remedy"),
    [
        (["resume"], "--all", "moot ls --status open"),
        (["resume", "used-bike-1", "--all"], "--all", "moot ls --status open"),
        (["resume", "used-byke-1"], "'used-byke-1'", "did you mean 'used-bike-1'?"),
        (["resume", "x.jsonl"], "'x.jsonl'", "moot import x.jsonl"),
        (["resume", "last", "--budget", "cals=3"], "'cals'", "did you mean 'calls'?"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(moot, words: list[str], named: str, remedy: str) -> None:
    broken_off(3)
    told = moot(*words)
    assert told.exit_code == 2 and named in told.stderr and remedy in told.stderr
    assert json.loads(moot("ls", "--json").stdout)[0]["turns"] == 3


def test_a_run_that_somebody_plays_is_theirs(moot) -> None:
    with terminal("run", "stubborn") as shown:
        shown.read_until("table:4]")
        busy = moot("resume", "stubborn-1")
        assert busy.exit_code == 2 and "'stubborn-1' is being written" in busy.stderr
        assert moot("resume", "--all").stdout == "nothing is open that nobody is playing\n"
        os.write(shown.screen, b"\x03")
        assert shown.end() == 130


def test_what_was_killed_goes_on_and_ctrl_c_stops_it_again(moot) -> None:
    with subprocess.Popen([*MOOT, "run", "stubborn"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert any("table:4]" in line for line in process.stdout)
        process.kill()
    turns = json.loads(moot("ls", "--json").stdout)[0]["turns"]
    with terminal("resume", "last") as shown:
        shown.read_until(f"table:{turns + 4}]")
        os.write(shown.screen, b"\x03")
        assert shown.end() == 130
    assert f"taken up after turn {turns}" in shown.seen and "moot resume stubborn-1" in shown.seen
    again = json.loads(moot("ls", "--json").stdout)[0]
    assert again["turns"] >= turns + 4 and (again["status"], again["live"]) == ("open", False)


def test_ctrl_c_stops_all_of_them(moot) -> None:
    names = [broken_off(3, "stubborn"), broken_off(3, "stubborn")]
    resuming = subprocess.Popen([*MOOT, "resume", "--all"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with resuming as process:
        while json.loads(moot("ls", "--json").stdout)[0]["turns"] < 5:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 130
    assert f"{names[0]}  open: stopped" in said
    assert [each["turns"] == 3 for each in json.loads(moot("ls", "--json").stdout)] == [False, True]


def test_heavy_things_wait_until_a_run_is_taken_up() -> None:
    code = "import sandbox.cli.resume, sandbox.cli.fork, sys; print({'numpy', 'pydantic'} & {*sys.modules})"
    assert subprocess.check_output([sys.executable, "-P", "-c", code], text=True) == "set()\n"
