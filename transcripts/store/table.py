"""The experiments of a store, as others use them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from transcripts.store import trials
from transcripts.store.jobs import Close, RunId
from transcripts.store.packing import Packed
from transcripts.store.trials import HOLDER, Attempt, Claim, Kept, TrialRow

if TYPE_CHECKING:
    import sqlite3

    from transcripts.store.locks import Locks
    from transcripts.store.writer import Writer


class Trials:
    """Experiments, their trials, and the attempts at them; had as `store.trials`.

    `hold` comes before `claim`: what a holder claims is its own until it lets go or its process ends, however it ends.
    """

    def __init__(
        self,
        writer: Callable[[], Writer],
        locks: Locks,
        reading: Callable[[], AbstractContextManager[sqlite3.Connection]],
    ) -> None:
        self._writer_of, self._locks, self._reading = writer, locks, reading

    def save(self, name: str, plan: Mapping[str, Any], rows: Sequence[TrialRow]) -> None:
        """Keep what an experiment asks for, in the place of what it asked for before."""
        self._writer.call(lambda connection: trials.save(connection, name, plan, rows))

    def hold(self) -> int:
        """Become a holder of claims."""
        while not self._locks.take_run(HOLDER + (holder := secrets.randbits(40)), self._writer):
            pass
        return holder

    def let_go(self, holder: int) -> None:
        """Give back the claims of which nothing was begun, and hold no more."""
        try:
            self._writer.call(lambda connection: trials.let_go(connection, holder))
        finally:
            self._locks.drop_run(HOLDER + holder)

    async def claim(self, keys: Sequence[str], holder: int, most: int, attempts: int) -> list[Claim]:
        """Look at trials in order until `most` of them are claimed; what failed so many `attempts` stays as it is."""
        return await asyncio.wrap_future(
            self._writer.submit(lambda connection: trials.claim(connection, self._locks, keys, holder, most, attempts))
        )

    async def give_up(self, key: str, number: int, fault: str) -> None:
        """Say that an attempt came to nothing, and why."""
        await asyncio.wrap_future(
            self._writer.submit(lambda connection: trials.give_up(connection, key, number, fault))
        )

    async def take(self, packed: Packed, attempt: tuple[str, int]) -> tuple[int, str]:
        """Write a run that was played elsewhere; gives its id and name when it is durable."""
        run = RunId()
        await self._writer.committed(self._writer.put(packed.begin(run, attempt)))
        assert run.id is not None and run.name is not None
        self._writer.put(Close(run))
        return run.id, run.name

    async def note(self, facts: Mapping[int, str]) -> None:
        """Keep what was found out about runs, by their ids: JSON, which can be found out again."""
        if facts:
            await asyncio.wrap_future(self._writer.submit(lambda connection: trials.note(connection, facts)))

    def note_now(self, facts: Mapping[int, str]) -> None:
        """Do what `note` does, and wait."""
        if facts:
            self._writer.call(lambda connection: trials.note(connection, facts))

    def remove(self, name: str) -> None:
        """Forget an experiment; its runs stay."""
        self._writer.call(lambda connection: trials.remove(connection, name))

    def names(self) -> list[tuple[str, float]]:
        """List the experiments and when each was planned, in seconds since 1970; the newest first."""
        with self._reading() as reader:
            return trials.names(reader)

    def load(self, name: str) -> Kept:
        """Read an experiment with all that was tried; raises NotFound."""
        with self._reading() as reader:
            return trials.load(reader, name)

    def attempts(self, keys: Iterable[str]) -> list[Attempt]:
        """List the attempts at these trials."""
        with self._reading() as reader:
            return list(trials.attempts_of(reader, keys)) if trials.has_tables(reader) else []

    def known(self, runs: Iterable[str]) -> list[Attempt]:
        """Give what is known of any runs, in the form of attempts without a key."""
        with self._reading() as reader:
            return trials.known(reader, runs)

    def is_held(self, name: str) -> bool:
        """Tell whether a process that lives has claimed trials of an experiment that it has not begun yet."""
        with self._reading() as reader:
            holders = trials.claimants(reader, name)
        return any(self._locks.is_live(HOLDER + holder) for holder in holders)

    @property
    def _writer(self) -> Writer:
        return self._writer_of()
