"""What an outcome was worth, and how it compares with what was possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from scenarios.situation import Situation
from scenarios.space import Space
from scenarios.values import tidy

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

Number = int | float


@dataclass(frozen=True)
class Measures:
    """Measures of one outcome, an agreement or none.

    Where nothing is agreed each seat has its `no_deal`.  Shares are None where their whole is nothing, or less.
    """

    agreed: bool
    utility: dict[str, Number]
    best: dict[str, Number | None]
    """The most each could have among the outcomes that no seat's `never` forbids."""
    ideal: dict[str, Number | None]
    """The most each could have with everybody at or above no deal; None where no outcome leaves everybody there."""
    share_of_best: dict[str, Number | None]
    surplus_share: dict[str, Number | None]
    """Of all gains over no deal, each seat's part."""
    welfare: Number
    """The sum of utilities."""
    welfare_share: Number | None
    """Of the greatest welfare among the outcomes that nobody's `never` forbids."""
    nash: Number
    """The product of gains over no deal (Nash 1950); 0 where anybody falls below, or two losses would make a gain."""
    nash_share: Number | None
    """Of the greatest such product."""
    kalai: Number | None
    """The least share that any seat has of its ideal gain (Kalai and Smorodinsky 1975); below 0 where one lost."""
    efficient: bool
    """No outcome, allowed or not, is as good for every seat and better for one (Pareto)."""
    distance: Number
    """To the nearest point of the frontier: Euclidean, each utility divided by its seat's range over all outcomes."""
    better: dict[str, Any] | None
    """Terms allowed to all that are as good for every seat and better for one: those with the greatest Nash product."""
    frontier: int
    """How many outcomes are on the Pareto frontier."""
    rational: int
    """How many outcomes are individually rational: allowed to all, and worth no less than no deal to each."""

    def data(self) -> dict[str, Any]:
        """Write it as plain data for JSON."""
        return asdict(self)


def measure(situation: Situation, terms: Mapping[str, Any] | None) -> Measures | None:
    """Measure canonical terms, or no deal where they are None; None for a situation without issues."""
    if not situation.issues:
        return None
    space = situation.space
    no_deal = {seat: situation.no_deal(seat) for seat in space.seats}
    have = no_deal if terms is None else {seat: situation.utility(seat, terms) for seat in space.seats}
    gains = {seat: have[seat] - no_deal[seat] for seat in space.seats}
    ideal = {seat: space.ideal(seat) for seat in space.seats}
    best = {seat: space.best(seat) for seat in space.seats}
    surplus = sum(gains.values())
    welfare = sum(have.values())
    nash = _product(gains)
    return Measures(
        agreed=terms is not None,
        utility=have,
        best={seat: _tidy(value) for seat, value in best.items()},
        ideal={seat: _tidy(value) for seat, value in ideal.items()},
        share_of_best={seat: _share(have[seat], best[seat]) for seat in space.seats},
        surplus_share={seat: _share(gain, surplus) for seat, gain in gains.items()},
        welfare=tidy(welfare),
        welfare_share=_share(welfare, space.most_welfare),
        nash=tidy(nash),
        nash_share=_share(nash, space.most_nash),
        kalai=_kalai(gains, ideal, no_deal),
        efficient=not _dominating(space, have).any(),
        distance=_distance(space, have),
        better=_better(space, have),
        frontier=len(space.frontier()),
        rational=int(space.rational.sum()),
    )


def _product(gains: Mapping[str, float]) -> float:
    product = 1.0
    for gain in gains.values():
        product *= max(gain, 0)
    return product


def _kalai(
    gains: Mapping[str, float], ideal: Mapping[str, float | None], no_deal: Mapping[str, float]
) -> Number | None:
    """Take the least share over the seats that could gain at all."""
    could = {seat: value - no_deal[seat] for seat, value in ideal.items() if value is not None}
    shares = [gains[seat] / most for seat, most in could.items() if most > 0]
    return tidy(min(shares)) if shares else None


def _dominating(space: Space, have: Mapping[str, float]) -> Array:
    """Mark the outcomes that are as good for every seat and better for one."""
    import numpy as np

    as_good = np.ones(space.size, dtype=bool)
    better = np.zeros(space.size, dtype=bool)
    for seat in space.seats:
        utility = space.utility(seat)
        as_good &= utility >= have[seat]
        better |= utility > have[seat]
    return as_good & better


def _better(space: Space, have: Mapping[str, float]) -> dict[str, Any] | None:
    """Choose by Nash product, then by welfare, then by the order of the outcomes."""
    import numpy as np

    found = np.flatnonzero(_dominating(space, have) & space.allowed_by_all)
    if not len(found):
        return None
    for values in (space.nash, space.welfare):  # a pass over each takes a tenth of sorting
        of_these = values[found]
        found = found[of_these == of_these.max()]
    return space.terms(int(found[0]))


def _distance(space: Space, have: Mapping[str, float]) -> Number:
    import numpy as np

    frontier = space.frontier()
    squared = np.zeros(len(frontier))
    for seat in space.seats:
        utility = space.utility(seat)
        spread = utility.max() - utility.min()
        if spread > 0:
            squared += ((utility[frontier] - have[seat]) / spread) ** 2
    return tidy(float(np.sqrt(squared.min())))


def _share(part: float, whole: float | None) -> Number | None:
    return tidy(part / whole) if whole is not None and whole > 0 else None


def _tidy(value: float | None) -> Number | None:
    return None if value is None else tidy(value)
