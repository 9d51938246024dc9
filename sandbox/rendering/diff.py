"""How a diff begins and ends on the page: where two runs part and why, and what they came to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from sandbox.rendering.layout import GAP, clip, table, wrap
from sandbox.rendering.numbers import count, dollars, number
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable, width_of
from sandbox.rendering.scene import Scene
from sandbox.rendering.stages import stage_line, tally_text
from sandbox.rendering.talk import deed

if TYPE_CHECKING:
    from sandbox.confirm import Confirmed
    from transcripts.diff import Cause, Diff, Divergence, Summary, Turn

WAY = "history"
_BEGINNING = 40
"""Columns of a document that are shown."""


@dataclass(frozen=True)
class Sides:
    """The two runs: their names, and what it takes to write of them."""

    names: tuple[str, str]
    scenes: tuple[Scene, Scene]

    @classmethod
    def of(cls, found: Diff, names: tuple[str, str]) -> Sides:
        left, right = (reading.transcript.state() for reading in found.readings)
        return cls(names, (Scene(names[0], left), Scene(names[1], right)))

    def words(self, turn: Turn, side: int) -> str:
        """Write what was said and done in a turn, in a line of text."""
        if turn.head is None:
            return "(broken off)"
        if turn.kind == "forfeited":
            return f"(turn forfeited) {printable(turn.text)}"
        if not turn.is_heard:
            return f"({self._counted(turn, side)})"
        text, act = printable(turn.text, lines=True).strip(), self.deed(turn, side)
        by = _by(turn)
        quoted = f'"{text}"' if text and text != self._terms(turn, side) else ""
        return " ".join(filter(None, [quoted, act])) + by if quoted or act else f"…{by}"

    def deed(self, turn: Turn, side: int) -> str:
        """Write what a turn does; empty where it only talks."""
        acts = [f"→ opens a thread with {printable(' and '.join(each.members))}" for each in turn.opened]
        acts += [deed(self.scenes[side], turn.act)] if turn.act else []
        return " ".join(acts)

    def _counted(self, turn: Turn, side: int) -> str:
        """Write what happens between turns, and what only the researcher learns of."""
        from transcripts import Agreed, Staged, Tallied

        match turn.head:
            case Staged():
                return stage_line(self.scenes[side], turn.head).removeprefix("── ")
            case Tallied():
                return tally_text(self.scenes[side], turn.head)
            case Agreed(terms=terms):
                return f"{printable(turn.text)}: {self.scenes[side].terms(terms)}"
            case _:
                return printable(turn.text)

    def _terms(self, turn: Turn, side: int) -> str | None:
        from transcripts import Offer

        return self.scenes[side].terms(turn.act.terms) if isinstance(turn.act, Offer) else None


def _by(turn: Turn) -> str:
    """Say who spoke in the seat's place, to whom it was told, and what nobody heard."""
    from transcripts import Told

    if isinstance(turn.head, Told):
        person = ", by a person" if turn.by == "person" else ""
        return printable(f" (to {' and '.join(turn.head.to)} in private{person})")
    if turn.kind == "confided":
        return f" ({printable(turn.task)}, in secret)"
    if turn.by is None or (turn.is_between and turn.by == "scenario"):
        return ""
    return {"person": " (a person)", "fallback": " (its fallback)"}.get(turn.by, " (as the scenario has it)")


class Page:
    """Write what stands above and below the turns."""

    def __init__(self, found: Diff, sides: Sides, paint: Paint, width: int) -> None:
        self.found, self.sides, self.paint, self.width = found, sides, paint, width

    def head(self) -> list[str]:
        """Say whether they differ, where first, and why."""
        left, right = map(printable, self.sides.names)
        lines = [self.paint(line, "bold") for line in wrap(f"{left} → {right}: {self._counts()}", self.width)]
        if self.found.scenarios:
            a, b = map(printable, self.found.scenarios)
            lines += self._wrapped(f"They are runs of different scenarios, {a} and {b}.", "warn")
        if first := self.found.first:
            lines += ["", *self._first(first)]
        elif self.found.inputs:
            for change in self.found.inputs:
                played = f"played with another {change.path}: {change.a or 'nothing'} → {change.b or 'nothing'}"
                lines += self._wrapped(printable(played), "dim", "  ")
        return lines

    def _counts(self) -> str:
        counts = self.found.counts
        if self.found.same:
            between = sum(pair.turn.is_between for pairs in self.found.threads.values() for pair in pairs)
            turns = counts["equal"] - between
            more = f", and in {between:,} events between them" if between else ""
            return f"the same in {'its' if turns == 1 else 'all'} {count(turns, 'turn')}{more}"
        words = [f"{counts[kind]} {kind}" for kind in counts if counts[kind] and kind not in ("equal", "beneath")]
        beneath = [f"{counts['beneath']} only in what nobody heard"] if counts["beneath"] else []
        equal = counts["equal"] - counts["beneath"]
        return f"{count(equal, 'turn is', 'turns are')} the same; " + (
            ", ".join([*words, *beneath]) or "the end is not"
        )

    def _first(self, first: Divergence) -> Iterator[str]:
        seats = list(dict.fromkeys(turn.seat for turn in (first.a, first.b) if turn))
        named = (first.b or first.a).name if first.a or first.b else ""  # type: ignore[union-attr]  # one of them is
        what = {
            "heard": f"They part at {named}, where {' and '.join(seats)} {'speaks' if len(seats) == 1 else 'speak'}:",
            "beneath": f"What is said is the same; what nobody heard differs first at {named} ({' and '.join(seats)}):",
            "end": "Every turn is the same, and the end is not:",
        }[first.at]
        yield from self._wrapped(printable(what), "bold")
        if first.at == "heard" or any(turn and not turn.is_heard for turn in (first.a, first.b)):
            for side, (turn, sign, style) in enumerate(((first.a, "-", "bad"), (first.b, "+", "good"))):
                words = f"{turn.seat} {self.sides.words(turn, side)}" if turn else "(goes no further)"
                yield from self._wrapped(words, style, f"  {sign} ", "    ")
        elif first.at == "end":
            for change in self.found.end[:3]:
                words = printable(f"{change.path}: {change.a or 'nothing'} → {change.b or 'nothing'}")
                yield from self._wrapped(words, None, "    ")
        yield from self._cause(first.cause, first)

    def _cause(self, cause: Cause, first: Divergence) -> Iterator[str]:
        yield from self._wrapped(f"why: {printable(str(cause))}", "warn", "  ", "       ")
        if WAY in cause.through and cause.turn_b:
            purpose = f", when {cause.seat} was asked to {cause.purpose}" if cause.purpose else ""
            yield from self._wrapped(printable(f"it came down from turn {cause.turn_b}{purpose}"), "dim", "       ")
        if cause.also and first.at != "end":
            yield from self._wrapped(f"besides, or because of it: {', '.join(cause.also)}", "dim", "       ")

    def confirmed(self, confirmed: Confirmed) -> list[str]:
        """Say how often the difference went away."""
        return list(self._wrapped(printable(str(confirmed)), None, "  confirmed: ", "       "))

    def outcome(self) -> list[str]:
        """Set side by side what both came to; rows in which they are the same are dim."""
        left, right = self.found.summaries
        rows = [(name, a, b) for (name, a), (_, b) in zip(self._rows(left, 0), self._rows(right, 1), strict=True)]
        rows = [("", *self.sides.names), *(row for row in rows if row[1] or row[2])]
        lines: list[tuple[str, ...]] = []
        same: list[bool] = []
        for name, a, b in ([printable(cell) for cell in row] for row in rows):
            cells = [[name], *self._in_columns(a, b, max(width_of(name) for name, _, _ in rows))]
            lines += zip_longest(*cells, fillvalue="")
            same += [bool(name) and a == b] * (len(lines) - len(same))
        plain = table(lines, indent="  ")
        return ["", *(self.paint(line, "dim") if dim else line for line, dim in zip(plain, same, strict=True))]

    def _in_columns(self, a: str, b: str, name: int) -> list[list[str]]:
        """Break what both sides have into two columns of the width that names leave."""
        half = max((self.width - name - 2 * len(GAP) - 2) // 2, _BEGINNING // 2)
        return [wrap(text, half) for text in (a, b)]

    def _rows(self, summary: Summary, side: int) -> list[tuple[str, str]]:
        """Name what one side came to."""
        seats = dict.fromkeys(seat for each in self.sides.scenes for seat in each.state.seats)
        verdicts = dict.fromkeys(name for each in self.found.summaries for name in each.verdicts)
        terms = self.sides.scenes[side].terms(dict(summary.terms)) if summary.terms else ""
        agreed = {True: "agreed", False: "no agreement", None: summary.reason or "not over"}[summary.agreed]
        gave_in = "; ".join(f"{each.seat} accepts {each.author}'s {each.offer}" for each in summary.gave_in)
        return [
            ("end", agreed if summary.status in ("done", "open") else f"{summary.status}: {summary.reason}"),
            ("terms", terms),
            *((f"{seat} has", number(summary.utility[seat]) if seat in summary.utility else "") for seat in seats),
            *((f"{seat} conceded", _conceded(summary, seat)) for seat in seats),
            ("gave in", gave_in),
            ("walked away", ", ".join(summary.left)),
            *((verdict, _verdict(summary, verdict)) for verdict in verdicts),
            *((f"{seat} scored", number(summary.scores[seat]) if seat in summary.scores else "") for seat in seats),
            ("handed in", _document(summary.document)),
            ("turns", str(summary.turns)),
            ("forfeited", str(summary.forfeits) if summary.forfeits else ""),
            ("calls", f"{summary.calls}, {summary.tokens:,} tokens, {dollars(summary.cost)}" if summary.calls else ""),
        ]

    def rules(self) -> list[str]:
        """Name the rules by which they were compared."""
        names = ", ".join(rule.partition(":")[0] for rule in self.found.normalised)
        return list(self._wrapped(f"compared by the rules {names}; --json says them in full", "dim"))

    def _wrapped(self, text: str, style: str | None, first: str = "", rest: str | None = None) -> Iterator[str]:
        for line in wrap(text, self.width, first=first, rest=first if rest is None else rest):
            yield self.paint(line, style) if style else line


def _verdict(summary: Summary, name: str) -> str:
    if name not in summary.verdicts:
        return ""
    return "–" if summary.verdicts[name] is None else str(summary.verdicts[name])


def _document(text: str | None) -> str:
    """Give the beginning of what was handed in."""
    return clip(" ".join(printable(text or "", lines=True).split()), _BEGINNING)


def _conceded(summary: Summary, seat: str) -> str:
    if seat not in summary.conceded:
        return ""
    return f"{number(summary.conceded[seat])} in {count(summary.offers[seat], 'offer')}"
