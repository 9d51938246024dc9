"""What is decided: a number on a grid, one of several options, or a quantity divided among the participants."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from moot_errors import nearest
from scenarios.values import exact, numeral, same_text, tidy

if TYPE_CHECKING:
    from decimal import Decimal

    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


class TermsError(Exception):
    """Terms that are none of this scenario's, with a reason in plain words that tells public facts only."""

    @property
    def reason(self) -> str:
        return str(self)


@dataclass(frozen=True)
class NumberIssue:
    """A number from `low` to `high` in steps of `step`; the values are exact decimals."""

    name: str
    low: int | float
    high: int | float
    step: int | float
    unit: str

    @cached_property
    def size(self) -> int:
        return int((exact(self.high) - exact(self.low)) / exact(self.step)) + 1

    def value(self, index: int) -> int | float:
        """Give the value at an index, from 0."""
        return tidy(float(exact(self.low) + index * exact(self.step)))

    def values(self) -> Array:
        """Give all values as an array, each the float that is nearest to its decimal."""
        import numpy as np

        low, step = exact(self.low), exact(self.step)
        scale = 10 ** max(0, -int(low.as_tuple().exponent), -int(step.as_tuple().exponent))
        whole = int(low * scale) + np.arange(self.size, dtype=np.int64) * int(step * scale)
        return whole if scale == 1 else whole / scale

    def index(self, value: Any) -> int:
        """Find the index of a canonical value."""
        low, step = self._grid
        return int((exact(value) - low) / step)

    @cached_property
    def _grid(self) -> tuple[Decimal, Decimal]:
        return exact(self.low), exact(self.step)

    def parse(self, given: Any) -> int | float:
        """Read what somebody proposes, such as 210, "210" or "210 €"; raises TermsError."""
        number = numeral(given)
        if number is None and isinstance(given, str) and self.unit:
            number = numeral(given.strip().removeprefix(self.unit).removesuffix(self.unit).strip())
        if number is None:
            raise TermsError(f"{self.name} takes a number {self.range}, not {_shown(given)}")
        steps = (exact(number) - exact(self.low)) / exact(self.step)
        if not self.low <= number <= self.high:
            raise TermsError(f"{self.name} takes a number {self.range}; {number} is outside")
        if steps != steps.to_integral_value():
            below = self.value(math.floor(steps))
            above = self.value(math.ceil(steps))
            raise TermsError(f"{self.name} takes a number {self.range}; nearest to {number} are {below} and {above}")
        return number

    @property
    def range(self) -> str:
        """Say the range: "from 100 to 400 in steps of 10"."""
        return f"from {self.low} to {self.high} in steps of {self.step}"

    def text(self, value: Any, *, named: bool) -> str:
        """Write a value; the name comes in front where the unit does not tell which number it is."""
        amount = f"{value} {self.unit}".strip()
        return f"{_spoken(self.name)} {amount}" if named or not self.unit else amount

    def data(self) -> Any:
        return {"from": self.low, "to": self.high, "step": self.step, "unit": self.unit}


@dataclass(frozen=True)
class OptionIssue:
    """One of several options, each a word or a number."""

    name: str
    options: tuple[str | int | float, ...]

    @property
    def size(self) -> int:
        return len(self.options)

    def value(self, index: int) -> str | int | float:
        """Give the option at an index, from 0."""
        return self.options[index]

    def index(self, value: Any) -> int:
        """Find the index of a canonical value."""
        return self.options.index(value)

    @property
    def words(self) -> bool:
        """Tell whether the options are words to arithmetic; where all of them are numbers, they are numbers."""
        return any(isinstance(option, str) for option in self.options)

    def values(self) -> Array:
        """Give all options as an array."""
        import numpy as np

        return np.array(self.options)

    def find(self, given: Any) -> str | int | float | None:
        """Find the option that a word means, whatever its case, hyphens and spaces; None if none or several."""
        if isinstance(given, (bool, dict, list)) or given is None:
            return None
        for option in self.options:
            if str(option) == str(given):
                return option
        number = numeral(given)
        if number is not None and number in self.options:
            return number
        alike = [option for option in self.options if same_text(option) == same_text(given)]
        return alike[0] if len(alike) == 1 else None

    def parse(self, given: Any) -> str | int | float:
        """Read what somebody proposes; raises TermsError."""
        option = self.find(given)
        if option is None:
            listed = " or ".join(repr(str(option)) for option in self.options)
            close = nearest(str(given), map(str, self.options))
            hint = f"; did you mean {close!r}?" if close else ""
            raise TermsError(f"{self.name} is {listed}, not {_shown(given)}{hint}")
        return option

    def text(self, value: Any, *, named: bool) -> str:
        """Write a value; "not included" says little without its issue, so the name always stands in front."""
        return f"{_spoken(self.name)} {value}"

    def data(self) -> Any:
        return list(self.options)


@dataclass(frozen=True)
class DividedIssue:
    """A quantity divided among all participants, in whole steps; a value is {seat: share}, and nothing is left over."""

    name: str
    quantity: int | float
    step: int | float
    unit: str
    seats: tuple[str, ...]

    @cached_property
    def steps(self) -> int:
        return int(exact(self.quantity) / exact(self.step))

    @cached_property
    def size(self) -> int:
        return math.comb(self.steps + len(self.seats) - 1, len(self.seats) - 1)

    def value(self, index: int) -> dict[str, int | float]:
        """Give the division at an index; divisions are ordered by the first seat's share, then the second's, …"""
        shares, left = [], self.steps
        for after in range(len(self.seats) - 1, 0, -1):
            share = 0
            while index >= (here := math.comb(left - share + after - 1, after - 1)):
                index -= here
                share += 1
            shares.append(share)
            left -= share
        amounts = [tidy(float(share * exact(self.step))) for share in (*shares, left)]
        return dict(zip(self.seats, amounts, strict=True))

    def index(self, value: Any) -> int:
        """Find the index of a canonical value, by counting the divisions that come before it."""
        index, left = 0, self.steps
        for place, seat in enumerate(self.seats[:-1]):
            share = int(exact(value[seat]) / exact(self.step))
            after = len(self.seats) - 1 - place
            index += math.comb(left + after, after) - math.comb(left - share + after, after)
            left -= share
        return index

    def parse(self, given: Any) -> dict[str, int | float]:
        """Read what somebody proposes, a share for each seat; raises TermsError."""
        wanted = f"{self.name} takes a share for each of {', '.join(self.seats)}"
        if not isinstance(given, Mapping):
            raise TermsError(f"{wanted}, not {_shown(given)}")
        _refuse_unknown(given, self.seats, f"{self.name} is divided among {', '.join(self.seats)}")
        if missing := [seat for seat in self.seats if seat not in given]:
            raise TermsError(f"{wanted}; missing: {', '.join(missing)}")
        shares = {seat: self._share(seat, given[seat]) for seat in self.seats}
        total = tidy(float(sum(map(exact, shares.values()))))
        if total != self.quantity:
            raise TermsError(f"the shares of {self.name} add up to {self.quantity}; these add up to {total}")
        return shares

    def _share(self, seat: str, given: Any) -> int | float:
        share = numeral(given)
        if share is None or not 0 <= share <= self.quantity or exact(share) % exact(self.step):
            steps = "whole numbers" if self.step == 1 else f"steps of {self.step}"
            raise TermsError(
                f"a share of {self.name} is from 0 to {self.quantity} in {steps}, not {_shown(given)} for {seat}"
            )
        return share

    def text(self, value: Any, *, named: bool) -> str:
        """Write a value: "books: 2 to left, 1 to right"."""
        parts = (f"{value[seat]} {self.unit}".strip() + f" to {_spoken(seat)}" for seat in self.seats)
        return f"{_spoken(self.name)}: {', '.join(parts)}"

    def data(self) -> Any:
        return {"divide": self.quantity, "step": self.step, "unit": self.unit}


Issue = NumberIssue | OptionIssue | DividedIssue


def terms_at(issues: Mapping[str, Issue], index: int) -> dict[str, Any]:
    """Give the outcome of that number: they are ordered by the first issue's value, then the second's, …"""
    terms = {}
    for issue in reversed(list(issues.values())):
        index, place = divmod(int(index), issue.size)
        terms[issue.name] = issue.value(place)
    return {name: terms[name] for name in issues}


def index_of(issues: Mapping[str, Issue], terms: Mapping[str, Any]) -> int:
    """Find the number of the outcome with these canonical terms."""
    index = 0
    for name, issue in issues.items():
        index = index * issue.size + issue.index(terms[name])
    return index


def parse_terms(issues: Mapping[str, Issue], given: Any) -> dict[str, Any]:
    """Read untrusted terms: a value for every issue, in the scenario's order and in canonical form.

    Raises TermsError; its reason mentions nothing private.
    """
    if not isinstance(given, Mapping):
        raise TermsError(f"an offer names a value for each of {', '.join(issues)}; this is {_shown(given)}")
    _refuse_unknown(given, issues, f"the issues are {', '.join(issues)}")
    if missing := [name for name in issues if name not in given]:
        raise TermsError(f"an offer names every issue; missing: {', '.join(missing)}")
    return {name: issue.parse(given[name]) for name, issue in issues.items()}


def render_terms(issues: Mapping[str, Issue], terms: Mapping[str, Any]) -> str:
    """Write terms as a line to read aloud, such as "210 €, pickup today, helmet included"."""
    units = [issue.unit for issue in issues.values() if isinstance(issue, NumberIssue)]
    divided = any(isinstance(issue, DividedIssue) for issue in issues.values())
    parts = []
    for name, issue in issues.items():
        named = isinstance(issue, NumberIssue) and units.count(issue.unit) > 1
        parts.append(issue.text(terms[name], named=named))
    return ("; " if divided else ", ").join(parts)


def _refuse_unknown(given: Mapping[Any, Any], known: Any, otherwise: str) -> None:
    for name in given:
        if name not in known:
            close = nearest(str(name), known)
            hint = f"did you mean {close!r}?" if close else otherwise
            raise TermsError(f"there is no {_shown(name)} here; {hint}")


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
