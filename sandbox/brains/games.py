"""What a rule brain chooses in secret: a few strategies of the games that are played with choices.

All of them look at what was made public and at what choices bring the seat itself; where nothing was made public, every
choice of the others is taken to be as likely, all of them making the same one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

from sandbox.brains.kin import own_kind
from scenarios import NumberIssue
from transcripts import Move

if TYPE_CHECKING:
    from sandbox.brains.spec import Choosing
    from sandbox.view import View
    from scenarios import Issue

TRIED: Final = 21
"""So many values of a range are compared, from one end to the other; options are compared all."""

_DIGITS: Final = 9
"""Payoffs that differ less than this are the same."""


def move(view: View, strategy: Choosing) -> Move:
    """Choose by a strategy; without a payoff to look at, the middle of a range, or a draw that the seat keeps to."""
    game = _Game(view)
    match strategy:
        case "random":
            return Move(choice=view.draw("move").choice(game.all_own))
        case "cooperate":
            return Move(choice=game.cooperative())
        case "defect":
            return Move(choice=game.safe())
        case "tit-for-tat":
            return Move(choice=game.mirrored())
        case "best-reply":
            return Move(choice=game.best_reply())


class _Game:
    """One choice, as the seat that makes it sees it."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.about = view.task.about
        self.domain = view.task.domain
        self.all_own: list[Any] = [self.domain.value(index) for index in range(self.domain.size)]
        self.own = _some(self.domain)
        self.repeat = view.repeat

    def cooperative(self) -> Any:
        """Choose what brings most if all choose it."""
        return self._best({choice: self._worth(choice, self._all_choose(choice)) for choice in self.own})

    def safe(self) -> Any:
        """Choose what brings most in the worst case."""
        return self._best({choice: min(self._worth(choice, case) for case in self._cases()) for choice in self.own})

    def best_reply(self) -> Any:
        """Choose what brings most against what the others chose last."""
        cases = self._last() or self._cases()
        return self._best({choice: fmean(self._worth(choice, case) for case in cases) for choice in self.own})

    def mirrored(self) -> Any:
        """Choose what the others chose last: what most of them did, or near their mean; at first, cooperate."""
        heard = [choice for seat, choice in self._heard().get(self.about, {}).items() if seat != self.view.seat]
        if not heard:
            return self.cooperative()
        if isinstance(self.domain, NumberIssue):
            return min(self.all_own, key=lambda value: abs(value - fmean(heard)))
        return max(Counter(heard).items(), key=lambda item: (item[1], -self.all_own.index(item[0])))[0]

    def _best(self, worths: Mapping[Any, float]) -> Any:
        """Choose the best one, of equals the first; where nothing is worth anything, the middle or what is drawn.

        Of seats never itself, nor who is of its own kind.
        """
        most = max(worths.values())
        best = [choice for choice, worth in worths.items() if round(worth - most, _DIGITS) >= 0]
        if len(best) < len(worths) or len(worths) == 1:
            return best[0]
        if isinstance(self.domain, NumberIssue):
            return self.domain.value(self.domain.size // 2)
        others = [choice for choice in best if choice not in own_kind(self.view)] or best
        return self.view.draws.at(self.view.known.written, "inclined", self.about).choice(others)

    def _worth(self, choice: Any, others: Mapping[str, Mapping[str, Any]]) -> float:
        if self.view.known.payoff is None:
            return 0.0
        chosen = {name: dict(choices) for name, choices in others.items()}
        chosen.setdefault(self.about, {})[self.view.seat] = choice
        return self.view.known.payoff(chosen, self.repeat)

    def _all_choose(self, choice: Any) -> dict[str, dict[str, Any]]:
        """Suppose that all choose the same; in other choices, their first value."""
        return {
            name: dict.fromkeys(seats, choice if name == self.about else self._values(name)[0])
            for name, seats in self.view.known.movers.items()
        }

    def _cases(self) -> list[dict[str, dict[str, Any]]]:
        """Suppose that the others all choose the same, each value once; what is public of this time stands."""
        names = self.view.known.movers
        longest = max((len(self._values(name)) for name in names), default=1)
        now = self._heard(now=True)
        return [
            {
                name: dict.fromkeys(seats, self._values(name)[place * len(self._values(name)) // longest])
                | now.get(name, {})
                for name, seats in names.items()
            }
            for place in range(longest)
        ]

    def _last(self) -> list[dict[str, dict[str, Any]]] | None:
        """Suppose that the others choose what they chose last; None where that is not known of all of them."""
        heard = self._heard()
        for name, seats in self.view.known.movers.items():
            if {*seats} - {self.view.seat} - heard.get(name, {}).keys():
                return None
        return [heard]

    def _values(self, name: str) -> Sequence[Any]:
        return _some(self.view.known.choices[name])

    def _heard(self, *, now: bool = False) -> dict[str, dict[str, Any]]:
        """Collect by the choice's name what each chose last, as far as it was made public; or only this time."""
        heard: dict[str, dict[str, Any]] = {}
        for each in self.view.revealed:
            if each.choices and (each.repeat == self.repeat or not now):
                heard[each.about] = {seat: choice for seat, choice in each.choices.items() if choice is not None}
        return heard


def _some(domain: Issue) -> Sequence[Any]:
    """List the values to compare, in their order, both ends among them."""
    size = domain.size
    if not isinstance(domain, NumberIssue) or size <= TRIED:
        return [domain.value(index) for index in range(size)]
    return [domain.value(round(place * (size - 1) / (TRIED - 1))) for place in range(TRIED)]
