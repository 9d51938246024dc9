"""Keys and tokens taken out of a plan, so that what is played is what is recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.models import known_secrets, redact

if TYPE_CHECKING:
    from sandbox.cast import Chair
    from sandbox.plan import Plan
    from scenarios import Situation


def cleaned(plan: Plan) -> Plan:
    """Take out what looks like a key, and each key that this process has read: open the models before.

    A replay has the cleaned texts only; a run that sent others would not be the same.
    """
    situation = _situation(plan.situation)
    cast = {seat: _chair(chair) for seat, chair in plan.cast.items()}
    settings = redact(plan.settings, known_secrets())
    same = situation is plan.situation and settings is plan.settings
    if same and all(chair is plan.cast[seat] for seat, chair in cast.items()):
        return plan
    return replace(plan, situation=situation, cast=cast, settings=settings)


def _situation(situation: Situation) -> Situation:
    data, source = redact((situation.data, situation.source_data), known_secrets())
    if data is situation.data and source is situation.source_data:
        return situation
    return type(situation).from_data(situation.name, data, source)


def _chair(chair: Chair) -> Chair:
    brain, persona = redact(chair.brain, known_secrets()), chair.persona
    if persona is not None:
        said = persona.model_dump(mode="json", exclude={"name"})
        if (clean := redact(said, known_secrets())) is not said:
            persona = type(persona).model_validate({"name": persona.name, **clean})
    if brain is chair.brain and persona is chair.persona:
        return chair
    return replace(chair, brain=brain, persona=persona)
