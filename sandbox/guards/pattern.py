"""Hold back what matches a pattern, or what does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from personas import Mistake
from sandbox.guards.expressions import Expression
from sandbox.guards.guard import Setting, is_message, words_of

if TYPE_CHECKING:
    from sandbox.view import Reply, View

KEYS: Final = ("match", "forbid")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Demand what must match, and forbid what must not.

    Its author is told what is demanded, for it is to be written; and of what is forbidden only the author's own words.
    """

    match: tuple[tuple[str, Expression], ...]
    forbid: tuple[Expression, ...]

    async def check(self, view: View, reply: Reply) -> str | None:
        words = words_of(reply)
        for expression in self.forbid:
            if expression.matches(words):
                quoted = expression.quote(words)
                return f"it must not say {quoted!r}" if quoted else "it says what must not be said here"
        for written, expression in self.match if is_message(reply) else ():
            if not expression.matches(words):
                return f"it must match the pattern {written}"
        return None


def make(told: Any, setting: Setting) -> Pattern:
    """Read `{match: PATTERN, forbid: PATTERN}`, each one or several; raises Mistake."""
    if not isinstance(told, dict) or not told:
        remedy = "write {match: PATTERN} or {forbid: PATTERN}"
        raise Mistake(f"a pattern must match or must not, and {told!r} says neither", remedy, path=setting.path)
    if strange := [key for key in told if key not in KEYS]:
        problem = f"there is no key {strange[0]!r}"
        raise Mistake(problem, f"there are {', '.join(KEYS)}", path=(*setting.path, strange[0]), key=True)
    match = tuple(_read(told.get("match", []), setting.inside("match")))
    forbid = _read(told.get("forbid", []), setting.inside("forbid"))
    return Pattern(match, tuple(expression for _, expression in forbid))


def _read(given: Any, setting: Setting) -> list[tuple[str, Expression]]:
    if isinstance(given, str):
        return [(given, Expression(given, setting.path))]
    if not isinstance(given, list):
        raise Mistake(f"a pattern is a text, not {given!r}", "put it in quotes", path=setting.path)
    read = []
    for place, each in enumerate(given):
        if not isinstance(each, str):
            raise Mistake(f"a pattern is a text, not {each!r}", "put it in quotes", path=setting.inside(place).path)
        read.append((each, Expression(each, setting.inside(place).path)))
    return read
