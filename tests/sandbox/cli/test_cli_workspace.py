"""`moot init`, `moot doctor`, `moot completion`, and how the workspace is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.shell_completion import BashComplete

from sandbox.cli.entry import moot as command


def test_a_new_workspace_can_be_played_in_at_once(moot, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = moot("init", "fresh")
    assert made.exit_code == 0 and "moot run my-bike" in made.stdout
    monkeypatch.chdir(workspace / "fresh" / "scenarios")  # below it is in it
    assert moot("scenarios", "--check").exit_code == 0 and moot("personas", "--check").exit_code == 0
    played = json.loads(moot("run", "my-bike", "--cast", "seller=@stubborn", "--json").stdout)
    assert played["status"] == "done" and played["cast"]["seller"]["brain"]["e"] == 8
    assert (workspace / "fresh" / "transcripts.db").exists()
    assert {"transcripts.db*", "*.jsonl.new"} <= set((workspace / "fresh" / ".gitignore").read_text().splitlines())
    assert moot("doctor").exit_code == 0


def test_what_is_there_already_stays_as_it_is(moot) -> None:
    moot("init", "fresh")
    mine = Path("fresh/scenarios/my-bike.yaml")
    mine.write_text("mine", encoding="utf-8")
    again = json.loads(moot("init", "fresh", "--json").stdout)
    assert again["made"] == [] and "scenarios/my-bike.yaml" in again["left"]
    assert mine.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_made_is_named(moot) -> None:
    Path("file").touch()
    refused = moot("init", "file/below")
    assert refused.exit_code == 2 and "file/below" in refused.stderr


def test_another_workspace_and_other_transcripts_can_be_named(moot, workspace: Path) -> None:
    moot("init", "fresh")
    assert moot("--workspace", "fresh", "run", "my-bike", "-q").exit_code == 0
    assert "no runs yet" in moot("ls").stdout and "my-bike-1" in moot("--workspace", "fresh", "ls").stdout
    assert moot("--db", "other.db", "run", "used-bike", "-q").exit_code == 0
    assert "used-bike-1" in moot("--db", "other.db", "ls").stdout
    assert not (workspace / "transcripts.db").exists()


def test_the_doctor_finds_what_is_wrong(moot) -> None:
    assert moot("doctor").exit_code == 0
    Path("scenarios/broken.yaml").write_text("title: [", encoding="utf-8")
    Path("transcripts.db").write_bytes(b"not a database, but long enough to look at" * 40)
    ill = moot("doctor", "--json")
    problems = [line["text"] for line in json.loads(ill.stdout) if line["verdict"] == "problem"]
    assert ill.exit_code == 1 and len(problems) == 2
    assert "broken.yaml" in problems[0] and "transcripts.db" in problems[1]


def test_a_broken_configuration_is_a_finding_and_no_fault(moot) -> None:
    Path("moot.toml").write_text("[brain.x]\n", encoding="utf-8")
    ill = moot("doctor")
    assert ill.exit_code == 1 and "did you mean 'brains'?" in ill.stdout
    assert "moot.toml:1" in moot("run", "used-bike").stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_with_instructions(moot, shell: str) -> None:
    printed = moot("completion", shell)
    assert printed.exit_code == 0
    assert printed.stdout.startswith("# ") and "_MOOT_COMPLETE" in printed.stdout and "%(" not in printed.stdout


def completed(*words: str) -> list[str]:
    """Complete the last of the words."""
    made = BashComplete(command, {}, "moot", "_MOOT_COMPLETE")
    return [item.value for item in made.get_completions(list(words[:-1]), words[-1])]


def test_names_are_completed(moot) -> None:
    moot("run", "used-bike", "-q")
    assert completed("r") == ["run", "resume", "replay", "rm", "review"]
    assert "secrets" in completed("run", "") and completed("run", "used") == ["used-bike"]
    assert completed("show", "us") == ["used-bike-1"]
    assert completed("show", "used-bike-1", "--as", "") == ["seller", "buyer"]
    assert completed("personas", "hag") == ["haggler"]
    assert completed("models", "si") == ["simulated"]
    assert completed("run", "used-bike", "--cast", "") == ["seller=", "buyer="]
    assert completed("run", "used-bike", "--cast", "seller=haggler@bou") == ["seller=haggler@boulware"]


def test_completing_is_silent_whatever_is_wrong(capfd: pytest.CaptureFixture[str]) -> None:
    Path("transcripts.db").write_bytes(b"not a database, but long enough to look at" * 40)
    Path("moot.toml").write_text("[", encoding="utf-8")
    assert completed("show", "x") == completed("run", "nonesuch", "--cast", "") == []
    assert capfd.readouterr() == ("", "")
