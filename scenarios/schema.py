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
    high: Number = Field(alias="to")
    step: Number = Field(default=1, gt=0)
    unit: str = ""


class DividedSpec(_Part):
    """A quantity that is divided among all participants."""

    divide: Number = Field(gt=0)
    step: Number = Field(default=1, gt=0)
    unit: str = ""


class Participant(_Part):
    """A seat: what it is publicly, what it knows and wants privately."""

    role: str = ""
    """Public: what everybody knows of it."""
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


class Thread(_Part):
    """A conversation and who speaks in it."""

    members: Literal["all"] | list[str] = "all"
    speakers: Literal["alternating", "round robin"] = "round robin"


class End(_Part):
    """What ends the run; whichever comes first."""

    agreement: Literal["all"] | None = None
    """All participants back the same offer.  The default where there are issues."""
    rounds: int | None = Field(default=None, strict=True, ge=1, le=10_000)
    """Every member has had so many turns."""
    turns: int | None = Field(default=None, strict=True, ge=1, le=100_000)
    """So many turns have been taken in all."""


class Scenario(_Part):
    """A scenario as its file says it."""

    title: str = Field(min_length=1)
    story: str = ""
    """Public: what everybody knows of the situation."""
    notes: str = ""
    """For readers of the file: sources, choices; no participant sees it."""
    tags: list[str] = []
    parameters: dict[str, str | bool | Number] = {}
    """Values that texts, numbers and expressions name, and that a run may change."""
    draw: Any = None
    """Values drawn from the seed: a group, or a list of groups."""
    issues: dict[str, Any] = {}
    participants: dict[str, Participant] = Field(min_length=1)
    threads: dict[str, Thread] = Field(min_length=1)
    end: End
