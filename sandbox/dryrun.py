"""What a run would cost: played in memory, with the simulated model in the place of every other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sandbox.answers import Call
from sandbox.models import Models, Profile, Served, cost_of
from sandbox.plan import Plan, plan
from sandbox.play import play_on, wait_for
from sandbox.runs import Run
from sandbox.sinks import MemorySink
from sandbox.tally import Bill, tally_of
from scenarios import ScenarioSource


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run would take.  A real model talks at another length, and comes to an end sooner or later than this."""

    run: Run
    """The run as it was simulated; recorded nowhere."""
    profiles: Mapping[str, Bill]
    """By the profile that would be asked."""
    total: Bill


async def adry_run(scenario: str | Path | ScenarioSource | Plan, **options: Any) -> Estimate:
    """Say what a run would cost: needs no key and no network, and writes nothing.

    Takes what `moot.run` takes, less `store`, `record`, `watch` and `started`.  Tokens are estimated, four characters
    to each; prices are those of the profiles that would be asked, without discounts for what a provider has cached.
    """
    whole = scenario if isinstance(scenario, Plan) else plan(scenario, **options)
    run = await play_on(replace(whole, answers=_Simulated(whole.models)), MemorySink())
    tally = tally_of(run.transcript.events)
    return Estimate(run, tally.profiles, tally.bill)


def dry_run(scenario: str | Path | ScenarioSource | Plan, **options: Any) -> Estimate:
    """Say what a run would cost; takes what `adry_run` takes."""
    return wait_for("dry_run", lambda: adry_run(scenario, **options))


class _Simulated:
    """Answer in the place of every profile, at that profile's price."""

    def __init__(self, models: Models) -> None:
        from sandbox.models.simulated import SimulatedModel

        self._models = models
        self._model = SimulatedModel(Profile(name="simulated", provider="simulated"))

    async def answer(self, call: Call) -> Served:
        profile = self._models.find(call.profile, call.purpose)
        reply = await self._model.create(call.request)
        cost = cost_of(profile, reply.answer.usage)
        return reply.model_copy(update={"profile": profile.name, "model": profile.asks_for, "cost": cost})
