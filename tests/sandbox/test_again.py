"""What was played is played again, without anybody being asked; and what does not fit is said."""

from __future__ import annotations

import asyncio

import pytest

import moot
from sandbox.again import areplay
from transcripts import Transcript, parse_jsonl


@pytest.mark.parametrize("scenario", ["used-bike", "job-offer", "deal-or-no-deal", "campsite"])
def test_a_replay_of_rule_brains_is_the_run(scenario: str) -> None:
    run = moot.run(scenario, seed=5, record=False)
    assert asyncio.run(areplay(run.transcript)) == len(run.transcript.content())


def test_a_baseline_that_was_edited_differs_at_the_edited_turn() -> None:
    run = moot.run("used-bike", seed=5, record=False)
    edited = run.content().replace(b'"price":370', b'"price":360', 1)
    assert edited != run.content()
    with pytest.raises(moot.Error, match=r"turn 3.*360.*370"):
        asyncio.run(areplay(parse_jsonl(edited, "edited.jsonl")))


def test_an_open_run_is_replayed_as_far_as_it_went() -> None:
    whole = moot.run("used-bike", seed=5, record=False).transcript
    events = [event for event in whole.events if event.tick <= 4]
    assert asyncio.run(areplay(Transcript(events, whole.bodies, "open"))) == len(events)
