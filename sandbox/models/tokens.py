"""Tokens, estimated without any model's own tokenizer: four characters make one."""

from __future__ import annotations

import json

from .types import ChatMessage, JsonSchema, Request, Tool

_CHARACTERS = 4
_PER_MESSAGE = 4
_PER_IMAGE = 1000
_ANSWER = 300
"""What an answer is taken to cost before it is there, if nothing bounds it."""


def count_text(text: str) -> int:
    """Estimate the tokens of a text."""
    return -(-len(text) // _CHARACTERS)


def count_message(message: ChatMessage) -> int:
    """Estimate the tokens of a message."""
    images = 0 if isinstance(message.content, str) else sum(part.kind == "image" for part in message.content)
    calls = sum(count_text(call.name) + count_text(call.arguments) for call in message.calls)
    return _PER_MESSAGE + count_text(message.text) + calls + images * _PER_IMAGE


def count_tool(tool: Tool) -> int:
    """Estimate the tokens of a tool's description."""
    return count_text(tool.name + tool.description + json.dumps(tool.parameters))


def count_prompt(request: Request) -> int:
    """Estimate the tokens of all that is sent."""
    schema = request.format.json_schema if isinstance(request.format, JsonSchema) else {}
    tools = sum(map(count_tool, request.tools)) + (count_text(json.dumps(schema)) if schema else 0)
    return sum(map(count_message, request.messages)) + tools


def count_call(request: Request) -> int:
    """Estimate the tokens of a call before it is made, its answer included."""
    return count_prompt(request) + (_ANSWER if request.max_tokens is None else min(request.max_tokens, _ANSWER * 4))
