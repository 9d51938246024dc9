"""Steering a run from its screen, key by key: as a person would, beside a run that is under way."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.tui.houses import house
from tests.tui.reins.steering import chosen, composer, feed, on, opened, reins, said, steered, write
from tests.tui.screens import check, play, screen, until, until_seen
from transcripts import Forfeited, Told
from tui.app import MootApp
from tui.composer import Composer
from tui.dialogs import Choice
from tui.house import House
from tui.sheets import ForkSheet, OfferSheet, SaveSheet


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
