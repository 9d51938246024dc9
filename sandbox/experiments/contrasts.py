"""What an experiment compares: each object is one hypothesis of the family, about one measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ARM = "arm"
"""Stands in the place of an axis: its levels are the arms by their names."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One level of an axis less another, over the trials of the same contexts; pooled over all other axes."""

    axis: str
    """Or `arm`, and then the levels are names of arms."""
    one: str
    other: str
    of: str
    """The measure; in trials whose seats are swapped it is `of_swapped`."""
    of_swapped: str
    within_levels: Mapping[str, str]
    """Only trials with these levels of other axes."""
    where: str | None = None
    """Only trials in which this yes-or-no measure is true: a pair counts where it is true of both."""
    pooled: bool = False
    """Of `effect:` with `swap_seats:`: what is measured follows who sits there, and both seats are pooled."""
    kind: Literal["difference"] = "difference"

    @property
    def label(self) -> str:
        of = f"{self.of} and {self.of_swapped}" if self.of != self.of_swapped else self.of
        return f"{of}: {self.axis} {self.one} - {self.other}{_limits(self.within_levels, self.where)}"


@dataclass(frozen=True, slots=True)
class Interaction:
    """How much one axis's difference depends on another axis: a difference of differences.

    (one[0], other[0]) - (one[1], other[0]) - (one[0], other[1]) + (one[1], other[1])
    """

    axis: str
    levels: tuple[str, str]
    by: str
    by_levels: tuple[str, str]
    of: str
    within_levels: Mapping[str, str]
    where: str | None = None
    kind: Literal["interaction"] = "interaction"

    @property
    def label(self) -> str:
        first, second = " - ".join(self.levels), " - ".join(self.by_levels)
        return f"{self.of}: {self.axis} {first} by {self.by} {second}{_limits(self.within_levels, self.where)}"


@dataclass(frozen=True, slots=True)
class Slope:
    """By how much a measure changes when the number that an axis stands for is one greater."""

    of: str
    axis: str
    """Each of its levels has a `number`."""
    within_levels: Mapping[str, str]
    where: str | None = None
    kind: Literal["slope"] = "slope"

    @property
    def label(self) -> str:
        return f"{self.of} over {self.axis}{_limits(self.within_levels, self.where)}"


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Whether two levels of an axis differ by less than a margin, over the trials of the same contexts."""

    axis: str
    one: str
    other: str
    of: str
    margin: float
    """`within:`, in the measure's own unit; above 0."""
    within_levels: Mapping[str, str]
    where: str | None = None
    kind: Literal["equivalence"] = "equivalence"

    @property
    def label(self) -> str:
        pair = f"{self.axis} {self.one} and {self.other} within {self.margin:g}"
        return f"{self.of}: {pair}{_limits(self.within_levels, self.where)}"


Contrast = Difference | Interaction | Slope | Equivalence


def _limits(levels: Mapping[str, str], where: str | None) -> str:
    parts = [f"{axis}={level}" for axis, level in levels.items()] + ([f"where {where}"] if where else [])
    return f" ({', '.join(parts)})" if parts else ""
