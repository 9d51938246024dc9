"""What a model was asked, put together from a transcript's bodies, and the first thing in which two requests differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from transcripts.calls import Answered
from transcripts.diff.words import first_difference
from transcripts.events import Event

Where = Literal["system prompt", "history", "tools", "model", "parameters", "seed", "tool result"]

_TOOLS = ("tools", "tool_choice")


class Asked(NamedTuple):
    """A call with its whole request."""

    call: Answered
    messages: list[tuple[str, str]]
    """Role and text of each message."""
    body: Mapping[str, Any]
    """The request's parameters, tools and model."""

    def said(self, *roles: str) -> list[str]:
        return [text for role, text in self.messages if role in roles]

    def told(self) -> list[tuple[str, str]]:
        """Give the messages that are neither the system's nor a tool's."""
        return [(role, text) for role, text in self.messages if role not in ("system", "tool")]


class Parting(NamedTuple):
    """What of two requests differs, and how."""

    where: Where
    a: str
    b: str
    name: str = ""
    """The parameter, or the tool."""


def asked_by(content: Iterable[Event], bodies: Mapping[str, bytes], seat: str, turn: int) -> list[Asked]:
    """List a seat's calls in a turn, each with its whole request; `content` is all of it, in canonical order."""
    prompts: dict[tuple[str, str], list[str]] = {}
    calls: list[Asked] = []
    for event in content:
        if event.turn > turn:
            break
        if isinstance(event, Answered) and event.seat == seat:
            parts = prompts.setdefault(event.series, [])
            event.prompt.turn(parts)
            if event.turn == turn:
                calls.append(_asked(event, parts, bodies))
    return calls


def parting(a: Asked, b: Asked) -> Parting | None:
    """Find the first thing in which two requests differ; None where they are the same."""
    if a.call.fingerprint == b.call.fingerprint:
        return None
    return next(partings(a, b), Parting("parameters", a.call.fingerprint, b.call.fingerprint, "fingerprint"))


def partings(a: Asked, b: Asked) -> Iterator[Parting]:
    """Give everything in which two requests differ, in the order of what a cause is looked for in."""
    if a.said("system") != b.said("system"):
        yield Parting("system prompt", *first_difference("\n".join(a.said("system")), "\n".join(b.said("system"))))
    if a.told() != b.told():
        yield Parting("history", *_first_text(a.told(), b.told()))
    for key in _TOOLS:
        if a.body.get(key) != b.body.get(key):
            yield Parting("tools", *_tools(a.body, b.body, key))
    if (a.body.get("model"), a.call.profile) != (b.body.get("model"), b.call.profile):
        yield Parting("model", _model(a), _model(b))
    for key in {**a.body, **b.body}:
        if key not in (*_TOOLS, "model", "seed") and a.body.get(key) != b.body.get(key):
            yield Parting("parameters", shown(a.body.get(key)), shown(b.body.get(key)), key)
    if a.body.get("seed") != b.body.get("seed"):
        yield Parting("seed", shown(a.body.get("seed")), shown(b.body.get("seed")), "seed")
    if a.said("tool") != b.said("tool"):
        yield Parting("tool result", *_first_text(a.said("tool"), b.said("tool")))


def _asked(call: Answered, parts: Sequence[str], bodies: Mapping[str, bytes]) -> Asked:
    messages: list[tuple[str, str]] = []
    for name in parts:
        part = _data(bodies, name)
        text = _text(part)
        if isinstance(part, Mapping) and "role" in part:
            messages.append((str(part["role"]), text))
        elif messages:
            role, before = messages[-1]
            messages[-1] = role, before + text
        else:
            messages.append(("user", text))
    body = _data(bodies, call.request)
    return Asked(call, messages, body if isinstance(body, Mapping) else {"request": body})


def _data(bodies: Mapping[str, bytes], name: str) -> Any:
    body = bodies.get(name)
    return json.loads(body) if body is not None else None


def _text(part: Any) -> str:
    """Read a message or a part of one as text, with the calls that an assistant made."""
    if not isinstance(part, Mapping):
        return written(part)
    content = part.get("content", part.get("text", ""))
    text = content if isinstance(content, str) else "" if content in ([], ()) else written(content)
    rest = {key: value for key, value in part.items() if key not in ("role", "content", "text", "kind")}
    return text + (written(rest) if rest else "")


def _first_text(a: Sequence[Any], b: Sequence[Any]) -> tuple[str, str]:
    for left, right in zip(a, b, strict=False):
        if left != right:
            return first_difference(_only(left), _only(right))
    longer = _only((a if len(a) > len(b) else b)[min(len(a), len(b))])
    return (longer[:160], "") if len(a) > len(b) else ("", longer[:160])


def _only(message: Any) -> str:
    return message if isinstance(message, str) else str(message[1])


def _tools(a: Mapping[str, Any], b: Mapping[str, Any], key: str) -> tuple[str, str, str]:
    """Name the first tool that differs; its description or schema, word by word."""
    left, right = (_by_name(body.get(key)) for body in (a, b))
    for name in {**left, **right}:
        if left.get(name) != right.get(name):
            return *first_difference(written(left.get(name)), written(right.get(name))), name
    return shown(a.get(key)), shown(b.get(key)), key


def _by_name(tools: Any) -> dict[str, Any]:
    if not isinstance(tools, list):
        return {"tool_choice": tools}
    return {str(tool.get("name")): tool for tool in tools if isinstance(tool, Mapping)}


def _model(asked: Asked) -> str:
    model, profile = asked.body.get("model"), asked.call.profile
    return f"{model} ({profile})" if model not in (None, profile) else profile


def written(value: Any) -> str:
    """Write plain data as text; nothing for None."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def shown(value: Any, width: int = 160) -> str:
    """Write plain data in a short line."""
    text = written(value)
    return text if len(text) <= width else text[: width - 1] + "…"
