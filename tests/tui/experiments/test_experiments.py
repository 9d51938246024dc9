"""Experiments in the interface: found, planned, played, watched while others play them, and reported."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from sandbox.experiments import Results
from sandbox.experiments.reporting import make_report
from sandbox.experiments.results import Status
from tests.sandbox.experiments.made import made
from tests.tui.houses import SLOW, house
from tests.tui.screens import check, play, until, until_seen
from transcripts import Store
from tui.app import MootApp
from tui.experiments import ExperimentScreen
from tui.experiments.board import AGREED, LOST, NO_DEAL, Board, Pace
from tui.house import House, run_mode
from tui.watch import WatchScreen

FIRM = """\
scenario: used-bike
vary:
  tactic: {firm: {seller.brain.tactic: boulware}, soft: {seller.brain.tactic: conceder}}
  buyer.persona: [haggler, plain-dealer]
trials: 5
compare: [{tactic: [firm, soft], of: [agreed, utility.seller]}]
"""
ASKING = """\
scenario: used-bike
vary: {buyer.model: [slow]}
trials: 3
"""


@contextmanager
def home_with(folder: Path, *, toml: str = "", read_only: bool = False, **files: str) -> Iterator[House]:
    """Make a workspace with these experiments."""
    (folder / "experiments").mkdir()
    for name, text in files.items():
        (folder / "experiments" / f"{name}.yaml").write_text(text, encoding="utf-8")
    with house(folder, toml=toml, read_only=read_only) as made:
        yield made


def grid_of(pilot: Pilot) -> ExperimentScreen:
    found = pilot.app.screen
    assert isinstance(found, ExperimentScreen)
    return found


async def open_first(pilot: Pilot) -> ExperimentScreen:
    """Go to the library's experiments, and open the first."""
    await until_seen(pilot, "[5] Exp")
    await pilot.press("5", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, ExperimentScreen) and grid_of(pilot).board)
    return grid_of(pilot)


def test_an_experiment_is_found_played_watched_and_reported(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await until_seen(pilot, "[5] Exp", "firm")
        await pilot.press("5")
        await until_seen(pilot, "not begun · 0 of 20 trials", "tactic=firm")
        shown = await open_first(pilot)
        await until_seen(pilot, "firm: not begun · 0 of 20 trials", "· waiting 20")
        await pilot.press("t")
        await until_seen(pilot, "0 of 20 runs done")
        await pilot.press("t", "r")
        await until_seen(pilot, "firm: done · 20 of 20 trials", "✓ agreed")
        check(pilot.app, "experiment")
        await pilot.press("j", "l", "l")
        cell = shown.grid.cell
        assert cell and cell.trial.run and cell.trial.number == 3
        await pilot.press("t")
        await until_seen(pilot, "every arm: it never varies")
        await pilot.press("escape", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WatchScreen))
        assert home.mode == run_mode(cell.trial.run)

    with home_with(tmp_path, firm=FIRM) as home:
        play(MootApp(home), story, (110, 30))


def test_it_is_seen_while_another_plays_it_and_when_that_one_is_gone(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await until_seen(pilot, "used-bike-3", "0/3")
        await open_first(pilot)
        await until_seen(pilot, "under way in another process · 0 of 3 trials", "▸ running 3")
        other.kill()
        other.wait()
        await until_seen(pilot, "broken off · 0 of 3 trials", "~ broken off 3")

    command = [sys.executable, "-P", "-c", "from sandbox.cli import main; main()", "experiment", "run", "asking"]
    with home_with(tmp_path, toml=SLOW, asking=ASKING) as home, subprocess.Popen(command, cwd=tmp_path) as other:
        try:
            play(MootApp(home), story, (80, 24))
        finally:
            other.kill()


def test_what_is_stopped_is_gone_on_with_and_nothing_is_played_twice(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        shown = await open_first(pilot)
        await pilot.press("r", "x")
        await until(pilot, lambda: not shown.conducting)
        await until(pilot, lambda: shown.board and not shown.board.playing)
        await pilot.press("r")
        await until_seen(pilot, "firm: done · 20 of 20 trials")
        assert shown.board and {trial.attempts for trial in shown.board.results.trials} == {1}
        await pilot.press("r")
        await until(pilot, lambda: not shown.conducting)
        assert home.store and len(home.store.runs()) == 20

    with home_with(tmp_path, firm=FIRM) as home:
        play(MootApp(home), story)


def test_leaving_lets_go_of_what_was_under_way(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await open_first(pilot)
        await pilot.press("r")
        await until_seen(pilot, "asking: under way", "▸ running 3")
        await pilot.press("q")
        await until_seen(pilot, "Under way: asking")

    with home_with(tmp_path, toml=SLOW, asking=ASKING) as home:
        play(MootApp(home), story)
    with Store.open(tmp_path / "transcripts.db", read_only=True) as store:
        assert not store.trials.is_held("asking") and not any(info.live for info in store.runs())


def test_a_file_that_is_wrong_says_where_and_nothing_is_begun_read_only(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await until_seen(pilot, "[5] Exp")
        await pilot.press("5", "enter", "r")
        await until_seen(pilot, "wrong.yaml:2", "'tactics'")
        (tmp_path / "experiments" / "wrong.yaml").write_text(FIRM, encoding="utf-8")
        await until_seen(pilot, "wrong: not begun · 0 of 20 trials")
        assert not home.conducting

    with home_with(tmp_path, read_only=True, wrong="scenario: used-bike\ntactics: [firm]\n") as home:
        play(MootApp(home), story)


def test_signs_can_be_read_in_eighty_columns_and_what_does_not_fit_scrolls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = Board.of(various(90), held=True, live={"tactic=soft/70"}, spent=1.5)
    monkeypatch.setattr("tui.experiments.screen.read_board", lambda house, name: board)

    async def story(pilot: Pilot) -> None:
        shown = await open_first(pilot)
        await until_seen(pilot, "✗ failed")
        check(pilot.app, "experiment-narrow")
        await pilot.press("n")
        assert shown.grid.cell and shown.grid.cell.trial.status == "failed"
        first = shown.grid.cell
        await pilot.press("G")
        await until_seen(pilot, "90")
        assert "bike 89" in str(shown.grid.cell)
        await pilot.press("k", "g", "n")
        assert shown.grid.cell is first
        await pilot.press("N", "n")
        assert shown.grid.cell is first
        await pilot.press("2", "j", "enter")
        assert shown.grid.arm and shown.grid.arm.label == "soft" and shown.grid.has_focus

    with home_with(tmp_path, bikes=FIRM) as home:
        play(MootApp(home), story, (80, 24))


def various(trials: int) -> Results:
    """Make results up in which there is a trial of each kind."""
    results = made(trials=trials, failed=0.1, waiting=15, calls=True)
    others: dict[str, Status] = {"tactic=soft/70": "open", "tactic=soft/71": "open", "tactic=soft/72": "exhausted"}
    rows = [
        replace(trial, status=others[trial.series], values={}) if trial.series in others else trial
        for trial in results.trials
    ]
    return replace(results, trials=rows)


def test_totals_are_those_of_the_report() -> None:
    results = various(90)
    results = replace(results, trials=[replace(each, swapped=each.number % 3 == 0) for each in results.trials])
    board, report = Board.of(results), make_report(results)
    for arm, reported in zip(board.arms, report.arms, strict=True):
        agreed = reported.measures["agreed"].all
        seller = reported.measures["utility.seller"].all
        assert agreed and agreed.value == pytest.approx(arm.agreed)
        assert seller and seller.value == pytest.approx(arm.mean("utility.seller"))
        assert (reported.done, sum(reported.errors.values())) == (arm.count(AGREED, NO_DEAL), arm.count(*LOST))
    assert board.faults == sum((Counter(arm.faults) for arm in report.arms), Counter())
    assert board.over + board.left == board.total == report.planned


def test_the_same_context_stands_in_the_same_column() -> None:
    results = made(trials=4)
    board = Board.of(replace(results, trials=[*results.trials[:1], *results.trials[2:]]))
    columns = list(zip(*(arm.cells for arm in board.arms), strict=True))
    assert len(columns) == 4 and [one for one, _ in columns].count(None) == 1
    assert all(one is None or one.trial.context == other.trial.context for one, other in columns if other)


def test_the_pace_is_that_of_the_last_half_minute() -> None:
    pace = Pace()
    for second in range(100):
        pace.see(float(second), 0 if second < 50 else (second - 50) * 2, playing=True)
    assert pace.rate == pytest.approx(2)
    pace.see(100.0, 98, playing=False)
    assert pace.rate is None
