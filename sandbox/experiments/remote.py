"""Trials as bytes that go to another process, and runs as bytes that come back.

What goes holds everything that a run is played with, as a transcript's first event does: a worker needs no workspace
and no store, but the keys of models in its own environment.  Threads of one process may play at the same time: each
has plans, models and an event loop of its own, and what must be one for all of them is.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from moot_errors import MootError
from sandbox.again import plan_again
from sandbox.answers import Live
from sandbox.budget import Budget
from sandbox.cleaning import cleaned
from sandbox.coordinator import Coordinator
from sandbox.experiments.executor import Assignment, Played
from sandbox.experiments.facts import Looking
from sandbox.experiments.manifest import version_of
from sandbox.plan import Plan
from sandbox.play import play_on
from sandbox.sinks import MemorySink
from transcripts import Bodies, Packed, Started, Transcript, pack

if TYPE_CHECKING:
    from sandbox.experiments.planning import Experiment


class _Kept(threading.local):
    """What a thread keeps: making a plan takes longer than some runs."""

    def __init__(self) -> None:
        self.plans: dict[str, Plan] = {}
        """By all that decides them but the seed."""


_KEPT = _Kept()
_MOST = 16
_UNDER_WAY: dict[str, set[Coordinator]] = {}
"""By whom they are played for."""
_STOPPED: set[str] = set()


def write_batch(experiment: Experiment, batch: Sequence[Assignment], *, share: int = 1, whose: str = "") -> bytes:
    """Write assignments down, for one of so many processes that `share` the limits of models.

    `stop_playing` stops what is played for `whose`.
    """
    bodies = Bodies()
    started = [experiment.plan_of(one.row).started(bodies).model_dump(mode="json") for one in batch]
    return json.dumps({
        "moot": version_of("moot"),
        "whose": whose,
        "share": share,
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
        Played(one, each["status"], each["facts"], each["facts"].get("fault"), packed=_packed(each["packed"]))
        for one, each in zip(batch, reply["played"], strict=True)
    ]


def _packed(data: Mapping[str, Any] | None) -> Packed | None:
    return Packed.of(data) if data else None


async def play_batch(data: bytes) -> bytes:
    """Play a batch, all of it at the same time; this is what a worker does."""
    order = json.loads(data)
    try:
        require_same(order["moot"])
        bodies = Bodies({name: body.encode() for name, body in order["bodies"].items()})
        plans = [_plan(Started.model_validate(each), bodies, order) for each in order["started"]]
        limits = Budget(**order["limits"])
        played = await asyncio.gather(*(_play(plan.limited(limits), order["whose"]) for plan in plans))
    except MootError as error:
        return json.dumps({"error": {"message": error.message, "remedy": error.remedy}}).encode()
    return json.dumps({"played": played}).encode()


def require_same(version: str | None) -> None:
    """Raise MootError where this process runs another Moot than the one that asks."""
    if version != (here := version_of("moot")):
        raise MootError(f"it has Moot {here}, and {version} is what asks", remedy="install the same on both")


def stop_playing(whose: str) -> None:
    """Stop at the next turn boundary what this process plays for somebody, and begin nothing more for them."""
    _STOPPED.add(whose)
    for coordinator in list(_UNDER_WAY.get(whose, ())):
        coordinator.stop()


def _plan(started: Started, bodies: Bodies, order: Mapping[str, Any]) -> Plan:
    plans = _KEPT.plans
    key = f"{order['share']} {started.model_copy(update={'seed': 0}).model_dump_json()}"
    if key not in plans:
        if len(plans) >= _MOST:
            plans.clear()
        made = plan_again(started, Transcript([started], bodies), trusted=order["trusted"], answers=Live)
        models = made.models.shared(order["share"])
        made = replace(made, models=models, answers=Live(models))
        made.open_models()
        plans[key] = cleaned(made)
    return plans[key].with_seed(started.seed)


async def _play(plan: Plan, whose: str) -> Mapping[str, Any]:
    if whose in _STOPPED:
        return {"status": "open", "facts": {}, "packed": None}
    at, looking = time.time(), Looking(MemorySink())
    under_way, mine = _UNDER_WAY.setdefault(whose, set()), list[Coordinator]()

    def started(name: str, coordinator: Coordinator) -> None:
        mine.append(coordinator)
        under_way.add(coordinator)

    try:
        run = await play_on(plan, looking, started=started)
    finally:
        under_way.difference_update(mine)
    facts = looking.finder.facts(run.state) if run.state.ended else {}
    return {"status": run.status, "facts": facts, "packed": pack(run.transcript, at).plain()}
