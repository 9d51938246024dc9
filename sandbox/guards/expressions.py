"""Regular expressions whose time is bounded, whatever they are and whatever they are held against.

They are those of Rust's regex crate, which pydantic brings: no look-around and no backreferences, so a search takes no
more steps than the text's length times the pattern's size, and never backtracks.  What may be long is their product,
for a counted repetition makes a pattern as large as it counts; so that is what is limited.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Final

from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError

from personas import Mistake
from sandbox.guards.guard import Unjudged

LONGEST: Final = 1_000
"""Characters of a pattern."""
LARGEST: Final = 1_000
"""The size of a pattern, repetitions written out."""
STEPS: Final = 20_000_000
"""A text's length times a pattern's size: under a second."""
_QUOTED: Final = 80
_FEW: Final = STEPS // 40
"""So few that what matched can be searched for as well."""
_CLASS: Final = 5
"""What a class of characters counts as, for it holds many."""
_TOKEN = re.compile(
    r"\\[pP]\{[^}]*\}|\\x\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\s*(?P<least>\d*)\s*(?P<comma>,)?\s*(?P<most>\d*)\s*\}|.",
    re.DOTALL,
)
_VERBOSE = re.compile(r"\(\?[a-zA-Z]*x")


class Expression:
    """A pattern that can be searched for."""

    def __init__(self, pattern: str, path: tuple[str | int | float, ...]) -> None:
        """Compile it; raises Mistake with `path` and the place in the pattern."""
        if len(pattern) > LONGEST:
            raise Mistake(f"the pattern has {len(pattern)} characters, and may have {LONGEST}", "split it", path=path)
        if verbose := _VERBOSE.search(pattern):
            raise Mistake("the flag x is not supported", "write it on one line", path=path, offset=verbose.start())
        self.size = size_of(pattern)
        if self.size > LARGEST:
            problem = f"the pattern is too large: its repetitions written out, it has the size {self.size:,}"
            raise Mistake(problem, f"{LARGEST:,} is the most; lower what it counts to", path=path)
        kind = Annotated[str, StringConstraints(pattern=pattern)]
        try:
            self._adapter: TypeAdapter[str] = TypeAdapter(kind, config=ConfigDict(regex_engine="rust-regex"))
        except Exception as error:  # noqa: BLE001  # the engine's SchemaError, which pydantic itself does not name
            raise _told(str(error), path) from None

    def cost(self, text: str) -> int:
        """Say how many steps a search takes at most."""
        return len(text) * self.size

    def matches(self, text: str) -> bool:
        """Tell whether it is found anywhere in the text; raises Unjudged for one that is too long."""
        if self.cost(text) > STEPS:
            raise Unjudged(f"it has {len(text)} characters, and can have {STEPS // self.size}")
        return self._found(text)

    def quote(self, text: str) -> str | None:
        """Give a short piece of the text in which it is found, where that takes no long search."""
        if self.cost(text) > _FEW:
            return None
        end = _first(len(text), lambda size: self._found(text[:size]))
        start = end - _first(end, lambda size: self._found(text[end - size : end]))
        piece = text[start:end]
        return piece if len(piece) <= _QUOTED and self._found(piece) else None

    def _found(self, text: str) -> bool:
        try:
            self._adapter.validate_python(text)
        except ValidationError as error:
            if error.errors(include_url=False)[0]["type"] != "string_pattern_mismatch":  # half surrogates
                raise Unjudged("it is no text") from None
            return False
        return True


def size_of(pattern: str) -> int:
    """Estimate from above how large a pattern is with its repetitions written out."""
    sums, last = [0], 0
    for token in _TOKEN.finditer(pattern):
        written = token.group()
        if written == "(":
            sums.append(0)
            last = 0
        elif written == ")" and len(sums) > 1:
            last = sums.pop()
            sums[-1] += last
        elif written[0] == "{" and written[-1] == "}" and (token["least"] or token["most"]):
            times = max(int(token["least"] or 0), int(token["most"] or 0), 1)
            sums[-1] += last * (times - 1)
            last *= times
        elif written not in "*+?":
            last = _CLASS if written[0] in "[]." or (written[0] == "\\" and written[1] in "pPwWdDsS") else 1
            sums[-1] += last
    return sum(sums) + 1


def _first(most: int, holds: Callable[[int], bool]) -> int:
    """Find by halving a size at which something holds."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return high


def _told(error: str, path: tuple[str | int | float, ...]) -> Mistake:
    """Make a mistake of what the engine says; a line of carets below the pattern points at the place."""
    lines = error.splitlines()
    said = next((line.partition("error: ")[2] for line in lines if line.startswith("error: ")), None)
    if said is None:
        return Mistake(f"the pattern cannot be used: {lines[-1].strip()}", "write a smaller one", path=path)
    caret = next((line.index("^") - 4 for line in lines if line.strip() and set(line.strip()) == {"^"}), None)
    remedy = None
    if "look-around" in said or "backreferences" in said:
        remedy = "they can take for ever; write two guards, one that must match and one that must not"
    return Mistake(f"this is no pattern: {said}", remedy, path=path, offset=caret)
