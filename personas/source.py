"""Hold the text of a file, and turn positions in it into places and errors."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from moot_errors import DocumentError, Place

_ESCAPE = re.compile(r"\\(?:x..|u[dD][89aAbB]..\\u[dD][c-fC-F]..|u.{4}|U.{8}|\r?\n[ \t]*|.)|''", re.DOTALL)
_ANCHOR = re.compile(r"&\S+\s+")
_LONGEST = 60


def shown(value: Any) -> str:
    """Quote a value for a message, on one line and no longer than a line is."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]}...{text[-1]}"


@dataclass(frozen=True)
class Source:
    """A text and the name of its file."""

    text: str
    file: str

    def place(self, index: int) -> Place:
        """Find the line and the column of a character, counted from 1."""
        line = bisect_right(self._line_starts, index)
        return Place(self.file, line, index - self._line_starts[line - 1] + 1)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def error(self, index: int, message: str, remedy: str | None = None) -> DocumentError:
        """Make the error for what stands at a character."""
        return DocumentError(message, place=self.place(index), remedy=remedy)

    def inside(self, start: int, end: int, value: str, offset: int) -> int:
        """Find the character of the text that the `offset`-th character of a scalar was read from."""
        start += len(match.group()) if (match := _ANCHOR.match(self.text, start, end)) else 0
        opening = self.text[start : start + 1]
        if opening in ("|", ">"):
            newline = self.text.find("\n", start)
            return self._aligned(iter((at, self.text[at]) for at in range(newline + 1, end)), value, offset, end)
        if opening in ("'", '"'):
            return self._aligned(self._unquoted(start + 1, end - 1, opening), value, offset, end - 1)
        return self._aligned(iter((at, self.text[at]) for at in range(start, end)), value, offset, end)

    def _unquoted(self, start: int, end: int, quote: str) -> Iterator[tuple[int, str]]:
        """Give each character between quotes with its position; an escape counts as one."""
        at = start
        while at < end:
            pair = _ESCAPE.match(self.text, at, end)
            if pair and (quote == '"') == pair.group().startswith("\\"):
                if not pair.group().startswith(("\\\n", "\\\r\n")):
                    yield at, self.text[at]
                at = pair.end()
            else:
                yield at, self.text[at]
                at += 1

    @staticmethod
    def _aligned(written: Iterator[tuple[int, str]], value: str, offset: int, end: int) -> int:
        """Walk value and source side by side; folding and indentation only ever add white space to the source."""
        for count, wanted in enumerate(value):
            at, char = next(written, (end, wanted))
            while char != wanted and char.isspace():
                at, char = next(written, (end, wanted))
            if count == offset:
                return at
        return end
