"""What is found out about a run when it is over, and kept, so that nobody has to read the whole run for it again."""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sandbox.sinks import Sink, Transcribe
from sandbox.tally import Tally
from transcripts import Answered, Bodies, Ended, Event, Forfeited, Started, State, fold

if TYPE_CHECKING:
    from transcripts import Transcript

UNKNOWN = "unknown"
"""The kind of a fault that left no trace."""


class Finder:
    """Look at a run's events as they come."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.fault: str | None = None
        self.ended: Ended | None = None
        self.served: set[str] = set()

    def look(self, events: Iterable[Event]) -> None:
        """Take events in."""
        for event in events:
            match event:
                case Answered():
                    self.tally.add(event)
                    if event.answer is not None:
                        self.served.add(f"{event.by or event.profile}: {event.served or event.model}")
                case Forfeited():
                    self.fault = event.fault
                case Ended():
                    self.ended = event
                case _:
                    pass

    def facts(self, state: State) -> dict[str, Any]:
        """Say what was found, as plain data; `state` is the run's at its end."""
        bill = self.tally.bill
        failed = self.ended is not None and self.ended.status == "failed"
        return {
            "rounds": min((thread.rounds() for thread in state.threads.values()), default=0),
            "calls": bill.calls,
            "tokens": bill.tokens["input"] + bill.tokens["output"],
            "cost": bill.cost,
            "spent": round(bill.priced, 9),
            "fault": (self.fault or UNKNOWN) if failed else None,
            "served": sorted(self.served),
            **({"names": state.situation["names"]} if "names" in state.situation else {}),
        }


def written_in(situation: Mapping[str, Any]) -> dict[str, str]:
    """Say what the scenario writes the seats of a run as that are called otherwise in it: results stand under that."""
    return {called: seat for seat, called in situation.get("names", {}).items()}


class Looking:
    """Pass a run's events on, and look at them."""

    def __init__(self, sink: Sink) -> None:
        self.finder = Finder()
        self._sink = sink

    async def begin(self, first: Started, bodies: Bodies) -> str:
        return await self._sink.begin(first, bodies)

    async def write(self, events: Sequence[Event], bodies: Bodies | None, *, wait: bool) -> None:
        self.finder.look(events)
        await self._sink.write(events, bodies, wait=wait)

    def stored(self) -> Awaitable[None]:
        return self._sink.stored()

    async def close(self) -> Transcribe:
        return await self._sink.close()


def facts_of(transcript: Transcript) -> dict[str, Any]:
    """Find it all out from a transcript."""
    finder, content = Finder(), transcript.content()
    finder.look(content)
    return finder.facts(fold(content, transcript.bodies))
