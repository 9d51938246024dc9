"""What all runs of an experiment may take together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sandbox.budget import Budget, Limits
from sandbox.experiments.schema import BudgetSpec
from transcripts import Position, Spent


@dataclass
class Purse:
    """Count what runs take, those that are under way included, and call `empty` once when a limit is reached."""

    limits: BudgetSpec
    spent: Spent = field(default_factory=Spent)
    """By all runs together."""
    errors: int = 0
    empty: Callable[[str], None] = lambda reason: None
    _before: Mapping[str, Spent] = field(default_factory=dict)

    def begin(self, before: Mapping[str, Spent], empty: Callable[[str], None]) -> None:
        """Count what runs took before; `empty` is called with what is used up."""
        self._before, self.empty = before, empty
        for spent in before.values():
            self.take(spent, Spent())

    def open(self, limits: Budget, run: str | None = None) -> Account:
        """Open the account of a run that has limits of its own; `run` is one that was begun before."""
        return Account(self, limits.anew(), self._before.get(run or "") or Spent())

    def take(self, spent: Spent, before: Spent) -> None:
        """Count what a run has spent since `before`."""
        self.spent.calls += spent.calls - before.calls
        self.spent.tokens += spent.tokens - before.tokens
        self.spent.cost += spent.cost - before.cost
        self.check()

    def fail(self) -> None:
        """Count an attempt that a fault ended."""
        self.errors += 1
        self.check()

    def check(self) -> None:
        """Call `empty` where a limit is reached."""
        for what in ("cost", "calls", "tokens", "errors"):
            limit = getattr(self.limits, what)
            used = self.errors if what == "errors" else getattr(self.spent, what)
            if limit is not None and used >= limit:
                self.empty(f"${limit:,.2f}" if what == "cost" else f"{limit:,g} {what}")
                return


@dataclass
class Account:
    """The limits of one run, which pays from a purse."""

    purse: Purse
    limits: Limits
    _last: Spent = field(default_factory=Spent)

    def check(self, spent: Spent, position: Position) -> None:
        """Raise BudgetSpent where the run has used up what is its own."""
        self.limits.check(spent, position)
        self.settle(spent)

    def settle(self, spent: Spent) -> None:
        """Count what the run has spent until now."""
        self.purse.take(spent, self._last)
        self._last = replace(spent)
