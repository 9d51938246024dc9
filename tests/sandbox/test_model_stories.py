"""Who answers when the first does not, what a run may take, and who is asked for what."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import moot
from sandbox.again import areplay
from sandbox.cli.entry import moot as command
from sandbox.tally import tally_of
from sandbox.workspace import Workspace
from tests.sandbox.models.server import Server
from transcripts import Answered, Asking, Ended, Exhausted, Forfeited, Noted, Said

MODELS = """
[models.strong]
base_url = "{url}"
model = "{strong}"
retries = 0
price = {{input = 1000, output = 1000}}
fallback = ["spare", "cheap"]
route = {{summarise = "cheap"}}

[models.spare]
base_url = "{url}"
model = "{spare}"
retries = 0
price = {{input = 100, output = 100}}

[models.cheap]
base_url = "{url}"
model = "small"
price = {{input = 1, output = 1}}
"""
"""Every answer of the server is of 12 and 8 tokens."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as serving:
        yield serving


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("MOOT_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def play(folder: Path, server: Server, strong: str = "ok", spare: str = "ok", **options: Any) -> moot.Run:
    text = MODELS.format(url=server.url, strong=strong, spare=spare)
    (folder / "moot.toml").write_text(text, encoding="utf-8")
    run = moot.run("used-bike", cast={"buyer": "haggler@strong"}, workspace=Workspace(folder), **options)
    assert asyncio.run(areplay(run.transcript)) == len(run.transcript.content())
    return run


def of(run: moot.Run, kind: type) -> list[Any]:
    return [event for event in run.transcript.events if isinstance(event, kind)]


@pytest.mark.parametrize(("spare", "by", "cost"), [("ok", "spare", 0.002), ("503", "cheap", 0.00002)])
def test_the_fallback_that_answered_is_named_and_paid(
    folder: Path, server: Server, spare: str, by: str, cost: float
) -> None:
    run = play(folder, server, "503", spare, settings={"scenario.end.rounds": 2})
    assert [(answer.profile, answer.by, answer.cost) for answer in of(run, Answered)] == [("strong", by, cost)] * 2
    bill = tally_of(run.transcript.events).profiles
    assert {name: (each.calls, each.cost) for name, each in bill.items()} == {by: (2, cost * 2)}
    assert run.status == "done" and len(of(run, Said)) == 4


def test_when_all_fail_the_call_has_the_attempts_of_all(folder: Path, server: Server) -> None:
    server.will("503", "408", "401", "503", "408", "401", "503", "408", "401")
    run = play(folder, server)
    attempts = [[(each["profile"], each["error"]) for each in a.evidence.attempts] for a in of(run, Answered)]
    assert attempts == [[("strong", "overloaded"), ("spare", "timed_out"), ("cheap", "key_refused")]] * 3
    assert run.status == "failed" and [lost.fault for lost in of(run, Forfeited)] == ["key_refused"] * 3


@pytest.mark.parametrize(
    ("budget", "calls"),
    [({"calls": 2}, 2), ({"tokens": 41}, 3), ({"cost": 0.03}, 2), ({"seconds": 0}, 0), ({"calls": 0}, 0)],
)
def test_a_budget_that_is_used_up_ends_the_run_as_that(
    folder: Path, server: Server, budget: dict[str, float], calls: int
) -> None:
    run = play(folder, server, budget=budget)
    (what, limit), (spent,), (ended,) = next(iter(budget.items())), of(run, Exhausted), of(run, Ended)
    assert (run.status, spent.what, spent.limit) == ("exhausted", what, limit)
    assert ended.reason == f"the budget of {limit:g} {what} is used up"
    assert len(server.received) == len(of(run, Asking)) == len(of(run, Answered)) == calls
    assert [lost.fault for lost in of(run, Forfeited)] == ["budget"]
    assert ended.agreed is None and ended.measures is None
    with pytest.raises(moot.Error, match="has no outcome"):
        run.outcome  # noqa: B018  what was cut off is not an outcome


def test_the_command_tells_that_the_budget_ended_it(folder: Path, server: Server) -> None:
    (folder / "moot.toml").write_text(MODELS.format(url=server.url, strong="ok", spare="ok"), encoding="utf-8")
    words = ["run", "used-bike", "--cast", "buyer=haggler@strong", "--budget", "calls=1"]
    done = CliRunner().invoke(command, words)
    assert done.exit_code == 1 and "the budget of 1 calls is used up" in done.output
    assert "No agreement" not in done.output


def test_a_summary_is_asked_of_the_cheap_model_and_kept_to_oneself(folder: Path, server: Server) -> None:
    context = {"summary": {"keep": 2, "every": 3}}
    run = play(folder, server, settings={"buyer.brain.context": context})
    asked = [(answer.purpose, answer.profile, answer.model, answer.cost) for answer in of(run, Answered)]
    assert set(asked) == {("speak", "strong", "ok", 0.02), ("summarise", "cheap", "small", 0.00002)}
    assert {received.body["model"] for received in server.received} == {"ok", "small"}
    assert {note.seat for note in of(run, Noted)} == {"buyer"}
    told = [each.body["messages"][-1]["content"] for each in server.received if each.body["model"] == "ok"]
    assert '"summary":"table:1 to table:' in told[-1] and '"message":"table:1"' not in told[-1]
