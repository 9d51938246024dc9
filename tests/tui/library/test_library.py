"""The library: what there is, found, sorted, looked at, and kept up to date."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

import moot
from tests.tui.houses import house
from tests.tui.screens import check, play, screen, until, until_seen
from transcripts import RunInfo
from tui.app import MootApp
from tui.library import rows
from tui.library.listing import Column, Listing, Row
from tui.library.screen import LibraryScreen


def desk(pilot: Pilot) -> LibraryScreen:
    found = pilot.app.screen
    assert isinstance(found, LibraryScreen)
    return found


async def ready(pilot: Pilot) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, LibraryScreen) and pilot.app.focused is not None)


def test_an_empty_workspace_says_which_key_to_press(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await ready(pilot)
        await until_seen(pilot, "2 goes to the scenarios; there n begins a run.", "Campsite neighbours")
        check(pilot.app, "library-empty")
        await pilot.press("2", "G", "n")
        await until_seen(pilot, "New run of used-bike")

    with house(tmp_path) as home:
        play(MootApp(home), story)


def test_runs_are_listed_with_what_came_of_them(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await ready(pilot)
        await until_seen(pilot, "used-bike-3  done         9", "seller 34 · buyer 81", "Agreed after")
        check(pilot.app, "library")
        await pilot.press("4", "plus")
        await until(pilot, lambda: "Scenarios" not in screen(pilot.app))
        await pilot.press("underscore", "1", "plus")
        await until_seen(pilot, "seller 34 · buyer 81")
        await pilot.press("escape")
        await until_seen(pilot, "[2] Scenarios")

    with house(tmp_path, 3) as home:
        play(MootApp(home), story, (150, 35))


def test_eighty_columns_are_enough(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await ready(pilot)
        await until_seen(pilot, "used-bike-1  done         9", "A used bike")
        check(pilot.app, "library-narrow")

    with house(tmp_path, 1) as home:
        play(MootApp(home), story, (80, 24))


def test_words_choose_among_the_runs_and_escape_shows_all_again(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await ready(pilot)
        await until_seen(pilot, "used-bike-3")
        await pilot.press("slash", *"bike-2")
        await until(pilot, lambda: [row.key for row in desk(pilot).runs.rows] == ["used-bike-2"])
        await until_seen(pilot, "1 of 3")
        await pilot.press(*"x")
        await until_seen(pilot, "No run has these words.")
        await pilot.press("enter", "escape")
        await until(pilot, lambda: len(desk(pilot).runs.rows) == 3 and desk(pilot).runs.has_focus)

    with house(tmp_path, 3) as home:
        play(MootApp(home), story)


def test_the_cursor_stays_on_its_run_when_others_come(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await ready(pilot)
        await until_seen(pilot, "used-bike-2")
        await pilot.press("down")
        assert desk(pilot).runs.key == "used-bike-1"
        await asyncio.to_thread(moot.run, "used-bike", seed=9, workspace=home.workspace)
        await until_seen(pilot, "used-bike-3")
        assert desk(pilot).runs.key == "used-bike-1"

    with house(tmp_path, 2) as home:
        play(MootApp(home), story)


def test_titles_sort_and_so_do_keys(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await ready(pilot)
        await until_seen(pilot, "when ▾")
        await pilot.press("o")
        await until_seen(pilot, "run ▾")
        assert [row.key for row in desk(pilot).runs.rows] == ["used-bike-1", "used-bike-2", "used-bike-3"]
        await pilot.press("O")
        await until_seen(pilot, "run ▴")
        assert desk(pilot).runs.rows[0].key == "used-bike-3"
        await pilot.click("#runs", offset=(4, 1))
        await until_seen(pilot, "run ▾")

    with house(tmp_path, 3) as home:
        play(MootApp(home), story)


def test_a_file_that_cannot_be_read_says_where_and_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "wrong.yaml").write_text("title: [bold]\nissues: 7\n", encoding="utf-8")

    async def story(pilot: Pilot) -> None:
        await ready(pilot)
        await pilot.press("2", "g")
        await until_seen(pilot, "wrong", "scenarios/wrong.yaml:1")
        (tmp_path / "personas").mkdir()
        (tmp_path / "personas" / "zoe.yaml").write_text("name: zoe\nabout: '[red]Nobody'\n", encoding="utf-8")
        await until_seen(pilot, "zoe")
        await pilot.press("3", "g")
        await until_seen(pilot, "[red]Nobody")

    with house(tmp_path) as home:
        play(MootApp(home), story)


def test_more_runs_than_are_listed_are_said_to_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.library.screen.SHOWN", 2)
    monkeypatch.setattr("tui.library.screen.AT_ONCE", 2)

    async def story(pilot: Pilot) -> None:
        await ready(pilot)
        await until_seen(pilot, "3 · the first 2 are listed, / finds the others")
        await pilot.press("slash", *"bike-1")
        await until_seen(pilot, "used-bike-1  done         9")  # its rounds are counted though it was not listed
        await until_seen(pilot, "1 of 3")
        assert "listed" not in screen(pilot.app)

    with house(tmp_path, 3) as home:
        play(MootApp(home), story)


def test_the_rounds_of_a_run_that_goes_on_are_counted_again(tmp_path: Path) -> None:
    def stop(name: str, coordinator: Any) -> None:
        coordinator.upto = 3

    async def story(pilot: Pilot) -> None:
        await ready(pilot)
        await until_seen(pilot, "used-bike-1  broken off       2")
        await asyncio.to_thread(moot.resume, "used-bike-1", workspace=home.workspace)
        await until_seen(pilot, "used-bike-1  done         9")

    with house(tmp_path) as home:
        moot.run("used-bike", workspace=home.workspace, started=stop)
        play(MootApp(home), story)


def info(k: int, **changed: object) -> RunInfo:
    made = RunInfo(k, f"bike-{k}", "bike", k, "done", 4, True, None, 0.0, 1.0, False, None, None)
    return replace(made, **changed)  # type: ignore[arg-type]  # of a test


def test_runs_sort_by_number_and_not_by_letters() -> None:
    found = rows.sort_runs([info(k) for k in (1, 2, 10)], rows.Sums({}, {}), rows.RUN, reverse=False)
    assert [each.name for each in found] == ["bike-1", "bike-2", "bike-10"]


def test_the_dearest_and_the_longest_come_first() -> None:
    infos, sums = [info(1), info(2), info(3)], rows.Sums({1: 3, 2: 9, 3: 5}, {1: 0.5, 2: None, 3: 2.0})
    assert [each.id for each in rows.sort_runs(infos, sums, rows.COST, reverse=False)] == [3, 1, 2]
    assert [each.id for each in rows.sort_runs(infos, sums, rows.ROUNDS, reverse=False)] == [2, 3, 1]


def test_all_words_are_looked_for_in_all_that_is_said_of_a_run() -> None:
    infos = [info(1), info(2, status="open", live=True), info(3, parent="bike-1", after=2)]
    assert [each.id for each in rows.find_runs(infos, "BIKE running")] == [2]
    assert [each.id for each in rows.find_runs(infos, "bike-1 branch")] == [3]
    assert rows.find_runs(infos, " ") == infos


@pytest.mark.parametrize("text", ["\x1b[31mred", "[bold]x[/]", "a\u202eb", "wide 世界", "x" * 5000])
def test_text_of_a_list_is_text(text: str, tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await ready(pilot)
        listing = desk(pilot).runs
        listing.show_rows([Row("one", (text, *[""] * 6))])
        await pilot.pause()
        drawn = screen(pilot.app)
        assert "\x1b" not in drawn and "\u202e" not in drawn
        assert ("[bold]x[/]" in drawn) == ("bold" in text)

    with house(tmp_path) as home:
        play(MootApp(home), story)


def test_columns_that_do_not_fit_go_by_rank() -> None:
    listing = Listing([Column("name"), Column("words", grows=True), Column("less", rank=1), Column("least", rank=2)])
    listing.show_rows([Row("one", ("n" * 10, "w" * 40, "l" * 10, "e" * 10))])
    assert [width > 0 for width in listing.fit(100)] == [True] * 4
    assert [width > 0 for width in listing.fit(40)] == [True, True, True, False]
    assert listing.fit(26)[:3] == [10, 14, 0]
