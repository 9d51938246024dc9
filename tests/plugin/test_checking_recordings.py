"""Models are answered from baselines, and are asked only where the test run says so."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import moot
from sandbox import CheckFailed, Checks, CheckSession, Reply, View
from sandbox.answers import Live
from sandbox.cli.entry import moot as command
from sandbox.models import ChatMessage, Request
from sandbox.models.secrets import REDACTED
from sandbox.workspace import find_workspace
from transcripts import Judged, read_file

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


def test_what_is_recorded_already_stays_as_it_is(
    recorded: Callable[..., Checks], told: list[tuple[str, str]], tmp_path: Path
) -> None:
    before = (tmp_path / "bike.jsonl").read_bytes()
    told.clear()
    for mode in ("once", "new"):
        again = recorded(FREE, mode=mode)
        again.check(again.run("used-bike", **KEPT))
    assert (tmp_path / "bike.jsonl").read_bytes() == before


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


def test_a_judgement_is_kept_in_the_baseline_and_given_again(recorded: Callable[..., Checks], tmp_path: Path) -> None:
    claim, first = "The buyer is polite.", recorded(FREE, mode="once")
    said = verdict(first, first.run("used-bike", **KEPT), claim)
    assert [file.name for file in tmp_path.glob("*.jsonl*")] == ["bike.jsonl"]
    later = recorded(PAID)
    run = later.run("used-bike", **KEPT)
    assert verdict(later, run, claim) == said
    later.check(run, ignore=["started.models"])
    with pytest.raises(moot.Error, match=r"this test run may ask none(.|\n)*--moot-record=once"):
        later.judge(run, "The buyer is rude.", by="gpt")


@pytest.mark.parametrize("judged_first", [True, False])
def test_a_judgement_goes_where_its_run_goes(checks: Callable[..., Checks], tmp_path: Path, judged_first: bool) -> None:
    first = checks(FREE, mode="once")
    with first.guarding():
        run = first.run("used-bike", **KEPT)
        for judging in (judged_first, not judged_first):
            if judging:
                verdict(first, run, "One.")
                verdict(first, run, "Another.")
            else:
                first.check(run)
    assert claims(tmp_path / "bike.jsonl") == ["Another.", "One."]


def test_a_run_that_is_judged_only_is_kept_too(checks: Callable[..., Checks], tmp_path: Path) -> None:
    first = checks(FREE, mode="once")
    with first.guarding():
        verdict(first, first.run("used-bike", **KEPT), "One.")
    assert claims(tmp_path / "bike.jsonl") == ["One."]
    other = checks(FREE, mode="all")
    with other.guarding():
        verdict(other, other.run("used-bike", **{**KEPT, "seed": 8}), "One.")
    assert claims(tmp_path / "bike.jsonl.new") == ["One."]


def test_what_was_judged_of_another_talk_goes_with_it(recorded: Callable[..., Checks], tmp_path: Path) -> None:
    first = recorded(FREE, mode="once")
    verdict(first, first.run("used-bike", **KEPT), "One.")
    kept = recorded(FREE, mode="all")
    kept.check(kept.run("used-bike", **KEPT, settings={"seller.brief": "Sell it."}), level="acts")
    assert claims(tmp_path / "bike.jsonl") == ["One."]
    other = recorded(FREE, mode="all", update=frozenset({"changed"}))
    other.check(other.run("used-bike", **{**KEPT, "seed": 8}))
    assert claims(tmp_path / "bike.jsonl") == []


def test_a_baseline_with_judgements_is_a_transcript_like_any(recorded: Callable[..., Checks], tmp_path: Path) -> None:
    before = moot.load(tmp_path / "bike.jsonl")
    first = recorded(FREE, mode="once")
    verdict(first, first.run("used-bike", **KEPT), "\x1b[31mOne.")
    after = moot.load(tmp_path / "bike.jsonl")
    assert moot.diff(before, after).same and moot.replay(after) == moot.replay(before)
    with moot.Store.open(tmp_path / "runs.db") as store:
        assert store.load(store.add(after.transcript).name).to_jsonl() == after.content()
    result = CliRunner().invoke(command, ["show", str(tmp_path / "bike.jsonl")])
    assert 'judged by gpt: "' in result.output and "One." in result.output and "\x1b" not in result.output
    assert "judged" not in CliRunner().invoke(command, ["show", str(tmp_path / "bike.jsonl"), "--as", "buyer"]).output


def test_processes_that_judge_at_once_lose_nothing(recorded: Callable[..., Checks], tmp_path: Path) -> None:
    recorded(FREE)
    script = """
import sys
from pathlib import Path
from sandbox import Checks, CheckSession
from sandbox.checking.keeping import Keeper
from transcripts import Judged
keeper = Keeper(CheckSession(Path(sys.argv[1]), mode="once"))
for number in range(8):
    judged = Judged(claim=f"{sys.argv[2]} {number}", by="gpt", fingerprint="", holds=True, why="")
    keeper.add([judged], Path(sys.argv[1]) / "bike.jsonl")
"""
    judging = [subprocess.Popen([sys.executable, "-P", "-c", script, tmp_path, name]) for name in "abc"]
    assert [each.wait() for each in judging] == [0, 0, 0]
    assert len(claims(tmp_path / "bike.jsonl")) == 24


def test_why_is_redacted_with_the_run(checks: Callable[..., Checks], tmp_path: Path) -> None:
    first = checks(FREE, mode="once")
    run = first.run("used-bike", **KEPT)
    verdict(first, run, "One.")
    first.check(run, redact=[r"\w+"])
    (judged,) = [event for event in moot.load(tmp_path / "bike.jsonl").transcript.events if isinstance(event, Judged)]
    assert judged.claim == "One." and set(judged.why.replace(REDACTED, "")) <= set(" .,!?'’-–")


def test_why_there_is_no_judgement_is_told(checks: Callable[..., Checks]) -> None:
    silent = checks('[models.gpt]\nmodel = "x"\nbase_url = "http://127.0.0.1:9"\nretries = 0\n', mode="once")
    run = silent.run("used-bike", seed=7)
    with pytest.raises(moot.Error, match=r"the model 'gpt' gave no judgement of 'One\.': no answer"):
        silent.judge(run, "One.", by="gpt", baseline="x.jsonl")
    with pytest.raises(moot.Error, match="did you mean 'gpt'"):
        silent.judge(run, "One.", by="gtp", baseline="x.jsonl")


def test_what_does_not_hold_fails(recorded: Callable[..., Checks]) -> None:
    checks = recorded(FREE)
    run = checks.run("used-bike", **KEPT)
    assert {verdict(checks, run, f"Claim {number}.")[0] for number in range(20)} == {True, False}


def test_a_judge_is_asked_again_only_about_another_talk(recorded: Callable[..., Checks]) -> None:
    claim, first = "The buyer is polite.", recorded(FREE, mode="once")
    verdict(first, first.run("used-bike", **KEPT), claim)
    later = recorded(PAID)
    with pytest.raises(moot.Error, match=r"it judged another conversation there(.|\n)*--moot-record=new"):
        later.judge(later.run("used-bike", seed=9), claim, by="gpt", baseline="bike.jsonl")


def claims(file: Path) -> list[str]:
    return [event.claim for event in read_file(file).events if isinstance(event, Judged)]


def verdict(checks: Checks, run: moot.Run, claim: str) -> tuple[bool, str]:
    """Judge, whichever way it goes: the simulated model draws its verdict."""
    try:
        return True, checks.judge(run, claim, by="gpt").why
    except CheckFailed as failed:
        return False, str(failed).splitlines()[-1].strip()
