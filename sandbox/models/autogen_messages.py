"""Our requests and answers in AutoGen's words, and theirs in ours.

AutoGen has one field, `thought`, for what a model thinks and for what it says beside a call; ours has two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from autogen_core import FunctionCall, Image
from autogen_core.models import (
    AssistantMessage,
    CreateResult,
    FinishReasons,
    FunctionExecutionResult,
    FunctionExecutionResultMessage,
    LLMMessage,
    RequestUsage,
    SystemMessage,
    UserMessage,
)
from autogen_core.tools import BaseTool, ToolSchema
from autogen_core.tools import Tool as AutogenTool
from pydantic import BaseModel, create_model

from .errors import BadRequest
from .types import Answer, ChatMessage, ImagePart, JsonSchema, Part, Stop, TextPart, Tool, ToolCall, Usage

_STOPS: dict[FinishReasons, Stop] = {
    "stop": "stop",
    "length": "length",
    "function_calls": "tool_calls",
    "content_filter": "filtered",
    "unknown": "other",
}
_FINISHES: dict[Stop, FinishReasons] = {stop: finish for finish, stop in _STOPS.items()} | {"refusal": "stop"}


def to_autogen(messages: Iterable[ChatMessage]) -> list[LLMMessage]:
    """Write messages for AutoGen; results that follow each other become one message.

    Raises BadRequest for an image that is only a URL: AutoGen's hold their data.
    """
    found: list[LLMMessage] = []
    called: dict[str, str] = {}
    for is_result, group in groupby(messages, lambda message: message.role == "tool"):
        if is_result:
            found.append(FunctionExecutionResultMessage(content=[_result(message, called) for message in group]))
            continue
        for message in group:
            called |= {call.id: call.name for call in message.calls}
            found.append(_said(message))
    return found


def _result(message: ChatMessage, called: dict[str, str]) -> FunctionExecutionResult:
    call = message.call_id or ""
    name = message.name or called.get(call, "")
    return FunctionExecutionResult(content=message.text, name=name, call_id=call, is_error=message.failed)


def _said(message: ChatMessage) -> LLMMessage:
    if message.role == "system":
        return SystemMessage(content=message.text)
    if message.role == "user":
        return UserMessage(content=_content(message), source=message.name or "user")
    source = message.name or "assistant"
    if not message.calls:
        return AssistantMessage(content=message.text, thought=message.reasoning, source=source)
    calls = [FunctionCall(id=call.id, name=call.name, arguments=call.arguments) for call in message.calls]
    return AssistantMessage(content=calls, thought=_thought(message.reasoning, message.text), source=source)


def _thought(reasoning: str | None, text: str) -> str | None:
    return "\n\n".join(filter(None, (reasoning, text))) or None


def _content(message: ChatMessage) -> str | list[str | Image]:
    if isinstance(message.content, str):
        return message.content
    return [_image(part) if isinstance(part, ImagePart) else part.text for part in message.content]


def _image(part: ImagePart) -> Image:
    if part.data is None:
        raise BadRequest(f"AutoGen's images hold their data, and this one is only a URL: {part.url!r}")
    return Image.from_base64(part.data)


def from_autogen(messages: Iterable[LLMMessage]) -> tuple[ChatMessage, ...]:
    """Read AutoGen's messages; each result becomes a message of its own."""
    found: list[ChatMessage] = []
    for message in messages:
        if isinstance(message, FunctionExecutionResultMessage):
            found.extend(
                ChatMessage(
                    role="tool", content=each.content, name=each.name, call_id=each.call_id, failed=each.is_error
                )
                for each in message.content
            )
        elif isinstance(message, SystemMessage):
            found.append(ChatMessage(role="system", content=message.content))
        elif isinstance(message, UserMessage):
            found.append(ChatMessage(role="user", content=_parts(message.content), name=message.source))
        else:
            found.append(_assistant(message))
    return tuple(found)


def _assistant(message: AssistantMessage) -> ChatMessage:
    if isinstance(message.content, str):
        return ChatMessage(role="assistant", content=message.content, name=message.source, reasoning=message.thought)
    return ChatMessage(
        role="assistant", content=message.thought or "", name=message.source, calls=_calls(message.content)
    )


def _parts(content: str | list[str | Image]) -> str | tuple[Part, ...]:
    if isinstance(content, str):
        return content
    return tuple(
        TextPart(kind="text", text=part) if isinstance(part, str) else ImagePart(kind="image", data=part.to_base64())
        for part in content
    )


def _calls(calls: Iterable[FunctionCall]) -> tuple[ToolCall, ...]:
    return tuple(ToolCall(id=call.id, name=call.name, arguments=call.arguments) for call in calls)


def answer_of(result: CreateResult) -> Answer:
    """Read AutoGen's result; it does not tell which model answered, nor anything of its cache."""
    usage = Usage(input=result.usage.prompt_tokens, output=result.usage.completion_tokens)
    text, calls = (result.content, ()) if isinstance(result.content, str) else ("", _calls(result.content))
    stop = _STOPS[result.finish_reason]
    return Answer(text=text, reasoning=result.thought, calls=calls, stop=stop, usage=usage)


def result_of(answer: Answer) -> CreateResult:
    """Write an answer as AutoGen's result; tokens that nobody told count as none."""
    calls = [FunctionCall(id=call.id, name=call.name, arguments=call.arguments) for call in answer.calls]
    return CreateResult(
        finish_reason="function_calls" if calls else _FINISHES[answer.stop],
        content=calls or answer.text,
        usage=RequestUsage(prompt_tokens=answer.usage.input or 0, completion_tokens=answer.usage.output or 0),
        cached=False,
        thought=_thought(answer.reasoning, answer.text) if calls else answer.reasoning,
    )


def tool_of(tool: AutogenTool | ToolSchema) -> Tool:
    """Read AutoGen's tool, or the schema of one."""
    schema: ToolSchema = tool.schema if isinstance(tool, AutogenTool) else tool
    parameters = schema.get("parameters")
    return Tool(
        name=schema["name"],
        description=schema.get("description", ""),
        strict=schema.get("strict", False),
        **({"parameters": dict(parameters)} if parameters else {}),
    )


def schema_of(tool: Tool) -> ToolSchema:
    """Write a tool as AutoGen's schema of one."""
    parameters: Any = {"type": "object", "properties": {}, **tool.parameters}
    return ToolSchema(name=tool.name, description=tool.description, parameters=parameters, strict=tool.strict)


class _NoArguments(BaseModel):
    pass


class DeclaredTool(BaseTool[BaseModel, BaseModel]):
    """A tool that can be named in `tool_choice`, where AutoGen takes no schema; it cannot be run."""

    def __init__(self, tool: Tool) -> None:
        super().__init__(_NoArguments, _NoArguments, tool.name, tool.description, tool.strict)
        self._declared = schema_of(tool)

    @property
    def schema(self) -> ToolSchema:
        return self._declared

    async def run(self, args: BaseModel, cancellation_token: object) -> BaseModel:
        raise NotImplementedError(f"{self.name!r} is declared here, and run elsewhere")


def format_of(json_output: bool | type[BaseModel] | None) -> JsonSchema | str | None:
    """Read how AutoGen wants its JSON."""
    if isinstance(json_output, type):
        return JsonSchema(name=json_output.__name__, json_schema=_closed(json_output.model_json_schema()))
    return "json" if json_output else None


def output_type(schema: JsonSchema) -> type[BaseModel]:
    """Make the class that AutoGen wants for a schema; it is asked for its schema, and nothing is parsed with it."""

    class Schemed(BaseModel):
        @classmethod
        def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
            return schema.json_schema

    return create_model(schema.name, __base__=Schemed)


def _closed(schema: Any) -> Any:
    """Forbid further keys and require all: what servers ask of a schema that they shall hold an answer to."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items() if key != "default" or "properties" in schema}
    if isinstance(schema.get("properties"), dict):
        closed |= {"additionalProperties": False, "required": list(schema["properties"])}
    return closed


def named(tools: Sequence[Tool], name: str) -> DeclaredTool:
    """Find the tool of that name, as AutoGen wants to have it named."""
    return DeclaredTool(next(tool for tool in tools if tool.name == name))
