"""The same inputs give the same content, byte for byte, wherever and beside whatever it is played."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

import moot

PLAY = """
import sys, moot
sys.stdout.buffer.write(moot.run(sys.argv[1], seed=int(sys.argv[2]), record=False).content())
"""


@pytest.mark.parametrize("scenario", ["used-bike", "job-offer", "deal-or-no-deal", "campsite"])
def test_another_process_under_another_hash_seed_plays_the_same(scenario: str, tmp_path: Path) -> None:
    here = moot.run(scenario, seed=11, record=False).content()
    environment = {**os.environ, "PYTHONHASHSEED": "4242"}
    command = [sys.executable, "-c", PLAY, scenario, "11"]
    there = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True).stdout
    assert there == here


def test_many_at_once_play_the_same_as_each_alone(tmp_path: Path) -> None:
    async def together() -> list[bytes]:
        with moot.Store.open(tmp_path / "transcripts.db") as store:
            runs = await asyncio.gather(*(moot.arun("used-bike", seed=seed, store=store) for seed in range(20)))
            return [run.content() for run in runs]

    alone = [moot.run("used-bike", seed=seed, record=False).content() for seed in range(20)]
    assert asyncio.run(together()) == alone
    assert len(set(alone)) > 10, "the seed must matter"


def test_what_was_recorded_is_what_was_played(tmp_path: Path) -> None:
    with moot.Store.open(tmp_path / "transcripts.db") as store:
        run = moot.run("used-bike", seed=7, store=store)
        loaded = moot.load(run.name, store=store)
    assert loaded.content() == run.content()
    assert (loaded.outcome, loaded.seed, loaded.status) == (run.outcome, 7, "done")
    loaded.export(tmp_path / "run.jsonl", evidence=True)
    assert moot.load(tmp_path / "run.jsonl").transcript.events == loaded.transcript.events
