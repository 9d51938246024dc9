"""What a model was asked, and what it answered, as a page to read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.rendering.layout import wrap
from sandbox.rendering.numbers import dollars, duration
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable
from sandbox.rendering.scene import Scene

if TYPE_CHECKING:
    from sandbox.models import ChatMessage, Request, Tool
    from sandbox.prompts import Prompt
    from transcripts import Answered

_INDENT = "  "
_FAR = "    "


def prompt_lines(prompt: Prompt, scene: Scene, paint: Paint, width: int) -> list[str]:
    """Write a call; a participant's eyes see what was said to it and what it said, and not who that was."""
    page = _Page(paint, width)
    call, request = prompt.call, prompt.request
    page.head(_title(call, scene))
    for message in request.messages:
        page.block(message.role + (f" ({message.name})" if message.name else ""), _content(message))
    if request.tools:
        page.block("tools", "\n".join(map(tool_words, request.tools)))
    if scene.seat is None and (parameters := _parameters(request)):
        page.block("parameters", parameters)
    for label, text in _answer(call):
        page.block(label, text)
    if scene.seat is None:
        page.block("call", _evidence(call))
    return page.lines


class _Page:
    def __init__(self, paint: Paint, width: int) -> None:
        self.lines: list[str] = []
        self._paint, self._width = paint, width

    def head(self, text: str) -> None:
        self.lines += [self._paint(line, "bold") for line in wrap(printable(text), self._width)]

    def block(self, label: str, text: str) -> None:
        self.lines += ["", _INDENT + self._paint(printable(label), "dim")]
        self.lines += wrap(printable(text.strip("\n"), lines=True), self._width, first=_FAR, rest=_FAR)


def _title(call: Answered, scene: Scene) -> str:
    if scene.seat is not None:
        return f"{call.thread} · {call.seat} · to {call.purpose}"
    model = f" ({call.model})" if call.model and call.model != call.profile else ""
    return f"turn {call.turn} · {call.thread} · {call.seat} · to {call.purpose} · {call.profile}{model}"


def _content(message: ChatMessage) -> str:
    if isinstance(message.content, str):
        text = message.content
    else:
        shown = (part.text if part.kind == "text" else f"[image: {part.url or part.media}]" for part in message.content)
        text = "".join(shown)
    return "\n".join([text, *(f"{call.name}({call.arguments})" for call in message.calls)])


def tool_words(tool: Tool) -> str:
    """Write a tool with its arguments, and what they may be."""
    properties = tool.parameters.get("properties")
    named = properties.items() if isinstance(properties, Mapping) else ()
    arguments = ", ".join(f"{name}: {_kind(schema)}" for name, schema in named)
    return f"{tool.name}({arguments})"


def _kind(schema: Any) -> str:
    """Say what a value may be, in a few words."""
    if not isinstance(schema, Mapping):
        return "anything"
    if isinstance(options := schema.get("enum"), list):
        return " | ".join(map(str, options))
    limits = [schema.get("minimum"), schema.get("maximum")]
    between = f" {limits[0]} to {limits[1]}" if None not in limits else ""
    return f"{schema.get('type', 'anything')}{between}"


def _parameters(request: Request) -> str:
    plain = request.model_copy(update={"messages": (), "tools": ()}).plain()
    return "\n".join(
        f"{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for key, value in plain.items()
        if key != "messages"
    )


def _answer(call: Answered) -> Iterable[tuple[str, str]]:
    """Give what came back, thoughts apart from what was said."""
    answer = call.answer
    if answer is None:
        yield "no answer", str(call.fault)
        return
    if answer.get("reasoning"):
        yield "thought", str(answer["reasoning"])
    calls = [
        f"{each.get('name')}({each.get('arguments', '{}')})"
        for each in answer.get("calls") or ()
        if isinstance(each, Mapping)
    ]
    stop = answer.get("stop")
    yield f"answer ({stop})" if stop else "answer", "\n".join(filter(None, [str(answer.get("text", "")), *calls]))


def _evidence(call: Answered) -> str:
    """Say who answered, what it took, and how often it was tried."""
    evidence = call.evidence
    served = f"served by {call.served}" if call.served else "the provider does not tell which model answered"
    lines = [served + (f" ({call.system})" if call.system else "")] if call.answer is not None else []
    if call.by:
        lines.append(f"answered by {call.by}, in place of {call.profile}")
    counts = ", ".join(f"{many:,} {kind}" for kind, many in call.usage.items())
    lines.append(f"tokens: {counts}" if counts else "the provider does not tell how many tokens it took")
    if call.answer is not None:
        lines.append(dollars(call.cost))
    if evidence and evidence.took is not None:
        lines.append(f"took: {duration(evidence.took)}")
    if evidence and evidence.attempts:
        lines.append(f"tried: {attempt_words(evidence.attempts)}")
    if evidence and evidence.detail:
        lines.append(evidence.detail)
    return "\n".join(lines)


def attempt_words(attempts: Iterable[Mapping[str, Any]]) -> str:
    """Say what came of each try, like ones together: `gpt-mini overloaded ×3, gpt-4o answered`."""
    counts = Counter(f"{each.get('profile')} {each.get('error') or 'answered'}" for each in attempts)
    return ", ".join(what + (f" ×{many}" if many > 1 else "") for what, many in counts.items())
