"""`moot models` and `moot trust`: what models there are, what they can do, and what a workspace may run for them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.sandbox.models.server import Received, Server, Step, answering, call, calling

PAINT = calling(call("paint", {"colour": "red"}))
JSON = answering('{"colour": "red"}')


def write(text: str) -> None:
    Path("moot.toml").write_text(text, encoding="utf-8")


def findings(moot, *names: str) -> dict[str, bool]:
    checked = json.loads(moot("models", "--check", *names, "--json").stdout)
    return {each["ability"]: each["works"] for each in checked[0]["findings"]}


def test_the_models_are_listed_with_where_their_keys_are_from(moot, local: Server, monkeypatch) -> None:
    listed = moot("models").stdout
    (row,) = (line for line in listed.splitlines() if line.startswith("local"))
    assert "small" in row and local.url in row and "$LOCAL_KEY, set" in row and "$1 in, $2 out" in row
    assert "simulated" in listed and "canary" not in listed
    monkeypatch.delenv("LOCAL_KEY")
    assert "$LOCAL_KEY, not set" in moot("models").stdout
    assert [each["key_is_there"] for each in json.loads(moot("models", "--json").stdout)] == [False, True]
    page = moot("models", "local").stdout
    assert "retries    0" in page and "dollars per million tokens" in page


def test_without_any_the_way_to_one_is_shown(moot) -> None:
    listed = moot("models")
    assert listed.exit_code == 0 and "simulated" in listed.stdout and "moot.toml" in listed.stdout


def test_a_name_that_is_not_there_is_told_the_nearest(moot, local: Server) -> None:
    for words in (["models", "locl"], ["models", "--check", "locl"]):
        refused = moot(*words)
        assert refused.exit_code == 2 and "did you mean 'local'?" in refused.stderr


def test_what_a_model_can_do_is_found_out_by_asking(moot, local: Server) -> None:
    local.will("ok", "ok", PAINT, JSON)
    checked = moot("models", "--check", "local")
    assert checked.exit_code == 0 and checked.stdout.count("✓") == 4 and "served by small-1" in checked.stdout
    assert [bool(each.body.get("stream")) for each in local.received] == [False, True, False, False]
    assert local.received[2].body["tools"] and local.received[3].body["response_format"]["type"] == "json_schema"


@pytest.mark.parametrize(
    ("tool", "as_json"),
    [
        (answering("I paint."), answering("red")),
        ("bad-arguments", answering('{"colour": "green"}')),
        ("unknown-tool", answering("[" * 100_000)),
        ("400", "bad"),
    ],
)
def test_what_it_cannot_do_is_told_and_no_failure(moot, local: Server, tool, as_json) -> None:
    local.will("ok", "ok", "bad" if tool == "400" else tool, as_json)
    checked = moot("models", "--check", "local")
    assert checked.exit_code == 0 and checked.stdout.count("✓") == 2 and checked.stdout.count("✗") == 2


@pytest.mark.parametrize("behaviour", ["401", "404", "503", "429-quota", "empty", "refusal", "not-utf-8", "reset"])
def test_one_that_does_not_answer_is_a_failure_and_asked_nothing_more(moot, local: Server, behaviour: str) -> None:
    local.will(behaviour)
    checked = moot("models", "--check", "local")
    assert checked.exit_code == 1 and "✗ answers" in checked.stdout and "Traceback" not in checked.output
    assert len(local.received) == 1


def test_a_fallback_does_not_hide_that_a_model_is_ill(moot, local: Server) -> None:
    text = Path("moot.toml").read_text(encoding="utf-8")
    write(f'{text}\n[models.front]\nmodel = "503"\nbase_url = "{local.url}"\nretries = 0\nfallback = ["local"]\n')
    assert findings(moot, "front") == {"word": False}


def test_a_missing_key_is_what_keeps_a_model_from_answering(moot, local: Server, monkeypatch) -> None:
    monkeypatch.delenv("LOCAL_KEY")
    checked = moot("models", "--check", "local")
    assert checked.exit_code == 1 and "'LOCAL_KEY'" in checked.stdout and local.received == []


def test_the_simulated_model_can_do_everything(moot) -> None:
    assert findings(moot, "simulated") == dict.fromkeys(("word", "stream", "tool", "json"), True)


def test_a_command_for_a_key_runs_where_the_workspace_is_trusted(moot, server: Server) -> None:
    def with_key(received: Received) -> list[Step]:
        ok = received.headers.get("authorization") == "Bearer from-the-command"
        return answering("ready" if ok else "")(received)

    write(f'[models.m]\nmodel = "m"\nbase_url = "{server.url}"\nkey_command = ["echo", "from-the-command"]\n')
    refused = moot("models", "--check", "m")
    assert refused.exit_code == 1 and "not trusted" in refused.stdout and server.received == []
    asked = moot("trust")
    assert asked.exit_code == 0 and "is not trusted" in asked.stdout
    assert "run echo from-the-command (model m)" in asked.stdout
    assert "is trusted" in moot("trust", ".").stdout
    server.will(with_key, with_key, PAINT, JSON)
    assert moot("models", "--check", "m").exit_code == 0
    assert moot("trust", "--no").exit_code == 0
    assert json.loads(moot("trust", "--json").stdout)["trusted"] is False


def test_a_folder_that_is_no_workspace_of_its_own_is_not_trusted(moot) -> None:
    refused = moot("trust", "scenarios")
    assert refused.exit_code == 2 and "moot trust" in refused.stderr
    assert moot("trust", "nowhere").exit_code == 2
    assert "is not trusted" in moot("trust").stdout


def test_a_broken_workspace_can_be_trusted_no_longer(moot) -> None:
    moot("trust", ".")
    write("[models.x]\nmodle = 1\n")
    assert moot("trust", ".").exit_code == 2
    assert moot("trust", ".", "--no").exit_code == 0


def test_a_name_with_a_line_break_cannot_smuggle_another_folder_in(moot, workspace: Path, monkeypatch) -> None:
    evil = workspace / "a\n" / "home"
    evil.mkdir(parents=True)
    (evil / "moot.toml").touch()
    monkeypatch.chdir(evil)
    refused = moot("trust", ".")
    assert refused.exit_code == 2 and "line break" in refused.stderr
    for char in "\r\u2028\x0b\x85":  # what splits lines elsewhere
        folder = workspace / f"b{char}c"
        folder.mkdir()
        monkeypatch.chdir(folder)
        Path("moot.toml").touch()
        moot("trust", ".")
        assert json.loads(moot("trust", "--json").stdout)["trusted"] is True


def test_a_list_that_cannot_be_read_trusts_nobody_and_stops_nobody(moot, workspace: Path) -> None:
    (workspace / "config" / "moot" / "trusted").mkdir(parents=True)
    assert moot("run", "used-bike", "-q").exit_code == 0
    assert "is not trusted" in moot("trust").stdout
    assert "cannot be" in moot("trust", ".").stderr


def test_the_doctor_names_models_that_cannot_be_asked(moot, local: Server, monkeypatch) -> None:
    write(Path("moot.toml").read_text(encoding="utf-8") + "[budget]\ncalls = 5\n")
    assert "a run may take 5 calls" in moot("doctor").stdout
    monkeypatch.delenv("LOCAL_KEY")
    ill = moot("doctor")
    assert ill.exit_code == 0 and "model 'local' cannot be asked" in " ".join(ill.stdout.split())
    write('[models.local]\nmodel = "m"\nkey = "sk-abcdefghijklmnopqrstuvwxyz"\n')
    broken = moot("doctor")
    assert broken.exit_code == 1 and broken.stdout.count("✗") == 1
    assert "key_env" in broken.stdout and "sk-abc" not in broken.output


def test_the_examples_that_init_writes_hold_when_they_are_uncommented(moot) -> None:
    moot("init", "fresh")
    file = Path("fresh/moot.toml")
    lines = file.read_text(encoding="utf-8").splitlines()
    tables = [line.removeprefix("# ") for line in lines if line.startswith(("[", "# [")) or " = " in line]
    file.write_text("\n".join(tables), encoding="utf-8")
    listed = json.loads(moot("--workspace", "fresh", "models", "--json").stdout)
    assert [each["name"] for each in listed] == ["gpt-mini", "local", "slow", "simulated"]
    assert "a run may take 200 calls, 0.5 cost" in moot("--workspace", "fresh", "doctor").stdout


def test_where_there_is_no_home_nobody_is_trusted(moot, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    monkeypatch.setenv("HOME", os.fspath(Path("home").absolute()))
    moot("trust", ".")
    assert Path("home/.config/moot/trusted").exists() and not Path("relative").exists()
