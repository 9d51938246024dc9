"""Find out what a model can do, by asking it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Literal, NamedTuple

from moot_errors import MootError

from .errors import KeyRefused
from .keys import known_secrets, read_headers, read_key
from .opening import open_model
from .profiles import Profile
from .secrets import redact
from .types import Answer, ChatMessage, JsonSchema, Model, Request, Served, Tool

Ability = Literal["word", "stream", "tool", "json"]
Verdict = Callable[[Answer], str | None]
"""Say what is wrong with an answer, or None."""

_SHOWN = 60
_COLOUR = {
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": ["red", "blue"]}},
    "required": ["colour"],
    "additionalProperties": False,
}


class Finding(NamedTuple):
    """What came of one question."""

    ability: Ability
    works: bool
    took: float | None = None
    """Seconds; None where there was no answer."""
    served: str | None = None
    """The model that answered, by the provider's word."""
    problem: str | None = None
    remedy: str | None = None


def key_is_there(profile: Profile) -> bool | None:
    """Tell whether what a profile takes from the environment is set; None where only running a command would tell."""
    if profile.provider != "openai":
        return True
    try:
        read_headers(profile)
        if profile.key_command is None:
            read_key(profile, trusted=False)
    except KeyRefused:
        return False
    return None if profile.key_command else True


async def probe(profile: Profile, *, trusted: bool = False) -> AsyncIterator[Finding]:
    """Ask for a word, for a word in a stream, for a tool call and for JSON, and say of each what came of it.

    Nobody answers in the profile's place, and a call is tried no more than twice.  Where there is no word, nothing
    else is asked.
    """
    alone = profile.model_copy(
        update={"fallback": (), "route": {}, "retries": min(profile.retries, 1), "longest_wait": 5.0}
    )
    try:
        model = open_model({profile.name: alone}, profile.name, trusted=trusted)
    except MootError as error:
        yield _failed("word", error)
        return
    for ability, (request, verdict) in _QUESTIONS.items():
        finding = await _ask(model, ability, request, verdict)
        yield finding
        if ability == "word" and not finding.works:
            return


async def _ask(model: Model, ability: Ability, request: Request, verdict: Verdict) -> Finding:
    pieces: list[str] = []
    try:
        reply = await model.create(request, on_text=pieces.append if ability == "stream" else None)
    except MootError as error:
        return _failed(ability, error)
    problem = verdict(reply.answer)
    if ability == "stream" and problem is None and not any(pieces):
        problem = "nothing came in the stream"
    return _answered(ability, reply, problem)


def _answered(ability: Ability, reply: Served, problem: str | None) -> Finding:
    served = redact(reply.answer.served, known_secrets())
    return Finding(ability, problem is None, reply.took, served, redact(problem, known_secrets()))


def _failed(ability: Ability, error: MootError) -> Finding:
    kind = getattr(error, "kind", None)
    message = f"{kind}: {error.message}" if kind else error.message
    return Finding(ability, False, None, None, redact(message, known_secrets()), redact(error.remedy, known_secrets()))


def _is_a_word(answer: Answer) -> str | None:
    if answer.stop in ("refusal", "filtered"):
        return f"it would not answer ({answer.stop})"
    return None if answer.text.strip() else "the answer was empty"


def _is_a_call(answer: Answer) -> str | None:
    if not answer.calls:
        return f"it called no tool, and said {_quoted(answer.text)}"
    call = answer.calls[0]
    if call.name != "paint":
        return f"it called {call.name!r}, which is not there"
    return _is_colour(call.arguments)


def _is_json(answer: Answer) -> str | None:
    return _is_colour(answer.text)


def _is_colour(text: str) -> str | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return f"it is not JSON: {_quoted(text)}"
    if not isinstance(data, Mapping) or data.get("colour") not in ("red", "blue"):
        return f"it is not what the schema says: {_quoted(text)}"
    return None


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _request(text: str, **more: Any) -> Request:
    return Request(messages=(ChatMessage(role="user", content=text),), **more)


_WORD = _request("Answer with one word: ready.")
_TOOL = Tool(name="paint", description="Paint the house.", parameters=_COLOUR)
_CALL = _request("Paint the house red. Call the tool; say nothing.", tools=(_TOOL,))
_JSON = _request(
    'Which colour does blood have? Answer with JSON only: {"colour": "red"} or {"colour": "blue"}.',
    format=JsonSchema(name="answer", json_schema=_COLOUR),
)
_QUESTIONS: dict[Ability, tuple[Request, Verdict]] = {
    "word": (_WORD, _is_a_word),
    "stream": (_WORD, _is_a_word),
    "tool": (_CALL, _is_a_call),
    "json": (_JSON, _is_json),
}
