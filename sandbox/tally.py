"""What a run took: calls, tokens and dollars, and how often a seat's answers were not let pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from transcripts import Answered, Event, Refused, Said

_DIGITS = 9


@dataclass(slots=True)
class Bill:
    """What calls took, as far as the providers told."""

    calls: int = 0
    failed: int = 0
    """Of `calls`: without an answer."""
    tokens: Counter[str] = field(default_factory=Counter)
    """By kind: `input`, `output`; of the former `cached`, of the latter `reasoning`."""
    uncounted: int = 0
    """Of `calls`: answered by a provider that does not tell how many tokens that took."""
    priced: float = 0.0
    """Dollars, of the answers whose price is known."""
    unpriced: int = 0
    """Of `calls`: answered, at a price that is not known."""

    @property
    def cost(self) -> float | None:
        """Dollars; None where any answer's price is not known."""
        return None if self.unpriced else round(self.priced, _DIGITS)

    def add(self, call: Answered) -> None:
        """Take a call in."""
        self.calls += 1
        for kind, tokens in call.usage.items():
            self.tokens[kind] += tokens
        if call.answer is None:
            self.failed += 1
            return
        self.uncounted += not {"input", "output"} <= call.usage.keys()
        self.unpriced += call.cost is None
        self.priced += call.cost or 0.0

    def data(self) -> dict[str, Any]:
        """Write as plain data; `cost` is null where any answer's price is not known."""
        return {
            "calls": self.calls,
            "failed": self.failed,
            "tokens": {"input": self.tokens["input"], "output": self.tokens["output"], **self.tokens},
            "uncounted": self.uncounted,
            "cost": self.cost,
        }


@dataclass(slots=True)
class Tally:
    """Counts over a run's events."""

    bill: Bill = field(default_factory=Bill)
    profiles: dict[str, Bill] = field(default_factory=dict)
    """By the profile that answered: a fallback's calls are its own; where none did, by the one that was asked."""
    answers: Counter[str] = field(default_factory=Counter)
    """What each seat's brain answered, let pass or not."""
    refused: Counter[str] = field(default_factory=Counter)
    """How much of that was not."""

    def add(self, event: Event) -> None:
        """Take an event in."""
        match event:
            case Answered():
                self.bill.add(event)
                self.profiles.setdefault(event.by or event.profile, Bill()).add(event)
            case Said(by=None):
                self.answers[event.seat] += 1
            case Refused():
                self.answers[event.seat] += 1
                self.refused[event.seat] += 1
            case _:
                pass


def tally_of(events: Iterable[Event]) -> Tally:
    """Count over these events."""
    tally = Tally()
    for event in events:
        tally.add(event)
    return tally
