"""The seam behind which trials are played: here, in other processes, on other machines."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

from transcripts import Packed, TrialRow


@dataclass(frozen=True, slots=True)
class Assignment:
    """A trial that is to be played."""

    row: TrialRow
    attempt: int
    run: str | None = None
    """The run that is to be gone on with; None where it is to be begun."""

    @property
    def claim(self) -> tuple[str, int]:
        """Give the trial's key and the attempt's number, as the store knows it."""
        return self.row.key, self.attempt


@dataclass(frozen=True, slots=True)
class Played:
    """What came of an assignment."""

    assignment: Assignment
    status: str
    """The run's; `open` where it was stopped, `lost` where nothing came back, `busy` where somebody else has it."""
    facts: Mapping[str, Any]
    """See `sandbox.experiments.facts`; empty where the run is not over."""
    fault: str | None = None
    """The kind of fault, of `failed` and `lost`."""
    run: str | None = None
    run_id: int | None = None
    packed: Packed | None = None
    """The run, where it was played elsewhere and is still to be written."""


class Executor(Protocol):
    """Play assignments.  `play` is called several times at once, and with no more in all than there is `room` for."""

    @property
    def room(self) -> int:
        """How many assignments are taken at a time; at least one."""
        ...

    @property
    def batch(self) -> int:
        """How many of them are best given together."""
        ...

    async def play(self, batch: Sequence[Assignment]) -> Sequence[Played]:
        """Play a batch, each of it to its end or to where it is stopped.

        Raises a MootError for what would keep every trial from being played; what one trial does is in its `Played`.
        """
        ...

    def stop(self) -> None:
        """Let what is under way come to a turn's end, or to its own."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...


class GoingOn:
    """Play elsewhere what is to be begun, and here what was begun and is open: its beginning is here."""

    def __init__(self, elsewhere: Executor, here: Executor) -> None:
        self._elsewhere, self._here = elsewhere, here

    @property
    def room(self) -> int:
        return self._elsewhere.room

    @property
    def batch(self) -> int:
        return self._elsewhere.batch

    async def play(self, batch: Sequence[Assignment]) -> Sequence[Played]:
        """Play a batch, each of it where it belongs."""
        parts = [
            executor.play(some)
            for executor, some in (
                (self._elsewhere, [one for one in batch if one.run is None]),
                (self._here, [one for one in batch if one.run is not None]),
            )
            if some
        ]
        return [played for part in await asyncio.gather(*parts) for played in part]

    def stop(self) -> None:
        """Stop both."""
        self._elsewhere.stop()
        self._here.stop()

    async def __aenter__(self) -> Self:
        await self._elsewhere.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._elsewhere.__aexit__(*error)
