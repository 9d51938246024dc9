"""Wait for people: a thread that waits for a person waits alone, and the others go on.

When a person says something is an input.  In a replay the transcript says in which tick that was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from sandbox.brain import Away
from sandbox.view import Reply

if TYPE_CHECKING:
    from sandbox.agenda import Call
    from sandbox.brain import Brain
    from sandbox.view import View

Key = tuple[str, str]
"""Thread and seat."""
Recorded = Mapping[Key, Mapping[int, bool]]
"""By thread and seat, the ticks in which it had a turn there, and whether a person had it."""


def is_person(brain: Brain | None) -> bool:
    """Tell whether a person decides."""
    return bool(getattr(brain, "is_person", False))


@dataclass
class Said:
    """A person's answer that came while others went on; it is judged like any other's."""

    brain: Brain
    task: asyncio.Task[Reply]

    @property
    def by(self) -> object:
        """How it is recorded."""
        return getattr(self.brain, "by", None)

    async def reply(self, view: View) -> Reply:
        """Give the answer that came, and ask again where that was refused."""
        if not view.refusals:
            return self.task.result()
        return await self.brain.reply(view)


class _Asked(NamedTuple):
    call: Call
    brain: Brain
    task: asyncio.Task[Reply]


@dataclass
class Waiting:
    """The people who are waited for."""

    recorded: Recorded = field(default_factory=dict)
    """In a replay: who had their turns when."""
    _asked: dict[Key, _Asked] = field(default_factory=dict)
    away: set[Key] = field(default_factory=set)
    """Who was asked and is not there."""

    def answered(self, tick: int) -> set[str]:
        """Name the threads in which a person has answered, so that it is their turn now."""
        if self.recorded:
            return {thread for (thread, _), ticks in self.recorded.items() if ticks.get(tick)}
        done = {key: asked.task for key, asked in self._asked.items() if asked.task.done()}
        for key, task in done.items():
            if isinstance(task.exception(), Away):
                self.away.add(key)
                del self._asked[key]
        return {thread for thread, _ in done.keys() & self._asked.keys()}

    def had_turn(self, call: Call, tick: int) -> bool:
        """Tell whether the turn was taken in this tick of a replay, and not waited for."""
        return tick in self.recorded.get((call.thread.name, call.seat), {})

    def is_asked(self, call: Call) -> bool:
        """Tell whether a seat is waited for in another thread."""
        return any(seat == call.seat and thread != call.thread.name for thread, seat in self._asked)

    def forget(self, is_over: Callable[[Call, Brain], bool]) -> None:
        """Wait no more for answers to what is not asked any more, or not of this person."""
        for key, asked in list(self._asked.items()):
            if is_over(asked.call, asked.brain):
                asked.task.cancel()
                del self._asked[key]

    def ask(self, call: Call, brain: Brain, view: View) -> Brain | None:
        """Give the brain with the answer that came; None while there is none, and somebody is waited for."""
        key = call.thread.name, call.seat
        asked = self._asked.get(key)
        if asked is None:
            self._asked[key] = _Asked(call, brain, asyncio.ensure_future(brain.reply(view)))
            return None
        if not asked.task.done():
            return None
        del self._asked[key]
        return Said(brain, asked.task)

    async def any(self, news: asyncio.Event | None) -> bool:
        """Wait until one of them has answered, or there is other news; False where nobody is waited for."""
        if not self._asked:
            return False
        if news is None:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            return True
        news.clear()
        told = asyncio.ensure_future(news.wait())
        try:
            await asyncio.wait([told, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
        return True

    @property
    def is_waiting(self) -> bool:
        """Whether anybody was asked who has not answered."""
        return bool(self._asked)

    @property
    def _tasks(self) -> list[asyncio.Task[Reply]]:
        return [asked.task for asked in self._asked.values()]

    def leave(self) -> None:
        """Wait for nobody any more."""
        for task in self._tasks:
            task.cancel()
        self._asked.clear()
