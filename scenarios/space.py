"""All outcomes of a situation, and what each is worth to each seat."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from personas import Mistake
from scenarios.frontier import efficient
from scenarios.issues import Issue, index_of, terms_at
from scenarios.schema import Participant
from scenarios.values import DIGITS
from scenarios.worth import CONTENT, Grid, Worth, content, seat_worth

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

MOST_OUTCOMES = 5_000_000
MOST_ISSUES = 30


class Space:
    """All outcomes, by index; arrays have one entry for each and must not be changed.

    Everything is worked out when it is asked for first, and kept. Outcomes are ordered by the first issue's value,
    then the second's, …
    """

    def __init__(
        self,
        issues: Mapping[str, Issue],
        participants: Mapping[str, Participant],
        known: Mapping[str, Any],
    ) -> None:
        self.issues = dict(issues)
        self.seats = tuple(participants)
        self.no_deal = {seat: participant.no_deal for seat, participant in participants.items()}
        _refuse_too_many(issues)
        grid = Grid(issues, self.seats)
        self.shape = grid.shape
        self.size = math.prod(self.shape)
        if any(re.search(rf"\b{CONTENT}\b", str(each.bonus)) for each in participants.values()):
            known = {**known, CONTENT: content(participants, grid, known)}
        self._worth: dict[str, Worth] = {
            seat: seat_worth(seat, participant, grid, known) for seat, participant in participants.items()
        }
        self._utility: dict[str, Array] = {}
        self._allowed: dict[str, Array] = {}

    def utility(self, seat: str) -> Array:
        """Give what each outcome is worth to a seat, rounded to nine decimals."""
        import numpy as np

        if seat not in self._utility:
            total = np.zeros(self.shape)
            for part in self._worth[seat].parts:
                total += part
            self._utility[seat] = _frozen(total.round(DIGITS).ravel() + 0.0)
        return self._utility[seat]

    def allowed(self, seat: str) -> Array:
        """Mark the outcomes that the seat may accept: all but its `never`."""
        import numpy as np

        if seat not in self._allowed:
            self._allowed[seat] = _frozen(np.broadcast_to(self._worth[seat].allowed, self.shape).flatten())
        return self._allowed[seat]

    @cached_property
    def allowed_by_all(self) -> Array:
        """Mark the outcomes that every seat may accept."""
        import numpy as np

        return _frozen(np.logical_and.reduce([self.allowed(seat) for seat in self.seats]))

    @cached_property
    def rational(self) -> Array:
        """Mark the individually rational outcomes: allowed to all, and worth no less than no deal to each."""
        import numpy as np

        enough = [self.utility(seat) >= self.no_deal[seat] for seat in self.seats]
        return _frozen(np.logical_and.reduce([self.allowed_by_all, *enough]))

    @cached_property
    def _frontier(self) -> Array:
        import numpy as np

        return _frozen(np.flatnonzero(efficient([self.utility(seat) for seat in self.seats])))

    def frontier(self) -> Array:
        """Give the indices of the Pareto frontier over all outcomes, those that a `never` forbids included."""
        return self._frontier

    def best(self, seat: str) -> float | None:
        """Give the most that the seat can have among the outcomes allowed to all; None if there is none."""
        return _most(self.utility(seat), self.allowed_by_all)

    def ideal(self, seat: str) -> float | None:
        """Give the most that the seat can have among the individually rational outcomes; None if there is none."""
        return _most(self.utility(seat), self.rational)

    @cached_property
    def welfare(self) -> Array:
        """Give the sum of utilities of each outcome."""
        import numpy as np

        return _frozen(np.sum([self.utility(seat) for seat in self.seats], axis=0).round(DIGITS))

    @cached_property
    def nash(self) -> Array:
        """Give the product of gains over no deal of each outcome, 0 where anybody falls below."""
        import numpy as np

        product = np.ones(self.size)
        for seat in self.seats:
            product *= np.maximum(self.utility(seat) - self.no_deal[seat], 0)
        return _frozen(product.round(DIGITS))

    @cached_property
    def most_welfare(self) -> float | None:
        """Give the greatest welfare among the outcomes allowed to all; None if there is none."""
        return _most(self.welfare, self.allowed_by_all)

    @cached_property
    def most_nash(self) -> float | None:
        """Give the greatest Nash product among the individually rational outcomes; None if there is none."""
        return _most(self.nash, self.rational)

    def terms(self, index: int) -> dict[str, Any]:
        """Give the terms at an index."""
        return terms_at(self.issues, index)

    def index(self, terms: Mapping[str, Any]) -> int:
        """Find the index of canonical terms, as `parse_terms` gives them."""
        return index_of(self.issues, terms)


def _refuse_too_many(issues: Mapping[str, Issue]) -> None:
    """Raise Mistake where the issues span more outcomes than can be worked out at once."""
    if len(issues) > MOST_ISSUES:
        raise Mistake(f"{len(issues)} issues are more than {MOST_ISSUES}", "merge some", path=("issues",))
    size = math.prod(issue.size for issue in issues.values())
    if size > MOST_OUTCOMES:
        widest = max(issues.values(), key=lambda issue: issue.size)
        raise Mistake(
            f"the issues span {_many(size)} outcomes, more than {MOST_OUTCOMES:,}",
            f"take greater steps: {widest.name!r} alone has {_many(widest.size)} values",
            path=("issues",),
            key=True,
        )


def _many(size: int) -> str:
    """Write a count in full, or its order where no line would hold it."""
    return f"{size:,}" if size < 10**15 else f"about 10^{math.log10(size):.0f}"


def _most(utility: Array, among: Array) -> float | None:
    return float(utility[among].max()) if among.any() else None


def _frozen(array: Array) -> Array:
    array.setflags(write=False)
    return array
