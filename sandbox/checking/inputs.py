"""What two runs were played with, and in what that differs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sandbox.mismatch import differing_words
from transcripts import Started, Transcript

_SHOWN = 60


def changed_inputs(then: Transcript, now: Transcript) -> list[str]:
    """Name what differs in what two runs were played with: scenario, cast, personas, models, settings, seed."""
    old, new = _inputs(then), _inputs(now)
    return [words for key in {**old, **new} for words in differences(old.get(key), new.get(key), key)]


def differences(then: Any, now: Any, path: str = "") -> Iterator[str]:
    """Name what differs between plain data, deepest first; of texts the words."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in {**then, **now}:
            yield from differences(then.get(key), now.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(then, str) and isinstance(now, str) and then.split() != now.split():
        before, after = differing_words(then, now)
        yield f"{path}: {before!r} → {after!r}"
    elif then != now:
        yield f"{path}: {_short(then)} → {_short(now)}"


def _inputs(transcript: Transcript) -> dict[str, Any]:
    started = next((event for event in transcript.content() if isinstance(event, Started)), None)
    if started is None:
        return {}
    data = transcript.bodies.data
    return {
        "scenario": {"name": started.name, **data(started.scenario)},
        "parameters": data(started.situation).get("parameters"),
        "drawn": data(started.situation).get("drawn"),
        "seed": started.seed,
        "settings": started.settings,
        "cast": {seat: who.model_dump() for seat, who in started.cast.items()},
        "persona": {name: data(body) for name, body in started.personas.items()},
        "model": {name: data(body) for name, body in started.models.items()},
    }


def _short(data: Any) -> str:
    if data is None:
        return "nothing"
    text = json.dumps(data, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
