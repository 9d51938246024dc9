"""Hold back what is too long or too short."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from personas import Mistake
from sandbox.guards.guard import Setting, is_message, words_of

if TYPE_CHECKING:
    from sandbox.view import Reply, View

UNITS: Final = ("words", "characters")
_RANGE = re.compile(r"(\d{0,7})\.\.(\d{0,7})")


@dataclass(frozen=True, slots=True)
class Span:
    """How many there may be."""

    unit: str
    least: int
    most: int | None

    def complaint(self, count: int) -> str | None:
        """Say what is wrong with so many."""
        if count < self.least:
            return f"it has {_counted(count, self.unit)}, and must have {self.least} or more"
        if self.most is not None and count > self.most:
            return f"it has {_counted(count, self.unit)}, and may have {self.most} at most"
        return None


@dataclass(frozen=True, slots=True)
class Length:
    """Count words, which are what stands between white space, and characters."""

    spans: tuple[Span, ...]

    async def check(self, view: View, reply: Reply) -> str | None:
        words = words_of(reply)
        counts = {"words": len(words.split()), "characters": len(words)}
        for span in self.spans:
            count = counts[span.unit]
            if complaint := span.complaint(count):
                return complaint if is_message(reply) or count >= span.least else None
        return None


def make(told: Any, setting: Setting) -> Length:
    """Read `{words: 1..80, characters: ..400}`; raises Mistake."""
    if not isinstance(told, dict) or not told:
        raise Mistake(
            f"a length is in words or characters, and not {told!r}", "such as {words: 1..80}", path=setting.path
        )
    return Length(tuple(_span(unit, given, setting) for unit, given in told.items()))


def _span(unit: str, given: Any, setting: Setting) -> Span:
    path = (*setting.path, unit)
    if unit not in UNITS:
        raise Mistake(f"nothing is counted in {unit!r}", f"there are {', '.join(UNITS)}", path=path, key=True)
    found = _RANGE.fullmatch(given) if isinstance(given, str) else None
    if not found or given == "..":
        remedy = f"write ..{given} for at most, {given}.. for at least" if isinstance(given, int) else "such as 1..80"
        raise Mistake(f"{given!r} is no range", remedy, path=path)
    span = Span(unit, int(found[1] or 0), int(found[2]) if found[2] else None)
    if span.most is not None and span.least > span.most:
        raise Mistake(f"nothing has {given} {unit}", "exchange the numbers", path=path)
    return span


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit.removesuffix('s') if count == 1 else unit}"
