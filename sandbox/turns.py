"""One seat's turn while it is taken."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Literal

from sandbox.brain import Brain
from sandbox.budget import BudgetSpent
from sandbox.view import TALK, Reply, Task
from transcripts import Event, Evidence, Forfeited, Position, Refused, Thread

MOMENT = 20
"""Steps of the event loop in which a brain that heard an answer can give up its other calls."""


class Turn:
    """Who speaks where, the turn's number, and the steps taken in it so far.

    Steps are numbered when they are begun: a call of a model keeps the position that it got when it was asked.
    """

    __slots__ = (
        "_calls",
        "_hearing",
        "away",
        "brain",
        "by",
        "events",
        "evidence",
        "interrupted",
        "nth",
        "own",
        "reply",
        "seat",
        "spent",
        "step",
        "task",
        "thread",
        "tick",
        "turn",
        "why",
    )  # fmt: skip

    def __init__(
        self, tick: int, turn: int, nth: int, thread: Thread, seat: str, task: Task = TALK, own: int | None = None
    ) -> None:
        self.tick = tick
        self.turn = turn
        """Counts the run's turns."""
        self.nth = nth
        """Counts the seat's turns, whatever is asked of it."""
        self.own = nth if own is None else own
        """Counts those in which it is asked for the same."""
        self.brain: Brain | None = None
        """What decides in it, where that is not the seat's own brain."""
        self.interrupted = False
        """Whether a person broke it off."""
        self.thread = thread
        self.seat = seat
        self.task = task
        """What is asked of the seat."""
        self.step = 0
        self.events: list[Event] = []
        """What failed or was given up on the way; written with the turn."""
        self.by: Literal["person", "scenario", "fallback"] | None = None
        """Who speaks in the seat's place."""
        self.reply: Reply | None = None
        """What stands in the end; None for a turn that is forfeited."""
        self.evidence = Evidence()
        self.why: str | None = None
        """Why the seat has it, where nobody chose."""
        self.away = False
        """Whether the person who has this turn is not there."""
        self.spent: BudgetSpent | None = None
        """The budget that had no room for a call of this turn."""
        self._calls = 0
        self._hearing: asyncio.Lock | None = None

    @property
    def position(self) -> Position:
        """The position of the next step."""
        return Position(self.tick, self.turn, self.step)

    def at(self) -> dict[str, Any]:
        """Take the next step's position, with thread and seat, as an event's fields."""
        step = self.step
        self.step += 1
        return {"tick": self.tick, "turn": self.turn, "step": step, "thread": self.thread.name, "seat": self.seat}

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Count a call as under way."""
        self._calls += 1
        if self._calls > 1 and self._hearing is None:
            self._hearing = asyncio.Lock()
        try:
            yield
        finally:
            self._calls -= 1

    @asynccontextmanager
    async def hearing(self) -> AsyncIterator[None]:
        """Let the brain hear answers to calls that overlap one by one, so that only their order ever matters."""
        if self._hearing is None:
            yield
            return
        async with self._hearing:
            for _ in range(MOMENT):
                await asyncio.sleep(0)
            yield

    def refuse(self, by: str, reason: str, reply: Reply, asked: float, detail: str | None = None) -> None:
        """Note an answer that was not let pass."""
        said: dict[str, Any] = {"by": by, "reason": reason, "act": reply.act, "text": reply.text}
        self.events.append(Refused(**self.at(), **said, task=self._asked, evidence=evidence_since(asked, detail)))

    def forfeit(self, fault: str, reason: str, asked: float, detail: str | None = None) -> None:
        """Note that the turn is lost."""
        evidence = evidence_since(asked, detail, why=self.why)
        told: dict[str, Any] = {"fault": fault, "reason": reason, "task": self._asked, "by": self.by}
        self.events.append(Forfeited(**self.at(), **told, evidence=evidence))

    @property
    def _asked(self) -> str | None:
        """What was asked, where that was not to speak."""
        return None if self.task.kind in ("talk", "propose") else self.task.kind


def evidence_since(asked: float, detail: str | None = None, **more: Any) -> Evidence:
    """Say when it is, and how long it took since `asked` by the performance counter."""
    return Evidence(at=time.time(), took=round(time.perf_counter() - asked, 6), detail=detail, **more)
