"""What a participant can do in a turn, beside talking; prose promises nothing, only acts bind."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Terms = dict[str, Any]
"""A value for each issue, in the scenario's order: a number, an option, or for a divided quantity {seat: share}."""


class _Act(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Offer(_Act):
    """Propose terms; replaces the proposer's own standing offer in this thread."""

    kind: Literal["offer"] = "offer"
    terms: Terms


class Accept(_Act):
    """Back somebody else's standing offer."""

    kind: Literal["accept"] = "accept"
    offer: str
    """The offer's name, which is that of the message that made it: `table:3`."""


class Reject(_Act):
    """Say no to a standing offer; ends nothing unless the scenario says so."""

    kind: Literal["reject"] = "reject"
    offer: str


class Withdraw(_Act):
    """Take back one's own standing offer."""

    kind: Literal["withdraw"] = "withdraw"


class WalkAway(_Act):
    """Leave the negotiation for good."""

    kind: Literal["walk_away"] = "walk_away"


class Pass(_Act):
    """Take the turn without doing anything."""

    kind: Literal["pass"] = "pass"


class OpenThread(_Act):
    """Open a side thread with some of the others; it takes no turn, and nobody else learns of it."""

    kind: Literal["open_thread"] = "open_thread"
    invite: list[str]
    about: str = ""
    """What its members read first."""
    form: str | None = None
    """Which of the scenario's side threads, where it has several."""


class Leave(_Act):
    """Leave the side thread that this is said in."""

    kind: Literal["leave"] = "leave"


class HandOver(_Act):
    """Say who speaks next."""

    kind: Literal["hand_over"] = "hand_over"
    to: str


class Assign(_Act):
    """Give somebody a task."""

    kind: Literal["assign"] = "assign"
    to: str
    task: str


class Report(_Act):
    """Hand in a result: of a task, or of everything."""

    kind: Literal["report"] = "report"
    result: str


Choice = Annotated[str, Field(strict=True)] | Annotated[int, Field(strict=True)] | Annotated[float, Field(strict=True)]
"""An option or a number."""


class Move(_Act):
    """Choose, where the scenario asks for a choice; nobody learns of it before the scenario reveals it."""

    kind: Literal["move"] = "move"
    choice: Choice


class Vote(_Act):
    """Vote in a ballot."""

    kind: Literal["vote"] = "vote"
    choice: Choice


class Bid(_Act):
    """Say how much one wants to speak next."""

    kind: Literal["bid"] = "bid"
    strength: Annotated[int, Field(strict=True, ge=0, le=4)]


class Answer(_Act):
    """Answer a question that was asked in private; nobody is told."""

    kind: Literal["answer"] = "answer"
    items: dict[str, Choice]


Act = Annotated[
    Offer
    | Accept
    | Reject
    | Withdraw
    | WalkAway
    | Pass
    | OpenThread
    | Leave
    | HandOver
    | Assign
    | Report
    | Move
    | Vote
    | Bid
    | Answer,
    Field(discriminator="kind"),
]
