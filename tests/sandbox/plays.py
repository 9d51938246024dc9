"""Small plays for tests about time: drawn scenarios and casts, and brains whose calls overlap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

from hypothesis import strategies as st

import moot
from sandbox import Reply, View
from sandbox.answers import Answers, Call
from sandbox.brains import TACTICS
from sandbox.models import ChatMessage, Request, Served
from sandbox.plan import Plan, plan
from sandbox.play import play_on
from sandbox.sinks import MemorySink
from scenarios import scenario_from_data
from transcripts import Bodies, Offer, Transcript, content_of

CONTEXTS: list[dict[str, Any]] = [{}, {"last": 2}, {"tokens": 60}, {"summary": {"keep": 1, "every": 1}}]


async def ask(view: View, question: str) -> str:
    """Ask the simulated model."""
    assert view.ask is not None
    message = ChatMessage(role="user", content=f"turn {view.turn}: {question}")
    return (await view.ask("simulated", Request(messages=(message,)), purpose="speak")).text


class Gathering:
    """Ask three questions at once, and a fourth about all the answers."""

    async def reply(self, view: View) -> Reply:
        heard = await asyncio.gather(*(ask(view, question) for question in ("first", "second", "third")))
        return Reply(await ask(view, " ".join(heard)))


class Racing:
    """Ask three questions at once, and a fourth that depends on which of them was answered first."""

    async def reply(self, view: View) -> Reply:
        heard: list[str] = []

        async def one(question: str) -> None:
            heard.append(f"{question}: {await ask(view, question)}")

        await asyncio.gather(*map(one, ("first", "second", "third")))
        return Reply(f"{heard} {await ask(view, f'You said {heard}.')}")


class Impatient:
    """Ask three questions at once, take the first answer, and give the other questions up."""

    async def reply(self, view: View) -> Reply:
        asking = [asyncio.create_task(ask(view, question)) for question in ("this", "that", "the other")]
        done, left = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return Reply(" / ".join(task.result() for task in asking if task in done))


class Haggling:
    """Offer something else every turn: a brain of somebody's program, that asks nobody."""

    async def reply(self, view: View) -> Reply:
        if view.known.stakes is None or view.turn % 3 == 0:
            return Reply(f"I am {view.seat}, for the {view.turn}th time.")
        outcome = view.draw("outcome").integer(0, len(view.known.stakes.worth) - 1)
        return Reply("What about this?", Offer(terms=view.known.stakes.terms(outcome)))


PROGRAMS: dict[str, Callable[[], Any]] = {
    "gathering": Gathering,
    "haggling": Haggling,
    "impatient": Impatient,
    "racing": Racing,
}
STEADY = ("gathering", "haggling")
"""Programs to which it is all the same which answer comes first."""


class Jumbled:
    """Answer as somebody else does, each after a number of steps that a seed draws."""

    def __init__(self, answers: Answers, seed: int) -> None:
        self.answers = answers
        self.seed = seed

    async def answer(self, call: Call) -> Served:
        for _ in range(crc32(f"{self.seed} {call.fingerprint}".encode()) % 7):
            await asyncio.sleep(0)
        return await self.answers.answer(call)


class Dawdling:
    """Answer as somebody else does, late."""

    def __init__(self, brain: Any, seed: int) -> None:
        self.brain = brain
        self.seed = seed

    async def reply(self, view: View) -> Reply:
        for _ in range(crc32(f"{self.seed} {view.seat} {view.turn}".encode()) % 5):
            await asyncio.sleep(0)
        return await self.brain.reply(view)


class Commits(MemorySink):
    """Keep a run in memory, and where each commit ended."""

    def __init__(self) -> None:
        super().__init__()
        self.ends = [1]

    async def write(self, events: Any, bodies: Bodies | None, *, wait: bool) -> None:
        await super().write(events, bodies, wait=wait)
        self.ends.append(len(self.events))


@dataclass(frozen=True)
class Play:
    """A scenario, who sits where, and a seed."""

    scenario: dict[str, Any]
    cast: dict[str, Any]
    seed: int
    programs: dict[str, str] = field(default_factory=dict)
    """Seats that a program of ours decides, by the name that it has in `PROGRAMS`."""

    def brains(self) -> dict[str, Any]:
        """Make the programs anew."""
        return {seat: PROGRAMS[name]() for seat, name in self.programs.items()}

    def plan(self, brains: Mapping[str, Any] | None = None, pace: int | None = None) -> Plan:
        """Make the plan; with a `pace`, answers come in an order that it draws."""
        source = scenario_from_data(self.scenario, "drawn")
        cast = {seat: moot_casting(brain) for seat, brain in self.cast.items() if seat not in self.programs}
        whole = plan(source, seed=self.seed, cast=cast, brains=self.brains() if brains is None else brains)
        return whole if pace is None else replace(whole, answers=Jumbled(whole.answers, pace))

    def run(self, pace: int | None = 0, **options: Any) -> moot.Run:
        """Play it in memory."""
        return asyncio.run(play_on(self.plan(pace=pace, **options), MemorySink()))

    def commits(self, pace: int | None = 0) -> tuple[Transcript, list[int]]:
        """Play it in memory, and tell after how many events there was a commit."""
        sink = Commits()
        asyncio.run(play_on(self.plan(pace=pace), sink))
        return Transcript(sink.events, sink.bodies), sink.ends


def moot_casting(brain: Any) -> Any:
    from sandbox.cast import Casting

    return Casting(None, brain)


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a scenario of two or three seats, with or without issues, in one thread or two that share a seat."""
    seats = "abc"[: draw(st.integers(2, 3))]
    people: dict[str, Any] = {seat: {"role": f"is {seat}"} for seat in seats}
    data: dict[str, Any] = {"title": "Drawn", "participants": people, "end": {"rounds": draw(st.integers(1, 4))}}
    data["threads"] = {"table": {"members": "all", "speakers": "round robin"}}
    if draw(st.booleans()):
        data["threads"]["aside"] = {"members": [seats[-2], seats[-1]]}
    if draw(st.booleans()):
        data["issues"] = {"price": {"from": 10, "to": 60, "step": 10}, "day": ["today", "later"]}
        for seat in seats:
            people[seat] |= {"prefers": {"price": draw(st.integers(-2, 2)), "day": [draw(st.integers(0, 9)), 1]}}
        data["end"]["agreement"] = "all"
    return data


@st.composite
def plays(draw: st.DrawFn, programs: Sequence[str] = STEADY) -> Play:
    """Draw a play: rules, scripts, simulated models, and programs of ours."""
    scenario = draw(scenarios())
    kinds = ["llm", "script", "program", *(["rule"] if "issues" in scenario else [])]
    cast: dict[str, Any] = {}
    chosen: dict[str, str] = {}
    for seat in scenario["participants"]:
        kind = draw(st.sampled_from(kinds))
        if kind == "program":
            chosen[seat] = draw(st.sampled_from(programs))
        cast[seat] = draw(_mapping(kind if kind != "program" else "script"))
    return Play(scenario, cast, draw(st.integers(0, 99)), chosen)


@st.composite
def _mapping(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    match kind:
        case "llm":
            llm = {"kind": "llm", "model": "simulated", "context": draw(st.sampled_from(CONTEXTS))}
            return {**llm, "seed": True, "acts": draw(st.sampled_from(["auto", "tools", "json"]))}
        case "rule":
            return {"kind": "rule", "tactic": draw(st.sampled_from(sorted(TACTICS)))}
        case _:
            lines = st.lists(st.sampled_from(["Hello.", "No.", "Let me think."]), min_size=1, max_size=3)
            return {"kind": "script", "lines": draw(lines), "then": draw(st.sampled_from(["pass", "repeat"]))}


def turns(transcript: Transcript, upto: int | None = None) -> list[dict[str, Any]]:
    """Give what happened in these turns, or in all of them and how it ended; a fork is a step before the end."""
    events = transcript.content()
    if upto is None:
        return [content_of(event) | {"step": event.turn and event.step} for event in events if event.kind not in _FIRST]
    return [content_of(event) for event in events if 0 < event.turn <= upto]


_FIRST = ("started", "forked")
