"""Limits kept on our side: connections, requests and tokens a minute, over all runs and event loops of the process."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Rates:
    """What a profile may use; None is without limit."""

    connections: int | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


@dataclass(slots=True, eq=False)
class _Use:
    """A call that was let through, and what it counts for."""

    at: float
    tokens: int


@dataclass(slots=True, eq=False)
class _Waiter:
    """A call that waits; each belongs to its own event loop."""

    tokens: int
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[None]
    use: _Use | None = None
    gone: bool = False
    timers: list[asyncio.TimerHandle] = field(default_factory=list)


class Limiter:
    """Let calls through in the order in which they came, as soon as the rates allow.

    In no 60 seconds are there more requests or tokens than the rates say.  Waiting costs nothing: only the first in the
    queue has a timer.  May be used from several threads and event loops at once.
    """

    def __init__(self, rates: Rates, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rates = rates
        self._clock = clock
        self._lock = threading.Lock()
        self._queue: deque[_Waiter] = deque()
        self._uses: deque[_Use] = deque()
        self._spent = 0
        self._active = 0
        self._paused_until = float("-inf")

    @asynccontextmanager
    async def slot(self, tokens: int) -> AsyncIterator[Slot]:
        """Wait for a place, and hold it; `tokens` is an estimate, to be corrected afterwards."""
        use = await self._enter(tokens)
        try:
            yield Slot(self, use)
        finally:
            with self._lock:
                self._active -= 1
                self._let_through()

    def pause(self, seconds: float) -> None:
        """Let nobody through for a while."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock() + seconds)

    async def _enter(self, tokens: int) -> _Use:
        loop = asyncio.get_running_loop()
        with self._lock:
            if not any(not waiter.gone for waiter in self._queue) and self._wait(tokens) <= 0:
                return self._use(tokens)
            waiter = _Waiter(tokens, loop, loop.create_future())
            self._queue.append(waiter)
            self._let_through()
        try:
            await waiter.future
        except asyncio.CancelledError:
            self._give_up(waiter)
            raise
        assert waiter.use is not None  # set before the future is
        return waiter.use

    def _give_up(self, waiter: _Waiter) -> None:
        with self._lock:
            waiter.gone = True
            if waiter.use is not None:  # let through and cancelled in the same moment: nothing was sent
                self._return(waiter.use)
            self._let_through()

    def _use(self, tokens: int) -> _Use:
        use = _Use(self._clock(), tokens)
        self._active += 1
        if self._rates.requests_per_minute is not None or self._rates.tokens_per_minute is not None:
            self._uses.append(use)
            self._spent += tokens
        return use

    def _return(self, use: _Use) -> None:
        self._active -= 1
        if use in self._uses:
            self._spent -= use.tokens
            self._uses.remove(use)

    def _correct(self, use: _Use, tokens: int) -> None:
        with self._lock:
            if self._uses and use.at >= self._uses[0].at:
                self._spent += tokens - use.tokens
                use.tokens = tokens
                self._let_through()

    def _wait(self, tokens: int) -> float:
        """Say in how many seconds a call may go; infinite until another one is over."""
        now = self._clock()
        if self._rates.connections is not None and self._active >= self._rates.connections:
            return float("inf")
        self._forget(now)
        return max(self._paused_until, self._requests_free(), self._tokens_free(tokens)) - now

    def _forget(self, now: float) -> None:
        while self._uses and self._uses[0].at <= now - MINUTE:
            self._spent -= self._uses.popleft().tokens

    def _requests_free(self) -> float:
        most = self._rates.requests_per_minute
        if most is None or len(self._uses) < most:
            return float("-inf")
        return self._uses[len(self._uses) - most].at + MINUTE

    def _tokens_free(self, tokens: int) -> float:
        """Find when enough tokens are over a minute old; a call that is larger than the limit goes alone."""
        most = self._rates.tokens_per_minute
        if most is None:
            return float("-inf")
        excess = self._spent + min(tokens, most) - most
        free = float("-inf")
        for use in self._uses:
            if excess <= 0:
                break
            excess -= use.tokens
            free = use.at + MINUTE
        return free

    def _let_through(self) -> None:
        """Let the first ones of the queue through, and set a timer for the next; holding the lock."""
        while self._queue:
            first = self._queue[0]
            if first.gone or first.loop.is_closed():
                self._queue.popleft()
                continue
            wait = self._wait(first.tokens)
            if wait > 0:
                if wait != float("inf"):
                    first.loop.call_soon_threadsafe(self._set_timer, first, wait)
                return
            self._queue.popleft()
            first.use = self._use(first.tokens)
            try:
                first.loop.call_soon_threadsafe(_wake, first)
            except RuntimeError:  # its loop closed just now, and took the waiter along
                self._return(first.use)

    def _set_timer(self, waiter: _Waiter, wait: float) -> None:
        for timer in waiter.timers:
            timer.cancel()
        waiter.timers = [waiter.loop.call_later(wait, self._timer)]

    def _timer(self) -> None:
        with self._lock:
            self._let_through()


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that a call holds."""

    _limiter: Limiter
    _use: _Use

    def correct(self, tokens: int | None) -> None:
        """Count the tokens that it really was; None leaves the estimate."""
        if tokens is not None:
            self._limiter._correct(self._use, tokens)


def _wake(waiter: _Waiter) -> None:
    if not waiter.future.done():
        waiter.future.set_result(None)


_LIMITERS: dict[tuple[object, ...], Limiter] = {}
_REGISTRY = threading.Lock()


def limiter_for(rates: Rates, *whose: object) -> Limiter:
    """Give the process's one limiter for all who name the same rates and the same owner."""
    with _REGISTRY:
        return _LIMITERS.setdefault((rates, *whose), Limiter(rates))
