"""Of pairs of transcripts with one known change, the diff finds the place and the cause, every time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TRUTH = Path(__file__).parents[3] / "benchmarks" / "diff_truth.py"


def test_the_first_divergence_and_its_cause_are_right_in_every_one() -> None:
    told = subprocess.run([sys.executable, "-P", TRUTH, "--pairs", "600"], capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "600 of 600 right" in told.stdout
