"""Prompts cost what is new in them: a run twice as long takes twice the bytes, whatever its prompts show."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

import moot
from scenarios import scenario_from_data


@cache
def size(messages: int, threads: int, context: str) -> int:
    """Play a conversation of simulated models, and give the bytes of its file form."""
    shows: dict[str, Any] = {"everything": {}, "last": {"last": 10}, "tokens": {"tokens": 500}}
    brain = {"kind": "llm", "model": "simulated", "context": shows[context]}
    data = {
        "title": "A long talk",
        "participants": {seat: {"brain": brain} for seat in ("ann", "ben")},
        "threads": {f"room{n}": {} for n in range(threads)},
        "end": {"turns": messages},
    }
    run = moot.run(scenario_from_data(data, "talk"), record=False)
    assert len(run.messages) >= messages
    return len(run.transcript.to_jsonl())


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("context", ["everything", "last", "tokens"])
def test_twice_as_many_messages_take_twice_the_bytes(context: str, threads: int) -> None:
    assert size(400, threads, context) < 2.1 * size(200, threads, context)


@pytest.mark.parametrize("context", ["last", "tokens"])
def test_a_context_that_slides_costs_no_more_than_one_that_grows(context: str) -> None:
    assert size(400, 1, context) < 1.05 * size(400, 1, "everything")
