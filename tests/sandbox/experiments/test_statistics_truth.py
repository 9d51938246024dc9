"""What is promised holds over simulated data whose effects are known; benchmarks/statistics_truth.py takes more."""

from __future__ import annotations

import pytest

from benchmarks.statistics_truth import CASES, Case, simulate

MANY = 150


@pytest.mark.parametrize("case", [case for case in CASES if case.quick], ids=lambda case: case.name)
def test_it_holds_as_often_as_promised(case: Case) -> None:
    found = simulate(case, MANY)
    assert found.passes, f"{found.share:.3f} of {MANY}, and {case.least:.3f} to {case.most:.3f} is promised"
