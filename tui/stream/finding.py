"""Look for words in rows, a little at a time: from one row on to the end, and then from the beginning."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Final

from sandbox.rendering.numbers import count
from sandbox.rendering.printable import printable

_SOME: Final = 64
"""Rows that are looked at together."""


class Search:
    """Find the rows in which a text stands, whatever its case."""

    def __init__(self, words: str, texts: Callable[[range], Iterable[str]], origin: int, rows: int) -> None:
        """Begin at row `origin` of so many; `texts` gives what rows say."""
        self.words = words
        self._texts = texts
        self._pattern = re.compile(re.escape(words), re.IGNORECASE)
        self._origin = max(origin, 0)
        self._rows = rows
        self._seen = 0
        self._found: list[int] = []
        """The hits, as how far behind the origin each is; ascending."""

    @property
    def found(self) -> int:
        """How many hits are known."""
        return len(self._found)

    @property
    def done(self) -> bool:
        """Whether every row was looked at."""
        return self._seen >= self._rows

    def look(self, seconds: float) -> None:
        """Look on for so long, at some rows at least."""
        until = perf_counter() + seconds
        while self._seen < self._rows:
            row = (self._origin + self._seen) % self._rows
            end = min(row + _SOME, self._rows if row >= self._origin else self._origin)
            for text in self._texts(range(row, end)):
                if self._pattern.search(text):
                    self._found.append(self._seen)
                self._seen += 1
            if perf_counter() >= until:
                break

    def resize(self, rows: int) -> None:
        """Take into account that there are more rows at the end, or fewer."""
        if rows == self._rows:
            return
        hits = [hit for hit in self.hits if hit < rows] if self.done else []
        known = min(self._rows, rows) if self.done else 0
        self._origin, self._found, self._seen, self._rows = 0, hits, known, rows

    @property
    def hits(self) -> list[int]:
        """The rows found so far, in order."""
        return sorted((self._origin + far) % self._rows for far in self._found)

    def rank(self, row: int) -> int | None:
        """Say the how-manieth hit of all a row is, from 1; None where it is none, or where that is not known yet."""
        place = bisect_left(self._found, self._far(row))
        if not self.done or place == len(self._found) or self._found[place] != self._far(row):
            return None
        return bisect_left(self.hits, row) + 1

    def told(self, row: int) -> str:
        """Say in a few words what was found, and the how-manieth of it a row is."""
        rank = self.rank(row)
        found = count(self.found, "hit") if rank is None else f"hit {rank:,} of {self.found:,}"
        return printable(f"{found}{'' if self.done else ' …'} for {self.words}")

    def step(self, row: int, by: int) -> int | None:
        """Give the next hit behind a row, or with -1 the one before it, round the end; None where none is known yet.

        With 0 the row itself counts.
        """
        if not self._found:
            return None
        far = self._far(row)
        if by < 0:
            place = bisect_left(self._found, far) - 1
            known = place >= 0
        else:
            place = (bisect_right if by else bisect_left)(self._found, far)
            known = place < len(self._found)
        if not known and not self.done:
            return None
        return (self._origin + self._found[place % len(self._found)]) % self._rows

    def places(self, text: str) -> list[tuple[int, int]]:
        """Say where it stands in a text."""
        return [match.span() for match in self._pattern.finditer(text)]

    def _far(self, row: int) -> int:
        return (row - self._origin) % max(self._rows, 1)
