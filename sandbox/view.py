"""What one participant may know, and nothing else: the only thing a brain is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol

from sandbox.course import course_of
from transcripts import MODERATOR, Act, Assignment, Choosing, Note, Revealed, Terms, Thread

if TYPE_CHECKING:
    import numpy as np

    from personas import Persona
    from sandbox.models import Answer, Request
    from scenarios import Agreement, Draw, Draws, Issue, Participant, Situation


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of a seat in a turn.

    `talk`: speak, and act if it will.  `propose`: make the final offer.  `move`: choose in secret.  `vote`: vote in a
    ballot.  `answer`: answer a question that is asked in private.  `bid`: say how much it wants to speak, from 0 to 4.
    `choose`: say who speaks next.
    """

    kind: Literal["talk", "propose", "move", "vote", "answer", "bid", "choose"] = "talk"
    about: str = ""
    """The name of the choice, of the ballot or of the question."""
    items: Mapping[str, Issue] = field(default_factory=dict)
    """What there is to choose from: for a move or a vote under its name, for a question an entry for each item."""
    seats: tuple[str, ...] = ()
    """Of `choose`: who may be named."""
    text: str = ""
    """The question in words."""
    terms: Terms | None = None
    """Of a vote on the final proposal: what is proposed."""

    @property
    def domain(self) -> Issue:
        """What a move or a vote chooses from."""
        return self.items[self.about]


TALK: Final = Task()


@dataclass(frozen=True, slots=True)
class Side:
    """A kind of side thread that a seat may open."""

    invite: tuple[str, ...]
    """Who may be invited."""
    least: int
    """How many members one must have, whoever opens it included."""
    most: int
    binds: str
    """Whom an agreement in it binds: `all`, `members` or `nothing`."""


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
    written: str
    """What the scenario writes the seat as, whatever it is called: draws go by it."""
    role: str
    brief: str
    persona: Persona | None
    title: str
    story: str
    others: Mapping[str, str]
    """The public role of every other seat."""
    issues: Mapping[str, Any]
    """What is to be agreed on; public."""
    agreement: Agreement | None
    """Who has to agree: `all`, `majority`, or a quorum; None where there is nothing to agree on."""
    parties: tuple[str, ...]
    """The seats that an agreement is made by."""
    choices: Mapping[str, Any]
    """What is chosen in secret or voted on, by name; public."""
    sides: Mapping[str, Side]
    """The side threads that this seat may open, by their kind."""
    proposers: Mapping[str, tuple[str, ...]]
    """By thread, who may make offers there, where not everybody may."""
    windows: Mapping[str, int]
    """By thread, how many of the last messages its members see."""
    course: tuple[str, ...]
    """How it goes on, in sentences; public."""
    private_roles: bool
    """Whether nobody was told the roles of others."""
    granted: Mapping[str, Any]
    """What the scenario lets this seat know of others: `seller.prefers`."""
    payoff: Callable[[Mapping[str, Mapping[str, Any]], int], float] | None
    """What choices (by name, by seat) bring this seat in a repetition; None where they bring nothing."""
    movers: Mapping[str, tuple[str, ...]]
    """Who makes each choice and who votes, as far as this seat may know."""
    abilities: frozenset[str]
    """What makes sense to do here beside the usual: `assign`, `report`, `reply` (say which message it answers)."""
    hand_over: frozenset[str]
    """The threads, by their form, in which it makes sense to say who speaks next."""
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
    opened: bool = False
    """Whether it did pass, and opened a side thread: the seat is asked again for its turn here."""


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
    """The seat's own turns in which it was asked for the same, from 1: no run-wide number, for that would tell of other
    threads, and a question asked in private leaves no trace in it."""
    draws: Draws
    refusals: tuple[Refusal, ...] = ()
    """What this brain answered in this turn already and was not let pass, oldest first."""
    notes: Mapping[str, Note] = field(default_factory=dict)
    """What this seat noted for itself, by thread."""
    ask: Ask | None = None
    """Asks a model; each call is recorded.  None where there is nobody to ask, as in a view that is only looked at."""
    task: Task = TALK
    """What is asked of it."""
    repeat: int = 1
    """How often the scenario's phases were begun."""
    made: Sequence[Choosing] = ()
    """What this seat chose in secret before, oldest first."""
    told: Sequence[str] = ()
    """What this seat was told in private, oldest first."""
    revealed: Sequence[Revealed] = ()
    """What was told of choices and votes in this thread, oldest first."""
    assigned: Sequence[Assignment] = ()
    """What this seat was given to do."""

    @property
    def seat(self) -> str:
        return self.known.seat

    def draw(self, *purpose: str) -> Draw:
        """Draw by name: the same seed, seat, turn and purpose always give the same."""
        asked = () if self.task.kind in ("talk", "propose") else (self.task.kind, self.task.about)
        return self.draws.at(self.known.written, str(self.turn), *asked, *purpose)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a brain answers: prose, and at most one act."""

    text: str = ""
    act: Act | None = None
    note: Note | None = None
    """What the seat notes for itself about the thread; replaces its earlier note."""
    re: str | None = None
    """The message that it answers, `table:3`, where it says so."""


def known_by(
    situation: Situation, seat: str, persona: Persona | None, cast: Mapping[str, str | None] | None = None
) -> Known:
    """Pick out of a situation what `seat` may know of it; `cast` names the persona that sits in each seat."""
    from scenarios import index_of, parse_terms, payoff_of, render_terms, terms_at

    participant = situation.participants[seat]
    threads = {name: thread for name, thread in situation.threads.items() if seat in thread.members}
    granted = _granted(situation, seat, cast or {})
    stakes = None
    if situation.issues and seat in situation.parties:
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
        written=situation.written.get(seat, seat),
        role=participant.role,
        brief=participant.brief,
        persona=persona,
        title=situation.title,
        story=situation.story,
        others={
            name: "" if situation.private_roles and f"{name}.role" not in granted else other.role
            for name, other in situation.participants.items()
            if name != seat
        },
        issues=situation.issues,
        agreement=situation.end.agreement,
        parties=situation.parties,
        choices=situation.choices,
        sides=_sides(situation, seat),
        proposers={name: tuple(thread.offers_by) for name, thread in threads.items() if thread.offers_by is not None},
        windows={name: thread.window for name, thread in threads.items() if thread.window is not None},
        course=course_of(situation, seat),
        payoff=payoff_of(situation, seat),
        movers=_movers(situation, seat),
        abilities=_abilities(situation, seat),
        hand_over=frozenset(name for name in threads if situation.speakers[name].kind in ("handoff", "addressed")),
        private_roles=situation.private_roles,
        granted=granted,
        rounds=_rounds(situation),
        own=participant,
        stakes=stakes,
        render=partial(render_terms, situation.issues),
        parse=partial(parse_terms, situation.issues),
    )


def known_by_moderator(situation: Situation) -> Known:
    """Give what somebody knows who only says who speaks next: what is public."""
    from scenarios import Participant

    return Known(
        seat=MODERATOR,
        written=MODERATOR,
        role="says who speaks next",
        brief="",
        persona=None,
        title=situation.title,
        story=situation.story,
        others={
            name: "" if situation.private_roles else participant.role
            for name, participant in situation.participants.items()
        },
        issues={},
        agreement=None,
        parties=situation.parties,
        choices={},
        sides={},
        proposers={},
        windows={},
        course=course_of(situation),
        private_roles=situation.private_roles,
        granted={},
        payoff=None,
        movers={},
        abilities=frozenset(),
        hand_over=frozenset(),
        rounds=None,
        own=Participant(),
        stakes=None,
        render=str,
        parse=dict,
    )


def _granted(situation: Situation, seat: str, cast: Mapping[str, str | None]) -> dict[str, Any]:
    """Pick out what `knows` lets a seat know of others: of personas, who really sits there."""
    granted = {}
    for path in situation.knows.get(seat, ()):
        other, _, what = path.partition(".")
        own = getattr(situation.participants[other], what)
        granted[path] = cast.get(other, own) if what == "persona" else own
    return granted


def _sides(situation: Situation, seat: str) -> dict[str, Side]:
    found = {}
    for name, thread in situation.threads.items():
        if thread.open_by is not None and thread.most != 0 and seat in thread.open_by and seat in thread.members:
            least, _, most = str(thread.size).partition("..")
            invite = tuple(each for each in thread.members if each != seat)
            found[name] = Side(invite, int(least), min(int(most), len(thread.members)), thread.binds)
    return found


def _rounds(situation: Situation) -> int | None:
    """Say after how many rounds it is over, where there is one stretch of talk that says so."""
    talk = [phase for phase in situation.phases if phase.ballot is None and not isinstance(phase.secret, str)]
    if situation.phases:
        return talk[0].rounds if len(talk) == 1 and situation.repeat is None else None
    return situation.end.rounds


def _movers(situation: Situation, seat: str) -> dict[str, tuple[str, ...]]:
    """Say who chooses what; where roles are private, only of choices that everybody makes, or the seat itself."""
    found = {}
    for phase in situation.phases:
        name = phase.ballot or (phase.secret if isinstance(phase.secret, str) else None)
        if name is not None and (not situation.private_roles or seat in phase.of):
            found[name] = tuple(phase.of)
    return found


def _abilities(situation: Situation, seat: str) -> frozenset[str]:
    found = set()
    if situation.end.report is not None:
        found |= {"report", "assign"} if situation.end.report == seat else {"report"}
    if any(policy.kind == "addressed" for policy in situation.speakers.values()):
        found.add("reply")
    return frozenset(found)
