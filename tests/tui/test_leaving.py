"""An interface ends when its terminal goes, even where what draws waits for it for ever."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.tui.houses import house
from transcripts import Store

STUCK = """
import asyncio, os, signal, sys, time
from pathlib import Path
from sandbox import Workspace
from sandbox.plan import plan
from tui import leaving
from tui.app import MootApp
from tui.house import House

leaving.LATEST = 0.2
workspace = Workspace(Path(sys.argv[1]))
house = House(workspace, workspace.database)

async def story(pilot):
    while not (house.feeds and house.feeds["used-bike-1"].control.asks):
        await asyncio.sleep(0.01)
    house.unsaid.put("words used-bike-1", {"text": "Half a thought"})
    signal.raise_signal(signal.SIGHUP)
    time.sleep(60)  # the event loop waits for a terminal that is gone

cast = {"buyer": "@human"}
MootApp(house, plan=plan("used-bike", cast=cast, workspace=workspace)).run(headless=True, auto_pilot=story)
"""


def test_what_waits_for_a_terminal_that_is_gone_ends_all_the_same(tmp_path: Path) -> None:
    with house(tmp_path):
        pass
    done = subprocess.run([sys.executable, "-P", "-c", STUCK, str(tmp_path)], timeout=50)
    assert done.returncode == 128 + signal.SIGHUP
    assert "Half a thought" in (tmp_path / "transcripts.drafts.json").read_text()
    with Store.open(tmp_path / "transcripts.db") as store:
        found = store.find("used-bike-1")
        assert (found.status, found.live, store.check()) == ("open", False, [])
