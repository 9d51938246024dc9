"""Turns side by side: equal, changed, inserted, missing or moved."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from rapidfuzz.distance import Indel

from transcripts.acts import Act, Offer
from transcripts.diff.align import Sides, align, in_order, number
from transcripts.diff.keys import act_key, details, opened_key, said_otherwise
from transcripts.diff.reading import Reading, names_beneath
from transcripts.diff.rules import Rules
from transcripts.diff.turns import Turn
from transcripts.diff.words import Words, compare_words

Kind = Literal["equal", "changed", "inserted", "missing", "moved"]

LONGEST = 2_000
"""Characters of a text that tell how alike two turns are."""


class Pair(NamedTuple):
    """A turn of each side, or of one side only where nothing on the other answers to it."""

    kind: Kind
    a: Turn | None
    b: Turn | None
    changes: tuple[str, ...] = ()
    """What of a changed turn differs: `act`, `text`, `by`, `re`, `opened`; between turns also `to`, `result`, …"""
    beneath: tuple[str, ...] = ()
    """Kinds of events beneath it that differ, though nobody heard of them: `answered`, `refused`, `noted`, …"""
    other: Turn | None = None
    """Where a moved turn stands on the other side; a moved turn is in two pairs, one for each of its places."""

    @property
    def turn(self) -> Turn:
        """Its turn on the right, or on the left where there is none."""
        turn = self.b or self.a
        assert turn is not None
        return turn

    @property
    def same(self) -> bool:
        """Whether nothing at all differs."""
        return self.kind == "equal" and not self.beneath

    def words(self) -> list[Words]:
        """Compare what was said, word by word."""
        return compare_words(self.a.text if self.a else "", self.b.text if self.b else "")

    def terms(self) -> dict[str, tuple[object, object]]:
        """Give the issues in which two offers differ, with what each says."""
        if not (self.a and self.b and isinstance(self.a.act, Offer) and isinstance(self.b.act, Offer)):
            return {}
        left, right = self.a.act.terms, self.b.act.terms
        return {
            issue: (left.get(issue), right.get(issue))
            for issue in {**left, **right}
            if left.get(issue) != right.get(issue)
        }

    def mirrored(self) -> Pair:
        """Swap the sides."""
        swapped: dict[Kind, Kind] = {"inserted": "missing", "missing": "inserted"}
        return Pair(swapped.get(self.kind, self.kind), self.b, self.a, self.changes, self.beneath, self.other)


def mirrored(pairs: Sequence[Pair]) -> list[Pair]:
    """Swap the sides of a thread; between two matches, what is missing stands before what is inserted."""
    swapped: list[Pair] = []
    for together, run in groupby(pairs, key=lambda pair: bool(pair.a and pair.b)):
        new = [pair.mirrored() for pair in run]
        swapped += new if together else sorted(new, key=lambda pair: pair.a is None)
    return swapped


def pair_threads(readings: tuple[Reading, Reading], rules: Rules) -> dict[str, list[Pair]]:
    """Align every thread by itself, then find what was moved."""
    a, b = (reading.threads for reading in readings)
    threads = {name: _pair(a.get(name, []), b.get(name, []), readings, rules) for name in {**a, **b}}
    _find_moved(threads)
    return threads


def _pair(a: Sequence[Turn], b: Sequence[Turn], readings: tuple[Reading, Reading], rules: Rules) -> list[Pair]:
    pairs: list[Pair] = []
    i = j = 0
    for left, right in (*_matches(a, b, readings, rules), (len(a), len(b))):
        if i < left:
            pairs += [Pair("missing", turn, None) for turn in a[i:left]]
        if j < right:
            pairs += [Pair("inserted", None, turn) for turn in b[j:right]]
        if left < len(a):
            pairs.append(_side_by_side(a[left], b[right], readings, rules))
        i, j = left + 1, right + 1
    return pairs


def _matches(
    a: Sequence[Turn], b: Sequence[Turn], readings: tuple[Reading, Reading], rules: Rules
) -> list[tuple[int, int]]:
    keys_a, keys_b = [turn.key for turn in a], [turn.key for turn in b]
    if keys_a == keys_b:
        return [(place, place) for place in range(len(a))]
    if not in_order(keys_a, keys_b):
        return [(i, j) for j, i in _matches(b, a, readings[::-1], rules)]
    alike = _Alike(a, b, readings, rules)
    classes = number([turn.sort for turn in a], [turn.sort for turn in b])
    return align(Sides(*number(keys_a, keys_b), *classes, alike))


class _Alike:
    """Say how alike two turns of one speaker are: by their acts, and by their prose."""

    def __init__(self, a: Sequence[Turn], b: Sequence[Turn], readings: tuple[Reading, Reading], rules: Rules) -> None:
        self._a, self._b, self._readings, self._rules = a, b, readings, rules

    def __call__(self, i: int, j: int) -> float:
        a, b = self._a[i], self._b[j]
        prose = Indel.normalized_similarity(a.text[:LONGEST], b.text[:LONGEST]) if self._rules.prose else 1.0
        act_a, act_b = a.act, b.act
        if act_a is None and act_b is None:
            return prose
        return (prose + self._acts(act_a, act_b)) / 2

    def _acts(self, a: Act | None, b: Act | None) -> float:
        if a is None or b is None or a.kind != b.kind:
            return 0.0
        left, right = self._readings
        same = act_key(a, left.offers, self._rules) == act_key(b, right.offers, self._rules)
        return 1.0 if same else 0.5


def _side_by_side(a: Turn, b: Turn, readings: tuple[Reading, Reading], rules: Rules) -> Pair:
    plain = not (a.beneath or b.beneath or a.chosen or b.chosen)
    beneath = () if plain else names_beneath(a, b, readings, rules)
    if a.key == b.key:
        return Pair("equal", a, b, (), beneath)
    if a.kind == b.kind == "said" and not a.opened and not b.opened:
        return Pair("changed", a, b, said_otherwise(a.key, b.key), beneath)
    left, right = readings
    changes = {
        "act": act_key(a.act, left.offers, rules) != act_key(b.act, right.offers, rules),
        "text": a.has_words and rules.text(a.text) != rules.text(b.text),
        "by": a.by != b.by,
    }
    if a.re or b.re:
        changes["re"] = left.messages.get(a.re or "", a.re) != right.messages.get(b.re or "", b.re)
    if a.opened or b.opened:
        changes["opened"] = opened_key(a.opened, rules) != opened_key(b.opened, rules)
    if a.kind != "said":
        theirs = details(b.head, rules)
        changes |= {name: value != theirs.get(name) for name, value in details(a.head, rules).items()}
    return Pair("changed", a, b, tuple(name for name, differs in changes.items() if differs), beneath)


def _find_moved(threads: Mapping[str, list[Pair]]) -> None:
    """Join turns that are missing in one place and inserted in another, where there is no doubt which is which."""
    missing = _once((name, place, pair) for name, place, pair in _all(threads) if pair.kind == "missing")
    inserted = _once((name, place, pair) for name, place, pair in _all(threads) if pair.kind == "inserted")
    for key in missing.keys() & inserted.keys():
        (name, place), (other, there) = missing[key], inserted[key]
        a, b = threads[name][place].a, threads[other][there].b
        threads[name][place] = Pair("moved", a, None, other=b)
        threads[other][there] = Pair("moved", None, b, other=a)


def _all(threads: Mapping[str, list[Pair]]) -> Iterable[tuple[str, int, Pair]]:
    return ((name, place, pair) for name, pairs in threads.items() for place, pair in enumerate(pairs))


def _once(pairs: Iterable[tuple[str, int, Pair]]) -> dict[Hashable, tuple[str, int]]:
    found: dict[Hashable, tuple[str, int] | None] = {}
    for name, place, pair in pairs:
        key = pair.turn.key
        found[key] = None if key in found else (name, place)
    return {key: where for key, where in found.items() if where is not None}
