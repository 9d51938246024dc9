"""Claims about rates: pass, fail, or undecided with the number of trials that would decide."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import moot
from sandbox import CheckFailed, Checks, CheckSession, Undecided, View
from sandbox.checking.rates import Claim, Rate


def rate(true: int, n: int, bound: float, side: Literal["at_least", "at_most"] = "at_least", errors: int = 0) -> Rate:
    return Rate(Claim("agreed", side, bound, lambda run: True), true, errors, n)


def test_the_verdicts_of_known_counts() -> None:
    assert rate(40, 40, 0.8).verdict == "pass"
    assert rate(20, 40, 0.8).verdict == "fail"
    assert rate(35, 40, 0.8).verdict == "undecided"
    assert rate(1, 40, 0.2, "at_most").verdict == "pass"
    assert (round(rate(35, 40, 0.8).low, 3), round(rate(35, 40, 0.8).high, 3)) == (0.739, 0.945)


@given(st.integers(1, 60), st.data(), st.floats(0.05, 0.95), st.sampled_from(["at_least", "at_most"]))
def test_so_many_trials_decide_and_fewer_do_not(n: int, data: st.DataObject, bound: float, side: Any) -> None:
    true = data.draw(st.integers(0, n))
    first = rate(true, n, bound, side)
    assume(first.verdict == "undecided" and first.deciding is not None and first.deciding < 10**6)
    deciding = first.deciding
    assert deciding is not None and deciding > n
    times = -(-deciding // n)
    assert rate(true * times, n * times, bound, side).verdict != "undecided"


@given(st.integers(1, 40), st.data(), st.floats(0.05, 0.95))
def test_an_error_can_only_take_certainty_away(n: int, data: st.DataObject, bound: float) -> None:
    true = data.draw(st.integers(0, n))
    errors = data.draw(st.integers(0, n - true))
    verdicts = {rate(true + lucky, n, bound).verdict for lucky in range(errors + 1)}
    found = rate(true, n, bound, errors=errors).verdict
    assert found == "undecided" or verdicts == {found}


@pytest.fixture
def checks(tmp_path: Path) -> Checks:
    return Checks(CheckSession(tmp_path))


def test_a_rate_that_holds(checks: Checks) -> None:
    cheap = {"cheap": lambda run: run.outcome.terms["price"] <= 300}
    found = checks.check_rate("used-bike", n=30, that=cheap, agreed__at_least=0.8, cheap__at_least=0.5)
    assert [(each.claim.name, each.verdict) for each in found] == [("agreed", "pass"), ("cheap", "pass")]


def test_a_rate_that_does_not_hold_fails(checks: Checks) -> None:
    with pytest.raises(CheckFailed, match=r"agreed at most 0\.5: fail; 30 of 30"):
        checks.check_rate("used-bike", n=30, agreed__at_most=0.5)


def test_too_few_trials_are_undecided_and_say_how_many_would_do(checks: Checks) -> None:
    with pytest.raises(Undecided, match=r"undecided; 4 of 4, .*; n=16 would decide"):
        checks.check_rate("used-bike", n=4, agreed__at_least=0.8)
    assert checks.check_rate("used-bike", n=4, agreed__at_least=0.8, allow_undecided=True)[0].verdict == "undecided"
    checks.check_rate("used-bike", n=16, agreed__at_least=0.8)


def test_runs_that_fail_are_counted_as_themselves(checks: Checks) -> None:
    class Broken:
        async def reply(self, view: View) -> Any:
            raise ValueError("no")

    with pytest.raises(Undecided, match="5 without an outcome, counted both ways"):
        checks.check_rate("used-bike", n=5, agreed__at_least=0.5, brains={"seller": Broken()})


def test_each_trial_is_a_run_of_the_baseline(tmp_path: Path) -> None:
    (tmp_path / "moot.toml").write_text('[models.gpt]\nprovider = "simulated"\nmodel = "x"\n')
    claim: dict[str, Any] = {"n": 3, "agreed__at_least": 0.1, "allow_undecided": True, "baseline": "rate.jsonl"}
    claim["cast"] = {"buyer": "@gpt"}
    first = Checks(CheckSession(tmp_path, mode="once")).check_rate("used-bike", **claim)
    assert sorted(file.name for file in tmp_path.glob("*.jsonl")) == ["rate.jsonl", "rate~2.jsonl", "rate~3.jsonl"]
    (tmp_path / "moot.toml").write_text('[models.gpt]\nmodel = "x"\nkey_env = "NO_SUCH_KEY"\n')
    again = Checks(CheckSession(tmp_path)).check_rate("used-bike", **claim)
    assert [each.true for each in again] == [each.true for each in first]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "nothing to be shown"),
        ({"agreed__atleast": 0.8}, "did you mean 'agreed__at_least'"),
        ({"agred__at_least": 0.8}, "did you mean 'agreed'"),
        ({"agreed__at_least": 1}, "cannot be shown by any number of trials"),
        ({"agreed__at_least": 0.8, "n": 0}, "n=0 trials show nothing"),
    ],
)
def test_a_claim_that_makes_no_sense_is_told(checks: Checks, options: dict[str, Any], said: str) -> None:
    with pytest.raises(moot.Error, match=said):
        checks.check_rate("used-bike", **options)
