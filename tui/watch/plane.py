"""The utility plane of two parties: what can be had, the Pareto frontier, and what was offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sandbox.rendering.layout import clip, pad
from sandbox.rendering.numbers import number
from sandbox.rendering.printable import printable, width_of
from tui.watch.canvas import Canvas, Scale
from tui.watch.history import Point
from tui.watch.lines import Line, Piece, line, seat_style

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from scenarios import Situation

HEIGHT = 10
"""Lines of the picture."""
LEAST = 24
"""Columns below which it is not drawn."""
FINE = 256
"""How fine the cloud of outcomes is kept: so many steps for each seat, finer than any picture of it."""

OFFER, STANDING, AGREED, NO_DEAL = "○", "●", "★", "✕"


@dataclass(frozen=True, eq=False)
class Cloud:
    """What can be had: where outcomes lie for two seats, however many there are."""

    seats: tuple[str, str]
    low: tuple[float, float]
    high: tuple[float, float]
    outcomes: Sequence[tuple[float, float]]
    frontier: Sequence[tuple[float, float]]
    no_deal: tuple[float, float]

    @classmethod
    def of(cls, situation: Situation) -> Cloud:
        """Work it out; that takes a while where there are many outcomes."""
        import numpy as np

        a, b = situation.seats
        space = situation.space
        x, y = space.utility(a), space.utility(b)
        best = space.frontier()
        no_deal = float(situation.no_deal(a)), float(situation.no_deal(b))
        low = min(float(x.min()), no_deal[0]), min(float(y.min()), no_deal[1])
        high = max(float(x.max()), no_deal[0]), max(float(y.max()), no_deal[1])
        frontier = np.unique(np.stack([x[best], y[best]], axis=1), axis=0)
        return cls((a, b), low, high, _thin(x, y, low, high), [(float(p), float(q)) for p, q in frontier], no_deal)


def _thin(
    x: NDArray[np.floating], y: NDArray[np.floating], low: tuple[float, float], high: tuple[float, float]
) -> list[tuple[float, float]]:
    """Keep one outcome of those that no picture tells apart."""
    import numpy as np

    steps = []
    for values, least, most in ((x, low[0], high[0]), (y, low[1], high[1])):
        size = (most - least) / FINE or 1.0
        steps.append(np.floor((values - least) / size).astype(np.int64))
    _, first = np.unique(steps[0] * (2 * FINE) + steps[1], return_index=True)
    return [(float(p), float(q)) for p, q in zip(x[first], y[first], strict=True)]


def _scales(cloud: Cloud, canvas: Canvas) -> tuple[Scale, Scale]:
    across = Scale(cloud.low[0], cloud.high[0], canvas.columns - 1)
    return across, Scale(cloud.low[1], cloud.high[1], canvas.rows - 1)


@lru_cache(maxsize=8)
def _background(cloud: Cloud, width: int, a: str, b: str) -> Canvas:
    """Draw what does not change: outcomes, the frontier, and what no deal is worth."""
    canvas = Canvas(width, HEIGHT)
    across, up = _scales(cloud, canvas)
    for x, y in cloud.outcomes:
        canvas.dot(across(x), up(y), "dim")
    for x, y in cloud.frontier:
        canvas.dot(across(x), up(y), "good")
    for column in range(0, canvas.columns, 4):
        canvas.dot(column, up(cloud.no_deal[1]), b)
    for row in range(0, canvas.rows, 4):
        canvas.dot(across(cloud.no_deal[0]), row, a)
    canvas.mark(across(cloud.no_deal[0]), up(cloud.no_deal[1]), NO_DEAL, "dim")
    return canvas


def plane_lines(
    cloud: Cloud,
    earlier: Sequence[Point],
    standing: Sequence[tuple[str, Mapping[str, float]]],
    agreed: Mapping[str, float] | None,
    ranks: Mapping[str, int],
    width: int,
) -> list[Line]:
    """Draw it: the first seat's worth to the right, the second's upward.

    `standing` says of each offer on the table whose it is and what it is worth.
    """
    if width < LEAST:
        return []
    a, b = cloud.seats
    labels = [number(cloud.high[1]), number(cloud.low[1])]
    margin = max(map(width_of, labels))
    canvas = _background(cloud, width - margin - 1, seat_style(ranks[a]), seat_style(ranks[b])).copy()
    across, up = _scales(cloud, canvas)

    def mark(worth: Mapping[str, float], char: str, style: str) -> None:
        if a in worth and b in worth:
            canvas.mark(across(worth[a]), up(worth[b]), char, style)

    for point in earlier:
        mark(point.worth, OFFER, seat_style(ranks[point.seat]))
    for seat, worth in standing:
        mark(worth, STANDING, seat_style(ranks[seat]))
    mark(agreed or {}, AGREED, "hit")
    side = [labels[0], *[""] * (HEIGHT - 2), labels[1]]
    title = clip(f"{'':{margin}} ↑ {printable(b)}", width)
    rows = [
        (Piece(pad(label, margin, right=True) + " ", "dim"), *cells)
        for label, cells in zip(side, canvas.lines(), strict=True)
    ]
    left, right = number(cloud.low[0]), f"{number(cloud.high[0])} {printable(a)} →"
    room = width - margin - 1 - width_of(left)
    foot = f"{'':{margin}} {left}{pad(clip(right, room), room, right=True)}"
    legend = f"{STANDING} on the table  {OFFER} earlier  {AGREED} agreed  {NO_DEAL} no deal"
    return [
        line(title, seat_style(ranks[b])),
        *rows,
        line(foot, seat_style(ranks[a])),
        line(clip(legend, width), "dim"),
    ]
