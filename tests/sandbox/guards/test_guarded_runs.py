"""Whole runs with guards: what is held back reaches nobody, and a replay judges the same."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

import moot
from sandbox import View, Workspace
from sandbox.answers import Differs
from sandbox.trust import trust
from scenarios import scenario_from_data

JUDGE = {"model": {"ask": "simulated", "question": "Is it friendly?", "pass": "yes"}, "in_doubt": "stop"}


def talk(*guards: Any, **lines: list[str]) -> Any:
    said = lines or {"guest": ["Forbidden fruit.", "Good morning."]}
    people = {seat: {"brain": {"kind": "script", "lines": said[seat], "then": "repeat"}} for seat in said}
    people.setdefault("host", {"brain": {"kind": "script", "lines": ["Welcome."], "then": "repeat"}})
    data = {
        "title": "T",
        "participants": people,
        "threads": {"table": {}},
        "guards": list(guards),
        "end": {"rounds": 2},
    }
    return scenario_from_data(data, "talk")


class Watching:
    """Say what it is given, and keep all that it is shown of others."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def reply(self, view: View) -> moot.Reply:
        self.heard += [message.text for message in view.thread.messages]
        self.heard += [refusal.reason + refusal.answer for refusal in view.refusals]
        return moot.Reply("Hello.")


class Blurting:
    """Say what may not be said until it is told not to."""

    async def reply(self, view: View) -> moot.Reply:
        return moot.Reply("Good morning." if view.refusals else "Forbidden fruit.")


def test_what_a_guard_holds_back_reaches_nobody_else() -> None:
    host = Watching()
    scenario = talk({"pattern": {"forbid": "Forbidden"}, "of": "guest", "name": "no-fruit"})
    run = moot.run(scenario, brains={"host": host, "guest": Blurting()}, record=False)
    refused = [event for event in run.transcript.events if event.kind == "refused"]
    assert {(event.seat, event.by, event.reason) for event in refused} == {
        ("guest", "no-fruit", "it must not say 'Forbidden'")
    }
    assert len(refused) == 2
    assert "Good morning." in host.heard
    assert not [text for text in host.heard if "Forbidden" in text]


def test_a_judges_verdicts_are_recorded_and_replayed_without_a_model() -> None:
    run = moot.run(talk({**JUDGE, "tries": 1}), seed=3, record=False)
    calls = [event for event in run.transcript.events if event.kind == "answered"]
    assert calls
    assert {event.purpose for event in calls} == {"guard"}
    assert {event.kind for event in run.transcript.events} & {"refused", "said"}
    assert moot.replay(run) > len(calls)


def test_a_replay_asks_a_function_again_and_tells_where_it_judges_differently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("MOOT_WORKSPACE", str(tmp_path))
    source = 'def brief(view, reply):\n    return "no fruit" if "fruit" in reply.text else None\n'
    (tmp_path / "checks.py").write_text(source)
    trust(tmp_path)
    scenario = talk({"python": "checks.py:brief"})
    run = asyncio.run(moot.arun(scenario, brains={"guest": Blurting()}, workspace=Workspace(tmp_path), record=False))
    assert [event.reason for event in run.transcript.events if event.kind == "refused"] == ["no fruit"] * 2
    assert moot.replay(run, brains={"guest": Blurting()})
    (tmp_path / "checks.py").write_text(source.replace('"fruit"', '"vegetables"'))
    with pytest.raises(Differs):
        moot.replay(run, brains={"guest": Blurting()})
    trust(tmp_path, trusted=False)
    with pytest.raises(moot.Error, match="is not trusted"):
        moot.replay(run, brains={"guest": Blurting()})
