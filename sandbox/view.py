"""What one participant may know, and nothing else: the only thing a brain is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from transcripts import Act, Note, Terms, Thread

if TYPE_CHECKING:
    import numpy as np

    from personas import Persona
    from sandbox.models import Answer, Request
    from scenarios import Draw, Draws, Participant, Situation


@dataclass(frozen=True, slots=True)
class Stakes:
    """What the outcomes are worth to one seat; arrays run over all outcomes, in the scenario's order."""

    worth: np.ndarray
    """The utility of each outcome."""
    allowed: np.ndarray
    """False where the seat's `never` forbids the outcome."""
    no_deal: float
    """The walk-away, or reservation value: what this seat has without an agreement."""
    minimum: float
    """What a rule counts as enough; the same as `no_deal` unless the scenario says otherwise."""
    terms: Callable[[int], Terms]
    """The outcome of that index as terms."""
    index: Callable[[Mapping[str, Any]], int]
    """The index of complete terms."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a participant knows from the beginning to the end."""

    seat: str
    role: str
    brief: str
    persona: Persona | None
    title: str
    story: str
    others: Mapping[str, str]
    """The public role of every other seat."""
    issues: Mapping[str, Any]
    """What is to be agreed on; public."""
    agreement: str | None
    """Who has to agree; None where there is nothing to agree on."""
    rounds: int | None
    """After how many rounds it is over, if that is known."""
    own: Participant
    """The seat's own preferences and limits, as the scenario says them."""
    stakes: Stakes | None
    """None where the scenario has no issues."""
    render: Callable[[Mapping[str, Any]], str]
    """Write terms as people do: `210 €, pickup today`."""
    parse: Callable[[Mapping[str, Any]], Terms]
    """Read terms as the rules do; raises `scenarios.TermsError` with a reason that is public."""


class Refusal(NamedTuple):
    """An answer that was not let pass."""

    reason: str
    """Mentions only what this seat may know."""
    answer: str
    """What it had answered, as far as it could be read."""


class Ask(Protocol):
    """Ask a model by the name of its profile."""

    async def __call__(self, profile: str, request: Request, *, purpose: str) -> Answer:
        """Record the call and answer it; raises `sandbox.models.ModelError`.

        `purpose` is a word for what it is for: `speak`, `summarise`, `select`.
        """
        ...


@dataclass(frozen=True, slots=True)
class View:
    """What a participant knows when it is asked to act in `thread`."""

    known: Known
    thread: Thread
    """The thread to act in: members, messages, what stands on its table.  To be read, never to be changed."""
    threads: Mapping[str, Thread]
    """All threads this seat is a member of, `thread` included."""
    turn: int
    """The seat's own turns, from 1: no run-wide number, for that would tell of other threads."""
    draws: Draws
    refusals: tuple[Refusal, ...] = ()
    """What this brain answered in this turn already and was not let pass, oldest first."""
    notes: Mapping[str, Note] = field(default_factory=dict)
    """What this seat noted for itself, by thread."""
    ask: Ask | None = None
    """Asks a model; each call is recorded.  None where there is nobody to ask, as in a view that is only looked at."""

    @property
    def seat(self) -> str:
        return self.known.seat

    def draw(self, *purpose: str) -> Draw:
        """Draw by name: the same seed, seat, turn and purpose always give the same."""
        return self.draws.at(self.known.seat, str(self.turn), *purpose)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a brain answers: prose, and at most one act."""

    text: str = ""
    act: Act | None = None
    note: Note | None = None
    """What the seat notes for itself about the thread; replaces its earlier note."""


def known_by(situation: Situation, seat: str, persona: Persona | None) -> Known:
    """Pick out of a situation what `seat` may know of it."""
    from scenarios import index_of, parse_terms, render_terms, terms_at

    participant = situation.participants[seat]
    stakes = None
    if situation.issues:
        space = situation.space
        stakes = Stakes(
            worth=space.utility(seat),
            allowed=space.allowed(seat),
            no_deal=situation.no_deal(seat),
            minimum=situation.minimum(seat),
            terms=partial(terms_at, situation.issues),
            index=partial(index_of, situation.issues),
        )
    return Known(
        seat=seat,
        role=participant.role,
        brief=participant.brief,
        persona=persona,
        title=situation.title,
        story=situation.story,
        others={name: other.role for name, other in situation.participants.items() if name != seat},
        issues=situation.issues,
        agreement=situation.end.agreement,
        rounds=situation.end.rounds,
        own=participant,
        stakes=stakes,
        render=partial(render_terms, situation.issues),
        parse=partial(parse_terms, situation.issues),
    )
