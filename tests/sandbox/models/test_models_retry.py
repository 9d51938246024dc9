"""What is tried again, and when; and who answers when that is over."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.models.chain import Chain
from sandbox.models.errors import (
    BadRequest,
    BrokenStream,
    KeyRefused,
    ModelError,
    NotThere,
    Overloaded,
    RateLimited,
    TooLong,
)
from sandbox.models.limits import Limiter, Rates
from sandbox.models.retry import Caller, Policy, wait_before
from sandbox.models.types import Answer, OnText, Request, Served
from tests.sandbox.models.clock import run_virtually

ASK = Request(messages=())
POLICY = Policy()


@given(st.integers(1, 2000), st.floats(0, 0.999), st.floats(0.01, 100), st.floats(0.01, 100))
def test_waits_stay_between_nothing_and_their_limit(retry: int, drawn: float, first: float, longest: float) -> None:
    wait = wait_before(retry, Overloaded("no"), Policy(10_000, first, longest), lambda: drawn)
    assert wait is not None and 0 <= wait <= min(longest, first * 2.0 ** min(retry - 1, 1000))


@given(st.floats(0, 60), st.floats(0, 0.999))
def test_a_server_that_says_how_long_is_obeyed(asked: float, drawn: float) -> None:
    wait = wait_before(1, RateLimited("no", retry_after=asked), Policy(), lambda: drawn)
    assert wait is not None and asked <= wait <= asked + Policy().first


def test_what_cannot_succeed_is_not_tried_again() -> None:
    hopeless: list[ModelError] = [
        KeyRefused("no"), NotThere("no"), TooLong("no"), BadRequest("no"), RateLimited("no", quota=True),
        RateLimited("no", retry_after=3600),
    ]  # fmt: skip
    assert [wait_before(1, error, Policy(), random.random) for error in hopeless] == [None] * len(hopeless)
    assert wait_before(5, Overloaded("no"), Policy(retries=4), random.random) is None


@dataclass
class Scripted:
    """Fail as told, then answer; in virtual time, one second a try."""

    faults: list[ModelError]
    caller: Caller | None = None
    sent: list[float] = field(default_factory=list)

    async def send(self, tried: int) -> Answer:
        loop = asyncio.get_running_loop()
        self.sent.append(loop.time())
        await asyncio.sleep(1)
        if tried < len(self.faults):
            raise self.faults[tried]
        return Answer(text="at last")


async def persist(script: Scripted, policy: Policy = POLICY, limiter: Limiter | None = None) -> Served:
    clock = asyncio.get_running_loop().time
    gate = limiter or Limiter(Rates(), clock=clock)
    caller = Caller("small", "m-1", gate, policy, secrets=("hunter2hunter2",), clock=clock, draw=lambda: 0.5)
    return await caller.call(1, script.send)


def test_every_try_is_told_with_what_it_took() -> None:
    script = Scripted([Overloaded("no", status=503), BrokenStream("no"), RateLimited("no", status=429, retry_after=7)])
    reply = run_virtually(persist(script))
    assert reply.answer.text == "at last"
    assert [(each.error, each.status, each.took) for each in reply.attempts] == [
        ("overloaded", 503, 1), ("broken_stream", None, 1), ("rate_limited", 429, 1), (None, None, 1),
    ]  # fmt: skip
    assert [each.waited for each in reply.attempts] == pytest.approx([0, 0.25, 0.5, 7.25])
    assert reply.took == pytest.approx(12)


def test_the_last_error_holds_all_tries_and_no_secret() -> None:
    script = Scripted([Overloaded("the key hunter2hunter2 is nice", remedy="not hunter2hunter2") for _ in range(3)])
    with pytest.raises(Overloaded) as raised:
        run_virtually(persist(script, Policy(retries=2)))
    assert len(raised.value.attempts) == 3
    assert "after 3 tries" in raised.value.message
    assert "hunter2" not in f"{raised.value} {raised.value.args}"


def test_one_who_is_told_to_wait_holds_all_others() -> None:
    async def play() -> list[float]:
        limiter = Limiter(Rates(), clock=asyncio.get_running_loop().time)
        first, second = Scripted([RateLimited("no", retry_after=30)]), Scripted([])
        waiting = asyncio.ensure_future(persist(first, limiter=limiter))
        await asyncio.sleep(2)
        await persist(second, limiter=limiter)
        await waiting
        return second.sent

    assert run_virtually(play()) == [31]


class Always:
    """Answer always the same, or never."""

    def __init__(self, name: str, outcome: Answer | ModelError) -> None:
        self.name, self._outcome = name, outcome

    async def create(self, request: Request, *, on_text: OnText | None = None) -> Served:
        async def send(tried: int) -> Answer:
            if on_text:
                on_text(self.name)
            if isinstance(self._outcome, ModelError):
                raise self._outcome
            return self._outcome

        return await Caller(self.name, self.name, _Open(), Policy(retries=0)).call(1, send)


class _Open:
    @asynccontextmanager
    async def slot(self, tokens: int) -> AsyncIterator[_Open]:
        yield self

    def correct(self, tokens: int | None) -> None: ...

    def pause(self, seconds: float) -> None: ...


def test_the_fallback_answers_and_the_reply_says_so() -> None:
    shown: list[str] = []
    chain = Chain([Always("a", Overloaded("no")), Always("b", TooLong("no")), Always("c", Answer(text="c it is"))])
    reply = asyncio.run(chain.create(ASK, on_text=shown.append))
    assert (chain.name, reply.profile, reply.answer.text) == ("a", "c", "c it is")
    assert [(each.profile, each.error) for each in reply.attempts] == [
        ("a", "overloaded"),
        ("b", "too_long"),
        ("c", None),
    ]
    assert shown == ["a", "", "b", "", "c"]


def test_when_all_fail_the_last_one_says_it_with_the_tries_of_all() -> None:
    with pytest.raises(TooLong) as raised:
        asyncio.run(Chain([Always("a", Overloaded("no")), Always("b", TooLong("no"))]).create(ASK))
    assert [each.profile for each in raised.value.attempts] == ["a", "b"]


@pytest.mark.parametrize("fault", [KeyRefused("no"), NotThere("no"), BadRequest("no")])
def test_what_must_be_mended_is_not_hidden_by_a_fallback(fault: ModelError) -> None:
    with pytest.raises(type(fault)):
        asyncio.run(Chain([Always("a", fault), Always("b", Answer(text="b"))]).create(ASK))
