"""The interface as a whole: keys, tabs, what goes wrong, and leaving."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.app import SystemCommand
from textual.pilot import Pilot

import moot
from moot_errors import DocumentError, MootError
from sandbox.plan import plan
from tests.tui.houses import SLOW, house
from tests.tui.screens import check, play, screen, until, until_seen
from tui.app import MootApp
from tui.dialogs import Complaint, Question
from tui.house import LIBRARY, House
from tui.interface import open_interface
from tui.tabs import TabBar


async def library(pilot: Pilot) -> None:
    await until_seen(pilot, "[1] Runs", "[2] Scenarios")
    await until(pilot, lambda: pilot.app.focused is not None)


async def broken_down(pilot: Pilot) -> None:
    assert isinstance(pilot.app, MootApp)
    while pilot.app.fault is None:
        await asyncio.sleep(0.01)


def slow_bike(home: House):
    return plan("used-bike", cast={"buyer": "@slow"}, workspace=home.workspace)


def test_a_run_is_opened_in_a_tab_of_its_own_and_closed_again(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await library(pilot)
        await pilot.press("enter")
        await until_seen(pilot, "Library  used-bike-2", "agreed by")
        await pilot.press("L")
        await until(pilot, lambda: home.mode == LIBRARY)
        await until_seen(pilot, "[1] Runs")
        await pilot.press("j", "enter")
        await until_seen(pilot, "used-bike-2  used-bike-1", "agreed by")
        await pilot.press("ctrl+left")
        await until(pilot, lambda: home.mode.endswith("used-bike-2"))
        await pilot.press("ctrl+w")
        await until(pilot, lambda: len(home.tabs) == 1)
        assert "used-bike-2" not in screen(pilot.app).splitlines()[0]

    with house(tmp_path, 2) as home:
        play(MootApp(home), story)


def test_two_marked_runs_are_compared(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await library(pilot)
        await pilot.press("c")
        await until_seen(pilot, "◆used-bike-2")
        await pilot.press("j", "c")
        await until(pilot, lambda: home.mode.startswith("pair"))
        await until_seen(pilot, "used-bike-2 and used-bike-1")
        assert home.marked is None

    with house(tmp_path, 2) as home:
        play(MootApp(home), story)


def test_a_run_is_marked_where_it_is_watched_and_opened_again_at_the_turn_that_is_compared(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await library(pilot)
        await pilot.press("enter")
        await until_seen(pilot, "Library  used-bike-2", "agreed by")
        await pilot.press("c")
        await until_seen(pilot, "◆used-bike-2")
        await pilot.press("c")
        await until(pilot, lambda: home.marked is None and "◆" not in screen(pilot.app))
        await pilot.press("c", "ctrl+w")
        await until_seen(pilot, "Library  ◆used-bike-2", "[1] Runs")
        await pilot.press("j", "enter")
        await until_seen(pilot, "used-bike-1  ◆used-bike-2", "agreed by")
        await pilot.press("c")
        await until_seen(pilot, "used-bike-2 │ used-bike-1", "difference 1 of")
        assert home.marked is None
        await pilot.press("n", "n")
        await until_seen(pilot, "difference 3 of 18 · table:3")
        await pilot.press("a")
        await until_seen(pilot, "table:3 · turn 3 · tick 3", "used-bike-2 agreed")
        await pilot.press("ctrl+left")
        await until(pilot, lambda: home.mode.startswith("pair"))
        await pilot.press("N")
        await until_seen(pilot, "difference 2 of 18")
        await pilot.press("b")  # whose tab is open
        await until_seen(pilot, "table:2 · turn 2 · tick 2", "used-bike-1 agreed")

    with house(tmp_path, 2) as home:
        play(MootApp(home), story, (120, 40))


def test_a_marked_run_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await library(pilot)
        home.marked = "used-bike-9"
        await pilot.press("c")
        await until_seen(pilot, "there is no run 'used-bike-9'")
        await pilot.press("escape")
        await until_seen(pilot, "[1] Runs")
        assert home.tabs == [] and home.marked is None

    with house(tmp_path, 1) as home:
        play(MootApp(home), story)


def test_an_exception_in_an_action_becomes_a_dialog_and_the_app_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: object) -> None:
        raise ZeroDivisionError("[bold]not markup[/bold] \x1b[31m")

    monkeypatch.setattr("tui.library.screen.LibraryScreen.action_sort", broken)

    async def story(pilot: Pilot) -> None:
        await library(pilot)
        await pilot.press("o")
        await until_seen(pilot, "A fault in Moot", "ZeroDivisionError: [bold]not markup[/bold] �[31m", "y copies")
        check(pilot.app, "fault")
        await pilot.press("y")
        assert "test_app.py" in pilot.app.clipboard
        await pilot.press("escape", "2")
        await until(pilot, lambda: pilot.app.focused is not None and pilot.app.focused.id == "scenarios")

    with house(tmp_path) as home:
        play(MootApp(home), story)


def test_a_mistake_is_said_with_its_remedy(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await library(pilot)
        app = pilot.app
        assert isinstance(app, MootApp)
        app.open_run("used-bike-9")
        await until_seen(pilot, "there is no run 'used-bike-9'", "did you mean 'used-bike-1'?")
        app.open_run("used-bike-9")  # and not twice
        await pilot.pause()
        assert len(app.screen_stack) == 2

    with house(tmp_path, 1) as home:
        play(MootApp(home), story)


def test_where_the_interface_breaks_down_it_is_opened_again_as_it_was_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    sound = TabBar.render

    async def story(pilot: Pilot) -> None:
        app = pilot.app
        if not seen:
            await until(pilot, lambda: home.tabs)
            seen.append("under way")
            monkeypatch.setattr(TabBar, "render", lambda _self: 1 / 0)
            app.screen.query_one(TabBar).refresh()
            await broken_down(pilot)
            monkeypatch.setattr(TabBar, "render", sound)
        else:
            await until(pilot, lambda: isinstance(app.screen, Complaint))
            seen.append(screen(app))
            assert home.engine.busy == 1
            await pilot.press("escape")
            await until_seen(pilot, "used-bike-1")
            app.exit()

    with house(tmp_path, toml=SLOW) as home:
        open_interface(home, plan=slow_bike(home), pilot=story)
        assert len(seen) == 2 and "ZeroDivisionError" in seen[1] and "go on" in seen[1]


def test_what_breaks_down_again_and_again_is_left_with_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.tabs.TabBar.render", lambda _self: 1 / 0)
    monkeypatch.setattr("tui.interface.OFTEN", 2)

    with house(tmp_path) as home, pytest.raises(MootError, match="ZeroDivisionError"):
        open_interface(home, pilot=broken_down)


def test_a_hanging_model_leaves_every_key_working_and_quitting_asks(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await until_seen(pilot, "used-bike-1")
        await pilot.press("question_mark")
        await until_seen(pilot, "Watching a run")
        await pilot.press("question_mark", "L")
        await until_seen(pilot, "[1] Runs", "running       1")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        check(pilot.app, "quit")
        await pilot.press("escape")
        await until_seen(pilot, "[1] Runs")
        assert home.engine.busy == 1
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        pilot.app.simulate_key("q")
        while pilot.app.return_code is None:  # it is left, and so has nothing more to wait for
            await asyncio.sleep(0.01)

    with house(tmp_path, toml=SLOW) as home:
        play(MootApp(home, plan=slow_bike(home)), story)


@pytest.mark.parametrize("keys", ["r", "Lr"])
def test_a_run_that_goes_on_is_shown_anew_where_it_had_a_tab(tmp_path: Path, keys: str) -> None:
    def stop(name: str, coordinator: Any) -> None:
        coordinator.upto = 1  # before the one that takes an hour

    async def story(pilot: Pilot) -> None:
        await library(pilot)
        await pilot.press("enter")
        await until_seen(pilot, "Library  used-bike-1", "broken off")
        if "L" in keys:
            await pilot.press("L")
            await until_seen(pilot, "[1] Runs")
        await pilot.press("r")
        await until_seen(pilot, "Library  used-bike-1", "running", "waiting for buyer", "i Speak")
        assert len(home.tabs) == 1 and len(pilot.app.screen_stack) == 1
        await pilot.press("i")
        await until_seen(pilot, "as moderator")

    with house(tmp_path, toml=SLOW) as home:
        moot.run("used-bike", cast={"buyer": "@slow"}, workspace=home.workspace, started=stop)
        play(MootApp(home), story)


def test_what_came_meanwhile_is_counted_in_the_tab(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await until_seen(pilot, "Library  used-bike-1")
        await pilot.press("L")
        await until_seen(pilot, "[1] Runs")
        home.seen["used-bike-1"] = 0
        await until_seen(pilot, "used-bike-1 ●18")

    with house(tmp_path) as home:
        play(MootApp(home, plan=plan("used-bike", workspace=home.workspace)), story)


def test_keys_are_bound_otherwise_in_the_configuration(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await library(pilot)
        await pilot.press("n")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1
        await pilot.press("f5")
        await until_seen(pilot, "New run of used-bike")

    with house(tmp_path, 1, toml='[keys]\n"library.new" = "f5"\n') as home:
        play(MootApp(home), story)


@pytest.mark.parametrize(
    ("line", "said"),
    [('"library.nwe" = "f5"', "did you mean 'library.new'"), ('"library.new" = 5', "must be a text, not 5")],
)
def test_a_wrong_key_is_said_before_the_screen_is_taken(tmp_path: Path, line: str, said: str) -> None:
    with house(tmp_path, toml=f"[keys]\n{line}\n") as home, pytest.raises(DocumentError) as raised:
        open_interface(home)
    assert said in str(raised.value) and "moot.toml" in str(raised.value)


def test_the_keys_that_work_here_stay_in_sight(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await library(pilot)
        await pilot.press("question_mark")
        await until_seen(pilot, "Everywhere")
        check(pilot.app, "keys")
        await pilot.press("2", "question_mark")
        await until(pilot, lambda: "Everywhere" not in screen(pilot.app))

    with house(tmp_path, 1) as home:
        play(MootApp(home), story, (100, 45))


def test_keys_that_do_not_fit_are_a_page_further(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await library(pilot)
        await pilot.press("question_mark")
        await until_seen(pilot, "Filter", "more: ?")
        assert "Everywhere" not in screen(pilot.app)
        await pilot.press("question_mark")
        await until_seen(pilot, "Everywhere", "Theme")
        await until(pilot, lambda: "more: ?" not in screen(pilot.app))
        await pilot.press("question_mark")
        await until(pilot, lambda: "Theme" not in screen(pilot.app))

    with house(tmp_path, 1) as home:
        play(MootApp(home), story, (80, 24))


def test_the_palette_offers_what_can_be_done_here_and_the_open_tabs(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await library(pilot)
        await pilot.press("enter")
        await until_seen(pilot, "agreed by")
        await pilot.press("L")
        await until_seen(pilot, "[1] Runs")
        offered = [command.title for command in commands(pilot)]
        assert {"New run", "Filter", "Compare", "Theme", "Quit", "Go to used-bike-1"} <= set(offered)
        assert len(offered) == len(set(offered)) and "Down" not in offered
        await pilot.press("ctrl+p")
        await pilot.press(*"New run")
        await pilot.press("enter")
        await until_seen(pilot, "New run of used-bike")

    def commands(pilot: Pilot) -> list[SystemCommand]:
        return list(pilot.app.get_system_commands(pilot.app.screen))

    with house(tmp_path, 1) as home:
        play(MootApp(home), story)


def test_without_colour_the_screen_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def story(pilot: Pilot) -> None:
        await library(pilot)
        drawn = pilot.app.export_screenshot()
        colours = {part[:6] for part in drawn.partition("</style>")[0].split("fill: #")[1:]}
        assert all(colour[:2] == colour[2:4] == colour[4:] for colour in colours if colour != "c5c8c6")

    with house(tmp_path, 1) as home:
        play(MootApp(home), story)


def test_a_house_that_is_only_looked_at_begins_nothing(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await library(pilot)
        await pilot.press("n", "r", "x")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1 and not home.engine.busy
        assert not {"New run", "Resume", "Stop"} & {c.title for c in pilot.app.get_system_commands(pilot.app.screen)}

    with house(tmp_path, 1, read_only=True) as home:
        play(MootApp(home), story)


def test_a_run_that_another_process_writes_is_seen_as_it_grows(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await library(pilot)
        await until_seen(pilot, "used-bike-1")
        await asyncio.to_thread(moot.run, "campsite", seed=1, workspace=home.workspace)
        await until_seen(pilot, "campsite-1")

    with house(tmp_path, 1) as home:
        play(MootApp(home), story)
