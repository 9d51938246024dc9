"""Whose eyes a run is seen with: the researcher's, who sees all, or one participant's."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from moot_errors import MootError, NotFound
from sandbox.rendering.printable import printable
from transcripts import (
    Agreed,
    Answered,
    Asked,
    Asking,
    Chosen,
    Confided,
    Elapsed,
    Ended,
    Event,
    Exhausted,
    Forfeited,
    Forked,
    Judged,
    Noted,
    Opened,
    Refused,
    Said,
    Seated,
    Staged,
    Started,
    State,
    Tallied,
    Thread,
    Told,
    Valued,
)

_UNHEARD = ("answer", "guard")
"""What models are asked for in a seat's turn that the seat itself does not keep: private questions, and guards."""

if TYPE_CHECKING:
    from personas import Persona
    from sandbox.view import Known
    from scenarios import Situation


class Origin(NamedTuple):
    """The run that a branch left, and the last turn that they share."""

    name: str | None
    """None where a file does not say."""
    after: int

    def __str__(self) -> str:
        return f"from {self.name or 'another run'} after turn {self.after}"


def origin_of(events: Iterable[Event]) -> Origin | None:
    """Find where a run branched off, by its events; None where it did not."""
    fork = next((event for event in reversed(list(events)) if isinstance(event, Forked)), None)
    return Origin(fork.evidence.parent if fork.evidence else None, fork.after) if fork else None


@dataclass(frozen=True)
class Scene:
    """A run and the eyes it is seen with; `seat` is None for the researcher's."""

    name: str
    state: State
    seat: str | None = None
    origin: Origin | None = None
    """Where the run branched off another, if it did."""

    def __post_init__(self) -> None:
        if self.seat is not None and self.seat not in self.state.seats:
            seats = list(self.state.seats)
            raise NotFound("seat", self.seat, seats, remedy=f"seats: {', '.join(seats)}")

    @cached_property
    def situation(self) -> Situation | None:
        """The situation as played; None where this Moot cannot make sense of it any more."""
        from scenarios import Situation

        started = self.state.started
        try:
            return Situation.from_data(started.name if started else "", self.state.situation)
        except MootError:
            return None

    @cached_property
    def known(self) -> Known | None:
        """What the seat knows from the beginning; None for the researcher."""
        from sandbox.view import known_by

        if self.seat is None or self.situation is None:
            return None
        return known_by(self.situation, self.seat, self._persona(self.seat))

    def _persona(self, seat: str) -> Persona | None:
        from personas import Persona
        from transcripts import Bodies

        name, started = self.state.seats[seat].persona, self.state.started
        body = started.personas.get(name) if started and name else None
        try:
            return Persona.model_validate(Bodies(self.state.bodies).data(body)) if body else None
        except ValueError:  # of a file that somebody else wrote, or of another Moot
            return None

    def model(self, profile: str) -> str | None:
        """Name the model that a profile asked for; None where the transcript does not say."""
        from transcripts import Bodies

        body = self.state.started.models.get(profile) if self.state.started else None
        data = Bodies(self.state.bodies).data(body) if body else None
        if not isinstance(data, dict):
            return None
        model = data.get("model") or data.get("provider")
        return model if isinstance(model, str) else None

    @property
    def several(self) -> bool:
        """Whether more than one thread can be seen, or could be once one is opened."""
        sides = self.seat is None and any("open_by" in thread for thread in _threads_of(self.state))
        return sides or len(self.threads) > 1

    @property
    def threads(self) -> Mapping[str, Thread]:
        """The threads that can be seen; one that the seat left is as it left it."""
        return self.state.threads if self.seat is None else self.state.of_seat.get(self.seat, {})

    def sees(self, event: Event) -> bool:
        """Tell whether these eyes see an event: all of them, or what the seat received and what befell it alone."""
        if self.seat is None:
            return True
        match event:
            case Said():
                return self._received(event.thread, event.n)
            case Valued():
                return self._received(event.thread, _number(event.offer))
            case Agreed():
                return event.thread in self.threads and (self.is_in(event.thread) or self.seat in event.by)
            case Refused() | Forfeited():
                return event.seat == self.seat and event.task not in _UNHEARD
            case Noted():
                return event.seat == self.seat
            case Started() | Ended():
                return True
            case Confided():
                return event.seat == self.seat and event.task in ("move", "vote")
            case Told():
                return self.seat in event.to
            case Opened():
                return self.seat in event.members
            case Forked() | Asking() | Answered() | Exhausted() | Chosen() | Staged() | Tallied() | Asked() | Elapsed():
                return False  # what is spent on a run, by which model, and what it branched off, is the researcher's
            case Seated() | Judged():
                return False  # and so is who sits where, and what was thought of it afterwards

    def sees_prompt(self, call: Answered) -> bool:
        """Tell whether these eyes may read what a model was asked: all calls, or what the seat's own brain asked."""
        return self.seat is None or (call.seat == self.seat and call.purpose not in _UNHEARD)

    def is_in(self, thread: str) -> bool:
        """Tell whether these eyes see all of a thread: it was not left."""
        return self.seat is None or self.seat in self.threads[thread].members

    def _received(self, thread: str, n: int) -> bool:
        """Tell whether the seat received a message; of a thread that it left, only those until then."""
        return thread in self.threads and (self.is_in(thread) or n <= len(self.threads[thread].messages))

    def worth(self, offer: str) -> dict[str, int | float]:
        """Say what an offer is worth, to whom these eyes may know it of."""
        if self.seat is not None and not self._received(offer.rpartition(":")[0], _number(offer)):
            return {}
        worth = self.state.worth.get(offer, {})
        return {seat: value for seat, value in worth.items() if self.seat in (None, seat)}

    def terms(self, terms: dict[str, Any]) -> str:
        """Write terms as people do, safe to print."""
        if self.situation is not None:
            from scenarios import TermsError

            try:
                return printable(self.situation.render_terms(self.situation.parse_terms(terms)))
            except TermsError:  # of a file that somebody else wrote: shown as it stands there
                pass
        return printable(", ".join(f"{issue} {value}" for issue, value in terms.items()))

    def speaker(self, seat: str) -> str:
        """Name who speaks; a participant knows of no one's persona."""
        persona = self.state.seats[seat].persona if seat in self.state.seats else None
        return printable(f"{seat} ({persona})" if persona and self.seat is None else seat)


def _threads_of(state: State) -> list[Any]:
    """List the threads that the scenario speaks of; files may say anything."""
    threads = state.situation.get("threads")
    return [thread for thread in threads.values() if isinstance(thread, dict)] if isinstance(threads, dict) else []


def _number(offer: str) -> int:
    """Read the number of the message that made an offer; of what is no such name, one that nobody received."""
    n = offer.rpartition(":")[2]
    return int(n) if n.isdecimal() else sys.maxsize
