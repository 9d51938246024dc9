"""Runs survive any kill: the short form of `benchmarks/kill_runs.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

KILL = Path(__file__).parents[2] / "benchmarks" / "kill_runs.py"


def test_runs_and_forks_that_were_killed_become_what_they_would_have_been():
    command = [sys.executable, str(KILL), "--kills", "12", "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "12 kills" in done.stdout and "each is what it would have been" in done.stdout
