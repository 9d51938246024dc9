"""What outcomes are worth to a seat, in words and short lists."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from scenarios import DividedIssue, NumberIssue, OptionIssue

if TYPE_CHECKING:
    from sandbox.view import Known, Stakes
    from scenarios import Issue

    Payoff = Callable[[Mapping[str, Mapping[str, Any]], int], float]

LISTED: Final = 24
"""So many outcomes are listed one by one, where a formula says what they are worth."""


def describe_worth(known: Known) -> str:
    """Say what an agreement and no agreement, or choices, are worth to the seat; empty where nothing is to it."""
    if known.payoff is not None:
        return "\n".join(_of_choices(known, known.payoff))
    has_part = known.stakes is not None and known.seat in known.parties
    return "\n".join(_sentences(known, known.stakes)) if has_part and known.stakes is not None else ""


def worth_of(stakes: Stakes, terms: Mapping[str, Any]) -> str:
    """Write what terms are worth to the seat."""
    return points(stakes.worth[stakes.index(terms)])


def points(value: float) -> str:
    """Write a number of points, rounded to four decimals and whole where it is whole."""
    rounded = round(float(value), 4)
    return str(int(rounded)) if rounded.is_integer() else str(rounded)


def _sentences(known: Known, stakes: Stakes) -> Iterator[str]:
    own = known.own
    if own.prefers is not None:
        yield "An agreement is worth points to you. Add up:"
        for name, issue in known.issues.items():
            yield f"- {name}: {preference(issue, own.prefers.get(name))}"
    if own.payoff is not None:
        yield f"In points, an agreement is worth to you: {own.payoff}"
    if own.bonus is not None:
        yield f"On top of that come, in points: {own.bonus}"
    if own.payoff is not None or own.bonus is not None:
        yield from _formula(known, stakes)
    if stakes.allowed.any():
        best = stakes.worth[stakes.allowed].max()
        yield f"The best agreement that you may make is worth {points(best)} to you."
    yield f"No agreement is worth {points(stakes.no_deal)} to you."
    if stakes.minimum != stakes.no_deal:
        yield f"An agreement counts as good enough for you from {points(stakes.minimum)} points."
    for limit in [own.never] if isinstance(own.never, str) else own.never or ():
        yield f"You may not agree to this, whatever it is worth, nor offer it: {limit}"
    yield "You need not agree: decide whether an agreement is good for you, and look for one that the others can take."


def _formula(known: Known, stakes: Stakes) -> Iterator[str]:
    """Explain the names in a formula; where there are few outcomes, list what comes of it."""
    if any(isinstance(issue, DividedIssue) for issue in known.issues.values()):
        yield '("own.x" is your share of x, "x.anna" that of anna, "all.x" the shares of all; n is how many you are.)'
    if len(stakes.worth) <= LISTED:
        yield "That makes:"
        for index, worth in enumerate(stakes.worth):
            yield f"- {known.render(stakes.terms(index))}: {points(worth)}"


def _of_choices(known: Known, payoff: Payoff) -> Iterator[str]:
    """Say what choices bring the seat; where few go together, one by one."""
    yield f"Each time, what is chosen brings you points: {known.own.payoff}"
    yield (
        '("own.x" is what you choose for x, "other.x" what the other does, "anna.x" what anna does, "all.x" what all '
        "do; n is how many you are.)"
    )
    places = [(name, seat) for name, seats in known.movers.items() for seat in seats]
    domains = [[known.choices[name].value(place) for place in range(known.choices[name].size)] for name, _ in places]
    if not places or math.prod(len(domain) for domain in domains) > LISTED:
        return
    yield "That makes:"
    for joint in product(*domains):
        chosen: dict[str, dict[str, Any]] = {name: {} for name in known.movers}
        for (name, seat), value in zip(places, joint, strict=True):
            chosen[name][seat] = value
        parts = (
            f"{'you' if seat == known.seat else seat} {name} {value}"
            for (name, seat), value in zip(places, joint, strict=True)
        )
        yield f"- {', '.join(parts)}: {points(payoff(chosen, 1))}"


def preference(issue: Issue, spec: Any) -> str:
    """Write what the values of an issue are worth."""
    if spec is None:
        return "nothing, whatever it is"
    match issue:
        case OptionIssue():
            return ", ".join(f"{points(worth)} for {option}" for option, worth in _by_option(issue, spec))
        case NumberIssue():
            return _along(spec, issue.unit)
        case DividedIssue():
            return "of what you get, " + _along(spec, issue.unit)


def _by_option(issue: OptionIssue, spec: Any) -> Iterator[tuple[Any, float]]:
    if isinstance(spec, list):
        yield from zip(issue.options, spec, strict=True)
    else:
        yield from ((option, spec[str(option)]) for option in issue.options)


def _along(spec: Any, unit: str) -> str:
    """Write points along a number: so many for each, or those at certain values."""
    if not isinstance(spec, Mapping):
        return f"{points(spec)} for each {unit}".strip()
    at = sorted((float(value), worth) for value, worth in spec.items())
    return ", ".join(f"{points(worth)} at {f'{points(value)} {unit}'.strip()}" for value, worth in at) + (
        ", and in proportion between them"
    )
