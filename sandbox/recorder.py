"""The recorder: what a brain asks of a model passes through here, and is written down before and after."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Protocol

from moot_errors import StoreError
from sandbox.answers import GIVEN_UP, Answers, Call, Differs, Unrecorded
from sandbox.budget import Limits
from sandbox.models import (
    Answer,
    ModelError,
    Models,
    Profile,
    Request,
    Served,
    known_secrets,
    redact,
)
from sandbox.turns import Turn, evidence_since
from sandbox.wording import Wording
from transcripts import Answered, Asking, Bodies, Difference, Event, State, series_of

REQUESTS = 64
"""So many different tools and parameters are kept in mind."""


class Write(Protocol):
    """Write events, and the bodies that are new with them; with `wait`, return when they are durable."""

    def __call__(
        self, events: Sequence[Event], bodies: Bodies | None = None, *, wait: bool = False
    ) -> Awaitable[None]: ...


class Recorder:
    """Ask models for one run.

    A prompt is written as its difference to the one that the same seat asked before for the same purpose; with calls
    that overlap, "before" is the order in which they were begun, which does not depend on who was faster.
    """

    def __init__(self, state: State, models: Models, answers: Answers, budget: Limits, write: Write) -> None:
        self.state = state
        self.models = models
        self.answers = answers
        self.budget = budget
        self.write = write
        self._prompts = {key: Wording(state.bodies, names) for key, names in state.prompts.items()}
        """By the series of calls that they stand in."""
        self._requests: dict[str, tuple[str, bytes]] = {}
        """Bodies of requests without their prompts, with their names, by what they were made of."""
        self.hear: Callable[[str, str, str], None] | None = None
        """Hears answers as they come: thread, seat and a piece of text; nothing of that is recorded."""
        self.seconds = 0.0
        """How long this process has waited for models, overlapping calls added up."""
        self.order = state.spent.calls
        """How many calls of the run were answered."""

    async def ask(self, turn: Turn, profile: str, request: Request, *, purpose: str) -> Answer:
        """Ask a model on behalf of the turn's seat; raises ModelError, and BudgetSpent before the call."""
        self.budget.check(self.state.spent, turn.position)
        used = self.models.find(profile, purpose)
        request = used.fill(request)
        bodies = Bodies()
        body = self._put_request(used.asks_for, request, bodies)
        wording = self._prompts.setdefault(series_of(turn.seat, turn.thread.name, purpose), Wording(self.state.bodies))
        prompt = wording.put(request.messages, body, bodies)
        change, called = prompt.change, prompt.fingerprint
        call = Call(
            turn.seat, turn.nth, purpose, called, body, prompt.parts, bodies, profile, request, self._hears(turn)
        )
        where = {**turn.at(), "purpose": purpose, "profile": used.name, "fingerprint": called}
        asked = time.perf_counter()
        answered: Answered | None = None
        with turn.calling():
            try:
                # With the bodies: what an answer refers to may have been new with a call that has none yet.
                await self.write([Asking(**where, evidence=evidence_since(asked))], bodies, wait=True)
                served, fault = await self._answer(call)
                self.seconds += time.perf_counter() - asked
                async with turn.hearing():
                    answered = self._answered(where, body, change, used, served, fault, asked)
                    self.state.apply(answered)
                    await self.write([answered])
            except asyncio.CancelledError as given_up:
                # Whoever stops the run cancels too, and then nobody has given anything up: it counts with the turn.
                if answered is None:
                    turn.events.append(self._answered(where, body, change, used, None, given_up, asked))
                raise
        if served is None:
            assert fault is not None
            raise fault
        return served.answer

    def _hears(self, turn: Turn) -> Callable[[str], None] | None:
        return partial(self.hear, turn.thread.name, turn.seat) if self.hear is not None else None

    async def _answer(self, call: Call) -> tuple[Served | None, ModelError | None]:
        """Get an answer, or the fault that came instead; raises what is the transcript's fault, and no model's."""
        try:
            served = await self.answers.answer(call)
        except ModelError as fault:
            return None, fault
        except (Differs, StoreError, Unrecorded):
            raise
        except Exception as error:  # noqa: BLE001  # anybody's client: what is recorded is what the brain hears
            unknown = ModelError(f"{type(error).__name__}: {error}")
            unknown.__cause__ = error
            return None, unknown
        answer = redact_answer(served.answer)
        return served if answer is served.answer else served.model_copy(update={"answer": answer}), None

    def _put_request(self, model: str, request: Request, bodies: Bodies) -> str:
        """Name a request without its prompt: most turns have the same tools and parameters as one before."""
        rest = request.model_copy(update={"messages": ()})
        key = f"{model} {rest.model_dump_json(exclude_defaults=True)}"
        if key not in self._requests:
            plain = rest.plain()
            plain.pop("messages", None)
            new = Bodies()
            name = new.put(redact({"model": model, **plain}, known_secrets()))
            if len(self._requests) >= REQUESTS:
                self._requests.clear()
            self._requests[key] = (name, new[name])
        name, body = self._requests[key]
        bodies[name] = body
        return name

    def _answered(
        self,
        where: dict[str, Any],
        body: str,
        change: Difference,
        used: Profile,
        served: Served | None,
        fault: BaseException | None,
        asked: float,
    ) -> Answered:
        self.order += 1
        attempts = served.attempts if served else getattr(fault, "attempts", ())
        evidence = evidence_since(
            asked,
            redact(str(fault), known_secrets()) if fault else None,
            attempts=[attempt.plain() for attempt in attempts] or None,
            order=self.order,
        )
        if served is None:
            kind = fault.kind if isinstance(fault, ModelError) else GIVEN_UP
            return Answered(**where, request=body, prompt=change, model=used.asks_for, fault=kind, evidence=evidence)
        said = served.answer.plain()
        usage = {name: count for name, count in (said.pop("usage", None) or {}).items() if count is not None}
        return Answered(
            **where,
            request=body,
            prompt=change,
            by=served.profile if served.profile != used.name else None,
            model=served.model,
            served=said.pop("served", None),
            system=said.pop("fingerprint", None),
            answer=said,
            usage=usage,
            cost=served.cost,
            evidence=evidence,
        )


def redact_answer(answer: Answer) -> Answer:
    """Take keys and tokens out of what a model says: it may quote them."""
    plain = answer.plain()
    clean = redact(plain, known_secrets())
    return answer if clean is plain else Answer.model_validate(clean)
