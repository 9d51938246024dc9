"""What a run would cost, and what it did cost, in Python."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import moot
from sandbox.rendering.numbers import dollars
from sandbox.rendering.outcome import bill_words
from sandbox.tally import Bill
from transcripts import Answered, Difference

MODELS = """\
[models.fast]
model = "small"
base_url = "http://127.0.0.1:1/v1"
key_env = "NO_SUCH_KEY"
price = {input = 1.0, output = 2.0}
route = {summarise = "cheap"}

[models.cheap]
model = "tiny"
base_url = "http://127.0.0.1:1/v1"
"""


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOOT_WORKSPACE", str(tmp_path))
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    (tmp_path / "moot.toml").write_text(MODELS, encoding="utf-8")


def test_each_profile_is_billed_at_its_own_price(tmp_path: Path) -> None:
    context = {"buyer.brain.context": {"summary": {"keep": 1, "every": 1}}}
    estimate = moot.dry_run("used-bike", seed=3, cast={"buyer": "haggler@fast"}, settings=context)
    fast, cheap = estimate.profiles["fast"], estimate.profiles["cheap"]
    assert fast.calls and cheap.calls and estimate.total.calls == fast.calls + cheap.calls
    assert fast.cost == pytest.approx((fast.tokens["input"] + 2 * fast.tokens["output"]) / 1e6)
    assert cheap.cost is None and estimate.total.cost is None  # nobody knows what `tiny` costs
    assert estimate.run.status == "done" and not (tmp_path / "transcripts.db").exists()


def test_a_budget_bounds_what_it_would_cost() -> None:
    estimate = moot.dry_run("used-bike", cast={"buyer": "@fast"}, budget={"calls": 2})
    assert estimate.total.calls == 2 and estimate.run.status == "exhausted"


def test_the_same_run_costs_the_same() -> None:
    async def both() -> list[moot.Estimate]:
        return [await moot.adry_run("used-bike", cast={"buyer": "@fast"}) for _ in range(2)]

    one, other = asyncio.run(both())
    assert one.total == other.total and one.run.content() == other.run.content()


def test_in_an_event_loop_the_other_name_is_told() -> None:
    async def wrong() -> None:
        moot.dry_run("used-bike")

    with pytest.raises(moot.Error, match=r"await moot\.adry_run"):
        asyncio.run(wrong())


def call(**more: object) -> Answered:
    where = {
        "thread": "table",
        "seat": "buyer",
        "purpose": "speak",
        "profile": "fast",
        "fingerprint": "f",
        "request": "r",
    }
    return Answered.model_validate({**where, "prompt": Difference(), "answer": {}, **more})


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        ([call(usage={"input": 1000, "output": 10}, cost=0.25)], "1 call, 1,000 tokens in and 10 out, $0.25"),
        ([call(usage={"input": 5, "output": 1})], "1 call, 5 tokens in and 1 out, cost unknown"),
        (
            [call(), call(usage={"input": 5, "output": 1}, cost=1)],
            "2 calls, 5 tokens in and 1 out (1 call did not say), cost unknown, $1.00 at least",
        ),
        ([call(answer=None, fault="overloaded")], "1 call, and no answer"),
        ([call(cost=0), call(answer=None, fault="timed_out")], "2 calls, tokens unknown, $0.00, 1 call failed"),
    ],
)
def test_what_is_not_known_is_never_taken_for_nothing(calls: list[Answered], said: str) -> None:
    bill = Bill()
    for each in calls:
        bill.add(each)
    assert bill_words(bill) == said


@pytest.mark.parametrize(
    ("cost", "said"),
    [(0, "$0.00"), (1234.5, "$1,234.50"), (0.1, "$0.10"), (0.0123, "$0.012"), (0.00000071, "$0.00000071")],
)
def test_dollars_show_what_there_is(cost: float, said: str) -> None:
    assert dollars(cost) == said
