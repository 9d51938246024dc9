"""Guards on a small table, and what they say of a reply."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from personas import parse_document
from sandbox import Reply, View, Workspace
from sandbox.cast import Chair
from sandbox.guards import Guards, Stopped, read_guards, settle_guards
from sandbox.models import Models
from sandbox.models.profiles import load_profiles
from sandbox.view import known_by
from scenarios import Draws, ScenarioSource, Situation, scenario_from_data
from transcripts import Thread

TABLE: dict[str, Any] = {
    "title": "A bike",
    "issues": {"price": {"from": 100, "to": 400, "step": 10}},
    "participants": {
        "seller": {"prefers": {"price": {100: 0, 400: 60}}, "brief": "Your cousin would give 180."},
        "buyer": {"prefers": {"price": {100: 60, 400: 0}}, "brief": "You have 320."},
    },
    "threads": {"table": {}, "aside": {"members": ["seller", "buyer"]}},
    "end": {"rounds": 10},
}
NOWHERE = Workspace(Path("/nowhere"))
MODELS = Models(load_profiles({}))


def scene(*guards: Any, own: Any = (), data: dict[str, Any] = TABLE) -> Situation:
    """Put guards on the table, and `own` on the seller."""
    people = {**data["participants"], "seller": {**data["participants"]["seller"], "guards": list(own)}}
    return scenario_from_data({**data, "guards": list(guards), "participants": people}, "scene").resolve(0)


def read(situation: Situation, workspace: Workspace = NOWHERE, **more: Any) -> Guards:
    cast = {seat: Chair(None, {"kind": "rule", "tactic": "linear"}) for seat in situation.seats}
    return read_guards(situation, cast, workspace, **{"models": MODELS, **more})


def written(text: str, workspace: Workspace = NOWHERE) -> Guards:
    """Read the guards of a scenario that is written in a file, as a run does before anything is written."""
    head = "title: A talk\nparticipants: {seller: {}, buyer: {}}\nthreads: {table: {}}\nend: {rounds: 3}\n"
    source = ScenarioSource("scene", parse_document(head + text, "scene.yaml"))
    situation = settle_guards(source.resolve(0), workspace, models=MODELS, document=source.document)
    return read(situation, workspace, document=source.document)


def view(situation: Situation, seat: str = "seller", thread: str = "table", **more: Any) -> View:
    there = Thread(thread, list(situation.seats), thread)
    return View(known_by(situation, seat, None), there, {thread: there}, 1, Draws(0), **more)


def check(guard: Any, reply: Reply | str, **more: Any) -> Stopped | None:
    """Hold a reply of the seller's to one guard."""
    situation = scene(guard)
    said = Reply(reply) if isinstance(reply, str) else reply
    return asyncio.run(read(situation).check(view(situation, **more), said))


def reason(guard: Any, reply: Reply | str, **more: Any) -> str | None:
    stopped = check(guard, reply, **more)
    return stopped.reason if stopped else None
