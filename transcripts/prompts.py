"""Prompts as differences, so that a conversation's prompts cost bytes in proportion to what is new in each.

A prompt is a sequence of bodies' names.  What stands in the transcript is what it has in common with the same seat's
prompt before: the first `head` parts of that one, less the next `skip`, plus the next `keep`, plus these.  So a context
that grows and one that slides are both cheap, and what changes every turn, at the end, is simply new.  Where several
threads grow, there is something new in the middle: then "these" are names, and runs of the prompt before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from transcripts.base import Count

Run = tuple[Count, Count]
"""Parts of the prompt before: from which one on, and how many."""


class Difference(BaseModel):
    """What turns the prompt before into this one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    head: Count = 0
    skip: Count = 0
    keep: Count = 0
    plus: tuple[str | Run, ...] = ()
    """The names of the bodies of the parts that are new, and runs of parts that stood elsewhere."""

    @property
    def new(self) -> tuple[str, ...]:
        """The names of the bodies of the parts that are new."""
        return tuple(each for each in self.plus if isinstance(each, str))

    def apply(self, before: Sequence[str]) -> tuple[str, ...]:
        """Give the prompt's parts."""
        parts = list(before)
        self.turn(parts)
        return tuple(parts)

    def turn(self, parts: list[str]) -> None:
        """Turn the prompt before into this one, in the time that takes what stands behind its head."""
        old = parts[self.head :]
        del parts[self.head :]
        parts += old[self.skip : self.skip + self.keep]
        for each in self.plus:
            if isinstance(each, str):
                parts.append(each)
            else:
                first, end = each[0] - self.head, sum(each) - self.head
                parts += [*parts[each[0] : min(sum(each), self.head)], *old[max(0, first) : max(0, end)]]


def difference(before: Sequence[str], parts: Sequence[str], head: int = 0) -> Difference:
    """Find what a prompt has in common with the one before: a head, and the longest run behind it that goes on.

    The first `head` parts are known to be common.
    """
    before, parts = tuple(before), tuple(parts)  # a list equals no tuple, and then nothing would ever be common
    head += _common(before, head, parts, head)
    start, keep = _overlap(before, head, parts)
    plus = tuple(_runs(before, head, parts, head + keep))
    return Difference(head=head, skip=start - head if keep else 0, keep=keep, plus=plus)


def common_head(left: Sequence[object], right: Sequence[object]) -> int:
    """Count the equal elements at the beginning; where it is a prompt and the next one, that is often all but one."""
    known = max(0, min(len(left) - 1, len(right)))
    if left[:known] != right[:known]:
        known = 0
    return known + _common(left, known, right, known)


def _runs(old: Sequence[str], head: int, parts: Sequence[str], done: int) -> Iterator[str | Run]:
    """Write the parts from `done` on: as runs where they stand in `old` behind its head, and else by name."""
    places = {name: at for at, name in enumerate(old[head:], head)}
    while done < len(parts):
        at = places.get(parts[done])
        size = 1 if at is None else _common(old, at, parts, done)
        yield parts[done] if at is None else (at, size)
        done += size


def _overlap(old: Sequence[str], head: int, parts: Sequence[str]) -> tuple[int, int]:
    """Find where in `old`, behind its head, the longest run begins with which `parts` goes on; and its length."""
    best = (head, 0)
    start = head
    while head < len(parts) and len(old) - start > best[1]:
        try:
            start = old.index(parts[head], start)
        except ValueError:
            break
        best = max(best, (start, _common(old, start, parts, head)), key=lambda each: each[1])
        start += max(1, best[1])
    return best


def _common(left: Sequence[object], i: int, right: Sequence[object], j: int) -> int:
    """Count the equal parts from there on; halving, for lists are compared faster whole than one by one."""
    low, high = 0, min(len(left) - i, len(right) - j)
    if left[i : i + high] == right[j : j + high]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if left[i + low : i + middle] == right[j + low : j + middle]:
            low = middle
        else:
            high = middle
    return low
