"""The typed events of which a transcript consists.

Each event is *content* (what happened, at a canonical position) and carries *evidence* (how it came about).  "The same"
means the same content, to the byte: the lines of `Transcript.to_jsonl()`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from transcripts.acts import Act, Terms
from transcripts.base import Count, EventBase, Evidence, Number
from transcripts.calls import Answered, Asking


class Seat(BaseModel):
    """Who takes a place: a persona (by name, None for nobody in particular) and the brain that decides."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    persona: str | None = None
    brain: dict[str, Any]


class Started(EventBase):
    """Embed everything that the run was played with, as it was."""

    bodies = ("scenario", "situation", "personas", "models")

    kind: Literal["started"] = "started"
    name: str
    """The scenario's name."""
    seed: Count
    cast: dict[str, Seat]
    settings: dict[str, Any] = Field(default_factory=dict)
    """What was changed on the way in: `--set` paths and their values."""
    scenario: str
    """The body of the scenario as written."""
    situation: str
    """The body of the scenario as played: parameters and draws filled in."""
    personas: dict[str, str] = Field(default_factory=dict)
    """Bodies by persona name."""
    models: dict[str, str] = Field(default_factory=dict)
    """Bodies of the model profiles that the cast may ask, by name."""
    answers: dict[str, Any] | None = None
    """From which run some were answered and how, where not all answers are this run's own."""
    evidence: Evidence | None = None


class Forked(EventBase):
    """From here on this run goes its own way; all before it is shared with the run that it branched off.

    What is None, or has no entry, is as before.
    """

    bodies = ("scenario", "situation", "personas", "models")

    kind: Literal["forked"] = "forked"
    after: Count
    """The last turn that is shared; 0 where none is."""
    seed: Count
    cast: dict[str, Seat] = Field(default_factory=dict)
    settings: dict[str, Any] = Field(default_factory=dict)
    scenario: str | None = None
    situation: str | None = None
    personas: dict[str, str] = Field(default_factory=dict)
    models: dict[str, str] = Field(default_factory=dict)
    evidence: Evidence | None = None

    def change(self, started: Started) -> Started:
        """Give the beginning that a run would have that had been like this from the start."""
        update: dict[str, Any] = {
            "seed": self.seed,
            "cast": started.cast | self.cast,
            "settings": started.settings | self.settings,
            "personas": started.personas | self.personas,
            "models": started.models | self.models,
        }
        if self.situation is not None:
            update |= {"scenario": self.scenario or started.scenario, "situation": self.situation}
        return started.model_copy(update=update)


class Said(EventBase):
    """A turn's message, as its thread's members received it; at turn 0, what the moderator says between turns."""

    kind: Literal["said"] = "said"
    thread: str
    seat: str
    """Who spoke: a participant, or `moderator`."""
    n: Count
    """Counts the thread's messages from 1; `table:3` names the third of the table and the offer in it."""
    act: Act | None = None
    re: str | None = None
    """The message that it answers, where it says so."""
    by: Literal["person", "scenario", "fallback"] | None = None
    """Who spoke in the seat's place; None where that was its brain.  A person's message is an input."""
    event: Count | None = None
    """Which of the scenario's scheduled events it is, from 1."""
    text: str = ""
    evidence: Evidence | None = None


class Confided(EventBase):
    """A turn whose act its thread does not hear: a secret move, a ballot, a bid to speak, a private answer."""

    kind: Literal["confided"] = "confided"
    thread: str
    seat: str
    task: str
    """What was asked of it: `move`, `vote`, `bid`, `choose`, `answer`."""
    about: str = ""
    """Which move, ballot or question, by its name."""
    act: Act
    by: Literal["person", "fallback"] | None = None
    """Who answered in the seat's place; None where that was its brain."""
    text: str = ""
    """What it said along with it, to nobody."""
    evidence: Evidence | None = None


class Told(EventBase):
    """Some were told something, and the others do not know of it."""

    kind: Literal["told"] = "told"
    to: list[str]
    text: str
    by: Literal["person", "scenario"] = "scenario"
    event: Count | None = None
    """Which of the scenario's scheduled events it is, from 1."""
    evidence: Evidence | None = None


class Opened(EventBase):
    """A participant opened a side thread."""

    kind: Literal["opened"] = "opened"
    thread: str
    seat: str
    form: str
    """Which of the scenario's side threads it is one of."""
    members: list[str]
    about: str = ""
    evidence: Evidence | None = None


class Chosen(EventBase):
    """It was decided who speaks next in a thread; for the researcher only."""

    kind: Literal["chosen"] = "chosen"
    thread: str
    seats: list[str]
    why: str
    evidence: Evidence | None = None


class Staged(EventBase):
    """A phase began."""

    kind: Literal["staged"] = "staged"
    phase: Count
    """Counts the scenario's phases from 1; one more than there are is the final proposal, and then its ballot."""
    repeat: Count = 1
    """Counts how often the phases were begun."""
    evidence: Evidence | None = None


class Tallied(EventBase):
    """Secret moves or a ballot were counted; for the researcher, who sees each choice whatever was made public."""

    kind: Literal["tallied"] = "tallied"
    what: Literal["moves", "ballot", "final", "payoff"]
    about: str
    """The name of the move or ballot."""
    thread: str | None = None
    """Where it was told; None where nobody was told."""
    told: Literal["each", "total", "result"] | None = None
    """What was told: each one's choice, the total, or only what was decided."""
    choices: dict[str, str | Number | None]
    """By seat; None where its turn was forfeited."""
    result: str | Number | None = None
    """What was decided, or the sum of numbers; None where nothing was."""
    worth: dict[str, Number] = Field(default_factory=dict)
    """What the moves of this repetition are worth to each."""
    out: list[str] = Field(default_factory=list)
    """Who is out from here on, by the scenario's rules."""
    evidence: Evidence | None = None


class Asked(EventBase):
    """Everybody who was to answer a question has done so; it leaves no trace in what anybody sees."""

    kind: Literal["asked"] = "asked"
    question: str
    evidence: Evidence | None = None


class Elapsed(EventBase):
    """The models had taken so long when an end condition looked: an input, for it is read from a clock."""

    kind: Literal["elapsed"] = "elapsed"
    seconds: Number
    evidence: Evidence | None = None


class Seated(EventBase):
    """A person takes a seat: how what it says came about, and so evidence only."""

    is_content: ClassVar[bool] = False

    kind: Literal["seated"] = "seated"
    seat: str
    participant: str | None = None
    """What the study calls this person: a code, and no name."""
    consent: str | None = None
    """The text that they consented to; None where there was none."""
    evidence: Evidence | None = None


class Valued(EventBase):
    """What an offer is worth to each; for the researcher only."""

    kind: Literal["valued"] = "valued"
    thread: str
    seat: str
    offer: str
    worth: dict[str, Number]
    evidence: Evidence | None = None


class Refused(EventBase):
    """A message that rules or a guard did not let pass; nobody but its author knows of it."""

    kind: Literal["refused"] = "refused"
    thread: str
    seat: str
    by: str
    """`rules`, or the guard's name."""
    reason: str
    task: str | None = None
    """What was asked of it, where that was not to speak."""
    act: Act | None = None
    text: str = ""
    evidence: Evidence | None = None


class Forfeited(EventBase):
    """A turn lost to a fault: never a pass, never "no deal"."""

    kind: Literal["forfeited"] = "forfeited"
    thread: str
    seat: str
    fault: str
    """`refused` (too often), `error` or `timeout`."""
    reason: str
    task: str | None = None
    """What was asked of it, where that was not to speak."""
    by: Literal["person", "fallback"] | None = None
    """Who lost it in the seat's place; None where that was its brain."""
    evidence: Evidence | None = None


class Noted(EventBase):
    """What a seat notes for itself about a thread, such as a summary; nobody else ever sees it."""

    kind: Literal["noted"] = "noted"
    thread: str
    seat: str
    upto: Count
    """The number of the last message that it is about."""
    note: str
    evidence: Evidence | None = None


class Exhausted(EventBase):
    """A budget was used up: an input, for some of what it measures depends on the clock."""

    kind: Literal["exhausted"] = "exhausted"
    what: Literal["calls", "tokens", "cost", "seconds"]
    limit: Number
    evidence: Evidence | None = None


class Agreed(EventBase):
    """The rules found an agreement."""

    kind: Literal["agreed"] = "agreed"
    thread: str
    offer: str
    terms: Terms
    by: list[str]
    binds: Literal["members"] | None = None
    """Whom it binds, where that is not everybody: those who are in the thread, and the run goes on."""
    evidence: Evidence | None = None


class Ended(EventBase):
    """The run is over: by its own rules (`done`), by a fault (`failed`) or by a budget (`exhausted`).

    Only a run that is done has an outcome.
    """

    kind: Literal["ended"] = "ended"
    status: Literal["done", "failed", "exhausted"]
    reason: str
    agreed: Annotated[bool, Field(strict=True)] | None = None
    """None where there was nothing to agree on, or where the run failed."""
    terms: Terms | None = None
    measures: dict[str, Any] | None = None
    """What it was worth: see `scenarios.Measures`."""
    verdicts: dict[str, str | Number | None] | None = None
    """What each ballot decided, by its name; None where there was none."""
    document: str | None = None
    """The result that was handed in, where the scenario ends with one."""
    evidence: Evidence | None = None


class Judged(EventBase):
    """A model judged a claim about the run, when that was over; no part of what happened in it."""

    kind: Literal["judged"] = "judged"
    claim: str
    by: str
    """The profile that was asked."""
    fingerprint: str
    """Of the whole request: what was said, and the claim."""
    holds: Annotated[bool, Field(strict=True)]
    why: str
    evidence: Evidence | None = None


Event = Annotated[
    Started
    | Forked
    | Asking
    | Answered
    | Said
    | Confided
    | Told
    | Opened
    | Chosen
    | Staged
    | Tallied
    | Asked
    | Elapsed
    | Seated
    | Valued
    | Noted
    | Refused
    | Forfeited
    | Agreed
    | Exhausted
    | Ended
    | Judged,
    Field(discriminator="kind"),
]
