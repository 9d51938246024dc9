"""Each kind of cause that can be taken over is put to the test, and of the others it is said why they cannot be."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

import moot
from sandbox.confirm import Confirmed, aconfirm
from sandbox.workspace import find_workspace
from transcripts import Transcript
from transcripts.diff import Diff

BRAIN = '''
from sandbox import Reply
from sandbox.models import ChatMessage, Request, Tool

FOUND, TOOL = "12 of them", "Look it up."


class Curious:
    """Ask a model, with a tool and with what another tool found: both come from outside of all that is recorded."""

    async def reply(self, view):
        messages = (ChatMessage(role="user", content="How many?"), ChatMessage(role="tool", content=FOUND, call_id="1"))
        tool = Tool(name="look", description=TOOL, parameters={"type": "object", "properties": {}})
        answer = await view.ask("simulated", Request(messages=messages, tools=(tool,)), purpose="speak")
        return Reply(answer.text or str(answer.calls))


def make(mapping, known):
    return Curious()
'''
CHOSEN = """
title: Who speaks
story: A model says who speaks.
participants: {a: {role: first}, b: {role: second}, c: {role: third}}
threads: {table: {members: all, speakers: {model: {model: simulated}}}}
end: {rounds: 3}
"""


def confirm(found: Diff, many: int = 2) -> Confirmed:
    return asyncio.run(aconfirm(found, many))


def kind(found: Diff) -> str:
    assert found.first is not None
    return found.first.cause.kind


@pytest.fixture
def curious(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Install a distribution that brings a kind of brain."""
    info = tmp_path / "curious-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: curious\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[moot.brains]\ncurious = curious_brain:make\n")
    (tmp_path / "curious_brain.py").write_text(BRAIN)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "curious_brain", raising=False)
    return __import__("curious_brain")


def ask() -> moot.Run:
    return moot.run(
        "used-bike", seed=7, settings={"buyer.brain": {"kind": "curious", "model": "simulated"}}, record=False
    )


@pytest.mark.parametrize(
    ("name", "value", "cause"), [("FOUND", "41 of them", "tool result"), ("TOOL", "Look again.", "tools")]
)
def test_what_a_tool_gave_and_which_there_are(
    curious: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str, cause: str
) -> None:
    left = ask()
    monkeypatch.setattr(curious, name, value)
    found = moot.diff(left, ask())
    assert kind(found) == cause
    assert (confirm(found).taken, confirm(found).without) == (2, 0)


def test_a_brain_that_is_not_here_cannot_take_its_turn_again(curious: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    left = ask()
    monkeypatch.setattr(curious, "FOUND", "41 of them")
    found = moot.diff(left, ask())
    monkeypatch.undo()
    with pytest.raises(moot.Error, match="buyer cannot take the turn again"):
        confirm(found)


def test_the_model_that_is_asked(tmp_path: Path) -> None:
    def asked(name: str) -> moot.Run:
        model = f'provider = "simulated"\nmodel = "{name}"\nsimulated = {{seed = {len(name)}}}\n'
        (tmp_path / "moot.toml").write_text(f"[models.gpt]\n{model}")
        return moot.run("used-bike", seed=7, cast={"buyer": "@gpt"}, workspace=find_workspace(tmp_path), record=False)

    found = moot.diff(asked("one"), asked("another"))
    assert kind(found) == "model"
    assert (confirm(found).taken, confirm(found).without) == (2, 0)


def test_a_sentence_of_the_scenario(tmp_path: Path) -> None:
    def played(story: str) -> moot.Run:
        file = tmp_path / "talk.yaml"
        file.write_text(CHOSEN.replace("A model says", story).replace("{model: {model: simulated}}", "round robin"))
        return moot.run(file, cast=dict.fromkeys("abc", "@simulated"), record=False)

    found = moot.diff(played("Somebody says"), played("Nobody says"))
    assert kind(found) == "scenario"
    assert (confirm(found).taken, confirm(found).without) == (2, 0)


@pytest.mark.parametrize("scenario", ["campsite", "deal-or-no-deal"])
def test_what_was_drawn_from_the_seed_is_taken_over_with_it(scenario: str) -> None:
    found = moot.diff(*(moot.run(scenario, seed=seed, record=False) for seed in (1, 2)))
    assert kind(found) == "seed"
    assert (confirm(found).taken, confirm(found).without) == (2, 0)


def test_a_model_that_chooses_who_speaks(tmp_path: Path) -> None:
    (tmp_path / "talk.yaml").write_text(CHOSEN)

    def played(**settings: Any) -> moot.Run:
        cast = dict.fromkeys("abc", "@simulated")
        return moot.run(tmp_path / "talk.yaml", cast=cast, settings=settings, record=False)

    found = moot.diff(played(), played(**{"b.role": "the last"}))
    assert found.first is not None and found.first.b is not None and found.first.b.seat == "moderator"
    assert (confirm(found).taken, confirm(found).without) == (2, 0)
    heard = moot.diff(played(), played(**{"b.brain.temperature": 0.1}))
    assert kind(heard) == "parameters"
    assert (confirm(heard).taken, confirm(heard).without) == (2, 0), "the moderator chooses as it did"


def test_who_speaks_is_no_ingredient_of_a_turn() -> None:
    found = moot.diff(*(moot.run("werewolf", seed=seed, record=False) for seed in (1, 2)))
    with pytest.raises(moot.Error, match="who is chosen to speak is not an ingredient"):
        confirm(found)


def test_between_turns_there_is_nothing_to_take_again() -> None:
    run = moot.run("public-goods", seed=1, record=False).transcript
    told = next(place for place, event in enumerate(run.events) if event.kind == "said" and event.turn == 0)
    events = list(run.events)
    events[told] = events[told].model_copy(update={"text": "Something else."})
    with pytest.raises(moot.Error, match="between turns"):
        confirm(moot.diff(run, Transcript(events, run.bodies)))
