"""The shape of a scenario file; what an issue or a preference may say is checked where it is understood."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1e15, le=1e15)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, use_attribute_docstrings=True)


class NumberSpec(_Part):
    """A number on a grid."""

    low: Number = Field(alias="from")
    """The least."""
    high: Number = Field(alias="to")
    """The most."""
    step: Number = Field(default=1, gt=0)
    """How far apart two values are."""
    unit: str = ""
    """What is written behind it, such as `€`."""


class DividedSpec(_Part):
    """A quantity that is divided among all participants."""

    divide: Number = Field(gt=0)
    """How much there is."""
    step: Number = Field(default=1, gt=0)
    """The smallest part of it."""
    unit: str = ""
    """What is written behind it, such as `loaves`."""


Seats = str | list[str]
"""Seats or groups by name; `all` are all participants."""


class Budget(_Part):
    """How much may be said: at most so many turns, rounds or messages, whichever is used up first."""

    turns: int | None = Field(default=None, strict=True, ge=0)
    """Turns in all; forfeited ones count."""
    rounds: int | None = Field(default=None, strict=True, ge=0)
    """Turns of each member."""
    messages: int | None = Field(default=None, strict=True, ge=0)
    """Messages; passed turns are messages, forfeited ones are none."""
    of: Literal["own", "shared"] = "own"
    """Whether a side thread's turns come out of a budget of its own, or out of that of all side threads together."""


class Team(_Part):
    """A conversation in a seat: who talks there, and who speaks for them outside."""

    scenario: str | None = None
    """A scenario whose participants and thread these are; instead of `members`."""
    members: dict[str, dict[str, Any]] | None = None
    """Participants, written as those of a scenario."""
    spokesperson: str
    """The member who speaks outside, and has the seat's brief, preferences and limits."""
    rounds: int = Field(default=1, strict=True, ge=1)
    """How many rounds they talk before each turn outside."""
    speakers: str | dict[str, Any] = "round robin"
    """Who speaks next among them."""


class Participant(_Part):
    """A seat: what it is publicly, what it knows and wants privately."""

    role: str = ""
    """Public: what everybody knows of it, unless the scenario's `roles` are private."""
    persona: str | None = None
    """The character that takes the seat unless the cast says otherwise."""
    brief: str = ""
    """Private: what only this seat knows."""
    prefers: dict[str, Any] | None = None
    """Points by issue; an issue that is not named is worth nothing to this seat."""
    payoff: str | float | None = None
    """What an outcome is worth, as an expression; instead of `prefers`."""
    bonus: str | float | None = None
    """Points on top, as an expression."""
    no_deal: Number = 0
    """What no agreement is worth."""
    minimum: Number | None = None
    """What a rule counts as good enough; None where that is `no_deal`."""
    never: str | list[str] | None = None
    """Outcomes that this seat must not accept, as a condition or several."""
    brain: str | dict[str, Any] | None = None
    """What decides, laid over the persona's own; validated by `sandbox`."""
    party: bool = True
    """Whether an agreement is its own: false for a mediator, a judge, an adviser."""
    count: int | None = Field(default=None, strict=True, ge=1, le=100)
    """So many seats like this one, named with a number: `juror_1`, `juror_2`, …"""
    team: Team | None = None
    """A conversation that takes this seat."""
    waits_for: str | None = None
    """A thread that must have had its rounds before each turn of this seat elsewhere."""
    waits: int = Field(default=1, strict=True, ge=1)
    """How many rounds that thread has each time."""
    budget: Budget | None = None
    """How many turns or messages this seat has in all."""
    guards: list[Any] = []
    """What holds back messages of this seat, beside the scenario's guards; validated by `sandbox`."""


class Thread(_Part):
    """A conversation and who speaks in it; with `open_by`, a kind of side thread that participants open."""

    members: Literal["all"] | str | list[str] = "all"
    """Who is in it; of a side thread, who may be."""
    speakers: str | dict[str, Any] = "round robin"
    """Who speaks next: the name of a policy, or a mapping of its name to what it is told; validated by `sandbox`."""
    open_by: Literal["any"] | str | list[str] | None = None
    """Who may open one."""
    size: str | int = "2..3"
    """How many members one has, whoever opens it included."""
    most: int | None = Field(default=None, strict=True, ge=0)
    """How many of them each may open; 0 forbids them."""
    budget: Budget | None = None
    """How much may be said in it, and in each one that is opened."""
    binds: Literal["all", "members", "nothing"] = "all"
    """Whom an agreement in it binds: everybody, so that it ends the run; its members, who go on; or nobody."""
    offers_by: Seats | None = None
    """Who may make offers in it; all its members unless it says so."""
    window: int | None = Field(default=None, strict=True, ge=1)
    """How many of the last messages its members see."""


Passing = Annotated[int, Field(strict=True, ge=1)] | Literal["all", "majority", "most"]
"""How many votes an option needs: a number, everybody's, more than half of them, or more than any other."""


class Phase(_Part):
    """A part of the run: talk in threads, a choice that each makes in secret, or a ballot."""

    thread: Seats | None = None
    """Where it is talked; where a choice is made, its result is told in it."""
    secret: str | bool | None = None
    """The choice that each makes, at the same time and in secret; beside `ballot`, whether each vote stays secret."""
    ballot: str | None = None
    """The choice that is voted on."""
    of: Seats = "all"
    """Who chooses, or votes."""
    rounds: int | None = Field(default=None, strict=True, ge=0)
    """How long it is talked; 0 leaves the phase out."""
    turns: int | None = Field(default=None, strict=True, ge=1)
    """Or so many turns in all."""
    messages: int | None = Field(default=None, strict=True, ge=1)
    """Or so many messages in all."""
    reveal: Literal["each", "total", "none"] | None = None
    """What is told of a choice: each one's, the total (of words: how many chose each), or nothing."""
    passes: Passing | None = Field(default=None, alias="pass")
    """How many votes an option needs; more than half of them unless it says so."""
    veto: Seats = []
    """Whose votes must be among them."""
    hung: int | None = Field(default=None, strict=True, ge=1)
    """After so many ballots that decided nothing it is over; after each before, the phases begin again."""
    removes: bool = False
    """Whether the seat that was chosen is out; nobody is, where no seat was chosen by enough."""
    unless: str | None = None
    """The choice that saves a seat by naming it."""
    tells: Literal["role"] | None = None
    """What whoever chose a seat is told of it, in private."""


class Repeat(_Part):
    """How often the phases are gone through."""

    times: int | None = Field(default=None, strict=True, ge=1, le=10_000)
    """So often."""
    go_on: float | None = Field(default=None, gt=0, lt=1)
    """The chance that there is another time, drawn from the seed after each."""
    most: int = Field(default=1_000, strict=True, ge=1, le=10_000)
    """With `go_on`: at most so many."""


class Proposal(_Part):
    """What is proposed in the end, after all talk, and how it is decided."""

    proposer: str
    """The seat that proposes."""
    decide: Literal["minimums", "votes"] = "votes"
    """Who is for it: whoever gets its minimum from it, or whoever votes for it."""


class Question(_Part):
    """A question that is asked in private; nobody learns of it, and nobody is shown it again."""

    when: Seats
    """`before`, `after`, `every 4 rounds`, or several."""
    whom: Seats = "all"
    """Who is asked, each alone."""
    items: dict[str, Any] = Field(min_length=1)
    """What is to be answered, each with its options, `{from: 1, to: 7}` or `1..7`."""
    say: str = ""
    """The question in words."""


class Happening(_Part):
    """Something that happens at a set time."""

    at: str
    """`round 3`, `turn 10` or `phase 2`; where the phases are repeated, `repeat 2`."""
    to: Seats = "all"
    """Who is told: everybody in the thread, or some in private."""
    say: str
    """What is told."""
    thread: str | None = None
    """Whose rounds count, and where all its members are told; the first one unless it says so."""


class Opening(_Part):
    """The act that a seat begins with."""

    seat: str
    """Who begins."""
    act: dict[str, Any]
    """What it does: an offer, `{offer: {price: 300}}`."""
    say: str = ""
    """What it says with it."""
    thread: str | None = None
    """Where; in its first thread unless it says so."""


class Quorum(_Part):
    """How many must agree."""

    quorum: int = Field(strict=True, ge=1)
    """So many of the parties."""
    veto: Seats = []
    """Who must be among them."""


Agreement = Literal["all", "majority"] | Quorum


class End(_Part):
    """What ends the run; whichever comes first."""

    agreement: Agreement | None = None
    """Who must back the same offer: all, more than half, or a quorum.  `all` where there are issues."""
    rounds: int | None = Field(default=None, strict=True, ge=1, le=10_000)
    """Every member has had so many turns."""
    turns: int | None = Field(default=None, strict=True, ge=1, le=100_000)
    """So many turns have been taken in all."""
    messages: int | None = Field(default=None, strict=True, ge=1, le=100_000)
    """So many messages have been said in all."""
    seconds: Number | None = Field(default=None, gt=0)
    """The models took so long; read from the clock, and recorded."""
    cost: Number | None = Field(default=None, gt=0)
    """The models cost so many dollars, as far as prices are known."""
    phrase: str | list[str] | None = None
    """Somebody said this, whatever its case."""
    silence: int | None = Field(default=None, strict=True, ge=1)
    """So many turns in a row were passed, in every thread that is open."""
    ballot: str | None = None
    """This ballot decided something."""
    left: int | None = Field(default=None, strict=True, ge=1)
    """Fewer than so many participants are left."""
    report: str | None = None
    """This seat handed in its result."""
    when: str | None = None
    """A condition on how many are left of each group: `wolves == 0 or wolves >= village`."""
    forfeits: int = Field(default=3, strict=True, ge=1, le=1_000)
    """After so many turns lost to faults the run fails."""
    both: list[End] = Field(default=[], alias="all")
    """Conditions that end it only when all of them hold."""


class Study(_Part):
    """What people are told and asked before they take a seat."""

    consent: str = ""
    """The text that they must consent to; empty where none is needed."""
    minutes: Number | None = Field(default=None, gt=0)
    """How long they may take in all."""


class Scenario(_Part):
    """A scenario as its file says it."""

    title: str = Field(min_length=1)
    """What it is called for people."""
    story: str = ""
    """Public: what everybody knows of the situation."""
    notes: str = ""
    """For readers of the file: sources, choices; no participant sees it."""
    tags: list[str] = []
    """Words to find it by."""
    parameters: dict[str, str | bool | Number] = {}
    """Values that texts, numbers and expressions name, and that a run may change."""
    draw: Any = None
    """Values drawn from the seed: a group, or a list of groups."""
    issues: dict[str, Any] = {}
    """What is negotiated: options, numbers on a grid, or a quantity that is divided."""
    choices: dict[str, Any] = {}
    """What is chosen in secret or voted on: options, a number, or `seats`."""
    participants: dict[str, Participant] = Field(min_length=1)
    """The seats, in their order."""
    names: dict[str, str] = {}
    """What participants are called in runs, where that is not as they are written here."""
    groups: dict[str, list[str]] = {}
    """Names for several seats."""
    roles: Literal["public", "private"] = "public"
    """Whether everybody knows everybody's role."""
    knows: dict[str, list[str]] = {}
    """What a seat knows of others: `{wolf1: [wolf2.role], buyer: [seller.prefers]}`."""
    threads: dict[str, Thread] = Field(min_length=1)
    """Where it is talked, and the kinds of side threads that participants may open."""
    opening: Opening | None = None
    """What somebody begins with."""
    phases: list[Phase] = []
    """The parts that a run goes through; without them all of it is talk."""
    repeat: Repeat | None = None
    """How often the phases are gone through."""
    final: Proposal | None = None
    """What is proposed after all talk, and how it is decided."""
    ask: Question | list[Question] | None = None
    """What seats are asked in private."""
    events: list[Happening] = []
    """What happens at set times."""
    guards: list[Any] = []
    """What holds messages back; validated by `sandbox`."""
    study: Study | None = None
    """For people who take part: their consent and their time.  No participant sees it but a person."""
    end: End
    """What ends a run."""
