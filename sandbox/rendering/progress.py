"""Where a run stands, in one line."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.rendering.layout import clip
from sandbox.rendering.numbers import count
from sandbox.rendering.outcome import rounds_of
from sandbox.rendering.printable import printable, width_of
from sandbox.rendering.scene import Scene
from sandbox.rendering.stages import progress_words
from transcripts import Asking

DOT = " · "
_LEAST = 6
"""Columns that an offer needs to say anything."""


def progress_text(scene: Scene, width: int, waiting: Iterable[Asking] = ()) -> str:
    """Say which round it is, whose model is being asked, and what is on the table, each offer in its share."""
    limit = scene.situation.end.rounds if scene.situation else None
    where = f"round {max(rounds_of(scene), 1)} of {limit}" if limit else count(scene.state.turns, "turn")
    if phase := progress_words(scene):
        where = f"{phase}{DOT}{where}"
    for call in waiting:
        where += printable(f"{DOT}waiting for {call.seat} ({call.profile}) …")
    standing = [offer for thread in scene.state.threads.values() for offer in thread.standing.values()]
    if not standing:
        return clip(where, width)
    rank = {seat: place for place, seat in enumerate(scene.state.seats)}
    room = (width - width_of(where)) // len(standing) - len(DOT)
    if room < _LEAST:
        return clip(where, width)
    offers = (
        f"{offer.seat} {scene.terms(offer.terms)}" for offer in sorted(standing, key=lambda each: rank[each.seat])
    )
    return clip(DOT.join([where, *(clip(printable(offer), room) for offer in offers)]), width)
