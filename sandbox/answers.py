"""Where a model's answer comes from: the model itself, or a transcript."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar, NamedTuple, Protocol

from moot_errors import RunFailed
from sandbox.models import Models, Request, Served, cost_of

GIVEN_UP = "cancelled"
"""The fault of a call that its brain no longer waited for."""
INTERRUPTED = "interrupted"
"""The fault of a turn that a person broke off."""


class Call(NamedTuple):
    """One call, as it is looked up in a transcript."""

    seat: str
    turn: int
    """The seat's turns, from 1."""
    purpose: str
    fingerprint: str
    body: str
    """The name of the body of the request without its prompt."""
    parts: tuple[str, ...]
    """The names of the bodies of the prompt's parts."""
    bodies: Mapping[str, bytes]
    """Those of them that are new with this call."""
    profile: str
    request: Request
    hear: Callable[[str], None] | None = None
    """Hears the text as it comes; "" where it begins anew.  None where nobody listens."""


class Unrecorded(RunFailed):
    """A request that is not in the transcript; a replay does not ask anybody else."""


class Differs(RunFailed):
    """What is played again is not what was recorded."""


class Answers(Protocol):
    """Answer calls; each raises ModelError where the answer is a fault, `Unrecorded` where there is none to be had."""

    async def answer(self, call: Call) -> Served:
        """Answer one call."""
        ...


class Live:
    """Ask the models."""

    guard: ClassVar[Callable[[Models, Call], None] | None] = None
    """Is called before any model is, and may raise: a test run sets it, so that no model is asked unnoticed."""

    def __init__(self, models: Models) -> None:
        self.models = models

    def open(self, names: Iterable[str]) -> None:
        """Open these models, and those that they route calls to; raises what `sandbox.models.open_model` does."""
        for name in names:
            for purpose in ("", *self.models.profiles[name].route):
                self.models.open(name, purpose)

    async def answer(self, call: Call) -> Served:
        if Live.guard is not None:
            Live.guard(self.models, call)
        reply = await self.models.open(call.profile, call.purpose).create(call.request, on_text=call.hear)
        answer = reply.answer
        cost = cost_of(self.models.profiles[reply.profile], answer.usage, served=answer.served)
        return reply.model_copy(update={"cost": cost})
