"""Watch a run without holding it up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from transcripts import Event, State


class Following:
    """A watch that is told of each event once it is stored, in order, while the run goes on; its state is ahead.

    What is resumed or branched off waits for the disk all the same, and calls it as any watch.
    """

    def __init__(self, tell: Callable[[Event], None]) -> None:
        """`tell` is called in the event loop that plays the run."""
        self._tell = tell
        self._last: asyncio.Future[None] | None = None

    def __call__(self, event: Event, state: State) -> None:
        self._tell(event)

    def take(self, events: Sequence[Event], stored: Awaitable[None]) -> None:
        """Tell of these when they are stored, and when all before them was told."""
        self._last = asyncio.ensure_future(self._follow(self._last, events, stored))

    async def done(self) -> None:
        """Wait until everything was told; raises what kept it from being told."""
        if self._last is not None:
            await self._last

    async def _follow(
        self, before: asyncio.Future[None] | None, events: Sequence[Event], stored: Awaitable[None]
    ) -> None:
        await asyncio.gather(stored, *([before] if before is not None else []))
        for event in events:
            self._tell(event)
