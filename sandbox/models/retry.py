"""Trying again: what is worth it, how long to wait before, and what came of each try."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from .errors import ModelError, RateLimited
from .secrets import redact
from .types import Answer, Attempt, Served

Draw = Callable[[], float]
"""Gives numbers from 0 up to 1."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How often, and how patiently, a call is tried again; seconds."""

    retries: int = 4
    first: float = 0.5
    longest: float = 60.0


def wait_before(retry: int, error: ModelError, policy: Policy, draw: Draw) -> float | None:
    """Say how many seconds to wait before a retry (they count from 1), or None where it is not worth it.

    Waits grow exponentially, with full jitter.  A server that says how long is obeyed, and a little more, so that its
    callers do not come back all at once; one that asks for more than `longest` is not asked again.
    """
    if not error.retryable or retry > policy.retries:
        return None
    if error.retry_after is not None:
        return None if error.retry_after > policy.longest else error.retry_after + draw() * policy.first
    return draw() * min(policy.longest, policy.first * 2.0 ** min(retry - 1, 30))


class Slot(Protocol):
    """A place among the calls that a profile's limits let through."""

    def correct(self, tokens: int | None) -> None:
        """Say how many tokens it really was; None leaves the estimate."""
        ...


class Gate(Protocol):
    """Let calls through as fast as a profile's limits allow."""

    def slot(self, tokens: int) -> AbstractAsyncContextManager[Slot]: ...

    def pause(self, seconds: float) -> None: ...


class Caller:
    """Make the calls of one profile: each in its slot, tried again as its policy says, with all attempts told."""

    def __init__(
        self,
        profile: str,
        model: str,
        gate: Gate,
        policy: Policy,
        *,
        secrets: tuple[str, ...] = (),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        draw: Draw = random.random,
    ) -> None:
        self.profile, self.model = profile, model
        self._gate, self._policy, self._secrets = gate, policy, secrets
        self._clock, self._sleep, self._draw = clock, sleep, draw

    async def call(self, tokens: int, send: Callable[[int], Awaitable[Answer]]) -> Served:
        """Send until there is an answer; `send` takes the number of the try, from 0, `tokens` is an estimate.

        Raises the last try's ModelError.
        """
        began = asked = self._clock()
        attempts: list[Attempt] = []
        while True:
            try:
                async with self._gate.slot(tokens) as slot:
                    sent = self._clock()
                    answer = await send(len(attempts))
                    slot.correct(_total(answer))
            except ModelError as error:
                attempts.append(self._attempt(error, asked, sent))
                self._hold_others(error)
                wait = wait_before(len(attempts), error, self._policy, self._draw)
                if wait is None:
                    raise self._told(error, attempts) from None
                asked = self._clock()
                await self._sleep(wait)
                continue
            attempts.append(self._attempt(None, asked, sent))
            took = self._clock() - began
            return Served(
                answer=answer, profile=self.profile, model=self.model, attempts=tuple(attempts), took=round(took, 6)
            )

    def _hold_others(self, error: ModelError) -> None:
        """Pause the whole profile for as long as the server asks, unless that is longer than anybody would wait."""
        wait = error.retry_after if isinstance(error, RateLimited) else None
        if wait is not None and wait <= self._policy.longest:
            self._gate.pause(wait)

    def _attempt(self, error: ModelError | None, asked: float, sent: float) -> Attempt:
        return Attempt(
            profile=self.profile,
            error=error.kind if error else None,
            status=error.status if error else None,
            waited=round(sent - asked, 6),
            took=round(self._clock() - sent, 6),
        )

    def _told(self, error: ModelError, attempts: list[Attempt]) -> ModelError:
        tries = f" after {len(attempts)} tries" if len(attempts) > 1 else ""
        error.message = redact(f"model {self.profile!r}{tries}: {error.message}", self._secrets)
        error.remedy = redact(error.remedy, self._secrets)
        error.args = (error.message,)
        error.attempts = tuple(attempts)
        return error


def _total(answer: Answer) -> int | None:
    used = (answer.usage.input, answer.usage.output)
    return None if None in used else sum(part or 0 for part in used)
