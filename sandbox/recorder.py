"""The recorder: what a brain asks of a model passes through here, and is written down before and after."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Sequence
from typing import Any, Protocol

from moot_errors import StoreError
from sandbox.answers import GIVEN_UP, Answers, Call, Differs, Unrecorded
from sandbox.budget import Limits
from sandbox.models import (
    Answer,
    ChatMessage,
    ModelError,
    Models,
    Profile,
    Request,
    Served,
    known_secrets,
    redact,
)
from sandbox.models.types import Part
from sandbox.turns import Turn, evidence_since
from transcripts import Answered, Asking, Bodies, Difference, Event, State, difference, name_of


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
        self._prompts = dict(state.prompts)
        self._parts: dict[tuple[str, str], dict[int, tuple[object, str]]] = {}
        """The parts of each seat's latest prompt by purpose, with their names; held, so that ids stay theirs."""
        self.order = state.spent.calls
        """How many calls of the run were answered."""

    async def ask(self, turn: Turn, profile: str, request: Request, *, purpose: str) -> Answer:
        """Ask a model on behalf of the turn's seat; raises ModelError, and BudgetSpent before the call."""
        self.budget.check(self.state.spent, turn.position)
        used = self.models.find(profile, purpose)
        request = used.fill(request)
        bodies = Bodies()
        parts = self._put_prompt((turn.seat, purpose), request, bodies)
        body = bodies.put(redact({"model": used.asks_for, **_parameters(request)}, known_secrets()))
        change = self._change(turn.seat, purpose, parts)
        call = Call(turn.seat, turn.own, purpose, fingerprint(body, parts), body, parts, bodies, profile, request)
        where = {**turn.at(), "purpose": purpose, "profile": used.name, "fingerprint": call.fingerprint}
        asked = time.perf_counter()
        answered: Answered | None = None
        with turn.calling():
            try:
                # With the bodies: what an answer refers to may have been new with a call that has none yet.
                await self.write([Asking(**where, evidence=evidence_since(asked))], bodies, wait=True)
                served, fault = await self._answer(call)
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
        return redact_answer(served.answer)

    async def _answer(self, call: Call) -> tuple[Served | None, ModelError | None]:
        """Get an answer, or the fault that came instead; raises what is the transcript's fault, and no model's."""
        try:
            return await self.answers.answer(call), None
        except ModelError as fault:
            return None, fault
        except (Differs, StoreError, Unrecorded):
            raise
        except Exception as error:  # noqa: BLE001  # anybody's client: what is recorded is what the brain hears
            unknown = ModelError(f"{type(error).__name__}: {error}")
            unknown.__cause__ = error
            return None, unknown

    def _put_prompt(self, key: tuple[str, str], request: Request, bodies: Bodies) -> tuple[str, ...]:
        """Name the prompt's parts; a part of the prompt before, the same object, is not written and hashed again."""
        before, kept = self._parts.get(key, {}), {}
        names = []
        for message in request.messages:
            parts: tuple[ChatMessage | Part, ...] = (message,)
            if not isinstance(message.content, str):
                names.append(bodies.put(redact(message.model_copy(update={"content": ()}).plain(), known_secrets())))
                parts = message.content
            for part in parts:
                known = before.get(id(part)) or (part, bodies.put(redact(part.plain(), known_secrets())))
                kept[id(part)] = known
                names.append(known[1])
        self._parts[key] = kept
        return tuple(names)

    def _change(self, seat: str, purpose: str, parts: tuple[str, ...]) -> Difference:
        before = self._prompts.get((seat, purpose), ())
        self._prompts[seat, purpose] = parts
        return difference(before, parts)

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
        answer = redact_answer(served.answer)
        said = answer.plain()
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


def _parameters(request: Request) -> dict[str, Any]:
    plain = request.model_copy(update={"messages": ()}).plain()
    plain.pop("messages", None)
    return plain


def redact_answer(answer: Answer) -> Answer:
    """Take keys and tokens out of what a model says: it may quote them."""
    plain = answer.plain()
    clean = redact(plain, known_secrets())
    return answer if clean is plain else Answer.model_validate(clean)


def fingerprint(body: str, parts: Sequence[str]) -> str:
    """Name a whole request: its parameters and the parts of its prompt."""
    return name_of("\n".join((body, *parts)).encode())
