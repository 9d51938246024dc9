"""What plots show beyond the trials' rows: read from a part of the runs, the same number of each arm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sandbox.experiments.facts import written_in
from sandbox.experiments.results import Results, Trial
from sandbox.experiments.tables import offers_of, played
from scenarios import Situation

MOST = 400
"""Runs that are read."""
_SPACE = 200_000
"""Outcomes, beyond which no frontier is drawn."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What some runs of each arm did."""

    runs: int
    seats: Sequence[str] = ()
    concessions: Mapping[str, Mapping[str, Sequence[Sequence[float]]]] = field(default_factory=dict)
    """By seat and arm: of each run what its offers were worth to the seat itself, in order."""
    utilities: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    """By arm: what the first two seats have in the end."""
    agreed: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    """By arm: the rounds after which each run agreed, None where it did not."""
    frontier: Sequence[tuple[float, float]] | None = None
    """The outcomes of the Pareto frontier, where all of these runs have the same; and of two seats only."""
    no_deal: tuple[float, float] | None = None


def gather(results: Results) -> Gathered:
    """Read what plots need; nothing where the runs are not at hand."""
    chosen = _some(results)
    if results.database is None or not chosen:
        return Gathered(0)
    curves: defaultdict[str, defaultdict[str, list[list[float]]]] = defaultdict(lambda: defaultdict(list))
    utilities: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    agreed: defaultdict[str, list[float | None]] = defaultdict(list)
    situations: dict[str, Situation] = {}
    seats: list[str] = []
    runs = 0
    for trial, transcript in played(results, chosen):
        runs += 1
        state = transcript.state()
        names = {seat: called for called, seat in written_in(state.situation).items()}
        seats = seats or list(names) or list(state.seats)
        own: defaultdict[str, list[float]] = defaultdict(list)
        for offer in offers_of(transcript, state):
            if (worth := offer.get(f"worth.{offer['seat']}")) is not None:
                own[offer["seat"]].append(worth)
        for seat, worths in own.items():
            curves[seat][trial.arm].append(worths)
        rounds = min((thread.rounds() for thread in state.threads.values()), default=0)
        agreed[trial.arm].append(rounds if state.agreement else None)
        have = ((state.ended and state.ended.measures) or {}).get("utility", {})
        pair = [have.get(names.get(seat, seat)) for seat in seats[:2]]
        if len(pair) > 1 and all(isinstance(each, (int, float)) for each in pair):
            utilities[trial.arm].append((pair[0], pair[1]))
        if len(situations) < 2 and state.situation.get("issues"):
            key = _preferences(state.situation)
            situations[key] = situations.get(key) or Situation.from_data(trial.scenario, state.situation)
    frontier, no_deal = _frontier(list(situations.values()))
    return Gathered(runs, seats, curves, utilities, agreed, frontier, no_deal)


def _some(results: Results) -> list[Trial]:
    """Choose as many runs of each arm, the first by context."""
    by_arm: defaultdict[str, list[Trial]] = defaultdict(list)
    for trial in sorted(results.trials, key=lambda each: (each.number, each.context, each.swapped, each.series)):
        if trial.run is not None and trial.status == "done":
            by_arm[trial.arm].append(trial)
    each = max(1, MOST // max(1, len(by_arm)))
    return [trial for trials in by_arm.values() for trial in trials[:each]]


def _preferences(situation: Mapping[str, object]) -> str:
    """Name what the frontier depends on."""
    participants, written = situation["participants"], written_in(situation)
    assert isinstance(participants, Mapping)
    texts = ("role", "brief", "persona", "brain")
    return repr(
        (
            situation.get("issues"),
            {
                written.get(seat, seat): {name: value for name, value in each.items() if name not in texts}
                for seat, each in participants.items()
            },
        )
    )


def _frontier(
    situations: Sequence[Situation],
) -> tuple[list[tuple[float, float]] | None, tuple[float, float] | None]:
    if len(situations) != 1:
        return None, None
    space = situations[0].space
    if len(space.seats) != 2 or space.size > _SPACE:
        return None, None
    first, second = space.seats
    points = {(float(space.utility(first)[k]), float(space.utility(second)[k])) for k in space.frontier()}
    return sorted(points), (float(space.no_deal[first]), float(space.no_deal[second]))
