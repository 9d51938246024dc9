"""What the preview shows of a run."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.rendering.header import header_lines
from sandbox.rendering.numbers import count
from sandbox.rendering.outcome import outcome_lines
from tui.feed import Moment
from tui.watch.lines import Ink, Line, lines_of


def run_lines(moment: Moment, width: int) -> Sequence[Line]:
    """Write what a run is about, and what came of it."""
    ink = Ink()
    scene = moment.scene
    head = header_lines(scene, ink, width)
    words = count(scene.state.turns, "turn")
    return lines_of([*head, "", *outcome_lines(scene, ink, width, moment.tally), ink(words, "dim")])
