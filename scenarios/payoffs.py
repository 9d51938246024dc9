"""What secret choices are worth: each seat's `payoff`, worked out over what all chose in one repetition."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from scenarios.arithmetic import Option, names_in, parse_expression
from scenarios.fill import mistaken
from scenarios.grammar import ExpressionError
from scenarios.issues import Issue, OptionIssue
from scenarios.values import tidy

if TYPE_CHECKING:
    from scenarios.situation import Situation

_TRIED = 4096
"""Where there are more joint choices than this, only the ends of each domain are tried before the run."""
_REPEATS = 100
"""Payoffs that change are tried for so many repetitions, and for the last one."""
_MANY = 12
"""With more choosers than this, only all at one end and all at the other."""

Chosen = Mapping[str, Mapping[str, Any]]
"""By the choice's name, what each seat chose."""


@dataclass(frozen=True)
class Payoff:
    """One seat's payoff, and no more of the scenario than it needs: nobody's private draws but its own."""

    seat: str
    source: str
    seats: int
    names: Mapping[str, Any]
    """The parameters and draws that it names."""
    choices: Mapping[str, Issue]

    def __call__(self, chosen: Chosen, repeat: int) -> int | float:
        """Work out what choices are worth to the seat; raises Mistake for a fault of arithmetic."""
        names = {**self.names, "n": self.seats, "repeat": repeat}
        for name, choices in chosen.items():
            names |= self._named(name, choices)
        try:
            return tidy(float(parse_expression(self.source).number(names)))
        except ExpressionError as error:
            raise mistaken(error, self.source, ("participants", self.seat, "payoff")) from None

    def _named(self, name: str, choices: Mapping[str, Any]) -> dict[str, Any]:
        """Say what the names of one choice stand for."""
        domain = self.choices[name]
        values = {seat: _value(domain, choice) for seat, choice in choices.items()}
        names = {f"{seat}.{name}": value for seat, value in values.items()}
        if self.seat in values:
            names[f"own.{name}"] = values[self.seat]
        if not isinstance(domain, OptionIssue):
            names[f"all.{name}"] = list(values.values())
        others = [value for seat, value in values.items() if seat != self.seat]
        if len(others) == 1:
            names[f"other.{name}"] = others[0]
        return names


def payoff_of(situation: Situation, seat: str) -> Payoff | None:
    """Give what a seat's choices bring it; None where they bring it nothing."""
    payoff = situation.participants[seat].payoff
    if payoff is None or situation.issues or not situation.choices:
        return None
    source = str(payoff)
    try:
        used = names_in(parse_expression(source).tree)
    except ExpressionError as error:
        raise mistaken(error, source, ("participants", seat, "payoff")) from None
    names = {name: value for name, value in {**situation.parameters, **situation.drawn}.items() if name in used}
    return Payoff(seat, source, len(situation.seats), names, situation.choices)


def payoffs(situation: Situation, chosen: Chosen, repeat: int) -> dict[str, int | float]:
    """Work out what choices are worth to each seat that has a payoff; raises Mistake for a fault of arithmetic."""
    made = {seat: payoff_of(situation, seat) for seat in situation.seats}
    return {seat: payoff(chosen, repeat) for seat, payoff in made.items() if payoff is not None}


def _value(domain: Issue, choice: Any) -> Any:
    if isinstance(domain, OptionIssue) and domain.words:
        return Option(domain.name, tuple(map(str, domain.options)), domain.index(choice))
    return choice


def check_payoffs(situation: Situation) -> None:
    """Work out payoffs for joint choices now, so that no fault of arithmetic is left for the run; raises Mistake."""
    secret = {phase.secret: phase.of for phase in situation.phases if isinstance(phase.secret, str)}
    places = [(name, seat) for name, of in secret.items() for seat in of]
    domains = [situation.choices[name] for name, _ in places]
    sizes = math.prod(domain.size for domain in domains) if len(domains) <= _MANY else math.inf
    ends = [range(domain.size) if sizes <= _TRIED else (0, domain.size - 1) for domain in domains]
    joint = product(*ends) if len(domains) <= _MANY else [[end[0] for end in ends], [end[-1] for end in ends]]
    chosen: dict[str, dict[str, Any]] = {name: {} for name in secret}
    for indices in joint:
        for (name, seat), domain, index in zip(places, domains, indices, strict=True):
            chosen[name][seat] = domain.value(index)
        payoffs(situation, chosen, 1)
    for repeat in _later(situation):
        payoffs(situation, chosen, repeat)


def _later(situation: Situation) -> Iterable[int]:
    """Give the repetitions after the first, where payoffs are other ones then; of very many the first and the last."""
    named = any("repeat" in str(each.payoff) for each in situation.participants.values())
    if situation.repeat is None or not named:
        return ()
    last = situation.repeat.times or situation.repeat.most
    return (*range(2, min(last, _REPEATS) + 1), last)
