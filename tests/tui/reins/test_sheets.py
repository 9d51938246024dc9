"""Offers, answers, branches and files, form by form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from sandbox.plan import plan
from scenarios import scenario_from_data
from tests.tui.houses import house
from tests.tui.reins.steering import control, said, steered
from tests.tui.screens import check, play, until, until_seen
from tui.app import MootApp
from tui.house import House
from tui.sheets import AnswerSheet, ForkSheet, OfferSheet, SaveSheet
from tui.watch import WatchScreen

ASKED: dict[str, Any] = {
    "title": "A question",
    "choices": {"verdict": ["guilty", "not guilty"]},
    "participants": {
        "ann": {"brain": "human"},
        "bob": {"brain": {"kind": "script", "lines": ["Hm.", {"vote": "guilty"}]}},
    },
    "threads": {"table": {"members": "all"}},
    "phases": [{"ballot": "verdict", "thread": "table"}],
    "end": {"ballot": "verdict", "rounds": 3},
}


def test_an_offer_is_made_in_a_form_that_says_what_it_is_worth(tmp_path: Path) -> None:
    async def story(pilot: Pilot, home: House) -> None:
        await until_seen(pilot, "waiting for you")
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, OfferSheet))
        await pilot.press("ctrl+s")
        await until_seen(pilot, "nothing is chosen")
        control(pilot, "price").value = "250"
        control(pilot, "pickup").value = "weekend"
        control(pilot, "helmet").value = "included"
        await until_seen(pilot, "worth 85 to buyer; no deal 30")
        check(pilot.app, "offer")
        control(pilot, "price").value = "350"
        await until_seen(pilot, "buyer's own limits forbid it")
        await pilot.press("ctrl+s")
        await until_seen(pilot, "your own limits forbid 350 €")
        control(pilot, "price").value = "250"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(pilot.app.screen, OfferSheet))
        await until_seen(pilot, "250 €, pickup weekend, helmet included")

    steered(tmp_path, story, buyer="human")


def test_a_vote_is_asked_for_in_a_form(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await until_seen(pilot, "waiting for you", "ann is asked something: i answers")
        await pilot.press("i")
        await until(pilot, lambda: isinstance(pilot.app.screen, AnswerSheet))
        await until_seen(pilot, "You vote on verdict.")
        await pilot.press("ctrl+s")
        await until_seen(pilot, "nothing is chosen")
        control(pilot, "verdict").value = "not guilty"
        await pilot.pause()
        check(pilot.app, "answer")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(pilot.app.screen, AnswerSheet))
        await until(pilot, lambda: not home.engine.busy)

    with house(tmp_path) as home:
        source = scenario_from_data(ASKED, "asked")
        play(MootApp(home, plan=plan(source, workspace=home.workspace)), story, (120, 40))


def test_a_run_is_forked_with_somebodys_words_and_the_branch_is_shown(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await until_seen(pilot, "[1] Runs", "used-bike-1")
        await pilot.press("enter")
        await until_seen(pilot, "agreed by")
        await pilot.press("g", "j", "j", "j")
        await pilot.press("b")
        await until(pilot, lambda: isinstance(pilot.app.screen, ForkSheet))
        assert control(pilot, "after").value == "3"
        control(pilot, "how").value = "say"
        control(pilot, "text").value = "I have thought about it."
        control(pilot, "seed").value = "x"
        await pilot.pause()
        await pilot.press("ctrl+s")
        await until_seen(pilot, "a whole number, not 'x'")
        control(pilot, "seed").value = ""
        control(pilot, "after").value = "99"
        await pilot.press("ctrl+s")
        await until_seen(pilot, "'used-bike-1' has no turn 99")
        control(pilot, "after").value = "3"
        check(pilot.app, "fork")
        await pilot.press("ctrl+s")
        await until_seen(pilot, "Library  used-bike-1  used-bike-2")
        await until(pilot, lambda: not home.engine.busy)
        assert said(home, "used-bike-2")[3] == ("seller", "I have thought about it.")
        await pilot.press("u")
        await until_seen(pilot, "⑂ used-bike-2 after 3", "table:3 · turn 3 · tick 3", "f Follow")
        await until(pilot, lambda: isinstance(pilot.app.screen, WatchScreen))  # and no form that was done with

    with house(tmp_path, 1) as home:
        play(MootApp(home), story, (120, 40))


def test_an_edit_leaves_its_turn_out_and_many_branches_are_summarised(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await until_seen(pilot, "[1] Runs", "used-bike-1")
        await pilot.press("enter")
        await until_seen(pilot, "agreed by")
        await pilot.press("g", "j", "j", "b")
        await until(pilot, lambda: isinstance(pilot.app.screen, ForkSheet))
        was = said(home)[1][1]
        control(pilot, "how").value = "edit"
        await until(pilot, lambda: control(pilot, "text").value == was)
        control(pilot, "text").value = "Another text."
        control(pilot, "many").value = "2"
        await pilot.press("ctrl+s")
        await until_seen(pilot, "2 branches of used-bike-1 after turn 1, and 2 without the change")
        assert home.store
        assert all(run.after in (1, 2) for run in home.store.runs(parent="used-bike-1"))

    with house(tmp_path, 1) as home:
        play(MootApp(home), story, (120, 40))


def test_a_run_is_saved_as_a_baseline_and_a_file_is_replaced_only_when_it_is_meant(tmp_path: Path) -> None:
    kept = tmp_path / "baselines" / "used-bike-1.jsonl"

    async def story(pilot: Pilot) -> None:
        await until_seen(pilot, "[1] Runs", "used-bike-1")
        await pilot.press("enter")
        await until_seen(pilot, "agreed by")
        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, SaveSheet))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: kept.exists() and not isinstance(pilot.app.screen, SaveSheet))
        assert home.store and kept.read_bytes() == home.store.load("used-bike-1").to_jsonl()
        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, SaveSheet))
        await pilot.press("ctrl+s")
        await until_seen(pilot, "ctrl+s again replaces it")
        control(pilot, "as").value = "evidence"
        control(pilot, "file").value = str(tmp_path / "whole.jsonl")
        await pilot.press("ctrl+s")
        await until(pilot, (tmp_path / "whole.jsonl").exists)
        assert (tmp_path / "whole.jsonl").read_bytes() == home.store.load("used-bike-1").to_jsonl(evidence=True)

    with house(tmp_path, 1) as home:
        play(MootApp(home), story, (120, 40))
