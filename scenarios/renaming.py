"""Call participants otherwise than the scenario writes them: what a seat is called is a thing that a study may vary.

This is done to plain data before anything is filled in or written out, so that views, prompts, refusals, tools and
transcripts know the new names and nothing else.  Prose stays as it is: only names are changed, and not words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, NamedTuple

from moot_errors import nearest
from personas import Mistake
from scenarios.fill import Path
from scenarios.reading import refuse_bad_name

_WORDS = re.compile(r"'[^']*'|\"[^\"]*\"|(?<![\w.])[a-z]\w*(?:\.\w+)*")
"""Of an expression: what stands in quotes, and names."""
_REFERENCE = re.compile(r"\{\{|\}\}|\{[^{}]*\}")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_EXPRESSIONS = ("payoff", "bonus", "never")
_SEVERAL = ("count", "team")
_THREAD = ("members", "open_by", "offers_by", "speakers")
_PHASE = ("of", "veto", "thread")


class Renamed(NamedTuple):
    """A scenario's data in which participants have other names."""

    data: dict[str, Any]
    names: dict[str, str]
    """What each participant that is written there is called now."""


def rename(data: dict[str, Any]) -> Renamed:
    """Do what `names:` says; raises Mistake."""
    names, participants = data.get("names"), data.get("participants")
    if not names or not isinstance(participants, dict):
        return Renamed(data, {})
    called = _called(names, participants, data.get("groups"))
    several = [
        seat for seat in called if isinstance(each := participants[seat], dict) and any(key in each for key in _SEVERAL)
    ]
    renaming = _Renaming(called, several)
    return Renamed(renaming.scenario(renaming.texts(data)), called)


def written_as(seat: str, names: Mapping[str, str], origins: Mapping[str, Path]) -> str:
    """Say what a seat would be called without `names`; `origins` has those that stand for one of several."""
    base = str(origins[seat][1]) if seat in origins else seat
    before = next((written for written, called in names.items() if called == base), base)
    return before + seat.removeprefix(base)


def _called(names: Any, participants: Mapping[str, Any], groups: Any) -> dict[str, str]:
    path: Path = ("names",)
    if not isinstance(names, dict):
        raise Mistake(f"names are what participants are called, not {names!r}", "such as {seller: anna}", path=path)
    for seat, name in names.items():
        if seat not in participants:
            close = nearest(str(seat), map(str, participants))
            remedy = f"did you mean {close!r}?" if close else f"there are {', '.join(map(str, participants))}"
            raise Mistake(f"there is no participant {seat!r}", remedy, path=(*path, seat), key=True)
        refuse_bad_name(name, (*path, seat))
    called = {seat: names.get(seat, seat) for seat in participants}
    for seat, name in names.items():
        if name in (groups or ()) or list(called.values()).count(name) > 1:
            raise Mistake(f"the name {name!r} is taken", "choose another", path=(*path, seat))
    return called


class _Renaming:
    """Change names wherever the language has names of seats."""

    def __init__(self, called: Mapping[str, str], several: list[str]) -> None:
        self._called, self._several = called, several

    def name(self, given: Any) -> Any:
        """Change one name, or that of one of several seats: `juror_1`, `seller_expert`."""
        if not isinstance(given, str) or given in self._called:
            return self._called.get(given, given)
        for seat in self._several:
            if given.startswith(f"{seat}_"):
                return self._called[seat] + given.removeprefix(seat)
        return given

    def names(self, given: Any) -> Any:
        """Change names wherever they stand in lists and mappings."""
        if isinstance(given, dict):
            return {self.name(key): self.names(value) for key, value in given.items()}
        return [self.names(each) for each in given] if isinstance(given, list) else self.name(given)

    def texts(self, given: Any) -> Any:
        """Change the texts in what is to be filled in, `{'a wolf' if 'ana' in wolves}`; names there are no seats'."""
        if isinstance(given, dict):
            return {key: self.texts(value) for key, value in given.items()}
        if isinstance(given, list):
            return [self.texts(each) for each in given]
        return _REFERENCE.sub(self._filled, given) if isinstance(given, str) else given

    def _filled(self, match: re.Match[str]) -> str:
        return match[0] if match[0] in ("{{", "}}") else _QUOTED.sub(self._word, match[0])

    def expression(self, given: Any) -> Any:
        """Change names in arithmetic, `seller.give`, and in its texts, 'seller'."""
        if isinstance(given, list):
            return [self.expression(each) for each in given]
        return _WORDS.sub(self._word, given) if isinstance(given, str) else given

    def _word(self, match: re.Match[str]) -> str:
        word = match[0]
        if word[0] in "'\"":
            return f"{word[0]}{self.name(word[1:-1])}{word[0]}"
        first, dot, rest = word.partition(".")
        return f"{self.name(first)}{dot}{rest}"

    def scenario(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Copy a scenario as it is written, with the other names."""
        change: dict[str, Callable[[Any], Any]] = {
            "participants": self._participants, "parameters": self._values, "draw": self._values,
            "choices": self._values, "groups": self.names, "knows": self._knows, "threads": self._threads,
            "phases": partial(self._part, _PHASE), "opening": partial(self._part, ("seat", "act")),
            "final": partial(self._part, ("proposer",)), "ask": self._asked,
            "events": partial(self._part, ("to", "thread")), "guards": partial(self._part, ("of",)), "end": self._end,
        }  # fmt: skip
        return {key: change[key](value) if key in change else value for key, value in data.items()}

    def _values(self, given: Any) -> Any:
        """Change values that are names of seats, and no key."""
        if isinstance(given, dict):
            return {
                key: self.expression(value) if key == "where" else self._values(value) for key, value in given.items()
            }
        return [self._values(each) for each in given] if isinstance(given, list) else self.name(given)

    def _part(self, fields: Collection[str], given: Any) -> Any:
        """Change some fields of a mapping, or of each in a list of them."""
        if isinstance(given, list):
            return [self._part(fields, each) for each in given]
        return _with(given, dict.fromkeys(fields, self.names))

    def _participants(self, given: Any) -> Any:
        team, brain = partial(self._part, ("speakers",)), partial(self._part, ("lines",))
        change: dict[str, Callable[[Any], Any]] = {
            **dict.fromkeys(_EXPRESSIONS, self.expression),
            "waits_for": self.name,
            "team": team,
            "brain": brain,
        }
        return {self.name(seat): _with(each, change) for seat, each in given.items()}

    def _knows(self, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {self.name(seat): self.expression(paths) for seat, paths in given.items()}

    def _threads(self, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: self._part(_THREAD, each) for name, each in given.items()}

    def _asked(self, given: Any) -> Any:
        if isinstance(given, list):
            return [self._asked(each) for each in given]
        return _with(given, {"whom": self.names, "items": self._values})

    def _end(self, given: Any) -> Any:
        if isinstance(given, list):
            return [self._end(each) for each in given]
        agreement = partial(self._part, ("veto",))
        return _with(given, {"report": self.name, "when": self.expression, "agreement": agreement, "all": self._end})


def _with(given: Any, change: Mapping[str, Callable[[Any], Any]]) -> Any:
    """Change some values of a mapping; what is none is found to be wrong later."""
    if not isinstance(given, dict):
        return given
    return {key: change[key](value) if key in change else value for key, value in given.items()}
