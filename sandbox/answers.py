"""Where a model's answer comes from: the model itself, or a transcript."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from sandbox.models import Models, Reply, Request


class Call(NamedTuple):
    """One call, as it is looked up in a transcript."""

    seat: str
    turn: int
    """The seat's own turns, from 1."""
    purpose: str
    fingerprint: str
    profile: str
    request: Request


class Answers(Protocol):
    """Answer calls; raises ModelError where the answer is a fault, `Unrecorded` where there is none to be had."""

    async def answer(self, call: Call) -> Reply:
        """Answer one call."""
        ...


class Live:
    """Ask the models."""

    def __init__(self, models: Models) -> None:
        self.models = models

    async def answer(self, call: Call) -> Reply:
        return await self.models.open(call.profile, call.purpose).create(call.request)
