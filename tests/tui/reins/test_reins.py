"""Steering a run from its screen, key by key: as a person would, beside a run that is under way."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Select

from sandbox.plan import plan
from scenarios import scenario_from_data
from tests.tui.houses import SLOW, house
from tests.tui.screens import check, play, screen, until, until_seen
from transcripts import Forfeited, Said, Told
from tui.app import MootApp
from tui.composer import Composer
from tui.composer.panel import Prose
from tui.dialogs import Choice
from tui.feed import Feed
from tui.fields import Field
from tui.house import House
from tui.sheets import AnswerSheet, ForkSheet, OfferSheet, SaveSheet
from tui.underway import Underway

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


def bike(home: House, **cast: str) -> Any:
    return plan("used-bike", seed=7, cast={seat: f"@{brain}" for seat, brain in cast.items()}, workspace=home.workspace)


def feed(home: House, name: str = "used-bike-1") -> Feed:
    return home.feeds[name]


def reins(home: House) -> Underway:
    found = getattr(feed(home), "control", None)
    assert isinstance(found, Underway)
    return found


def said(home: House, name: str = "used-bike-1") -> list[tuple[str, str]]:
    return [(event.seat, event.text) for event in feed(home, name).events if isinstance(event, Said)]


def steered(
    folder: Path, story: Callable[[Pilot, House], Any], *, size: tuple[int, int] = (120, 40), **cast: str
) -> None:
    """Play a bike in the interface, and a story in its screen once it is there."""

    async def whole(pilot: Pilot) -> None:
        await until(pilot, lambda: "used-bike-1" in home.feeds and pilot.app.screen.query(Composer))
        await until_seen(pilot, "used-bike-1")
        await story(pilot, home)

    with house(folder, toml=SLOW) as home:
        play(MootApp(home, plan=bike(home, **cast)), whole, size)


def on(pilot: Pilot, place: type) -> bool:
    return isinstance(pilot.app.screen, place)


def composer(pilot: Pilot) -> Composer:
    return pilot.app.screen.query_one(Composer)


async def opened(pilot: Pilot) -> None:
    await pilot.press("i")
    await until(pilot, lambda: composer(pilot).is_open and composer(pilot).query_one(Prose).has_focus)


def write(pilot: Pilot, text: str) -> None:
    """Paste text, which is quicker than to type it."""
    composer(pilot).query_one(Prose).load_text(text)


async def chosen(pilot: Pilot, id: str, value: str) -> None:
    composer(pilot).query_one(f"#{id}", Select).value = value
    await pilot.pause()


def control(pilot: Pilot, name: str) -> Any:
    return next(each for each in pilot.app.screen.query(Field) if each.name == name).control


def test_a_moderators_words_are_shown_as_said_when_they_are_stored(tmp_path: Path) -> None:
    async def story(pilot: Pilot, home: House) -> None:
        await until_seen(pilot, "waiting for you", "it is buyer's turn: i answers")
        await pilot.press("space")
        await opened(pilot)
        await chosen(pilot, "as", "moderator")
        await pilot.press(*"Be [b]kind[/b].")
        check(pilot.app, "composer")
        await pilot.press("ctrl+j", *"Both.")
        await pilot.press("enter")
        await until_seen(pilot, "it waits for the turn that is being taken")
        assert ("moderator", "Be [b]kind[/b].\nBoth.") not in said(home)  # the buyer is still being asked
        reins(home).answer(reins(home).asks[0], "Good day.")
        await until(pilot, lambda: ("moderator", "Be [b]kind[/b].\nBoth.") in said(home))
        await until(pilot, lambda: not composer(pilot).is_open)
        assert home.unsaid.get("words used-bike-1") == {}

    steered(tmp_path, story, buyer="human")


def test_a_draft_survives_closing_switching_and_the_program(tmp_path: Path) -> None:
    async def write(pilot: Pilot, home: House) -> None:
        await opened(pilot)
        await pilot.press(*"Half a thou")
        await pilot.press("escape")
        await until(pilot, lambda: not composer(pilot).is_open)
        await pilot.press("L")
        await until_seen(pilot, "[1] Runs")
        await pilot.press("ctrl+right")
        await until(pilot, lambda: pilot.app.screen.query(Composer))
        await opened(pilot)
        await pilot.press(*"ght")
        assert composer(pilot).words.text == "Half a thought"
        reins(home).stop()
        await until(pilot, lambda: not feed(home).live)

    async def read(pilot: Pilot) -> None:
        await until_seen(pilot, "[1] Runs", "used-bike-1")
        await pilot.press("enter")
        await until_seen(pilot, "broken off")
        await pilot.press("r")
        await until_seen(pilot, "waiting for you")
        await opened(pilot)
        assert composer(pilot).words.text == "Half a thought"

    steered(tmp_path, write, buyer="human")
    assert "Half a thought" in (tmp_path / "transcripts.drafts.json").read_text()
    with house(tmp_path) as home:
        play(MootApp(home), read)


def test_what_the_rules_refuse_is_said_beside_the_draft(tmp_path: Path) -> None:
    async def story(pilot: Pilot, home: House) -> None:
        await until_seen(pilot, "waiting for you")
        await opened(pilot)
        await until_seen(pilot, "It is buyer's turn in table.")
        write(pilot, "Then so.")
        does = composer(pilot).query_one("#does", Input)
        does.value = "offer price=999, pickup=today, helmet=included"
        await pilot.press("enter")
        await until_seen(pilot, "cannot be offered: price takes a number from 100 to 400")
        does.value = "offer price=400, pickup=today, helmet=included"
        await pilot.press("enter")
        await until_seen(pilot, "your own limits forbid 400 €")
        assert composer(pilot).words.text == "Then so."
        check(pilot.app, "composer-refused")
        does.value = "offer price=200, pickup=today, helmet=included"
        await pilot.press("enter")
        await until(pilot, lambda: ("buyer", "Then so.") in said(home))

    steered(tmp_path, story, buyer="human")


def test_somebody_is_told_something_in_private(tmp_path: Path) -> None:
    async def story(pilot: Pilot, home: House) -> None:
        await until_seen(pilot, "used-bike-1")
        await opened(pilot)
        await chosen(pilot, "as", "moderator")
        composer(pilot).query_one("#to", Input).value = "seler"
        write(pilot, "Hurry.")
        await pilot.press("enter")
        await until_seen(pilot, "there is no seat 'seler'", "did you mean 'seller'?")
        composer(pilot).query_one("#to", Input).value = "seller"
        await pilot.press("enter")
        reins(home).interrupt("buyer")
        await until(pilot, lambda: any(isinstance(event, Told) for event in feed(home).events))

    steered(tmp_path, story, buyer="slow")


def test_a_run_is_paused_stepped_and_stopped(tmp_path: Path) -> None:
    async def story(pilot: Pilot, home: House) -> None:
        await until_seen(pilot, "waiting for you")
        await pilot.press("space")
        reins(home).answer(reins(home).asks[0], "Good day.")
        await until_seen(pilot, "paused")
        many = len(said(home))
        await pilot.press("full_stop")
        await until(pilot, lambda: len(said(home)) == many + 1)
        await until_seen(pilot, "paused")
        await pilot.press("space")
        await until_seen(pilot, "waiting for you")
        await pilot.press("x")
        await until_seen(pilot, "broken off")

    steered(tmp_path, story, buyer="human")


def test_a_hanging_model_leaves_every_key_working_and_its_turn_can_be_broken_off(tmp_path: Path) -> None:
    async def story(pilot: Pilot, home: House) -> None:
        await until(pilot, lambda: "buyer" in reins(home).asked)
        await pilot.press("space")
        await until_seen(pilot, "pausing")
        for key, place in (("o", OfferSheet), ("b", ForkSheet), ("s", SaveSheet), ("t", Choice)):
            await pilot.press(key)
            await until(pilot, partial(on, pilot, place))
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen.query(Composer))
        await pilot.press("X")
        await until_seen(pilot, "paused")
        assert [event.fault for event in feed(home).events if isinstance(event, Forfeited)] == ["interrupted"]
        await pilot.press("X")
        await until_seen(pilot, "nobody is being asked at this moment")

    steered(tmp_path, story, buyer="slow")


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


def test_a_seat_is_taken_and_given_back(tmp_path: Path) -> None:
    async def story(pilot: Pilot, home: House) -> None:
        await until(pilot, lambda: "buyer" in reins(home).asked)
        await pilot.press("t")
        await until_seen(pilot, "buyer: llm slow")
        pilot.app.screen.query_one(OptionList).highlighted = 1
        check(pilot.app, "seats")
        await pilot.press("enter")
        await until(pilot, lambda: reins(home).taken == ("buyer",))
        await pilot.press("X")
        await until_seen(pilot, "waiting for you")
        await opened(pilot)
        write(pilot, "It is me.")
        await pilot.press("enter")
        await until_seen(pilot, "buyer (a person): It is me.")
        await pilot.press("t")
        await until_seen(pilot, "buyer: yours; give it back to its brain, llm slow")
        await pilot.press("enter")
        await until(pilot, lambda: not reins(home).taken)
        await until(pilot, lambda: "buyer" in reins(home).asked and not reins(home).asks)

    steered(tmp_path, story, buyer="slow")


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


def test_a_run_that_is_only_looked_at_is_not_steered(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await until_seen(pilot, "[1] Runs", "used-bike-1")
        await pilot.press("enter")
        await until_seen(pilot, "agreed by")
        before = pilot.app.screen
        await pilot.press("i", "o", "b", "s", "t", "X", "space", "full_stop", "r")
        await pilot.pause()
        assert pilot.app.screen is before and not pilot.app.screen.query(Composer)
        assert "Speak" not in {command.title for command in pilot.app.get_system_commands(before)}

    with house(tmp_path, 1, read_only=True) as home:
        play(MootApp(home), story)


def test_a_draft_of_somebody_else_is_text_and_nothing_else(tmp_path: Path) -> None:
    drafts = {
        "words used-bike-1": {"seat": "buyer", "text": "\x1b[31m[bold]red[/bold]\n\u202eder", "nobody": "1"},
        "x": 1,
    }
    (tmp_path / "transcripts.drafts.json").write_text(json.dumps(drafts))

    async def story(pilot: Pilot, home: House) -> None:
        await until_seen(pilot, "waiting for you")
        await opened(pilot)
        await until_seen(pilot, "[31m[bold]red[/bold]")
        assert not {"\x1b", "\u202e"} & set(screen(pilot.app))

    steered(tmp_path, story, buyer="human")
