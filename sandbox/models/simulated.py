"""A model that is not there: offline, seeded, valid in what it calls, and talking in sentences.

For trying an experiment before paying for it, for load tests, and for tests.  The same request gets the same answer.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import Callable

from .errors import BrokenStream, Filtered, ModelError, Overloaded, RateLimited, TimedOut, UnreadableAnswer
from .instances import instance_of
from .limits import limiter_for
from .profiles import Profile, Simulation
from .retry import Caller
from .tokens import count_prompt, count_text
from .types import Answer, JsonSchema, OnText, Request, Served, Tool, ToolCall, Usage

_PIECE = 12
"""Characters in a piece of a stream."""

_WEIGHTS = {"offer": 8.0, "propose": 8.0, "say": 4.0, "reject": 1.0, "vote": 4.0, "move": 4.0, "pass": 0.5}
_RARE = ("walk", "leave", "withdraw", "quit", "hand")
_SENTENCES = (
    "That is closer to what I had in mind.",
    "I can move a little, if you can too.",
    "Let me be open about it: this matters to me.",
    "I have looked at what else there is, and I would rather agree with you.",
    "We are not far apart.",
    "What would you need in return?",
    "I cannot go much further than this.",
    "Fair enough, but the other point is still open.",
    "Shall we settle it today?",
    "I would like to think about the whole and not only about one part.",
)

_ERRORS: dict[str, Callable[[str], ModelError]] = {
    kind.kind: kind for kind in (Overloaded, RateLimited, TimedOut, BrokenStream, UnreadableAnswer, Filtered)
}


class SimulatedModel:
    """Answer by drawing from a hash of the request."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._simulation: Simulation = profile.simulated
        gate = limiter_for(profile.rates, profile.name, "simulated")
        self._caller = Caller(profile.name, profile.asks_for, gate, profile.policy)

    @property
    def name(self) -> str:
        return self.profile.name

    async def create(self, request: Request, *, on_text: OnText | None = None) -> Served:
        """Answer after the simulated latency, or fail as often as the profile says."""
        request = self.profile.fill(request)
        seed = _seed(request, self._simulation.seed)

        async def send(tried: int) -> Answer:
            if tried and on_text:
                on_text("")
            return await self._send(request, random.Random(f"{seed}/{tried}"), random.Random(seed), on_text)

        return await self._caller.call(self.profile.tokens_of(request), send)

    async def _send(
        self, request: Request, fortune: random.Random, draw: random.Random, on_text: OnText | None
    ) -> Answer:
        latency = self._simulation.latency
        wait = fortune.uniform(*latency) if isinstance(latency, tuple) else latency
        if wait > 0:
            await asyncio.sleep(wait)
        self._fail(fortune.random())
        answer = _answer(request, draw, self.profile.asks_for)
        for start in range(0, len(answer.text), _PIECE) if on_text else ():
            if on_text:
                on_text(answer.text[start : start + _PIECE])
        return answer

    def _fail(self, drawn: float) -> None:
        for kind, share in self._simulation.errors.items():
            if drawn < share:
                raise _ERRORS[kind](f"simulated: {kind}")
            drawn -= share


def _seed(request: Request, seed: int) -> str:
    data = json.dumps(request.plain(), sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(f"{seed}\n{data}".encode(), digest_size=16).hexdigest()


def _answer(request: Request, draw: random.Random, model: str) -> Answer:
    text = _sentences(draw)
    calls: tuple[ToolCall, ...] = ()
    if isinstance(request.format, JsonSchema):
        text = json.dumps(instance_of(request.format.json_schema, draw, _sentences), ensure_ascii=False)
    elif request.format == "json":
        text = json.dumps({"text": text})
    elif tool := _chosen(request, draw):
        arguments = json.dumps(instance_of(tool.parameters, draw, _sentences), ensure_ascii=False)
        calls = (ToolCall(id=f"call_{len(request.messages)}_0", name=tool.name, arguments=arguments),)
    text, cut = _within(text, request.max_tokens)
    output = count_text(text) + sum(count_text(call.name + call.arguments) for call in calls)
    return Answer(
        text=text,
        calls=calls,
        stop="length" if cut else "tool_calls" if calls else "stop",
        usage=Usage(input=count_prompt(request), output=output, cached=0, reasoning=0),
        served=model,
    )


def _within(text: str, tokens: int | None) -> tuple[str, bool]:
    if tokens is None or count_text(text) <= tokens:
        return text, False
    return text[: tokens * 4], True


def _sentences(draw: random.Random) -> str:
    return " ".join(draw.sample(_SENTENCES, draw.randint(1, 3)))


def _chosen(request: Request, draw: random.Random) -> Tool | None:
    """Choose a tool: offers first, agreement likelier the longer it takes, and leaving hardly ever."""
    if not request.tools or request.tool_choice == "none":
        return None
    if request.tool_choice not in ("auto", "required"):
        return next(tool for tool in request.tools if tool.name == request.tool_choice)
    length = len(request.messages) + sum(message.text.count("\n") for message in request.messages) / 10
    weights = [_weight(tool.name.lower(), length) for tool in request.tools]
    return draw.choices(request.tools, weights)[0]


def _weight(name: str, length: float) -> float:
    if "accept" in name:
        return min(8.0, 0.5 + length / 4)
    if any(word in name for word in _RARE):
        return 0.05
    return next((weight for word, weight in _WEIGHTS.items() if word in name), 1.0)
