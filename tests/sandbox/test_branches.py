"""Many branches of one turn, beside as many without the change; and the calls of Python for one and for many."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import moot
from moot import Branches, Reply, Run, View
from sandbox.branches import abranches
from transcripts import Act, Offer, State

STUCK = """\
title: Nobody gives way
issues: {price: {from: 0, to: 100, step: 1}}
participants:
  left: {prefers: {price: {0: 0, 100: 100}}, brain: {kind: rule, tactic: hardheaded}}
  right: {prefers: {price: {0: 100, 100: 0}}, brain: {kind: rule, tactic: hardheaded}}
threads: {table: {members: all}}
end: {agreement: all, rounds: 4}
"""


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "moot.toml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MOOT_WORKSPACE", raising=False)
    return tmp_path


@pytest.fixture
def run() -> Run:
    return moot.run("used-bike", seed=7, cast={"seller": "@random"})


def with_turn(run: Run, turn: int) -> list[Any]:
    return [event for event in run.transcript.content() if event.kind == "said" and event.turn == turn]


def test_each_branch_has_a_partner_of_the_same_seed(run: Run) -> None:
    branches = moot.fork(run.name, at=8, cast={"buyer": "@conceder"}, n=8)
    assert branches.control is not None
    seeds = [branch.seed for branch in branches.runs]
    assert seeds == [branch.seed for branch in branches.control] and len(set(seeds)) == 8
    assert all(branch.state.seats["buyer"].brain["tactic"] == "conceder" for branch in branches.runs)
    assert all(branch.state.seats == run.state.seats for branch in branches.control)
    assert all(with_turn(branch, 8) == with_turn(run, 8) for branch in (*branches.runs, *branches.control))


def test_what_is_summarised_is_what_came_of_them(run: Run) -> None:
    branches = moot.fork(run.name, at=8, cast={"buyer": "@conceder"}, n=8)
    summary = branches.summary()
    assert branches.control is not None and summary.control is not None and summary.pairs == 8
    worths = [sum(each.outcome.utility["buyer"] for each in part) / 8 for part in (branches.runs, branches.control)]
    measures = (summary.changed.measures, summary.control.measures)
    assert [each["utility.buyer"].value for each in measures] == pytest.approx(worths)
    assert summary.differences["utility.buyer"].value == pytest.approx(worths[0] - worths[1])
    agreed = [sum(bool(each.outcome.agreed) for each in part) / 8 for part in (branches.runs, branches.control)]
    assert summary.differences["agreed"].value == pytest.approx(agreed[0] - agreed[1])


def test_the_same_branches_have_the_same_summary(run: Run) -> None:
    one, two = (moot.fork(run.name, at=8, cast={"buyer": "@conceder"}, n=8) for _ in range(2))
    assert one.summary() == two.summary() and one.runs[0].name != two.runs[0].name
    assert moot.fork(run.name, at=8, cast={"buyer": "@conceder"}, n=8, seed=1).summary() != one.summary()


def test_without_a_change_there_is_nothing_to_compare_with(run: Run) -> None:
    branches = moot.fork(run.name, at=8, n=6)
    assert branches.control is None
    summary = branches.summary()
    assert summary.control is None and summary.differences == {} and summary.changed.counted == 6


def test_beside_an_edit_its_turn_stays_as_it_was(run: Run) -> None:
    branches = moot.fork(run.name, edit=(5, "Take it or leave it."), n=6)
    assert branches.control is not None
    assert {with_turn(branch, 5)[0].text for branch in branches.runs} == {"Take it or leave it."}
    assert all(with_turn(branch, 5) == with_turn(run, 5) for branch in branches.control)


class Failing:
    """Break down in some branches, which the seed decides."""

    async def reply(self, view: View) -> Reply:
        if view.draw("fails").uniform() < 0.4:
            raise RuntimeError("broken")
        return Reply("", Offer(terms={"price": 320, "pickup": "today", "helmet": "included"}))


def test_what_failed_is_counted_apart_and_in_no_difference() -> None:
    run = moot.run("used-bike", seed=7, brains={"buyer": Failing()})
    branches = moot.fork(run.name, at=0, brains={"buyer": Failing()}, cast={"seller": "@conceder"}, n=30)
    assert branches.control is not None
    failed = {part.name for part in (*branches.runs, *branches.control) if part.status == "failed"}
    summary = branches.summary()
    assert summary.control is not None
    assert summary.changed.left_out.get("failed", 0) + summary.control.left_out.get("failed", 0) == len(failed) > 0
    assert summary.changed.counted + summary.changed.left_out["failed"] == 30
    both = sum(not {one.name, two.name} & failed for one, two in zip(branches.runs, branches.control, strict=True))
    assert summary.pairs == both


def test_a_branch_that_cannot_go_on_lets_the_others_go(run: Run) -> None:
    begun: list[str] = []

    def started(name: str, coordinator: Any) -> None:
        begun.append(name)
        if len(begun) == 3:
            raise OSError("no room")

    with moot.Store.open("transcripts.db") as store, pytest.raises(OSError, match="no room"):
        asyncio.run(abranches(run.name, store, 6, at=8, started=started))
    for name in begun:
        assert moot.load(name).status == "done" or moot.resume(name).status == "done"


def test_stopping_keeps_what_was_begun_and_begins_no_more(run: Run) -> None:
    branches = moot.fork(run.name, at=8, n=120, more=iter([*[True] * 5, *[False] * 115]).__next__)
    assert len(branches.runs) == 5 and branches.summary().changed.counted == 5


def test_a_setting_is_changed_for_all_of_them(workspace: Path) -> None:
    (workspace / "scenarios").mkdir()
    (workspace / "scenarios" / "stuck.yaml").write_text(STUCK, encoding="utf-8")
    run = moot.run("stuck", seed=3)
    branches = moot.fork(run.name, at=2, settings={"scenario.end.rounds": 40}, n=20)
    difference = branches.summary().differences["turns"]
    assert difference.decided and difference.value == 80 - 8


# One branch, and one run taken up


@pytest.mark.parametrize("act", ["accept last", "accept table:{n}"])
def test_an_act_may_be_written_as_it_is_typed(act: str) -> None:
    run = moot.run("used-bike", seed=7)
    offer = next(message for message in reversed(run.messages) if message.seat == "seller")
    assert isinstance(offer.act, Offer)
    branch = moot.fork(run.name, at=offer.n, say={"buyer": "Done."}, act={"buyer": act.format(n=offer.n)})
    assert branch.outcome.turns == offer.n + 1 and branch.outcome.terms == offer.act.terms


def stopped(turns: int, **options: Any) -> Run:
    box: list[Any] = []

    def watch(event: Any, state: State) -> None:
        if state.turns == turns:
            box[0].stop()

    return moot.run("used-bike", watch=watch, started=lambda _, coordinator: box.append(coordinator), **options)


def test_a_run_that_was_stopped_goes_on_to_the_same_end() -> None:
    whole, part = moot.run("used-bike", seed=7), stopped(5, seed=7)
    assert part.status == "open"
    seen: list[int] = []
    again = moot.resume(part.name, watch=lambda event, state: seen.append(event.turn))
    assert again.content() == whole.content() and min(turn for turn in seen if turn) == 6
    with pytest.raises(moot.Error, match="is over: agreed"):
        moot.resume(part.name)


class Mute:
    async def reply(self, view: View) -> Reply:
        return Reply("Hm.")


@pytest.mark.parametrize("go_on", [moot.resume, moot.fork])
def test_a_brain_that_only_its_program_has_is_asked_for(go_on: Any) -> None:
    part = stopped(5, seed=7, brains={"buyer": Mute()})
    before = moot.load(part.name).content()
    with pytest.raises(moot.Error, match=r"buyer's brain is .*Mute") as raised:
        go_on(part.name)
    assert "brains={'buyer': ...}" in str(raised.value) and moot.load(part.name).content() == before
    assert go_on(part.name, brains={"buyer": Mute()}).status == "done"


def test_a_budget_counts_what_was_spent_before() -> None:
    part = stopped(6, seed=7, cast={"buyer": "@simulated"})
    calls = part.state.spent.calls
    again = moot.resume(part.name, budget={"calls": calls + 1})
    assert (again.status, again.state.spent.calls) == ("exhausted", calls + 1)


@pytest.mark.parametrize("go_on", [moot.resume, moot.fork])
def test_where_nothing_was_run_nothing_is_made(go_on: Any, workspace: Path) -> None:
    with pytest.raises(moot.Error, match="'used-bike-1'"):
        go_on("used-bike-1")
    assert not (workspace / "transcripts.db").exists()


def test_a_branch_is_a_run_like_any_other(run: Run) -> None:
    branch: Run = moot.fork(run.name, at=8)
    many: Branches = moot.fork(run.name, at=8, n=2)
    acts: list[Act | None] = [message.act for message in branch.messages]
    assert moot.load(branch.name).content() == branch.content() and acts
    assert many.runs[0].transcript.events[0] == run.transcript.events[0]


@pytest.fixture(autouse=True)
def nothing_is_left_open(workspace: Path) -> Iterator[None]:
    yield
    if (workspace / "transcripts.db").exists():
        with moot.Store.open(workspace / "transcripts.db", read_only=True) as store:
            assert not any(info.live for info in store.runs())
