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


Act = Annotated[Offer | Accept | Reject | Withdraw | WalkAway | Pass, Field(discriminator="kind")]
