"""The bargaining table: what stands on it, what that is worth to each, who conceded how much, and what it took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sandbox.rendering.layout import clip, pad, wrap
from sandbox.rendering.numbers import count, dollars, number
from sandbox.rendering.printable import printable, width_of
from sandbox.rendering.scene import Scene
from transcripts import Standing
from tui.feed import Moment
from tui.watch.curves import curve_lines
from tui.watch.history import History
from tui.watch.lines import Line, Piece, line, seat_style
from tui.watch.plane import plane_lines
from tui.watch.possible import Possible

_MARKED = 300
"""Offers that are marked in the plane."""
_EARLIER = 3
"""Offers that are not on the table any more, and are shown with what they are worth."""


@dataclass(frozen=True)
class Table:
    """What the panel shows of a moment."""

    moment: Moment
    history: History
    possible: Possible | None
    """What can be had; None while it is being worked out, and for a participant, to whom it would tell of others."""
    limits: Mapping[str, float]
    """The budget, as far as it is known here."""

    def lines(self, width: int) -> list[Line]:
        """Write it."""
        blocks = [*self._blocks(width), self._budget(width)]
        lines: list[Line] = []
        for block in filter(None, blocks):
            lines += [line(""), *block] if lines else block
        return lines

    @property
    def scene(self) -> Scene:
        return self.moment.scene

    @property
    def _ranks(self) -> dict[str, int]:
        return {seat: rank for rank, seat in enumerate(self.scene.state.seats)}

    def _blocks(self, width: int) -> Iterator[list[Line]]:
        issues = self.scene.state.situation.get("issues")
        if not issues:
            yield _text("This is a conversation: there is nothing to agree on, and so no bargaining table.", width)
            yield self._turns(width)
            return
        if self.scene.situation is None:
            yield _text(
                "This Moot cannot make sense of the scenario as it was played. Worths are as recorded.", width, "warn"
            )
        yield self._standing(width)
        yield self._worth(width)
        upto = self.moment.upto
        curves = curve_lines(
            self.history.own(upto, 2 * width),
            self.history.offers(upto),
            {seat: worth for seat in self._seen if (worth := self._no_deal(seat)) is not None},
            {seat: rank for seat, rank in self._ranks.items() if seat in self._seen},
            width,
        )
        if curves:
            yield [line("worth of own offers, by turn", "bold"), *curves]
        if self.possible and self.possible.cloud:
            standing = [(offer.seat, self.scene.worth(offer.id)) for offer in self._offers()]
            agreed = self.scene.worth(self._agreed) if self._agreed else None
            plane = plane_lines(
                self.possible.cloud, self.history.last(upto, _MARKED), standing, agreed, self._ranks, width
            )
            if plane:
                yield [line("what can be had", "bold"), *plane]

    @property
    def _seen(self) -> list[str]:
        """The seats whose worths these eyes may know."""
        return [seat for seat in self.scene.state.seats if self.scene.seat in (None, seat)]

    def _offers(self) -> list[Standing]:
        state = self.scene.state
        return [offer for name in self.scene.threads for offer in state.threads[name].standing.values()]

    @property
    def _agreed(self) -> str | None:
        """The offer that was agreed on, as far as these eyes see."""
        agreement = self.scene.state.agreement
        return agreement.offer if agreement and agreement.thread in self.scene.threads else None

    def _standing(self, width: int) -> list[Line]:
        agreement, offers = self.scene.state.agreement, self._offers()
        lines: list[Line] = []
        if agreement is not None and agreement.thread in self.scene.threads:
            lines += [line("agreed", "good"), *_text(self.scene.terms(agreement.terms), width, indent="  ")]
        elif not offers:
            return [line("nothing is on the table", "dim")]
        else:
            lines.append(line("on the table", "bold"))
        others = [offer for offer in offers if offer.id != self._agreed]
        if others and self._agreed:
            lines.append(line("besides, on the table", "bold"))
        for offer in others:
            lines.append(
                (Piece(printable(offer.seat), self._style(offer.seat)), Piece(f" {printable(offer.id)}", "dim"))
            )
            lines += _text(self.scene.terms(offer.terms), width, indent="  ")
            if backers := sorted(offer.backers - {offer.seat}):
                lines += _text(printable(f"backed by {' and '.join(backers)}"), width, "good", indent="  ")
        return lines

    def _worth(self, width: int) -> list[Line]:
        """Set out what offers are worth, a row for each and a column for each seat."""
        seats = self._seen
        standing = {offer.id: "" for offer in self._offers()} | ({self._agreed: "good"} if self._agreed else {})
        rows = [("no deal", {seat: self._no_deal(seat) for seat in seats}, "dim")]
        rows.append(("best possible", {seat: self._best(seat) for seat in seats}, "dim"))
        recent = self.history.last(self.moment.upto, 2 * _EARLIER + len(standing))
        earlier = [
            point.offer for point in recent if point.offer not in standing and point.thread in self.scene.threads
        ]
        for offer in [*earlier[-_EARLIER:], *standing]:
            rows.append((offer, dict(self.scene.worth(offer)), standing.get(offer, "dim")))
        return list(_columns(rows, seats, self._ranks, width))

    def _turns(self, width: int) -> list[Line]:
        """Say how often each has spoken."""
        turns = self.scene.state.turns_of
        seats = self.scene.state.seats if self.scene.seat is None else [self.scene.seat]
        return [
            (
                Piece(clip(printable(seat), width), self._style(seat)),
                Piece(f" {count(turns.get(seat, 0), 'turn')}", "dim"),
            )
            for seat in seats
        ]

    def _budget(self, width: int) -> list[Line]:
        """Say what calls took so far, beside what they may take."""
        spent = self.scene.state.spent
        if self.scene.seat is not None or not (spent.calls or self.limits):
            return []
        used = {"calls": spent.calls, "tokens": spent.tokens, "cost": spent.cost}
        words = {"calls": f"{spent.calls:,}", "tokens": f"{spent.tokens:,}", "cost": dollars(spent.cost)}
        if self.history.unpriced(self.moment.upto):
            words["cost"] = f"{dollars(spent.cost)} at least" if spent.cost else "unknown"
        lines = [line("spent", "bold")]
        for what, value in used.items():
            limit = self.limits.get(what)
            share = (
                "" if not limit else f" of {dollars(limit) if what == 'cost' else f'{limit:,g}'} {_bar(value / limit)}"
            )
            style = "" if not limit or value < limit else "bad"
            lines.append(line(clip(f"  {what:<7}{words[what]}{share}", width), style))
        if self.scene.state.exhausted is not None:
            lines += _text(f"the budget of {self.scene.state.exhausted.what} is used up", width, "bad", indent="  ")
        return lines

    def _no_deal(self, seat: str) -> float | None:
        situation = self.scene.situation
        return float(situation.no_deal(seat)) if situation and seat in situation.seats else None

    def _best(self, seat: str) -> float | None:
        """Give what is best for a seat with nobody below no deal, where it was worked out already."""
        return self.possible.ideal.get(seat) if self.possible else None

    def _style(self, seat: str) -> str:
        return seat_style(self._ranks.get(seat, 0))


def _columns(
    rows: Sequence[tuple[str, Mapping[str, float | None], str]],
    seats: Sequence[str],
    ranks: Mapping[str, int],
    width: int,
) -> Iterable[Line]:
    """Write the table; the seats that do not fit beside one another come below."""
    rows = [row for row in rows if any(row[1].get(seat) is not None for seat in seats)]
    if not rows:
        return
    first = min(max(width_of(printable(name)) for name, _, _ in rows), max(width // 2, 8))
    widths = {
        seat: max(width_of(printable(seat)), *(width_of(number(worth.get(seat))) for _, worth, _ in rows))
        for seat in seats
    }
    left = list(seats)
    while left:
        group, used = [left.pop(0)], 0
        used = first + 2 + widths[group[0]]
        while left and used + 2 + widths[left[0]] <= width:
            used += 2 + widths[left[0]]
            group.append(left.pop(0))
        head = [Piece(pad("worth to", first), "dim")]
        for seat in group:
            head += [Piece("  "), Piece(pad(printable(seat), widths[seat], right=True), seat_style(ranks[seat]))]
        yield tuple(head)
        for name, worth, style in rows:
            cells = "".join(f"  {pad(number(worth.get(seat)), widths[seat], right=True)}" for seat in group)
            yield (Piece(pad(clip(printable(name), first), first), style), Piece(cells, style))


def _bar(share: float) -> str:
    """Draw how much of something is used."""
    full = min(max(int(share * 10), 0), 10)
    return f"{'█' * full}{'░' * (10 - full)} {100 * min(share, 9.99):.0f} %"


def _text(text: str, width: int, style: str = "", *, indent: str = "") -> list[Line]:
    return [line(each, style) for each in wrap(text, width, first=indent, rest=indent)]
