"""What a call cost, from the profile's price and the shipped table, and None where nobody knows."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.models.cost import cost_of
from sandbox.models.profiles import Profile
from sandbox.models.types import Usage

USED = Usage(input=1_000_000, output=100_000, cached=400_000)


def profile(**more: Any) -> Profile:
    return Profile.model_validate({"name": "m", "model": "gpt-4o-mini"} | more)


def test_the_profiles_price_comes_first() -> None:
    price = {"input": 1.0, "output": 10.0, "cached": 0.5}
    assert cost_of(profile(price=price), USED) == 0.6 + 0.2 + 1.0
    assert cost_of(profile(price={"input": 1.0, "output": 10.0}), USED) == 2.0
    assert cost_of(profile(price=price, base_url="http://localhost:1"), Usage(input=1, output=0)) == 1e-6


def test_known_providers_are_in_the_table() -> None:
    cost = cost_of(profile(), Usage(input=1_000_000, output=1_000_000), served="gpt-4o-mini-2024-07-18")
    assert cost == pytest.approx(0.75)
    cached = cost_of(profile(), USED)
    assert cached is not None and cached < (cost_of(profile(), Usage(input=1_000_000, output=100_000)) or 0)


def test_what_is_not_known_is_none() -> None:
    assert cost_of(profile(model="nobody-knows-it"), USED) is None
    assert cost_of(profile(base_url="http://localhost:11434"), USED) is None
    assert cost_of(profile(), Usage(input=5)) is None
    component = {"provider": "somebody.Client", "config": {}}
    assert cost_of(profile(provider="autogen", component=component), USED) is None


def test_who_is_not_there_is_not_paid() -> None:
    assert cost_of(profile(provider="simulated"), USED) == 0
    assert cost_of(profile(provider="simulated", price={"input": 1.0, "output": 0.0}), USED) == 1.0


def test_looking_up_a_price_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a connection"))
    assert cost_of(profile(), USED) is not None
