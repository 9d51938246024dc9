"""Differences inside a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Literal, NamedTuple

from rapidfuzz.distance import Levenshtein

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
LARGEST = 25_000_000
"""Pairs of words beyond which what differs in the middle of two texts is one block."""
AROUND = 4
"""Words shown on either side of a difference."""


_Stretch = tuple[int, int, int, int]
"""From where to where on the left, and on the right."""


class Words(NamedTuple):
    """A stretch of two texts: equal, or one in place of the other; either may be empty."""

    op: Literal["equal", "replace"]
    a: str
    b: str


def compare_words(a: str, b: str) -> list[Words]:
    """Cut two texts into stretches that are equal and stretches that are not; joined, they are the texts."""
    if a <= b:  # which side is taken first does not depend on which is which
        return _compare(a, b)
    return [Words(op, one, other) for op, other, one in _compare(b, a)]


def first_difference(a: str, b: str, width: int = 160) -> tuple[str, str]:
    """Cut two texts down to the first words in which they differ, with a few around them."""
    stretches = compare_words(a, b)
    place = next((place for place, each in enumerate(stretches) if each.op == "replace"), None)
    if place is None:
        return a[:width], b[:width]
    before = stretches[place - 1].a if place else ""
    after = stretches[place + 1].a if place + 1 < len(stretches) else ""
    cut = stretches[place]
    return _around(before, cut.a, after, width), _around(before, cut.b, after, width)


def _compare(a: str, b: str) -> list[Words]:
    """Compare by what stands between spaces, and what differs of that by its signs: mostly it is a word or two."""
    found: list[Words] = []
    closely = False
    for each in _cut(a, b, _word_for_word(a, b) or _differing(_spaced(a), _spaced(b))):
        if each.op == "equal" or (_is_plain(each.a) and _is_plain(each.b)):
            found.append(each)
        else:
            found += _cut(each.a, each.b, _differing(_WORD.findall(each.a), _WORD.findall(each.b)))
            closely = True
    return _joined(found) if closely else found


def _word_for_word(a: str, b: str) -> list[_Stretch]:
    """Give the stretches that differ where each word answers to the one in its place, as mostly it is, and quickly.

    Gives nothing where there is a better way to compare them.
    """
    left, right = a.split(" "), b.split(" ")
    if len(left) != len(right) or len(left) ** 2 > LARGEST:
        return []
    places = [place for place, (one, other) in enumerate(zip(left, right, strict=True)) if one != other]
    if Levenshtein.distance(left, right, score_cutoff=len(places)) < len(places):
        return []
    ends_a, ends_b = list(accumulate(map(len, left))), list(accumulate(map(len, right)))
    found: list[_Stretch] = []
    before = -2
    for place in places:
        end_a, end_b = ends_a[place] + place, ends_b[place] + place
        if place == before + 1:
            begin_a, _, begin_b, _ = found.pop()
        else:
            begin_a, begin_b = end_a - len(left[place]), end_b - len(right[place])
        found.append((begin_a, end_a, begin_b, end_b))
        before = place
    return found


def _spaced(text: str) -> list[str]:
    """Cut a text at its spaces, and keep them."""
    words = text.split(" ")
    both = [" "] * (2 * len(words) - 1)
    both[::2] = words
    return both


def _is_plain(text: str) -> bool:
    """Tell that there are no signs in a stretch of words."""
    return text.isalnum() or not text or text.replace(" ", "a").isalnum()


def _joined(stretches: Sequence[Words]) -> list[Words]:
    """Join neighbours of one kind."""
    joined: list[Words] = []
    for each in stretches:
        if joined and joined[-1].op == each.op:
            last = joined.pop()
            joined.append(Words(each.op, last.a + each.a, last.b + each.b))
        else:
            joined.append(each)
    return joined


def _cut(a: str, b: str, differing: Sequence[_Stretch]) -> list[Words]:
    """Cut two texts into what is equal and what is not."""
    found: list[Words] = []
    at_a = at_b = 0
    for from_a, to_a, from_b, to_b in differing:
        if from_a > at_a:
            found.append(Words("equal", a[at_a:from_a], b[at_b:from_b]))
        if to_a > from_a or to_b > from_b:
            found.append(Words("replace", a[from_a:to_a], b[from_b:to_b]))
        at_a, at_b = to_a, to_b
    if at_a < len(a):
        found.append(Words("equal", a[at_a:], b[at_b:]))
    return found


def _differing(left: list[str], right: list[str]) -> list[_Stretch]:
    """Give the stretches that differ of two texts in pieces; white space between two of them belongs to them."""
    begins_a, begins_b = [0, *accumulate(map(len, left))], [0, *accumulate(map(len, right))]
    return [(begins_a[i], begins_a[i2], begins_b[j], begins_b[j2]) for i, i2, j, j2 in _pieces(left, right)]


def _pieces(left: list[str], right: list[str]) -> list[_Stretch]:
    """Give the pieces that differ, from which to which on either side."""
    head = tail = 0
    if len(left) * len(right) > LARGEST:
        head = _common(left, right)
        tail = _common(left[head:][::-1], right[head:][::-1])
    end_a, end_b = len(left) - tail, len(right) - tail
    if (end_a - head) * (end_b - head) > LARGEST:
        return [(head, end_a, head, end_b)]
    if head or tail:
        left, right = left[head:end_a], right[head:end_b]
    found: list[_Stretch] = []
    begin_a = begin_b = until_a = until_b = -2  # of the stretch that may go on
    blocks: Any = Levenshtein.opcodes(left, right).as_list()
    for tag, i, i2, j, j2 in blocks:
        if tag == "equal":
            continue
        if (i == until_a and j == until_b) or (i == until_a + 1 and left[until_a].isspace()):
            found.pop()
        else:
            begin_a, begin_b = i, j
        until_a, until_b = i2, j2
        found.append((head + begin_a, head + i2, head + begin_b, head + j2))
    return found


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    for place, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return place
    return min(len(left), len(right))


def _around(before: str, cut: str, after: str, width: int) -> str:
    head, tail = _WORD.findall(before), _WORD.findall(after)
    first, last = "".join(head[-2 * AROUND :]), "".join(tail[: 2 * AROUND])
    text = ("… " if len(head) > 2 * AROUND else "") + first + cut + last + (" …" if len(tail) > 2 * AROUND else "")
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"
