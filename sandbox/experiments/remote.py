"""Trials as bytes that go to another process, and runs as bytes that come back.

What goes holds everything that a run is played with, as a transcript's first event does: a worker needs no workspace
and no store, but the keys of models in its own environment.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from moot_errors import MootError
from sandbox.again import plan_again
from sandbox.answers import Live
from sandbox.budget import Budget
from sandbox.experiments.executor import Assignment, Played
from sandbox.experiments.facts import Looking
from sandbox.plan import Plan
from sandbox.play import play_on
from sandbox.sinks import MemorySink
from transcripts import Bodies, Packed, Started, Transcript, pack

if TYPE_CHECKING:
    from sandbox.experiments.planning import Experiment

_PLANS: dict[str, Plan] = {}
"""Of this worker, by all that decides them but the seed: making one takes longer than some runs."""
_KEPT = 16


def write_batch(experiment: Experiment, batch: Sequence[Assignment]) -> bytes:
    """Write assignments down."""
    bodies = Bodies()
    started = [experiment.plan_of(one.row).started(bodies).model_dump(mode="json") for one in batch]
    return json.dumps({
        "trusted": experiment.workspace.trusted,
        "limits": experiment.limits.limits(),
        "bodies": {name: body.decode() for name, body in bodies.items()},
        "started": started,
    }).encode()  # fmt: skip


def read_played(data: bytes, batch: Sequence[Assignment]) -> list[Played]:
    """Read what came of a batch; raises the MootError that kept it from being played."""
    reply = json.loads(data)
    if error := reply.get("error"):
        raise MootError(error["message"], remedy=error["remedy"])
    return [
        Played(one, each["status"], each["facts"], each["facts"].get("fault"), packed=Packed.of(each["packed"]))
        for one, each in zip(batch, reply["played"], strict=True)
    ]


async def play_batch(data: bytes) -> bytes:
    """Play a batch, all of it at the same time; this is what a worker does."""
    order = json.loads(data)
    bodies = Bodies({name: body.encode() for name, body in order["bodies"].items()})
    try:
        plans = [_plan(Started.model_validate(each), bodies, order["trusted"]) for each in order["started"]]
        played = await asyncio.gather(*(_play(plan.limited(Budget(**order["limits"]))) for plan in plans))
    except MootError as error:
        return json.dumps({"error": {"message": error.message, "remedy": error.remedy}}).encode()
    return json.dumps({"played": played}).encode()


def _plan(started: Started, bodies: Bodies, trusted: bool) -> Plan:
    key = started.model_copy(update={"seed": 0}).model_dump_json()
    if key not in _PLANS:
        if len(_PLANS) >= _KEPT:
            _PLANS.clear()
        made = plan_again(started, Transcript([started], bodies), trusted=trusted, answers=Live)
        made.open_models()
        _PLANS[key] = made
    return _PLANS[key].with_seed(started.seed)


async def _play(plan: Plan) -> Mapping[str, Any]:
    at, looking = time.time(), Looking(MemorySink())
    run = await play_on(plan, looking)
    packed = pack(run.transcript, at).plain()
    return {"status": run.status, "facts": looking.finder.facts(run.state), "packed": packed}
