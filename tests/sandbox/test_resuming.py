"""A run that was left is taken up where it was, and what it needs and is not here is said before anything is done."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import moot
from sandbox import Reply, View
from sandbox.again import areplay
from sandbox.forking import Change, afork
from sandbox.models import ChatMessage, Request
from sandbox.plan import plan
from sandbox.play import play_on
from sandbox.resuming import aresume
from sandbox.sinks import MemorySink
from sandbox.workspace import Workspace
from scenarios import scenario_from_data
from tests.sandbox.plays import Commits, turns
from transcripts import Transcript, parse_jsonl

TALK = {"title": "A talk", "participants": {"ann": {}, "ben": {}}, "threads": {"table": {}}, "end": {"rounds": 2}}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[moot.Store]:
    with moot.Store.open(tmp_path / "transcripts.db") as opened:
        yield opened


class Asks:
    """Ask a model of the workspace."""

    async def reply(self, view: View) -> Reply:
        assert view.ask is not None
        request = Request(messages=(ChatMessage(role="user", content=f"turn {view.turn}"),))
        return Reply((await view.ask("fast", request, purpose="speak")).text)


def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "moot.toml").write_text('[models.fast]\nprovider = "simulated"\n')
    return Workspace(tmp_path)


def played(tmp_path: Path, **options: Any) -> tuple[Transcript, list[int]]:
    """Play a talk in memory; gives what was recorded, and after how many events there was a commit."""
    sink = Commits()
    whole = plan(scenario_from_data(TALK, "talk"), workspace=workspace(tmp_path), **options)
    asyncio.run(play_on(whole, sink))
    return Transcript(sink.events, sink.bodies, "talk"), sink.ends


def test_the_models_that_somebodys_program_asks_are_there_again(tmp_path: Path, store: moot.Store) -> None:
    whole, ends = played(tmp_path, brains={"ann": Asks()}, cast={"ben": "@fast"})
    assert asyncio.run(areplay(whole, brains={"ann": Asks()})) == len(whole.content())
    left = store.add(Transcript(whole.events[: ends[3]], whole.bodies)).name
    assert asyncio.run(aresume(left, store, brains={"ann": Asks()})).transcript.equals(whole)


def test_a_missing_program_is_said_before_anything_is_done(tmp_path: Path, store: moot.Store) -> None:
    whole, ends = played(tmp_path, brains={"ann": Asks()}, cast={"ben": "@fast"})
    left = store.add(Transcript(whole.events[: ends[3]], whole.bodies)).name
    with pytest.raises(moot.Error, match=r"ann's brain is .*Asks, and is not here"):
        asyncio.run(aresume(left, store))
    assert store.load(left).events == whole.events[: ends[3]]


def test_a_run_that_is_over_or_is_being_written_is_not_resumed(store: moot.Store) -> None:
    over = moot.run("used-bike", seed=7, store=store)
    with pytest.raises(moot.Error, match=f"{over.name} is over: agreed"):
        asyncio.run(aresume(over.name, store))
    left = store.add(Transcript(over.transcript.events[:5], over.transcript.bodies)).name
    with store.resume(left), pytest.raises(moot.Error, match=f"'{left}' is being written"):
        asyncio.run(aresume(left, store))
    assert turns(asyncio.run(aresume(left, store)).transcript) == turns(over.transcript)


class Stopping:
    """Answer like another brain until a turn, and then be stopped from outside while a call is under way."""

    def __init__(self, turn: int) -> None:
        self.turn = turn

    async def reply(self, view: View) -> Reply:
        if view.turn == self.turn:
            task = asyncio.current_task()
            assert task is not None
            asyncio.get_running_loop().call_soon(task.cancel)
        return await Asks().reply(view)


def test_who_stops_a_run_gives_up_no_call_in_its_seats_name(tmp_path: Path, store: moot.Store) -> None:
    here, source = workspace(tmp_path), scenario_from_data(TALK, "talk")
    whole = asyncio.run(play_on(plan(source, workspace=here, brains={"ann": Asks()}), MemorySink())).transcript
    with pytest.raises(asyncio.CancelledError):
        moot.run(source, workspace=here, store=store, brains={"ann": Stopping(2)})
    left = store.find("last").name
    assert "cancelled" not in store.load(left).to_jsonl().decode()
    assert turns(asyncio.run(aresume(left, store, brains={"ann": Asks()})).transcript) == turns(whole)


def test_what_a_person_said_at_a_fork_is_committed_with_it(store: moot.Store) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    branch = asyncio.run(afork(run.name, store, at=4, change=Change(say={"seller": "Hm.", "buyer": "Well?"})))
    events = branch.transcript.events
    forked = next(at for at, event in enumerate(events) if event.kind == "forked")
    put = [event for event in events[forked + 1 :] if event.kind == "said"][:2]
    assert [event.text for event in put] == ["Hm.", "Well?"]

    class Killed(Exception):
        pass

    def kill(*_: object) -> None:
        raise Killed

    change = Change(say={"seller": "Hm.", "buyer": "Well?"})
    with pytest.raises(Killed):
        asyncio.run(afork(run.name, store, at=4, change=change, started=kill))
    left = store.find("last").name
    assert asyncio.run(aresume(left, store)).transcript.equals(branch.transcript)


def test_a_run_left_in_the_middle_of_a_tick_survives_its_file_form(tmp_path: Path, store: moot.Store) -> None:
    rooms = TALK | {"participants": {"ann": {}, "ben": {}, "cleo": {}}}
    rooms["threads"] = {"left": {"members": ["ann", "ben"]}, "right": {"members": ["ben", "cleo"]}}
    sink = Commits()
    cast = dict.fromkeys(("ann", "ben", "cleo"), "@fast")
    asyncio.run(play_on(plan(scenario_from_data(rooms, "rooms"), workspace=workspace(tmp_path), cast=cast), sink))
    whole = Transcript(sink.events, sink.bodies)
    second = next(at for at, event in enumerate(whole.events) if event.kind == "answered" and event.turn == 2)
    first = next(at for at, event in enumerate(whole.events) if event.kind == "answered" and event.turn == 1)
    events = [event for at, event in enumerate(whole.events[: second + 1]) if at != first]
    cut = parse_jsonl(Transcript(events, whole.bodies).to_jsonl(evidence=True), "cut.jsonl")
    assert cut.events == events
    assert asyncio.run(aresume(store.add(cut).name, store)).transcript.equals(whole)
