"""What somebody sits down to: which seat of which run, on what terms, and for how long."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from moot_errors import Busy, NotFound, WrongUse
from sandbox.rendering.scene import Scene
from scenarios import Study
from transcripts import Event, Seated
from tui.underway import Sitter

if TYPE_CHECKING:
    from sandbox.plan import Plan
    from tui.house import House


@dataclass(frozen=True)
class Seating:
    """A seat that somebody is about to take."""

    seat: str
    begin: Callable[[Sitter], int]
    """Begins the run with somebody in the chair, or goes on with it; returns the engine's ticket."""
    study: Study | None = None
    participant: str | None = None
    """What the study calls them, where that is known already."""
    seconds: float | None = None
    """How long they may take from now on; None where nobody says."""


def seating_of(house: House, run: str, seat: str, participant: str | None = None) -> Seating:
    """Prepare to sit in a run that was broken off.

    Raises NotFound, Busy while another process plays it, and WrongUse where it is over.
    """
    if house.store is None:
        raise NotFound("run", run, remedy="nothing was run here yet: moot run SCENARIO --sit SEAT begins one")
    info = house.store.find(run)
    if info.live:
        raise Busy(
            f"{info.name!r} is played by another process, and cannot be sat in",
            remedy="stop it there, or take the seat there: t in its screen",
        )
    transcript = house.store.load(info.name)
    state = transcript.state()
    _check(seat, list(state.seats))
    if state.ended is not None:
        raise WrongUse(
            f"{info.name} is over: {state.ended.reason}", remedy=f"moot fork {info.name} goes on differently"
        )
    situation = Scene(info.name, state).situation
    study = situation.study if situation else None
    left = seconds_left(study, seat, transcript.events)
    return Seating(seat, lambda sitter: house.engine.resume(info.name, sitter), study, participant, left)


def seating_for(house: House, plan: Plan, seat: str, participant: str | None = None) -> Seating:
    """Prepare to sit in a run that is to begin; raises NotFound."""
    _check(seat, list(plan.situation.seats))
    study = plan.situation.study
    left = seconds_left(study, seat, ())
    return Seating(seat, lambda sitter: house.engine.play(plan, sitter), study, participant, left)


def _check(seat: str, seats: list[str]) -> None:
    if seat not in seats:
        raise NotFound("seat", seat, seats, remedy=f"seats: {', '.join(seats)}")


def seconds_left(study: Study | None, seat: str, events: Iterable[Event]) -> float | None:
    """Say how long whoever sits in a seat may still take; None where nobody says.

    Earlier sittings count from when they began to the last that was recorded of them.
    """
    if study is None or study.minutes is None:
        return None
    used = 0.0
    began = last = None
    for event in events:
        at = event.evidence.at if event.evidence else None
        if isinstance(event, Seated) and event.seat == seat:
            used += last - began if began is not None and last is not None else 0
            began = last = at
        elif at is not None and last is not None:
            last = max(last, at)
    used += last - began if began is not None and last is not None else 0
    return max(60 * float(study.minutes) - used, 0.0)
