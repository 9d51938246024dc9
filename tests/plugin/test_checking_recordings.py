"""Models are answered from baselines, and are asked only where the test run says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import moot
from sandbox import CheckFailed, Checks, CheckSession, Reply, View
from sandbox.answers import Live
from sandbox.models import ChatMessage, Request
from sandbox.workspace import find_workspace

FREE = '[models.gpt]\nprovider = "simulated"\nmodel = "gpt-4o-mini"\n'
PAID = '[models.gpt]\nmodel = "gpt-4o-mini"\nkey_env = "NO_SUCH_KEY"\n'
CAST = {"buyer": "haggler@gpt"}
KEPT = {"cast": CAST, "seed": 7, "baseline": "bike.jsonl"}


@pytest.fixture
def told() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def checks(tmp_path: Path, told: list[tuple[str, str]]) -> Callable[..., Checks]:
    """Make checks in a workspace whose model is free or paid."""

    def make(models: str = PAID, **session: Any) -> Checks:
        (tmp_path / "moot.toml").write_text(models)
        note = lambda what, file, said: told.append((what, said))  # noqa: E731  shorter than its name
        return Checks(CheckSession(tmp_path, note=note, **session))

    return make


@pytest.fixture
def recorded(checks: Callable[..., Checks]) -> Callable[..., Checks]:
    first = checks(FREE, mode="once")
    first.check(first.run("used-bike", **KEPT))
    return checks


def test_no_model_is_asked_unnoticed(checks: Callable[..., Checks]) -> None:
    for options in ({"cast": CAST}, KEPT):
        with pytest.raises(moot.Error, match="buyer would ask the model 'gpt', and this test run may ask none"):
            checks().run("used-bike", **options)


def test_nor_by_a_brain_that_the_test_brings_along(checks: Callable[..., Checks]) -> None:
    class Sly:
        async def reply(self, view: View) -> Reply:
            assert view.ask
            answer = await view.ask("gpt", Request(messages=(ChatMessage(role="user", content="?"),)), purpose="speak")
            return Reply(answer.text)

    with pytest.raises(moot.Error, match="this test run may ask none"):
        checks().run("used-bike", brains={"buyer": Sly()})
    assert checks(FREE).run("used-bike", brains={"buyer": Sly()}).status == "done"


@pytest.mark.parametrize("mode", ["none", "new"])
def test_nor_by_a_fork_of_a_run(checks: Callable[..., Checks], tmp_path: Path, mode: str) -> None:
    """Nobody listens at the address: who asks loses the turn."""
    silent = '[models.gpt]\nmodel = "x"\nbase_url = "http://127.0.0.1:9"\nretries = 0\n'
    with checks(silent, mode=mode).guarding(), moot.Store.open(tmp_path / "runs.db") as store:
        run = moot.run("used-bike", seed=7, store=store)
        change: dict[str, Any] = {
            "at": 4,
            "cast": {"buyer": "@gpt"},
            "store": store,
            "workspace": find_workspace(tmp_path),
        }
        if mode == "none":
            with pytest.raises(moot.Error, match="buyer would ask the model 'gpt', and this test run may ask none"):
                moot.fork(run.name, **change)
        else:
            assert moot.fork(run.name, **change).transcript.state().started is not None
        assert moot.fork(run.name, at=4, cast={"buyer": "@simulated"}, store=store).status == "done"
    assert Live.guard is None


def test_a_recording_answers_where_there_is_no_key(recorded: Callable[..., Checks]) -> None:
    later = recorded(PAID)
    run = later.run("used-bike", **KEPT)
    later.check(run, level="similar", threshold=1)
    later.check(run, ignore=["started.models"])


def test_what_is_not_recorded_is_an_error_that_says_how_to_record_it(recorded: Callable[..., Checks]) -> None:
    with pytest.raises(moot.Error, match=r"is not in bike;(.|\n)*--moot-record=new"):
        recorded(PAID).run("used-bike", **{**KEPT, "seed": 8})


def test_new_asks_for_what_is_missing_and_keeps_it(recorded: Callable[..., Checks]) -> None:
    other = {**KEPT, "settings": {"seller.brain.tactic": "conceder"}}
    new = recorded(FREE, mode="new")
    with pytest.raises(CheckFailed, match="who sits there"):
        new.check(new.run("used-bike", **other))
    new = recorded(FREE, mode="new", update=frozenset({"changed"}))
    new.check(new.run("used-bike", **other))
    later = recorded(PAID)
    later.check(later.run("used-bike", **other), level="acts")


def test_once_asks_only_where_there_is_no_recording(recorded: Callable[..., Checks]) -> None:
    with pytest.raises(moot.Error, match="is not in bike"):
        recorded(FREE, mode="once").run("used-bike", **{**KEPT, "seed": 8})


def test_a_changed_agent_meets_a_recorded_customer(
    recorded: Callable[..., Checks], told: list[tuple[str, str]]
) -> None:
    agent = {**KEPT, "settings": {"seller.role": "sells the bike today"}}
    later = recorded(PAID)
    with pytest.raises(moot.Error, match="is not in bike"):
        later.run("used-bike", **agent)
    run = later.run("used-bike", **agent, match="turn", seats=["buyer"])
    later.check(run, level="acts")
    assert ("loose", "answers of buyer were matched by turn") in told


def test_a_changed_agent_that_is_a_model_is_not_asked_unnoticed(recorded: Callable[..., Checks]) -> None:
    agent = {**KEPT, "cast": {**CAST, "seller": "@gpt"}, "match": "turn", "seats": ["buyer"]}
    with pytest.raises(moot.Error, match=r"seller would ask(.|\n)*answers for others(.|\n)*--moot-record=new asks it"):
        recorded(PAID).run("used-bike", **agent)
    assert recorded(FREE, mode="new").run("used-bike", **agent).status == "done"


def test_a_judgement_is_kept_and_given_again(recorded: Callable[..., Checks], tmp_path: Path) -> None:
    claim, first = "The buyer is polite.", recorded(FREE, mode="once")
    said = verdict(first, first.run("used-bike", **KEPT), claim)
    assert len(list(tmp_path.glob("bike.judged.the-buyer-is-polite-*.jsonl"))) == 1
    later = recorded(PAID)
    run = later.run("used-bike", **KEPT)
    assert verdict(later, run, claim) == said
    with pytest.raises(moot.Error, match="this test run may ask none"):
        later.judge(run, "The buyer is rude.", by="gpt")


def test_what_does_not_hold_fails(recorded: Callable[..., Checks]) -> None:
    checks = recorded(FREE)
    run = checks.run("used-bike", **KEPT)
    assert {verdict(checks, run, f"Claim {number}.")[0] for number in range(20)} == {True, False}


def test_a_judge_is_asked_again_only_about_another_talk(recorded: Callable[..., Checks]) -> None:
    claim, first = "The buyer is polite.", recorded(FREE, mode="once")
    verdict(first, first.run("used-bike", **KEPT), claim)
    later = recorded(PAID)
    with pytest.raises(moot.Error, match=r"judge's request in its turn 1(.|\n)*--moot-record=new"):
        later.judge(later.run("used-bike", seed=9), claim, by="gpt", baseline="bike.jsonl")


def verdict(checks: Checks, run: moot.Run, claim: str) -> tuple[bool, str]:
    """Judge, whichever way it goes: the simulated model draws its verdict."""
    try:
        return True, checks.judge(run, claim, by="gpt").why
    except CheckFailed as failed:
        return False, str(failed).splitlines()[-1].strip()
