"""Scenes for LLM brains: situations, a table where things are said, and a model that answers from a list."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from typing import Any

from sandbox import Reply, View
from sandbox.brains.llm.brain import LlmBrain, make_llm
from sandbox.models import Answer, Request, ToolCall
from sandbox.view import Refusal, known_by
from scenarios import Draws, Situation, scenario_from_data
from transcripts import Act, Message, Note, Offer, Standing, Thread

BIKE: dict[str, Any] = {
    "title": "A bike",
    "story": "A bike is for sale.",
    "issues": {"price": {"from": 100, "to": 400, "step": 10, "unit": "€"}, "pickup": ["today", "weekend"]},
    "participants": {
        "seller": {"role": "sells it", "prefers": {"price": {100: 0, 400: 60}}, "no_deal": 20, "never": "price < 150"},
        "buyer": {
            "role": "wants it",
            "brief": "You have 320.",
            "prefers": {"price": {100: 60, 400: 0}, "pickup": {"today": 10, "weekend": 30}},
            "no_deal": 30,
            "never": "price > 320",
        },
    },
    "threads": {"table": {"speakers": "alternating"}},
    "end": {"rounds": 10},
}
TALK: dict[str, Any] = {
    "title": "A talk",
    "participants": {"seller": {}, "buyer": {}},
    "threads": {"table": {}},
    "end": {"rounds": 10},
}


def situation(data: dict[str, Any] = BIKE) -> Situation:
    return scenario_from_data(data, "scene").resolve(0)


class Scene:
    """What one seat sees; `say` puts a message into a thread."""

    def __init__(self, seat: str = "buyer", data: dict[str, Any] = BIKE, threads: Sequence[str] = ("table",)) -> None:
        self.situation = situation(data)
        self.known = known_by(self.situation, seat, None)
        self.threads = {name: Thread(name, list(self.situation.seats)) for name in threads}
        self.notes: dict[str, Note] = {}

    def say(self, seat: str, text: str, act: Act | None = None, thread: str = "table") -> Scene:
        there = self.threads[thread]
        message = Message(thread, len(there.messages) + 1, seat, act, text)
        there.messages.append(message)
        there.turns[seat] = there.turns.get(seat, 0) + 1
        if isinstance(act, Offer):
            there.standing[seat] = Standing(message.id, seat, act.terms, {seat})
        return self

    def view(self, thread: str = "table", refusals: Iterable[Refusal] = (), ask: Any = None) -> View:
        there = self.threads[thread]
        turn = there.turns.get(self.known.seat, 0) + 1
        return View(self.known, there, self.threads, turn, Draws(0), tuple(refusals), self.notes, ask)

    def brain(self, **spec: Any) -> LlmBrain:
        return make_llm({"kind": "llm", **spec}, self.known)

    def request(self, refusals: Iterable[Refusal] = (), **spec: Any) -> Request:
        return self.brain(**spec).request(self.view(refusals=refusals))


class Scripted:
    """Answer calls from a list, the last one ever after, and keep what was asked for what purpose."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = answers
        self.asked: list[tuple[str, Request]] = []

    async def __call__(self, profile: str, request: Request, *, purpose: str) -> Answer:
        self.asked.append((purpose, request))
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def reply(brain: LlmBrain, view: View) -> Reply:
    return asyncio.run(brain.reply(view))


def offer(price: int, pickup: str = "today") -> Offer:
    return Offer(terms={"price": price, "pickup": pickup})


def text(said: str, **more: Any) -> Answer:
    return Answer(text=said, **more)


def call(name: str, arguments: Any = None, said: str = "") -> Answer:
    written = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
    return Answer(text=said, calls=(ToolCall(id="1", name=name, arguments=written),), stop="tool_calls")


def parts(request: Request) -> list[str]:
    """Give the prompt as the parts that a server gets, in order."""
    system, user = request.messages
    assert isinstance(user.content, tuple)
    return [system.text, *(part.text for part in user.content if part.kind == "text")]


def lines(request: Request) -> list[dict[str, str]]:
    """Read the history of a prompt back, line by line, as JSON."""
    history = "".join(parts(request)[1:-1])
    return [json.loads(line) for line in history.splitlines()]


def bytes_of(request: Request) -> bytes:
    return request.model_dump_json().encode()
