"""`moot replay`: a run again, without a model; and what has changed since."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import moot as front_door
from tests.sandbox.models.server import Server, call, calling

BUYER = ("--cast", "buyer=haggler@local")


@pytest.fixture
def offline(local: Server, moot, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Play a run with a model, its failures and its calls of tools included; then take everything away."""
    offer = calling(call("offer", {"price": 200, "pickup": "today", "helmet": "included", "say": "Two hundred?"}))
    local.will(offer, "503", "two-calls", offer, *[offer] * 20)
    assert moot("run", "used-bike", *BUYER).exit_code == 0
    monkeypatch.delenv("LOCAL_KEY")
    Path("moot.toml").write_text("", encoding="utf-8")
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a connection"))
    monkeypatch.setattr("sandbox.models.opening.open_model", lambda *_, **__: pytest.fail("a model was opened"))
    return local


def test_a_run_with_a_model_is_replayed_without_key_and_network(moot, offline: Server) -> None:
    replayed = moot("replay", "last")
    events = len(json.loads(moot("show", "last", "--events", "--json").stdout))
    assert (replayed.exit_code, replayed.stdout) == (0, f"✓ {events} events, the same\n")
    assert front_door.replay("last") == events == front_door.replay(front_door.load("last"))


def test_a_file_is_replayed_like_the_run(moot, offline: Server) -> None:
    moot("export", "last", "-o", "bike.jsonl")
    assert moot("replay", "bike.jsonl").stdout == moot("replay", "last").stdout
    assert json.loads(moot("replay", "bike.jsonl", "--json").stdout)["same"] is True


def test_a_request_that_was_not_made_is_told_word_by_word(moot, offline: Server, monkeypatch) -> None:
    monkeypatch.setattr("sandbox.brains.llm.moment._ASK", {"tools": "Take your chance: call one tool."})
    replayed = moot("replay", "last")
    assert replayed.exit_code == 1
    said = " ".join(replayed.stdout.split())
    assert "buyer's request in its turn 1" in said and "Take your turn: call one" in said and "Take your chance" in said
    difference = json.loads(moot("replay", "last", "--json").stdout)["difference"]
    assert difference["type"] == "Unrecorded"


def test_a_file_that_was_edited_differs_where_it_was(moot, offline: Server) -> None:
    text = moot("export", "last").stdout
    edited = text.replace('"price":370', '"price":360', 1)
    assert edited != text
    Path("edited.jsonl").write_text(edited, encoding="utf-8")
    replayed = moot("replay", "edited.jsonl")
    assert replayed.exit_code == 1 and "360" in replayed.stdout and "370" in replayed.stdout


def test_a_call_that_was_edited_differs_itself_and_costs_no_turn(moot, offline: Server) -> None:
    text = moot("export", "last").stdout
    Path("edited.jsonl").write_text(text.replace('"profile":"local"', '"profile":"other"', 1), encoding="utf-8")
    replayed = moot("replay", "edited.jsonl")
    assert replayed.exit_code == 1 and "(answered): recorded" in replayed.stdout and "forfeited" not in replayed.stdout


def test_what_has_changed_since_is_named(moot, workspace: Path) -> None:
    moot("init", ".")
    moot("run", "my-bike", "-q")
    assert "✓ scenario, personas and Moot are as they were" in moot("replay", "last", "--check").stdout
    for file, old, new in (
        ("scenarios/my-bike.yaml", "among neighbours", "among friends"),
        ("personas/neighbour.yaml", "age: 52", "age: 53"),
    ):
        path = workspace / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    changed = moot("replay", "last", "--check")
    said = " ".join(changed.stdout.split())
    assert changed.exit_code == 1 and "events, the same" in said  # a replay takes them from the transcript
    assert "the scenario 'my-bike' has changed since: story: " in said and "friends" in said
    assert "the persona 'neighbour' has changed since: facts.age: was 52, and is 53" in said
    assert moot("replay", "last").exit_code == 0


def test_what_is_gone_or_broken_since_is_named(moot, workspace: Path) -> None:
    moot("init", ".")
    moot("run", "my-bike", "-q")
    (workspace / "scenarios/my-bike.yaml").unlink()
    (workspace / "personas/neighbour.yaml").write_text("name: [", encoding="utf-8")
    data = json.loads(moot("replay", "last", "--check", "--json").stdout)
    assert data["same"] and len(data["changed"]) == 2
    assert "is not there any more" in data["changed"][0] and "cannot be read" in data["changed"][1]


def test_another_version_of_moot_is_named(moot, workspace: Path) -> None:
    moot("run", "used-bike", "-q")
    text = moot("export", "last", "--evidence").stdout
    Path("old.jsonl").write_text(text.replace('"engine":"', '"engine":"0.0.'), encoding="utf-8")
    changed = moot("replay", "old.jsonl", "--check")
    assert changed.exit_code == 1 and "Moot has changed since: it was 0.0." in changed.stdout


@pytest.mark.parametrize("words", [("replay", "nothing"), ("replay", "nothing.jsonl"), ("replay", "scenarios")])
def test_what_is_no_run_is_said(moot, words: tuple[str, ...]) -> None:
    refused = moot(*words)
    assert refused.exit_code == 2 and "Traceback" not in refused.output and refused.stdout == ""
