"""What every event has: its version, its position, and the evidence of how it came about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

VERSION = 1
"""The version that this code writes; older ones are lifted by `upcast`."""

Count = Annotated[int, Field(strict=True, ge=0, le=2**63 - 1)]
Number = Annotated[int, Field(strict=True)] | Annotated[float, Field(strict=True)]
Seconds = Annotated[float, Field(strict=True)]


MODERATOR = "moderator"
"""Who speaks where it is no participant: the scenario, or whoever watches."""


class Position(NamedTuple):
    """Where content stands, whoever was faster: `turn` 0 is what happens between ticks, before the turns of `tick`."""

    tick: int
    turn: int
    step: int


class Evidence(BaseModel):
    """How an event came about; never compared."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    at: Seconds | None = None
    """Seconds since 1970, by the clock of the machine that recorded it."""
    why: str | None = None
    """Why this seat had the turn, where no choice of its own says it: whose turn it was followed from the policy."""
    took: Seconds | None = None
    """Seconds from asking the brain to its reply."""
    run: str | None = None
    """The run's name when it was recorded."""
    parent: str | None = None
    """The name of the run that this one branched off."""
    engine: str | None = None
    """The version of Moot that recorded it."""
    detail: str | None = None
    """What a fault said of itself; may name files and addresses of that machine."""
    attempts: list[dict[str, Any]] | None = None
    """Every try at a model's answer: see `sandbox.models.Attempt`."""
    order: Count | None = None
    """The how-manieth of its run's calls this was to be answered."""


class EventBase(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    bodies: ClassVar[tuple[str, ...]] = ()
    """The fields that hold a body's hash, or a mapping to such hashes."""
    is_content: ClassVar[bool] = True
    """False for what is evidence only, such as an intent."""

    v: Count = VERSION
    tick: Count = 0
    turn: Count = 0
    """Counts the run's turns from 1, over all threads, in canonical order; 0 belongs to no turn."""
    step: Count = 0

    @property
    def position(self) -> Position:
        return Position(self.tick, self.turn, self.step)

    def body_names(self) -> Iterator[str]:
        """Give the names of the bodies that this event refers to, in the order of its fields."""
        for field in self.bodies:
            value = getattr(self, field)
            if isinstance(value, Mapping):
                yield from value.values()
            elif value is not None:
                yield value
