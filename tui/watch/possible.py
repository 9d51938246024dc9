"""What can be had in a situation: worked out in another thread, for there may be millions of outcomes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.rendering.scene import Scene
from scenarios import Situation
from tui.watch.plane import Cloud

_PLANE = 2
"""Parties for which a plane can be drawn."""


@dataclass(frozen=True)
class Possible:
    """What can be had."""

    ideal: Mapping[str, float | None]
    """The most that each seat can have with nobody below no deal; None where nobody can have so much."""
    cloud: Cloud | None
    """None for more than two parties, or fewer."""


class Possibilities:
    """Keep what was worked out, by the situation: a fork may have changed it."""

    def __init__(self) -> None:
        self._found: dict[str, Possible | None] = {}

    def find(self, scene: Scene) -> Possible | None:
        """Give what was worked out."""
        return self._found.get(_situation(scene))

    def wanted(self, scene: Scene) -> bool:
        """Tell whether it is still to be worked out: for a researcher's eyes, and where there are issues."""
        return (
            scene.seat is None
            and _situation(scene) not in self._found
            and scene.situation is not None
            and bool(scene.situation.issues)
        )

    async def work_out(self, scene: Scene) -> None:
        """Work it out."""
        situation, name = scene.situation, _situation(scene)
        assert situation is not None
        self._found[name] = None
        self._found[name] = await asyncio.to_thread(_work_out, situation)


def _work_out(situation: Situation) -> Possible:
    ideal = {seat: situation.space.ideal(seat) for seat in situation.seats}
    return Possible(ideal, Cloud.of(situation) if len(situation.seats) == _PLANE else None)


def _situation(scene: Scene) -> str:
    return scene.state.started.situation if scene.state.started else ""
