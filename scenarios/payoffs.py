"""What secret choices are worth: each seat's `payoff`, worked out over what all chose in one repetition."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

from personas import Mistake
from scenarios.arithmetic import Option, parse_expression
from scenarios.fill import mistaken
from scenarios.grammar import ExpressionError
from scenarios.issues import Issue, OptionIssue
from scenarios.values import tidy

if TYPE_CHECKING:
    from scenarios.situation import Situation

_TRIED = 4096
"""Where there are more joint choices than this, only the ends of each domain are tried before the run."""


def payoffs(situation: Situation, chosen: Mapping[str, Mapping[str, Any]], repeat: int) -> dict[str, int | float]:
    """Work out what choices are worth to each seat that has a payoff.

    `chosen` gives by the choice's name what each seat chose.  Raises Mistake for a fault of arithmetic.
    """
    worth = {}
    for seat, participant in situation.participants.items():
        if participant.payoff is not None:
            names = _names(situation, chosen, seat, repeat)
            source = str(participant.payoff)
            try:
                worth[seat] = tidy(float(parse_expression(source).number(names)))
            except ExpressionError as error:
                raise mistaken(error, source, ("participants", seat, "payoff")) from None
    return worth


def _names(situation: Situation, chosen: Mapping[str, Mapping[str, Any]], seat: str, repeat: int) -> dict[str, Any]:
    names: dict[str, Any] = {**situation.parameters, **situation.drawn, "n": len(situation.seats), "repeat": repeat}
    for name, choices in chosen.items():
        values = {each: _value(situation.choices[name], choice) for each, choice in choices.items()}
        names |= {f"{each}.{name}": value for each, value in values.items()}
        if seat in values:
            names[f"own.{name}"] = values[seat]
        if not isinstance(situation.choices[name], OptionIssue):
            names[f"all.{name}"] = list(values.values())
        others = [value for each, value in values.items() if each != seat]
        if len(others) == 1:
            names[f"other.{name}"] = others[0]
    return names


def _value(domain: Issue, choice: Any) -> Any:
    if isinstance(domain, OptionIssue) and domain.words:
        return Option(domain.name, tuple(map(str, domain.options)), domain.index(choice))
    return choice


def check_payoffs(situation: Situation) -> None:
    """Work out payoffs for joint choices now, so that no fault of arithmetic is left for the run; raises Mistake."""
    secret = {phase.secret: phase.of for phase in situation.phases if isinstance(phase.secret, str)}
    places = [(name, seat) for name, of in secret.items() for seat in of]
    domains = [situation.choices[name] for name, _ in places]
    if not secret:
        raise Mistake("nothing is chosen that it could be worked out from", "add a phase with secret:")
    sizes = math.prod(domain.size for domain in domains) if len(domains) < 30 else math.inf
    ends = [range(domain.size) if sizes <= _TRIED else (0, domain.size - 1) for domain in domains]
    if len(domains) > 12:
        tried: Any = [[end[0] for end in ends], [end[-1] for end in ends]]
    else:
        tried = product(*ends)
    for joint in tried:
        chosen: dict[str, dict[str, Any]] = {name: {} for name in secret}
        for (name, seat), domain, index in zip(places, domains, joint, strict=True):
            chosen[name][seat] = domain.value(index)
        payoffs(situation, chosen, 1)
