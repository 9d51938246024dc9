"""A run's budget: what its calls may take before it is ended."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, Protocol, cast

from moot_errors import Place, WrongUse, nearest
from transcripts import Position, Spent

What = Literal["calls", "tokens", "cost", "seconds"]


class BudgetSpent(Exception):
    """A call that the budget has no room for; it was not made."""

    def __init__(self, what: What, limit: float) -> None:
        super().__init__(f"the budget of {limit:g} {what} is used up")
        self.what = what
        self.limit = limit


class Limits(Protocol):
    """Say when a budget is used up."""

    def check(self, spent: Spent, position: Position) -> None:
        """Raise BudgetSpent where there is no room for the call at this position."""
        ...


@dataclass(frozen=True)
class Budget:
    """Limits that end a run; None is without limit.  A call that is under way when a limit is reached is finished."""

    calls: int | None = None
    tokens: int | None = None
    """Of prompts and answers together."""
    cost: float | None = None
    """In dollars, of the calls whose price is known."""
    seconds: float | None = None
    """Since the run was begun or taken up, by the clock."""
    _began: float = field(default_factory=time.monotonic, compare=False)

    def limits(self) -> dict[str, float]:
        """Give what is limited, and to how much."""
        named = {each.name: getattr(self, each.name) for each in fields(self) if not each.name.startswith("_")}
        return {name: limit for name, limit in named.items() if limit is not None}

    def anew(self) -> Budget:
        """Give the same limits for a run that begins now."""
        return replace(self, _began=time.monotonic())

    def check(self, spent: Spent, position: Position) -> None:
        """Raise BudgetSpent where a limit is reached."""
        seconds = time.monotonic() - self._began
        for what, used in (
            ("calls", spent.calls),
            ("tokens", spent.tokens),
            ("cost", spent.cost),
            ("seconds", seconds),
        ):
            limit = getattr(self, what)
            if limit is not None and used >= limit:
                raise BudgetSpent(cast(What, what), limit)


def read_budget(given: Mapping[str, Any], place: Place | None = None, *, over: Budget | None = None) -> Budget:
    """Check a budget's numbers, which go before those of `over`; raises WrongUse, at `place`."""
    known = [each.name for each in fields(Budget) if not each.name.startswith("_")]
    for name, value in given.items():
        if name not in known:
            close = nearest(name, known)
            hint = f"did you mean {close!r}?" if close else f"a budget has {', '.join(known)}"
            raise WrongUse(f"there is no budget of {name!r}", place=place, remedy=hint)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise WrongUse(f"the budget of {name} is a number from 0 up, not {value!r}", place=place)
    return replace(over or Budget(), **given)
