"""What is put out of sight before two transcripts are compared: by named rules, which a diff reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from moot_errors import WrongUse

_AS_IT_IS = (str, int, type(None))


@dataclass(frozen=True)
class Rules:
    """Say what counts as the same.  No rule ever touches a number inside what was said, but for `redact`."""

    prose: bool = True
    """False compares speakers and acts, and leaves the prose free."""
    beneath: bool = True
    """False leaves out what nobody heard: calls, refusals, notes and worths."""
    spaces: bool = False
    """True takes any run of white space for one space, and none at the ends of a text."""
    redact: tuple[str, ...] = ()
    """Regular expressions; what they find in what was said counts as the same."""
    digits: int = 9
    """Fractions in terms, worths and costs that agree in so many significant digits are the same."""

    def named(self) -> tuple[str, ...]:
        """Name every rule that holds."""
        names = [
            "interleaving: ticks and the run's turn numbers do not count, the order in each thread does",
            "offers: an offer is known by its author and its terms, not by its number",
            "clock: times and latencies do not count",
            "spending: tokens and costs are summed up, and do not count turn by turn",
            f"numbers: fractions are equal in {self.digits} significant digits",
        ]
        if not self.prose:
            names.append("prose: what is said beside acts does not count")
        if not self.beneath:
            names.append("beneath: calls, refusals, notes and worths do not count")
        if self.spaces:
            names.append("spaces: any white space is one space")
        names += [f"redact: {pattern}" for pattern in self.redact]
        return tuple(names)

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """The compiled `redact`; raises WrongUse for one that is no regular expression."""
        try:
            return tuple(map(re.compile, self.redact))
        except re.error as error:
            raise WrongUse(f"{error.pattern!r} is no regular expression: {error}") from None

    @cached_property
    def changes_prose(self) -> bool:
        """Whether there is anything to be done to what was said before it is compared."""
        return not self.prose or self.spaces or bool(self.redact)

    def text(self, text: str) -> str:
        """Normalise what was said; nothing of it counts without `prose`."""
        if not self.prose:
            return ""
        for pattern in self.patterns if self.redact else ():
            text = pattern.sub("\N{BLACK SQUARE}", text)
        return " ".join(text.split()) if self.spaces else text

    def plain(self, value: Any) -> Any:
        """Make plain data comparable and hashable: mappings without their order, numbers rounded, true no number."""
        kind = type(value)
        if kind in _AS_IT_IS:
            return value
        if kind is dict:
            return frozenset([
                (key, inner if type(inner) in _AS_IT_IS else self.plain(inner)) for key, inner in value.items()
            ])  # fmt: skip
        if kind is bool:
            return ("bool", value)
        if kind is float and not value.is_integer():
            return float(f"{value:.{self.digits}g}")
        return tuple(map(self.plain, value)) if kind in (list, tuple) else value


DEFAULT = Rules()
