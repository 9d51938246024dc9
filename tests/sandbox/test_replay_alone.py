"""A replay needs nobody: no key, no network; and what is not as it was is named, with the first words that differ."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

import pytest

import moot
from sandbox.again import areplay
from sandbox.cast import Casting
from sandbox.plan import plan
from sandbox.play import play_on
from sandbox.sinks import MemorySink
from sandbox.workspace import Workspace
from scenarios import scenario_from_data
from tests.sandbox.models.server import Server
from transcripts import Bodies, Seat, Started, Transcript

PERSONA = "name: patient\nabout: Takes the time that it takes.\nvoice: Calm and slow.\n"
CAST = {
    "seller": Casting("patient", {"kind": "llm", "model": "far", "prompt": {"turn": "Now, {seat}: {ask}"}}),
    "buyer": Casting(None, {"kind": "script", "lines": ["Good morning."]}),
}
TALK = {
    "title": "A talk",
    "story": "They met at the market on a rainy day.",
    "participants": {"seller": {}, "buyer": {}},
    "threads": {"table": {}},
    "end": {"rounds": 3},
}


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Transcript:
    """Record a talk with a model behind a socket, which wants a key; then take away both, and every other way out."""
    (tmp_path / "personas").mkdir()
    (tmp_path / "personas" / "patient.yaml").write_text(PERSONA)
    monkeypatch.setenv("FAR_KEY", "a-key-that-is-long-enough")
    with Server() as server:
        profile = f'[models.far]\nmodel = "ok"\nbase_url = "{server.url}"\nkey_env = "FAR_KEY"\n'
        (tmp_path / "moot.toml").write_text(profile)
        whole = plan(scenario_from_data(TALK, "talk"), cast=CAST, workspace=Workspace(tmp_path))
        run = asyncio.run(play_on(whole, MemorySink()))
        assert run.status == "done" and len(server.received) == 3
    monkeypatch.delenv("FAR_KEY")
    monkeypatch.setattr(socket.socket, "connect", _blocked)
    monkeypatch.setattr(socket.socket, "connect_ex", _blocked)
    monkeypatch.setattr(socket, "getaddrinfo", _blocked)
    return run.transcript


def _blocked(*_: object) -> None:
    raise AssertionError("a replay went to the network")


def test_a_replay_opens_no_model_and_needs_no_key(recorded: Transcript, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.models.Models.open", _blocked)
    assert asyncio.run(areplay(recorded)) == len(recorded.content())


def put_again(bodies: Bodies, name: str, old: str, new: str) -> str:
    text = json.dumps(bodies.data(name))
    assert old in text
    return bodies.put(json.loads(text.replace(old, new)))


@pytest.mark.parametrize(
    ("field", "old", "new", "says"),
    [
        (
            "personas",
            "Calm and slow",
            "Loud and quick",
            "Calm and slow. # A …', now '… # How you speak Loud and",
        ),
        ("situation", "a rainy day", "a sunny day", "part 1 of the prompt differs: recorded"),
        (
            "models",
            '"model": "ok"',
            '"model": "ok", "params": {"temperature": 0.9}',
            "'temperature' differs: recorded None, now 0.9",
        ),
        (
            "cast",
            "Now, {seat}",
            "Quick, {seat}",
            "recorded 'Now, seller: Take your turn: …', now 'Quick, seller: Take your turn: …'",
        ),
    ],
)
def test_what_is_not_as_it_was_is_told_word_by_word(
    recorded: Transcript, field: str, old: str, new: str, says: str
) -> None:
    started = recorded.events[0]
    assert isinstance(started, Started)
    bodies, given = Bodies(recorded.bodies), getattr(started, field)
    now: Any
    if field == "cast":
        now = {seat: Seat.model_validate_json(who.model_dump_json().replace(old, new)) for seat, who in given.items()}
    elif field == "situation":
        now = put_again(bodies, given, old, new)
    else:
        now = {name: put_again(bodies, body, old, new) for name, body in given.items()}
    other = started.model_copy(update={field: now})
    with pytest.raises(moot.Error) as raised:
        asyncio.run(areplay(Transcript([other, *recorded.events[1:]], bodies, "talk-1")))
    said = str(raised.value)
    assert "seller's request in its turn 1 (to speak) is not in talk-1; the nearest is that of its turn 1" in said
    assert says in said, said
