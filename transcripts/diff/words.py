"""Differences inside a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from rapidfuzz.distance import Levenshtein

from transcripts.diff.align import in_order, number

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
LARGEST = 25_000_000
"""Pairs of words beyond which what differs in the middle of two texts is one block."""
AROUND = 4
"""Words shown on either side of a difference."""


class Words(NamedTuple):
    """A stretch of two texts: equal, or one in place of the other; either may be empty."""

    op: Literal["equal", "replace"]
    a: str
    b: str


def compare_words(a: str, b: str) -> list[Words]:
    """Cut two texts into stretches that are equal and stretches that are not; joined, they are the texts."""
    left, right = _WORD.findall(a), _WORD.findall(b)
    if not in_order(left, right):
        return [Words(op, one, other) for op, other, one in _compare(right, left)]
    return _compare(left, right)


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


def _compare(left: list[str], right: list[str]) -> list[Words]:
    head = _common(left, right)
    tail = _common(left[head:][::-1], right[head:][::-1])
    middle_a, middle_b = left[head : len(left) - tail], right[head : len(right) - tail]
    stretches = [Words("equal", "".join(left[:head]), "".join(right[:head]))]
    stretches += _middle(middle_a, middle_b)
    stretches.append(Words("equal", "".join(left[len(left) - tail :]), "".join(right[len(right) - tail :])))
    return _joined(stretches)


def _middle(left: list[str], right: list[str]) -> list[Words]:
    if not left or not right or len(left) * len(right) > LARGEST:
        return [Words("replace", "".join(left), "".join(right))]
    return [
        Words(
            "equal" if block.tag == "equal" else "replace",
            "".join(left[block.src_start : block.src_end]),
            "".join(right[block.dest_start : block.dest_end]),
        )
        for block in Levenshtein.opcodes(*number(left, right))
    ]


def _joined(stretches: Sequence[Words]) -> list[Words]:
    """Join stretches of one kind; white space between two differences belongs to them."""
    joined: list[Words] = []
    stretches = [each for each in stretches if each.a or each.b]
    for place, (op, a, b) in enumerate(stretches):
        inside = 0 < place < len(stretches) - 1 and a.isspace()
        kind = "replace" if inside else op
        if joined and joined[-1].op == kind:
            last = joined.pop()
            joined.append(Words(kind, last.a + a, last.b + b))
        else:
            joined.append(Words(kind, a, b))
    return joined


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
