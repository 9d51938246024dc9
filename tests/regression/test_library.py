"""Every shipped scenario, played by rules, comes out to the byte as it did; `moot review` shows what changed."""

from __future__ import annotations

import pytest

from moot_pytest import Moot
from scenarios import list_scenarios


@pytest.mark.parametrize("scenario", sorted(list_scenarios()))
@pytest.mark.parametrize("seed", [1, 2])
def test_a_scenario_comes_out_as_it_did(moot: Moot, scenario: str, seed: int) -> None:
    moot.check(moot.run(scenario, seed=seed), "baselines/{scenario}-{seed}.jsonl")


def test_the_bike_is_still_sold(moot: Moot) -> None:
    moot.check_rate("used-bike", n=40, agreed__at_least=0.8)
