"""Ask a model with one ingredient of another request."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from sandbox.answers import Answers, Call
from sandbox.models import ChatMessage, Request, Served

Swap = Callable[[str, Request], Request]
"""Takes a call's purpose and its request, and gives the request that is made instead."""


class Borrowing:
    """Change what a seat asks before it is asked."""

    def __init__(self, answers: Answers, seat: str, swap: Swap) -> None:
        self._answers, self._seat, self._swap = answers, seat, swap

    async def answer(self, call: Call) -> Served:
        """Ask with the changed request; raises what the model does."""
        if call.seat == self._seat:
            call = call._replace(request=self._swap(call.purpose, call.request))
        return await self._answers.answer(call)


def swap_messages(asked: Mapping[str, Request], roles: Collection[str]) -> Swap:
    """Take the messages of these roles from what was asked elsewhere, one for one; those without a counterpart stay."""

    def swap(purpose: str, request: Request) -> Request:
        theirs = [each for each in asked[purpose].messages if each.role in roles] if purpose in asked else []
        left = iter(theirs)
        messages: list[ChatMessage] = [
            next(left, message) if message.role in roles else message for message in request.messages
        ]
        return request.model_copy(update={"messages": tuple(messages)})

    return swap


def swap_tools(asked: Mapping[str, Request]) -> Swap:
    """Take the tools, and how one is chosen, from what was asked elsewhere."""

    def swap(purpose: str, request: Request) -> Request:
        if (theirs := asked.get(purpose)) is None:
            return request
        return request.model_copy(update={"tools": theirs.tools, "tool_choice": theirs.tool_choice})

    return swap


def swap_parameter(asked: Mapping[str, Request], name: str) -> Swap:
    """Take one parameter from what was asked elsewhere, or leave it away where it was not given there."""

    def swap(purpose: str, request: Request) -> Request:
        if purpose not in asked or name not in Request.model_fields:
            return request
        return request.model_copy(update={name: getattr(asked[purpose], name)})

    return swap
