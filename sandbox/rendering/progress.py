"""Where a run stands, in one line."""

from __future__ import annotations

from sandbox.rendering.numbers import count
from sandbox.rendering.outcome import rounds_of
from sandbox.rendering.printable import printable
from sandbox.rendering.scene import Scene


def progress_text(scene: Scene) -> str:
    """Say which round it is and what is on the table."""
    limit = scene.situation.end.rounds if scene.situation else None
    rounds = max(rounds_of(scene), 1)
    where = f"round {rounds} of {limit}" if limit else f"{count(scene.state.turns, 'turn')}"
    offers = [
        f"{offer.seat} {scene.terms(offer.terms)}"
        for thread in scene.state.threads.values()
        for offer in thread.standing.values()
    ]
    return printable(" · ".join([where, *offers]))
