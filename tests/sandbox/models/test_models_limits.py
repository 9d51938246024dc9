"""Limits hold over all callers, in the order in which they came, and cost nothing while they wait."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.models.limits import MINUTE, Limiter, Rates, limiter_for
from tests.sandbox.models.clock import run_virtually


@dataclass
class Crowd:
    """Calls that go through one limiter, in virtual time."""

    rates: Rates
    entered: list[tuple[float, int, int]] = field(default_factory=list)
    """When, who, and how many tokens."""
    inside: int = 0
    most_inside: int = 0

    async def call(
        self, limiter: Limiter, n: int, tokens: int = 1, takes: float = 0.0, real: int | None = None
    ) -> None:
        async with limiter.slot(tokens) as slot:
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)
            self.entered.append((asyncio.get_running_loop().time(), n, tokens))
            await asyncio.sleep(takes)
            slot.correct(real)
            self.inside -= 1

    def limiter(self) -> Limiter:
        return Limiter(self.rates, clock=asyncio.get_running_loop().time)


calls = st.lists(st.tuples(st.integers(1, 60), st.floats(0, 90)), min_size=1, max_size=30)


@given(calls, st.integers(1, 5), st.integers(1, 5), st.integers(20, 100))
def test_no_minute_holds_more_than_its_rate(
    calls: list[tuple[int, float]], connections: int, requests: int, tokens: int
) -> None:
    crowd = Crowd(Rates(connections, requests, tokens))

    async def play() -> None:
        limiter = crowd.limiter()
        await asyncio.gather(*(crowd.call(limiter, n, size, takes) for n, (size, takes) in enumerate(calls)))

    run_virtually(play())
    assert [n for _, n, _ in crowd.entered] == list(range(len(calls)))
    assert crowd.most_inside <= connections
    for at, _, _ in crowd.entered:
        minute = [size for when, _, size in crowd.entered if at <= when < at + MINUTE - 1e-6]
        assert len(minute) <= requests
        assert sum(minute) <= tokens or len(minute) == 1


def test_a_thousand_who_wait_have_one_timer() -> None:
    crowd = Crowd(Rates(requests_per_minute=500))

    async def play() -> int:
        limiter = crowd.limiter()
        tasks = [asyncio.ensure_future(crowd.call(limiter, n)) for n in range(1000)]
        for _ in range(5):
            await asyncio.sleep(0)
        timers = len(getattr(asyncio.get_running_loop(), "_scheduled", []))
        await asyncio.gather(*tasks)
        return timers

    assert run_virtually(play()) <= 2
    assert len(crowd.entered) == 1000 and crowd.entered[-1][0] >= MINUTE


def test_a_pause_holds_everybody() -> None:
    crowd = Crowd(Rates())

    async def play() -> None:
        limiter = crowd.limiter()
        limiter.pause(20)
        await asyncio.gather(*(crowd.call(limiter, n) for n in range(3)))

    run_virtually(play())
    assert min(at for at, _, _ in crowd.entered) >= 20


def test_tokens_that_were_not_used_let_others_through() -> None:
    async def second_enters(real: int | None) -> float:
        crowd = Crowd(Rates(tokens_per_minute=100))
        limiter = crowd.limiter()
        await asyncio.gather(crowd.call(limiter, 0, 90, takes=1, real=real), crowd.call(limiter, 1, 50))
        return crowd.entered[1][0]

    assert run_virtually(second_enters(None)) >= MINUTE
    assert run_virtually(second_enters(10)) == 1


def test_whoever_gives_up_is_not_waited_for() -> None:
    crowd = Crowd(Rates(connections=1))

    async def play() -> None:
        limiter = crowd.limiter()
        tasks = [asyncio.ensure_future(crowd.call(limiter, n, takes=1)) for n in range(5)]
        await asyncio.sleep(0.5)
        tasks[0].cancel()
        tasks[1].cancel()
        tasks[3].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run_virtually(play())
    assert [n for _, n, _ in crowd.entered] == [0, 2, 4]


def test_a_slot_that_comes_as_its_caller_gives_up_is_not_lost() -> None:
    async def play() -> bool:
        limiter = Limiter(Rates(connections=1))
        crowd = Crowd(Rates())
        async with limiter.slot(1):
            waiting = asyncio.ensure_future(crowd.call(limiter, 0))
            await asyncio.sleep(0)
        waiting.cancel()  # the slot is on its way already
        await asyncio.gather(waiting, return_exceptions=True)
        async with asyncio.timeout(5), limiter.slot(1):
            return True

    assert run_virtually(play())


def test_event_loops_in_threads_share_a_limit() -> None:
    limiter, lock, inside, most = Limiter(Rates(connections=3)), threading.Lock(), [0], [0]

    async def one() -> None:
        async with limiter.slot(1):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            await asyncio.sleep(0)
            with lock:
                inside[0] -= 1

    async def crowd() -> None:
        await asyncio.gather(*(one() for _ in range(200)))

    threads = [threading.Thread(target=lambda: asyncio.run(crowd())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert inside == [0] and most[0] <= 3


def test_a_profile_has_one_limiter_in_the_process() -> None:
    assert limiter_for(Rates(2), "small", "here") is limiter_for(Rates(2), "small", "here")
    assert limiter_for(Rates(2), "small", "here") is not limiter_for(Rates(3), "small", "here")


@pytest.mark.parametrize("tokens", [1, 10**9])
def test_what_is_larger_than_the_limit_goes_alone_and_not_never(tokens: int) -> None:
    crowd = Crowd(Rates(tokens_per_minute=100))

    async def play() -> None:
        limiter = crowd.limiter()
        await asyncio.gather(*(crowd.call(limiter, n, tokens) for n in range(2)))

    run_virtually(play())
    assert len(crowd.entered) == 2
