"""Wait for people: a thread that waits for a person waits alone, and the others go on.

When a person says something is an input.  In a replay the transcript says in which tick that was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.brain import Away
from sandbox.view import Reply

if TYPE_CHECKING:
    from sandbox.agenda import Call
    from sandbox.brain import Brain
    from sandbox.view import View

Key = tuple[str, str]
"""Thread and seat."""


def is_person(brain: Brain | None) -> bool:
    """Tell whether a person decides."""
    return bool(getattr(brain, "is_person", False))


@dataclass
class Said:
    """A person's answer that came while others went on; it is judged like any other's."""

    brain: Brain
    reply_: Reply | None

    @property
    def by(self) -> object:
        """How it is recorded."""
        return getattr(self.brain, "by", None)

    async def reply(self, view: View) -> Reply:
        """Give the answer that came, and ask again where that was refused."""
        if self.reply_ is not None and not view.refusals:
            return self.reply_
        return await self.brain.reply(view)


@dataclass
class Waiting:
    """The people who are waited for."""

    ticks: Mapping[Key, Sequence[tuple[int, bool]]] = field(default_factory=dict)
    """In a replay with people: the ticks in which a seat spoke in a thread, and whether that was a person."""
    _asked: dict[Key, asyncio.Task[Reply]] = field(default_factory=dict)
    away: set[Key] = field(default_factory=set)
    """Who was asked and is not there."""

    def is_later(self, key: Key, tick: int) -> bool:
        """Tell whether a person takes the seat's next turn there, and later than now."""
        return next(((at > tick and theirs) for at, theirs in self.ticks.get(key, ()) if at >= tick), False)

    def is_asked(self, call: Call) -> bool:
        """Tell whether a seat is waited for in another thread."""
        return any(seat == call.seat and thread != call.thread.name for thread, seat in self._asked)

    def ask(self, call: Call, brain: Brain, view: View) -> Brain | None:
        """Give the brain with the answer that came; None while there is none, and somebody is waited for."""
        key = call.thread.name, call.seat
        task = self._asked.get(key)
        if task is None:
            self._asked[key] = asyncio.ensure_future(brain.reply(view))
            return None
        if not task.done():
            return None
        del self._asked[key]
        try:
            return Said(brain, task.result())
        except Away:
            self.away.add(key)
            return None

    async def any(self, news: asyncio.Event | None) -> bool:
        """Wait until one of them has answered, or there is other news; False where nobody is waited for."""
        if not self._asked:
            return False
        if news is None:
            await asyncio.wait(self._asked.values(), return_when=asyncio.FIRST_COMPLETED)
            return True
        news.clear()
        told = asyncio.ensure_future(news.wait())
        try:
            await asyncio.wait([told, *self._asked.values()], return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
        return True

    def leave(self) -> None:
        """Wait for nobody any more."""
        for task in self._asked.values():
            task.cancel()
        self._asked.clear()
