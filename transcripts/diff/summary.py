"""What each side came to: offers, concessions, who gave in, the outcome, and what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from transcripts.acts import Accept, Offer, WalkAway
from transcripts.diff.reading import Reading
from transcripts.diff.turns import Turn


@dataclass(frozen=True)
class Acceptance:
    """Somebody gave in: it accepted another's offer."""

    seat: str
    author: str
    """Whose offer it was; empty where the transcript does not say."""
    offer: str
    terms: Mapping[str, Any] | None


@dataclass(frozen=True)
class Summary:
    """What one side came to."""

    status: str
    """`done`, `failed`, `exhausted`, or `open`."""
    reason: str
    """How it ended, in words; empty for an open one."""
    agreed: bool | None
    terms: Mapping[str, Any] | None
    utility: Mapping[str, Any]
    """What each seat has in the end; empty without an outcome."""
    turns: int
    rounds: int
    """Turns of the seat that had the fewest."""
    forfeits: int
    offers: Mapping[str, int]
    """How many offers each seat made."""
    conceded: Mapping[str, float]
    """How much less each seat's last offer is worth to itself than its first."""
    gave_in: tuple[Acceptance, ...]
    left: tuple[str, ...]
    """Who walked away."""
    calls: int
    tokens: int
    cost: float
    """In dollars, as far as prices are known."""
    verdicts: Mapping[str, Any]
    """What each ballot decided."""
    scores: Mapping[str, float]
    """What its moves brought each seat."""
    document: str | None
    """What was handed in."""


@dataclass
class _Count:
    turns: dict[str, int] = field(default_factory=dict)
    offers: dict[str, list[Turn]] = field(default_factory=dict)
    named: dict[str, Turn] = field(default_factory=dict)
    gave_in: list[Turn] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    forfeits: int = 0
    calls: int = 0
    tokens: int = 0
    cost: float = 0.0

    def add(self, turn: Turn) -> None:
        self.turns[turn.seat] = self.turns.get(turn.seat, 0) + 1
        act = turn.act
        if isinstance(act, Offer):
            self.offers.setdefault(turn.seat, []).append(turn)
            self.named[turn.name] = turn
        elif isinstance(act, Accept):
            self.gave_in.append(turn)
        elif isinstance(act, WalkAway):
            self.left.append(turn.seat)
        elif act is None:
            self.forfeits += turn.kind == "forfeited"
        for call in turn.calls if turn.beneath else ():
            self.calls += 1
            self.tokens += call.usage.get("input", 0) + call.usage.get("output", 0)
            self.cost += call.cost or 0


def summarise(reading: Reading) -> Summary:
    """Sum up one side."""
    count = _Count()
    taken = (turn for turns in reading.threads.values() for turn in turns if not turn.is_between)
    for turn in sorted(taken, key=lambda turn: turn.number):
        count.add(turn)
    ended = reading.ended
    measures = (ended.measures if ended else None) or {}
    seats = reading.started.cast if reading.started else {}
    utility = measures.get("utility")
    return Summary(
        status=ended.status if ended else "open",
        reason=ended.reason if ended else "",
        agreed=ended.agreed if ended else None,
        terms=ended.terms if ended else None,
        utility=utility if isinstance(utility, Mapping) else {},
        turns=sum(count.turns.values()),
        rounds=min((count.turns.get(seat, 0) for seat in seats), default=0),
        forfeits=count.forfeits,
        offers={seat: len(offers) for seat, offers in count.offers.items()},
        conceded={seat: gap for seat, offers in count.offers.items() if (gap := _conceded(seat, offers)) is not None},
        gave_in=tuple(_acceptance(turn, count.named) for turn in count.gave_in),
        left=tuple(count.left),
        calls=count.calls,
        tokens=count.tokens,
        cost=count.cost,
        verdicts=(ended.verdicts if ended else None) or {},
        scores=reading.scores,
        document=ended.document if ended else None,
    )


def _conceded(seat: str, offers: list[Turn]) -> float | None:
    first, last = ((turn.worth or {}).get(seat) for turn in (offers[0], offers[-1]))
    if first is None or last is None:
        return None
    try:
        return float(first) - float(last)
    except OverflowError:  # whole numbers of any size can stand in a file
        return None


def _acceptance(turn: Turn, named: Mapping[str, Turn]) -> Acceptance:
    name = turn.act.offer if isinstance(turn.act, Accept) else ""
    offer = named.get(name)
    terms = offer.act.terms if offer and isinstance(offer.act, Offer) else None
    return Acceptance(turn.seat, offer.seat if offer else "", name, terms)
