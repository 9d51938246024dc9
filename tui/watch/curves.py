"""Who conceded how much: what each seat's offers are worth to itself, offer by offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sandbox.rendering.layout import pad
from sandbox.rendering.numbers import count, number
from sandbox.rendering.printable import printable, width_of
from tui.watch.canvas import Canvas, Scale
from tui.watch.history import Own
from tui.watch.lines import Line, Piece, seat_style

HEIGHT = 6
"""Lines of the picture."""
LEAST = 24
"""Columns below which it is not drawn."""


def curve_lines(
    own: Mapping[str, Sequence[Own]],
    offers: Mapping[str, int],
    no_deal: Mapping[str, float],
    ranks: Mapping[str, int],
    width: int,
) -> list[Line]:
    """Draw a curve for each seat, over the turns, and dotted what no deal is worth to it; then say it in words."""
    own = {seat: own[seat] for seat in ranks if own.get(seat)}
    if not own:
        return []
    lines = _picture(own, no_deal, ranks, width) if width >= LEAST else []
    return [*lines, *(_words(seat, points, offers[seat], ranks[seat]) for seat, points in own.items())]


def _picture(
    own: Mapping[str, Sequence[Own]], no_deal: Mapping[str, float], ranks: Mapping[str, int], width: int
) -> list[Line]:
    values = [point.worth for points in own.values() for point in points]
    values += [no_deal[seat] for seat in own if seat in no_deal]
    labels = [number(max(values)), number(min(values))]
    margin = max(map(width_of, labels))
    canvas = Canvas(width - margin - 1, HEIGHT)
    turns = [point.turn for points in own.values() for point in points]
    across = Scale(min(turns), max(turns), canvas.columns - 1)
    up = Scale(min(values), max(values), canvas.rows - 1)
    for seat in own:
        if seat in no_deal:
            for x in range(0, canvas.columns, 4):
                canvas.dot(x, up(no_deal[seat]), seat_style(ranks[seat]))
    for seat, points in own.items():
        places = [(across(point.turn), up(point.worth)) for point in points]
        for (x0, y0), (x1, y1) in zip(places, places[1:] or places, strict=False):
            canvas.line(x0, y0, x1, y1, seat_style(ranks[seat]))
    side = [labels[0], *[""] * (HEIGHT - 2), labels[1]]
    return [
        (Piece(pad(label, margin, right=True) + " ", "dim"), *cells)
        for label, cells in zip(side, canvas.lines(), strict=True)
    ]


def _words(seat: str, own: Sequence[Own], offers: int, rank: int) -> Line:
    first, last = own[0].worth, own[-1].worth
    told = f" {number(first)} → {number(last)}, " if offers > 1 else f" {number(first)}, "
    return (Piece(printable(seat), seat_style(rank)), Piece(f"{told}{count(offers, 'offer')}", "dim"))
