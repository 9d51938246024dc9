"""Models that speak, vote, answer and choose who speaks next: the same whoever is faster, and nothing leaks."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import Any

import pytest

import moot
from sandbox import Run
from sandbox.again import areplay
from sandbox.cast import Casting
from sandbox.models import simulated
from sandbox.plan import plan
from sandbox.play import play_on
from sandbox.prompts import prompts_of
from sandbox.sinks import MemorySink
from scenarios import list_scenarios, load_scenario, scenario_from_data
from tests.sandbox.plays import Jumbled
from tests.sandbox.threads.actors import kinds
from tests.sandbox.threads.test_secrets import SEATS, hall

SIMULATED = {"kind": "llm", "model": "simulated"}


def ask_models(data: dict[str, Any], seed: int = 0, speed: int = 0, **spec: Any) -> Run:
    """Play with a simulated model in every seat, whose answers come in an order of their own."""
    cast = {seat: Casting(None, {**SIMULATED, **spec}) for seat in SEATS}
    whole = plan(scenario_from_data(data, "models"), seed=seed, cast=cast)
    return asyncio.run(play_on(replace(whole, answers=Jumbled(whole.answers, speed)), MemorySink()))


@pytest.mark.parametrize("name", list_scenarios())
def test_every_shipped_scenario_is_played_by_models(name: str):
    cast = dict.fromkeys(load_scenario(name).resolve(1).seats, "@simulated")
    run = moot.run(name, seed=1, cast=cast, record=False)
    happened = {event.kind for event in run.transcript.events}
    assert run.state.ended is not None and run.state.ended.status == "done"
    assert "answered" in happened and "forfeited" not in happened


@pytest.mark.parametrize("usable", [True, False])
def test_models_that_choose_in_two_threads_at_once_do_not_get_in_each_other_s_way(
    usable: bool, monkeypatch: pytest.MonkeyPatch
):
    """Their repairs overlap, so each thread's prompts go on from their own."""
    if not usable:
        monkeypatch.setattr(simulated, "_chosen", lambda request, draw: None)
    chooses = {"speakers": {"model": {"model": "simulated", "fallback": "random"}}}
    rooms = {"up": {"members": ["ann", "ben"], **chooses}, "down": {"members": ["cem", "dee"], **chooses}}
    data = hall(threads=rooms, end={"turns": 10, "forfeits": 99})
    runs = [ask_models(data, speed=speed) for speed in range(4)]
    assert len({run.transcript.to_jsonl() for run in runs}) == 1
    assert asyncio.run(areplay(runs[0].transcript)) == len(runs[0].transcript.content())
    whys = [event.why for event in kinds(runs[0], "chosen")]
    assert all(("fallback random" in why) is not usable for why in whys)
    if not usable:
        asked = [event for event in kinds(runs[0], "refused", "forfeited") if event.task == "choose"]
        assert {event.reason for event in asked if event.kind == "forfeited"} == {"refused 3 times"}
    calls = [event for event in kinds(runs[0], "answered") if event.purpose == "choose"]
    assert runs[0].state.spent.calls >= len(calls) > 0 and all(event.usage["input"] for event in calls)


CANARIES: dict[str, Any] = {
    "participants": {seat: {"brief": f"BRIEF-{seat}"} for seat in SEATS},
    "choices": {"give": {"from": 0, "to": 5}, "verdict": ["yes", "no"]},
    "threads": {
        "hall": {},
        "closet": {"members": ["ann", "cem"]},
        "aside": {"open_by": "any", "size": "2..3", "budget": {"messages": 6}},
    },
    "phases": [
        {"thread": ["hall", "closet"], "rounds": 2},
        {"secret": "give", "reveal": "total"},
        {"ballot": "verdict"},
        {"thread": "hall", "rounds": 1},
    ],
    "ask": {"when": ["before", "every 1 rounds"], "items": {"mood": "1..7"}, "say": "CANARY-QUESTION"},
    "events": [{"at": "round 2", "to": ["ben"], "say": "TOLD-ben"}],
    "end": {"forfeits": 99},
}


@pytest.mark.parametrize("seed", [0, 1])
def test_no_prompt_holds_what_its_seat_may_not_know(seed: int):
    run = ask_models(hall(**CANARIES), seed=seed)
    rooms = {"closet": ["ann", "cem"]} | {event.thread: event.members for event in kinds(run, "opened")}
    turns = sorted({event.turn for event in kinds(run, "answered")})
    assert len(rooms) > 1 and len(turns) > 20
    for prompt in (prompt for turn in turns for prompt in prompts_of(run.transcript, turn)):
        seat, text = prompt.call.seat, prompt.request.model_dump_json()
        assert f"BRIEF-{seat}" in text and not any(f"BRIEF-{other}" in text for other in SEATS if other != seat)
        assert seat == "ben" or "TOLD-ben" not in text
        assert (prompt.call.purpose == "answer") == ("CANARY-QUESTION" in text)
        words = set(re.findall(r"\w+", text))
        assert not [name for name, members in rooms.items() if seat not in members and name in words]


def test_a_model_that_is_asked_in_private_says_what_it_would_have_said():
    rooms = {"up": {"members": ["ann", "ben"]}, "down": {"members": ["ann", "cem", "dee"]}}
    ask = {"when": ["before", "every 1 rounds", "after"], "items": {"mood": "1..7"}}
    context = {"summary": {"keep": 2, "every": 2}}

    def spoken(**more: Any) -> list[Any]:
        run = ask_models(hall(threads=rooms, end={"turns": 20}, **more), seed=3, context=context)
        asked = [event.fingerprint for event in kinds(run, "answered") if event.purpose == "speak"]
        return [asked, *((event.thread, event.seat, event.text, event.act) for event in kinds(run, "said"))]

    assert spoken() == spoken(ask=ask)
