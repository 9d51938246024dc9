"""The turns of two runs, one below the other or side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sandbox.rendering.diff import Sides
from sandbox.rendering.layout import wrap
from sandbox.rendering.numbers import count
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable, width_of

if TYPE_CHECKING:
    from transcripts.diff import Pair, Turn

_BETWEEN = " │ "
_SIGNS = {"missing": "-", "inserted": "+", "moved": "↕", "equal": " ", "changed": "~"}
_STYLES = {"missing": "bad", "inserted": "good", "moved": "warn"}


class Mark(NamedTuple):
    """A word as it is printed, and whether it differs."""

    word: str
    differs: bool


class _Line(NamedTuple):
    """A line, and the same with its colours."""

    plain: str
    painted: str


class Turns:
    """Write a thread's turns."""

    def __init__(self, sides: Sides, paint: Paint, width: int, *, beside: bool, context: int) -> None:
        self.sides, self.paint, self.width, self.beside, self.context = sides, paint, width, beside, context

    def thread(self, name: str, pairs: Sequence[Pair]) -> Iterator[str]:
        """Write a thread: every difference, with so many equal turns around it."""
        yield self.paint(printable(name) or "between turns", "bold")
        near = self._near(pairs)
        left_out = 0
        for place, pair in enumerate(pairs):
            if place not in near:
                left_out += 1
                continue
            if left_out:
                yield self.skipped(left_out)
            left_out = 0
            yield from self.pair(pair)
        if left_out:
            yield self.skipped(left_out)

    def _near(self, pairs: Sequence[Pair]) -> set[int]:
        near: set[int] = set()
        for place, pair in enumerate(pairs):
            if pair.kind != "equal":
                near.update(range(place - self.context, place + self.context + 1))
        return near

    def skipped(self, many: int) -> str:
        """Say how many turns are left out."""
        return self.paint(f"  ⋯ {count(many, 'turn')} the same", "dim")

    def pair(self, pair: Pair) -> Iterator[str]:
        """Write a turn of both sides, or of the one that has it."""
        return self._beside(pair) if self.beside else self._below(pair)

    def _below(self, pair: Pair) -> Iterator[str]:
        if pair.kind == "changed" and pair.a and pair.b:
            columns = self._changed(pair.a, pair.b, self.width)
            yield from (line.painted for column in columns for line in column)
        else:
            turn, side = (pair.b, 1) if pair.b else (pair.a, 0)
            assert turn is not None
            style = _STYLES.get(pair.kind, "dim")
            lines = self._lines(turn, side, _SIGNS[pair.kind], style, self.width, _moved(pair))
            yield from (line.painted for line in lines)

    def _beside(self, pair: Pair) -> Iterator[str]:
        half = (self.width - width_of(_BETWEEN)) // 2
        if pair.kind == "changed" and pair.a and pair.b:
            columns = self._changed(pair.a, pair.b, half, sign=_SIGNS[pair.kind])
        else:
            style = _STYLES.get(pair.kind, "dim")
            columns = [
                self._lines(turn, side, _SIGNS[pair.kind], style, half, _moved(pair)) if turn else []
                for side, turn in enumerate((pair.a, pair.b))
            ]
        for row in range(max(map(len, columns))):
            left, right = (column[row] if row < len(column) else _Line("", "") for column in columns)
            yield f"{left.painted}{' ' * (half - width_of(left.plain))}{_BETWEEN}{right.painted}"

    def _changed(self, a: Turn, b: Turn, width: int, sign: str = "") -> list[list[_Line]]:
        """Write a changed turn; in colour, the words that differ are bold."""
        marks = _differing(self.sides.words(a, 0), self.sides.words(b, 1)) if self.paint.on else ([], [])
        return [
            self._lines(a, 0, sign or "-", "bad", width, marks=marks[0]),
            self._lines(b, 1, sign or "+", "good", width, marks=marks[1]),
        ]

    def _lines(
        self, turn: Turn, side: int, sign: str, style: str, width: int, note: str = "", marks: Sequence[Mark] = ()
    ) -> list[_Line]:
        head = f"{sign} {printable(turn.name)} {printable(turn.seat)} "
        left = list(marks[::-1])
        lines = []
        for row, line in enumerate(wrap(self.sides.words(turn, side) + note, width, first=head, rest="    ")):
            start = len(head) if row == 0 else 4
            lines.append(_Line(line, self.paint(line[:start] + self._marked(line[start:], left), style)))
        return lines

    def _marked(self, line: str, left: list[Mark]) -> str:
        """Stress what differs in a line whose words come next among the marks; a word that was broken is as all are."""
        if not left:
            return line
        runs: list[tuple[bool, list[str]]] = []
        for word in line.split(" "):
            differs = left.pop().differs if left and left[-1].word == word else False
            if not runs or runs[-1][0] != differs:
                runs.append((differs, []))
            runs[-1][1].append(word)
        return " ".join(self.paint.stress(" ".join(words)) if differs else " ".join(words) for differs, words in runs)


def _moved(pair: Pair) -> str:
    return f" ({'moved to' if pair.a else 'moved from'} {printable(pair.other.name)})" if pair.other else ""


def _differing(a: str, b: str) -> tuple[list[Mark], list[Mark]]:
    """Mark the words of two texts that differ."""
    from transcripts.diff import compare_words

    stretches = compare_words(a, b)
    sides = ([(each.a, each.op) for each in stretches], [(each.b, each.op) for each in stretches])
    return _marks(a, sides[0]), _marks(b, sides[1])


def _marks(text: str, stretches: Sequence[tuple[str, str]]) -> list[Mark]:
    flags = "".join(("x" if op == "replace" else " ") * len(stretch) for stretch, op in stretches)
    return [Mark(found[0], "x" in flags[found.start() : found.end()]) for found in re.finditer(r"[^ \n]+", text)]
