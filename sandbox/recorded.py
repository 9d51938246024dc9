"""Answers taken from a transcript."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from moot_errors import WrongUse
from sandbox.answers import GIVEN_UP, INTERRUPTED, Answers, Call, Unrecorded
from sandbox.mismatch import explain
from sandbox.models import Answer, ModelError, Served, Usage
from transcripts import Answered, Confided, Forfeited, Said, Transcript, name_of

Match = Literal["request", "turn"]
"""By what a call is found: by its whole request, or only by its place among the seat's calls of that turn."""

Mode = Literal["none", "once", "new", "all"]
"""What is asked live, in the words of vcrpy.

`none`: nothing.  `once`: a participant of whom the transcript has no call at all.  `new`: what the transcript does not
have.  `all`: everything.
"""


@dataclass(frozen=True)
class Hybrid:
    """Let some participants be answered from a transcript, and the others live."""

    transcript: Transcript
    seats: frozenset[str] | None = None
    """Whose calls are answered from it; None is everybody's."""
    mode: Mode = "none"
    match: Match = "request"
    recited: frozenset[str] = frozenset()
    """Seats that asked nobody in it, and say again what they said."""

    def answers(self, live: Answers) -> Recorded:
        """Make the source of answers, with `live` for what it does not have."""
        return Recorded(self.transcript, seats=self.seats, match=self.match, mode=self.mode, live=live)

    def has(self, seat: str) -> bool:
        """Tell whether this seat may do without a model: it is asked for only what the transcript does not have."""
        return self.mode != "all" and (self.seats is None or seat in self.seats)

    def plain(self) -> dict[str, object]:
        """Write it down for the transcript of the run that it is used in."""
        seats = sorted(self.seats) if self.seats is not None else "all"
        return {
            "from": self.transcript.name or "",
            "content": name_of(self.transcript.to_jsonl()),
            "seats": seats,
            "record": self.mode,
            "match": self.match,
            "recited": sorted(self.recited),
        }

    @classmethod
    def of(cls, written: Mapping[str, Any], transcript: Transcript) -> Hybrid:
        """Read what `plain` wrote; raises WrongUse where the transcript is not the one that it was about."""
        if name_of(transcript.to_jsonl()) != written["content"]:
            raise WrongUse(f"{transcript.name} is not what it was", remedy="fork the run, and its answers are live")
        seats = None if written["seats"] == "all" else frozenset(written["seats"])
        return cls(transcript, seats, written["record"], written["match"], frozenset(written["recited"]))


PATIENCE = 10.0
"""Seconds that an answer waits for one that was completed before it, and that nobody has asked for yet."""

_CHANGED = "what makes these calls has changed; --match turn answers them by their order"


class RecordedFault(ModelError):
    """A fault that stands in a transcript in place of an answer."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"the transcript has a fault here: {kind}")
        self.kind = kind  # type: ignore[misc]  # a class's constant elsewhere; here it is what was recorded


@dataclass(eq=False)
class Found:
    """A recorded call."""

    event: Answered
    turn: int
    """The seat's own turns, from 1."""
    before: Found | None
    """The call that its prompt is a difference to."""
    released: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts of its prompt, put together from the first call on."""
        changes = []
        call: Found | None = self
        while call is not None:
            changes.append(call.event.prompt)
            call = call.before
        parts: list[str] = []
        for change in reversed(changes):
            change.turn(parts)
        return tuple(parts)


class Recorded:
    """Give the answers that a transcript has; what it does not have is asked `live`, or is an error.

    Equal requests of one turn are answered in their order.  Answers to calls that overlapped are released in the order
    in which they were completed, so that whoever waits for the first of several sees the same one first.
    """

    def __init__(
        self,
        transcript: Transcript,
        *,
        seats: frozenset[str] | None = None,
        match: Match = "request",
        mode: Mode = "none",
        live: Answers | None = None,
        resumed: bool = False,
    ) -> None:
        """With `resumed`, what is asked live belongs to the same run, and was not answered when that was left."""
        self.transcript = transcript
        self.seats = seats
        self.match = match
        self.mode = mode
        self.live = live
        self.resumed = resumed
        self.calls = list_calls(transcript)
        self._left: dict[tuple[object, ...], deque[Found]] = defaultdict(deque)
        self._turns: dict[tuple[str, int], list[Found]] = defaultdict(list)
        for found in self.calls:
            event = found.event
            self._left[self._key(event.seat, found.turn, event.purpose, event.fingerprint)].append(found)
            self._turns[event.seat, found.turn].append(found)
        for turn in self._turns.values():
            turn.sort(key=_completed)
        self.order = max((_completed(found)[0] for found in self.calls), default=0)
        """The order of the call that was answered last; 0 where there was none, or no evidence."""
        self.interrupted = interrupted_in(transcript)
        self._known = {found.event.seat for found in self.calls}

    def skip(self, calls: Iterable[Found]) -> None:
        """Leave out what was answered already, in a part of the run that is not played again."""
        for found in calls:
            event = found.event
            if left := self._left.get(self._key(event.seat, found.turn, event.purpose, event.fingerprint)):
                left.popleft().released.set()

    async def answer(self, call: Call) -> Served:
        """Answer from the transcript, or as the mode says; raises Unrecorded, and the recorded faults."""
        if self.mode == "all" or (self.seats is not None and call.seat not in self.seats):
            return await self._ask(call)
        left = self._left.get(self._key(call.seat, call.turn, call.purpose, call.fingerprint))
        if left:
            return await self._release(left.popleft())
        if self.mode == "new" or (self.mode == "once" and call.seat not in self._known):
            return await self._ask(call)
        raise Unrecorded(explain(call, self.calls, self.transcript))

    async def _ask(self, call: Call) -> Served:
        if self.live is None:
            raise Unrecorded(explain(call, self.calls, self.transcript))
        if not self.resumed:
            return await self.live.answer(call)
        try:
            return await self.live.answer(call)
        finally:
            for other in self._turns.get((call.seat, call.turn), ()):
                await self._wait(other, f"a call of {call.seat} that is asked only now")

    async def _release(self, found: Found) -> Served:
        what = f"{found.event.seat}'s call at step {found.event.step}"
        for other in self._turns[found.event.seat, found.turn]:
            if other is found:
                break
            await self._wait(other, what)
        if found.event.fault == GIVEN_UP:
            await self._give_up(found, what)
        found.released.set()
        return read_reply(found.event)

    async def _wait(self, other: Found, what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await other.released.wait()
        except TimeoutError:
            raise Unrecorded(
                f"{what} was answered after the one at step {other.event.step}, which nobody asks now",
                remedy=_CHANGED,
            ) from None

    async def _give_up(self, found: Found, what: str) -> None:
        """Wait to be given up, as this call was when it was recorded; a person may have broken the whole turn off."""
        if found.event.turn in self.interrupted:
            found.released.set()
            raise asyncio.CancelledError
        try:
            await asyncio.sleep(PATIENCE)
        finally:
            found.released.set()
        raise Unrecorded(f"{what} was given up when it was recorded, and is waited for now", remedy=_CHANGED)

    def _key(self, seat: str, turn: int, purpose: str, fingerprint: str) -> tuple[object, ...]:
        return (seat, turn, purpose) if self.match == "turn" else (seat, turn, purpose, fingerprint)


def interrupted_in(transcript: Transcript) -> frozenset[int]:
    """Find the turns that a person broke off."""
    forfeits = (event for event in transcript.events if isinstance(event, Forfeited))
    return frozenset(event.turn for event in forfeits if event.fault == INTERRUPTED)


def list_calls(transcript: Transcript) -> list[Found]:
    """List a transcript's calls in canonical order."""
    calls: list[Found] = []
    turns: dict[str, int] = {}
    latest: dict[tuple[str, str], Found] = {}
    for event in transcript.content():
        if isinstance(event, Said | Confided | Forfeited) and event.turn:
            turns[event.seat] = turns.get(event.seat, 0) + 1
        elif isinstance(event, Answered):
            key = event.series
            found = latest[key] = Found(event, turns.get(event.seat, 0) + 1, latest.get(key))
            calls.append(found)
    return calls


def read_reply(event: Answered) -> Served:
    """Give what a model answered, as it did then; raises RecordedFault where there was a fault."""
    if event.answer is None:
        raise RecordedFault(event.fault or "error")
    answer = Answer.model_validate(
        {**event.answer, "usage": Usage(**event.usage), "served": event.served, "fingerprint": event.system}
    )
    return Served(answer=answer, profile=event.by or event.profile, model=event.model or "", cost=event.cost)


def _completed(found: Found) -> tuple[int, bool, int]:
    """Order calls by completion, as far as the evidence tells; without any, those that were given up come last."""
    evidence = found.event.evidence
    order = evidence.order if evidence else None
    return (order if order is not None else 0, found.event.fault == GIVEN_UP, found.event.step)
