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
    """Compare what stands between spaces first, and only what differs of that more closely: mostly it is a word."""
    left, right = a.split(" "), b.split(" ")
    begins_a, begins_b = _begins(left), _begins(right)
    many = len(left)
    found: list[Words] = []
    at_a = at_b = 0
    closely = False
    for i, i2, j, j2 in _differing(left, right):
        from_a, from_b, to_a, to_b = begins_a[i] + i, begins_b[j] + j, begins_a[i2] + i2, begins_b[j2] + j2
        if i2 == many or (i2 > i and j2 > j):  # there is no space behind it, or one on both sides, which is the same
            to_a, to_b = to_a - 1, to_b - 1
            if i and (i2 == i or j2 == j):  # the last words of one side alone: the space before them is its own, too
                from_a, from_b = from_a - 1, from_b - 1
        if from_a > at_a:
            found.append(Words("equal", a[at_a:from_a], b[at_b:from_b]))
        one, other = a[from_a:to_a], b[from_b:to_b]
        if _is_plain(one) and _is_plain(other):
            found.append(Words("replace", one, other))
        else:
            found += _closely(one, other)
            closely = True
        at_a, at_b = to_a, to_b
    if at_a < len(a):
        found.append(Words("equal", a[at_a:], b[at_b:]))
    return _joined(found) if closely else found


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


def _is_plain(text: str) -> bool:
    """Tell that nothing more is to be found in a stretch of words: it is words and spaces."""
    return text.isalnum() or not text or text.replace(" ", "a").isalnum()


def _begins(words: Sequence[str]) -> list[int]:
    """Give where each word begins, and where one more would, the spaces between them not counted."""
    return [0, *accumulate(map(len, words))]


def _differing(left: list[str], right: list[str]) -> list[_Stretch]:
    """Give the stretches of words that differ, from where to where on either side."""
    head = tail = 0
    if len(left) * len(right) > LARGEST:
        head = _common(left, right)
        tail = _common(left[head:][::-1], right[head:][::-1])
    end_a, end_b = len(left) - tail, len(right) - tail
    if (end_a - head) * (end_b - head) > LARGEST:
        return [(head, end_a, head, end_b)]
    found: list[_Stretch] = []
    if head or tail:
        left, right = left[head:end_a], right[head:end_b]
    blocks: Any = Levenshtein.opcodes(left, right).as_list()
    for tag, i, i2, j, j2 in blocks:
        if tag == "equal":
            continue
        if found and found[-1][1] == head + i and found[-1][3] == head + j:
            found[-1] = (found[-1][0], head + i2, found[-1][2], head + j2)
        else:
            found.append((head + i, head + i2, head + j, head + j2))
    return found


def _closely(a: str, b: str) -> list[Words]:
    """Compare two short texts by words, white space and signs; white space between two differences belongs to them."""
    left, right = _WORD.findall(a), _WORD.findall(b)
    found: list[Words] = []
    at = 0
    for a_from, a_to, b_from, b_to in [*_differing(left, right), (len(left), len(left), len(right), len(right))]:
        same = "".join(left[at:a_from])
        one, other = "".join(left[a_from:a_to]), "".join(right[b_from:b_to])
        if found and same.isspace() and (one or other):
            last = found.pop()
            found.append(Words("replace", last.a + same + one, last.b + same + other))
        else:
            found += [Words("equal", same, same)] if same else []
            found += [Words("replace", one, other)] if one or other else []
        at = a_to
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
