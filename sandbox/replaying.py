"""Replay a run by its name, and say what has changed since it was recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moot_errors import MootError, NotFound, StoreError
from sandbox import again
from sandbox.mismatch import differing_words
from sandbox.models import redact
from sandbox.play import wait_for
from sandbox.runs import Run, load
from transcripts import Bodies, Transcript

if TYPE_CHECKING:
    from sandbox.brain import Brain
    from sandbox.workspace import Workspace
    from transcripts import Store

_SHOWN = 3
"""Differences named of one file."""


async def areplay(
    run: str | Path | Run | Transcript,
    *,
    brains: Mapping[str, Brain] | None = None,
    store: Store | Path | None = None,
) -> int:
    """Play a run again with every answer from its transcript, and return how many events were compared.

    `run` may be a name, or the path of a `.jsonl` file; `brains` replaces those of seats, objects of your own that the
    run was played with included.  Opens no model, and needs no key and no network.  Raises Unrecorded for a request
    that was not made then, and Differs for whatever else comes out differently.
    """
    from pydantic import ValidationError

    transcript = _transcript(run, store)
    try:
        return await again.areplay(transcript, brains=brains)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(map(str, fault["loc"]))
        raise StoreError(
            f"what {transcript.name or 'this transcript'} embeds cannot be read: {where}: {fault['msg']}"
        ) from None


def replay(run: str | Path | Run | Transcript, **options: Any) -> int:
    """Play a run again from its transcript; takes what `areplay` takes."""
    return wait_for("replay", lambda: areplay(run, **options))


def changes_since(transcript: Transcript, workspace: Workspace) -> list[str]:
    """Name what is not as it was when a run was recorded: its scenario, personas and guards, the version of Moot.

    A replay takes them from the transcript; a new run would not.
    """
    from sandbox.guards import changed_guards

    started = again.stretches(transcript)[-1].started
    found = _changes(
        f"the scenario {started.name!r}", transcript, started.scenario, partial(_scenario, started.name, workspace)
    )
    for name, body in started.personas.items():
        found += _changes(f"the persona {name!r}", transcript, body, partial(_persona, name, workspace))
    found += changed_guards(transcript.bodies.data(started.situation), workspace)
    engine, now = started.evidence.engine if started.evidence else None, version("moot")
    if engine not in (None, now):
        found.append(f"Moot has changed since: it was {engine}, and is {now}")
    return found


def _transcript(run: str | Path | Run | Transcript, store: Store | Path | None) -> Transcript:
    if isinstance(run, Transcript):
        return run
    return (run if isinstance(run, Run) else load(run, store=store)).transcript


def _scenario(name: str, workspace: Workspace) -> Any:
    from scenarios import list_scenarios, load_scenario

    known = list_scenarios(workspace.scenarios)
    if name not in known:  # looked up as a name, and never as a path: a file from anybody says it
        raise NotFound("scenario", name)
    return redact(load_scenario(known[name]).data)


def _persona(name: str, workspace: Workspace) -> Any:
    from personas import load_persona

    return load_persona(name, workspace.personas).persona.model_dump(mode="json")


def _changes(what: str, transcript: Transcript, body: str, load_now: Callable[[], Any]) -> list[str]:
    """Compare a body with what a file says today."""
    bodies = Bodies()
    try:
        now = bodies.put(load_now())
    except NotFound:
        return [f"{what} is not there any more"]
    except MootError as error:
        return [f"{what} has changed since, and cannot be read: {error.message}"]
    if now == body:
        return []
    differences = list(islice(_differences(transcript.bodies.data(body), bodies.data(now), ""), _SHOWN))
    return [f"{what} has changed since: {each}" for each in differences or ["the order of what it says"]]


def _differences(then: Any, now: Any, path: str) -> Iterator[str]:
    """Find what differs, deepest first; a text word by word."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in {**then, **now}:
            below = f"{path}.{key}" if path else str(key)
            if key not in now:
                yield f"{below}: was {_short(then[key])}, and is gone"
            elif key not in then:
                yield f"{below}: is new, {_short(now[key])}"
            else:
                yield from _differences(then[key], now[key], below)
    elif isinstance(then, str) and isinstance(now, str) and then.split() != now.split():
        before, after = differing_words(then, now)
        yield f"{path}: was {before!r}, and is {after!r}"
    elif then != now:
        yield f"{path}: was {_short(then)}, and is {_short(now)}"


def _short(value: Any, width: int = 120) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= width else f"{text[: width - 1]}…"
