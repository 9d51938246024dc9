"""LLM brains at the table: whole runs, without a model that costs anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import moot
from moot_errors import WrongUse
from sandbox import Reply, View
from sandbox.brain import Brain
from sandbox.brains import KINDS
from sandbox.models import Answer, ModelError, Profile, Request
from sandbox.models.errors import TimedOut
from sandbox.models.simulated import SimulatedModel
from scenarios import load_scenario, scenario_from_data
from tests.sandbox.llm.scenes import BIKE, TALK, Scene, Scripted, call, reply, text
from transcripts import Forfeited, Refused, Said


class Seated:
    """Give a new LLM brain in every turn something to ask."""

    def __init__(self, ask: Any, **spec: Any) -> None:
        self.ask = ask
        self.spec = {"kind": "llm", **spec}

    async def reply(self, view: View) -> Reply:
        brain: Brain = KINDS["llm"](self.spec, view.known)
        return await brain.reply(replace(view, ask=self.ask))


async def simulated(profile: str, request: Request, *, purpose: str) -> Answer:
    return (await SimulatedModel(Profile(name=profile, provider="simulated")).create(request)).answer


def play(data: Any, seed: int = 0, **brains: Any) -> moot.Run:
    source = load_scenario(data) if isinstance(data, str) else scenario_from_data(data, "scene")
    return moot.run(source, seed=seed, brains=brains, record=False)


def events(run: moot.Run, kind: type) -> list[Any]:
    return [event for event in run.transcript.events if isinstance(event, kind)]


def test_two_models_come_to_an_agreement() -> None:
    seller = Scripted(call("offer", {"price": 300, "pickup": "today", "say": "300."}))
    buyer = Scripted(
        call("offer", {"price": 200, "pickup": "weekend", "say": "200?"}), call("accept", {"offer": "seller"})
    )
    run = play(BIKE, seller=Seated(seller), buyer=Seated(buyer))
    assert run.outcome.agreed and run.outcome.terms == {"price": 300, "pickup": "today"}
    assert [event.text for event in events(run, Said)] == ["300.", "200?", "300.", ""]


def test_what_is_refused_is_told_and_mended() -> None:
    good = call("offer", {"price": 200, "pickup": "today"})
    model = Scripted(call("offer", {"price": 405, "pickup": "today", "say": "405!"}), text(""), good)
    run = play(BIKE, seller=Seated(model), buyer=Seated(Scripted(call("accept", {"offer": "seller"}))))
    assert run.outcome.agreed and len(events(run, Refused)) == 2
    told = model.asked[2][1].messages[1].text
    assert "405 is outside" in told and "the answer was empty" in told


@pytest.mark.parametrize(
    ("answer", "fault"),
    [(text("No.", stop="refusal"), "refusal"), (text("", stop="filtered"), "filtered"), (text(""), "refused")],
)
def test_a_fault_costs_the_turn_and_is_neither_a_pass_nor_no_deal(answer: Answer, fault: str) -> None:
    run = play(BIKE, seller=Seated(Scripted(answer)), buyer=Seated(Scripted(text("Well?"))))
    assert run.status == "failed" and [event.fault for event in events(run, Forfeited)] == [fault] * 3


def test_a_call_that_fails_is_a_fault_of_its_own_kind() -> None:
    async def late(profile: str, request: Request, *, purpose: str) -> Answer:
        raise TimedOut("too late")

    assert issubclass(TimedOut, ModelError)
    run = play(TALK, seller=Seated(late), buyer=Seated(Scripted(text("Well?"))))
    assert {event.fault for event in events(run, Forfeited)} == {"timed_out"}


def test_the_profile_that_is_named_is_asked() -> None:
    asked: list[str] = []

    async def ask(profile: str, request: Request, *, purpose: str) -> Answer:
        asked.append(profile)
        return text("Well.")

    reply(Scene().brain(model="gpt-mini"), Scene().view(ask=ask))
    assert asked == ["gpt-mini"]


def test_a_view_that_is_only_looked_at_has_nobody_to_ask() -> None:
    with pytest.raises(WrongUse, match="buyer"):
        reply(Scene().brain(), Scene().view())


@pytest.mark.parametrize("acts", ["auto", "tools", "json"])
@pytest.mark.parametrize("name", ["used-bike", "job-offer", "campsite"])
def test_what_the_schemas_allow_can_be_read(name: str, acts: str) -> None:
    seats = load_scenario(name).resolve(0).seats
    context = {"summary": {"keep": 4, "every": 4}}
    brains: dict[str, Any] = {seat: Seated(simulated, acts=acts, seed=True, context=context) for seat in seats}
    run = play(name, **brains)
    assert [event.reason for event in events(run, Refused) if event.by != "rules"] == []
    assert [event.reason for event in events(run, Forfeited) if event.fault != "refused"] == []
    assert run.status == "done" and events(run, Said)
