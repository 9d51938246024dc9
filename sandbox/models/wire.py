"""The OpenAI chat-completions protocol: requests written, answers read, whatever the server makes of it.

Nothing here touches a network; `streams` reads the same answers in pieces.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from .errors import UnreadableAnswer
from .texts import as_mapping, as_text, whole
from .types import Answer, ChatMessage, ImagePart, JsonSchema, Request, Stop, Tool, ToolCall, Usage

_UNNAMEABLE = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST_NAME = 64

_STOPS: dict[str, Stop] = {
    **dict.fromkeys(("stop", "eos", "end_turn", "stop_sequence", "complete"), "stop"),
    **dict.fromkeys(("length", "max_tokens", "max_output_tokens", "model_length"), "length"),
    **dict.fromkeys(("tool_calls", "function_call", "tool_use", "function_calls", "tool_call"), "tool_calls"),
    **dict.fromkeys(("content_filter", "safety", "recitation", "prohibited_content"), "filtered"),
    "refusal": "refusal",
}


class ToolNames:
    """Spell tool names as the protocol allows, and find back what they stand for."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self._meant: dict[str, str] = {}
        self._spelt: dict[str, str] = {}
        for tool in tools:
            spelt = spell(tool.name)
            while self._meant.setdefault(spelt, tool.name) != tool.name:
                spelt = spelt[: _LONGEST_NAME - 1] + "_" if len(spelt) < _LONGEST_NAME else spelt[1:] + "_"
            self._spelt[tool.name] = spelt

    def spelt(self, name: str) -> str:
        return self._spelt.get(name) or spell(name)

    def meant(self, name: str) -> str:
        return self._meant.get(name, name)


def spell(name: str) -> str:
    """Replace what the protocol does not allow in a name."""
    return _UNNAMEABLE.sub("_", name)[:_LONGEST_NAME] or "_"


def encode(request: Request, model: str, *, stream: bool = False) -> dict[str, Any]:
    """Write a request's body, without what nobody set."""
    names = ToolNames(request.tools)
    body: dict[str, Any] = {"model": model, "messages": [_message(message, names) for message in request.messages]}
    if request.tools:
        body["tools"] = [_tool(tool, names) for tool in request.tools]
        if request.tool_choice != "auto":
            body["tool_choice"] = _choice(request.tool_choice, names)
    if request.format is not None:
        body["response_format"] = _format(request.format)
    for key in ("temperature", "top_p", "max_tokens", "seed"):
        if (value := getattr(request, key)) is not None:
            body[key] = value
    if request.stop:
        body["stop"] = list(request.stop)
    if stream:
        body["stream"] = True
        body["stream_options"] = {"include_usage": True}
    return body | request.extra


def to_bytes(body: dict[str, Any]) -> bytes:
    """Write a body as JSON in UTF-8."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _message(message: ChatMessage, names: ToolNames) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.call_id or "", "content": message.text}
    data: dict[str, Any] = {"role": message.role, "content": _content(message)}
    if message.name:
        data["name"] = spell(message.name)
    if message.calls:
        data["tool_calls"] = [_call(call, names) for call in message.calls]
        data["content"] = data["content"] or None
    return data


def _content(message: ChatMessage) -> str | list[dict[str, Any]]:
    """Write text as one string, however many parts it has: many servers take a list only where there are images."""
    if isinstance(message.content, str) or not any(isinstance(part, ImagePart) for part in message.content):
        return message.text
    return [
        {"type": "image_url", "image_url": {"url": part.url or f"data:{part.media};base64,{part.data}"}}
        if isinstance(part, ImagePart)
        else {"type": "text", "text": part.text}
        for part in message.content
    ]


def _call(call: ToolCall, names: ToolNames) -> dict[str, Any]:
    function = {"name": names.spelt(call.name), "arguments": _sendable(call.arguments)}
    return {"id": call.id, "type": "function", "function": function}


def _sendable(arguments: str) -> str:
    """Wrap arguments that are no JSON object: some servers parse the history, and fail on what their model wrote."""
    try:
        if isinstance(json.loads(arguments), dict):
            return arguments
    except (ValueError, RecursionError):
        pass  # not JSON, so it is wrapped like a JSON text that is not an object
    return json.dumps({"unreadable": arguments}) if arguments.strip() else "{}"


def _tool(tool: Tool, names: ToolNames) -> dict[str, Any]:
    function: dict[str, Any] = {"name": names.spelt(tool.name), "parameters": tool.parameters}
    if tool.description:
        function["description"] = tool.description
    if tool.strict:
        function["strict"] = True
    return {"type": "function", "function": function}


def _choice(choice: str, names: ToolNames) -> Any:
    if choice in ("none", "required"):
        return choice
    return {"type": "function", "function": {"name": names.spelt(choice)}}


def _format(wanted: str | JsonSchema) -> dict[str, Any]:
    if not isinstance(wanted, JsonSchema):
        return {"type": "json_object"}
    schema = {"name": spell(wanted.name), "schema": wanted.json_schema, "strict": wanted.strict}
    return {"type": "json_schema", "json_schema": schema}


def decode(data: Any, request: Request) -> Answer:
    """Read a response's body; raises UnreadableAnswer where it holds no choice."""
    body = as_mapping(data)
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise UnreadableAnswer(f"the answer holds no choice, only {sorted(body) or type(data).__name__}")
    message = as_mapping(choices[0].get("message"))
    said, thought = read_content(message.get("content"))
    calls = message.get("tool_calls")
    if not calls and isinstance(message.get("function_call"), dict):
        calls = [{"function": message["function_call"]}]
    return assemble(
        request,
        text=said,
        reasoning=read_reasoning(message) or thought,
        refusal=as_text(message.get("refusal")),
        calls=[raw_call(call) for call in calls if isinstance(call, dict)] if isinstance(calls, list) else [],
        finish=choices[0].get("finish_reason"),
        envelope=body,
    )


def assemble(
    request: Request,
    *,
    text: str,
    reasoning: str,
    refusal: str | None,
    calls: list[tuple[str, str, str]],
    finish: Any,
    envelope: dict[str, Any],
) -> Answer:
    """Make an answer of its pieces, the same for one read at once and one read from a stream."""
    stop = _STOPS.get(finish.lower(), "other") if isinstance(finish, str) else "other"
    if calls and stop in ("stop", "other"):
        stop = "tool_calls"  # some servers say "stop" after a call
    if refusal:
        stop = "refusal"
    return Answer(
        text=whole(text) or refusal or "",
        reasoning=whole(reasoning) or None,
        calls=_numbered(calls, request),
        stop=stop,
        usage=read_usage(envelope.get("usage")),
        served=as_text(envelope.get("model")),
        fingerprint=as_text(envelope.get("system_fingerprint")),
    )


def _numbered(calls: list[tuple[str, str, str]], request: Request) -> tuple[ToolCall, ...]:
    """Give names their meaning, and calls without an id one that does not come twice in a conversation."""
    names, turn = ToolNames(request.tools), len(request.messages)
    return tuple(
        ToolCall(id=whole(id) or f"call_{turn}_{n}", name=names.meant(whole(name)), arguments=whole(arguments) or "{}")
        for n, (id, name, arguments) in enumerate(calls)
    )


def raw_call(call: dict[str, Any]) -> tuple[str, str, str]:
    """Read id, name and arguments of a call or of a piece of one; what is missing is empty."""
    function = as_mapping(call.get("function"))
    arguments = function.get("arguments")
    if arguments is not None and not isinstance(arguments, str):
        arguments = json.dumps(arguments, ensure_ascii=False)
    return as_raw(call.get("id")), as_raw(function.get("name")), arguments or ""


def as_raw(value: Any) -> str:
    """Take a text, which may end in half a surrogate pair, and anything else as empty."""
    return value if isinstance(value, str) else ""


def read_content(content: Any) -> tuple[str, str]:
    """Read what was said and what was thought from a content that may be null, a text, or a list of parts."""
    if isinstance(content, str):
        return content, ""
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    said = [as_raw(part.get("text")) for part in parts if part.get("type") in ("text", "output_text", None)]
    thought = [_thought(part) for part in parts if part.get("type") in ("thinking", "reasoning")]
    return "".join(said), "".join(thought)


def _thought(part: dict[str, Any]) -> str:
    inner = part.get("thinking") or part.get("text")
    return read_content(inner)[0]


def read_reasoning(message: dict[str, Any]) -> str:
    """Read what a model thought, under either of its names."""
    return as_raw(message.get("reasoning_content")) or as_raw(message.get("reasoning"))


def read_usage(data: Any) -> Usage:
    """Read the tokens, None for what is not told."""
    usage = as_mapping(data)
    prompt, completion = as_mapping(usage.get("prompt_tokens_details")), usage.get("completion_tokens_details")
    cached = _count(prompt.get("cached_tokens"))
    return Usage(
        input=_count(usage.get("prompt_tokens")),
        output=_count(usage.get("completion_tokens")),
        cached=_count(usage.get("prompt_cache_hit_tokens")) if cached is None else cached,
        reasoning=_count(as_mapping(completion).get("reasoning_tokens")),
    )


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
