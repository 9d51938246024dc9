"""Where a run stands, in one line."""

from __future__ import annotations

from sandbox.rendering.layout import clip
from sandbox.rendering.numbers import count
from sandbox.rendering.outcome import rounds_of
from sandbox.rendering.printable import printable, width_of
from sandbox.rendering.scene import Scene

DOT = " · "


def progress_text(scene: Scene, width: int) -> str:
    """Say which round it is and what is on the table, each offer in its share of the width."""
    limit = scene.situation.end.rounds if scene.situation else None
    where = f"round {max(rounds_of(scene), 1)} of {limit}" if limit else count(scene.state.turns, "turn")
    standing = [offer for thread in scene.state.threads.values() for offer in thread.standing.values()]
    if not standing:
        return clip(where, width)
    rank = {seat: place for place, seat in enumerate(scene.state.seats)}
    room = (width - width_of(where)) // len(standing) - len(DOT)
    offers = (
        f"{offer.seat} {scene.terms(offer.terms)}" for offer in sorted(standing, key=lambda each: rank[each.seat])
    )
    return clip(DOT.join([where, *(clip(printable(offer), max(room, 1)) for offer in offers)]), width)
