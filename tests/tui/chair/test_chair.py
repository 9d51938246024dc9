"""A chair: whoever sits in it sees what their seat sees, consents before anything begins, and has so much time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

import moot
from moot_errors import Busy, NotFound, WrongUse
from sandbox.plan import plan
from scenarios import Study, load_scenario, scenario_from_data
from tests.tui.houses import SLOW, house
from tests.tui.screens import check, play, screen, until, until_seen
from transcripts import Event, Evidence, Said, Seated, Started, Store
from tui.chair import ChairApp, seating_for, seating_of, seconds_left
from tui.chair.consent import Consent
from tui.composer import Composer
from tui.composer.panel import Prose
from tui.dialogs import Question
from tui.house import House
from tui.sheets import OfferSheet

SECRETS = ("Your cousin would take it", "plain-dealer", "boulware", "linear")
"""What the buyer may not learn: the seller's brief, and who and what decides for anybody."""


def bike(study: dict[str, Any] | None = None) -> Any:
    data = {**load_scenario("used-bike").data, **({"study": study} if study else {})}
    return scenario_from_data(data, "used-bike")


def chair(home: House, study: dict[str, Any] | None = None, participant: str | None = None) -> ChairApp:
    made = plan(bike(study), cast={"buyer": "@human"}, seed=7, workspace=home.workspace)
    return ChairApp(home, seating_for(home, made, "buyer", participant))


async def seated(pilot: Pilot) -> ChairApp:
    app = pilot.app
    assert isinstance(app, ChairApp)
    await until(pilot, lambda: app.screen.query(Composer) and app.screen.query_one(Composer).is_open)
    await until_seen(pilot, "it is your turn", "you are buyer")
    return app


async def say(pilot: Pilot, text: str, act: str = "") -> None:
    composer = pilot.app.screen.query_one(Composer)
    composer.query_one(Prose).load_text(text)
    composer.query_one("#does", Input).value = act
    await pilot.press("enter")


def events(home: House) -> list[Any]:
    with Store.open(home.database, read_only=True) as store:
        return store.load("used-bike-1").events


def test_consent_and_code_come_first_and_are_recorded_before_anything_else(tmp_path: Path) -> None:
    study = {"consent": "You bargain with a program.\nYou may [b]stop[/b] at any time.", "minutes": 10}

    async def story(pilot: Pilot) -> None:
        await until(pilot, lambda: isinstance(pilot.app.screen, Consent))
        await until_seen(pilot, "You may [b]stop[/b] at any time.", "You have 10 minutes.")
        check(pilot.app, "chair-consent")
        await pilot.click("#begin")
        await until_seen(pilot, "write the code that you were given")
        assert not home.engine.busy and not home.database.exists()
        pilot.app.screen.query_one(Input).value = "P-17"
        await until(pilot, lambda: not pilot.app.screen.query_one("#begin").has_class("-active"))  # it would not do
        await pilot.click("#begin")
        await seated(pilot)
        await until_seen(pilot, "left")
        assert isinstance(events(home)[0], Started)
        found = events(home)[1]
        assert isinstance(found, Seated) and (found.seat, found.participant) == ("buyer", "P-17")
        assert found.consent == study["consent"] and found.evidence and found.evidence.at

    with house(tmp_path) as home:
        play(chair(home, study), story)


def test_who_does_not_consent_leaves_no_trace(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await until(pilot, lambda: isinstance(pilot.app.screen, Consent))
        pilot.app.screen.query_one("#leave").press()  # type: ignore[attr-defined]

    with house(tmp_path) as home:
        play(chair(home, {"consent": "Do you?"}), story)
        assert not home.database.exists()


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_a_chair_shows_one_seats_view_and_nothing_else(tmp_path: Path, size: tuple[int, int]) -> None:
    async def story(pilot: Pilot) -> None:
        app = await seated(pilot)
        await until_seen(pilot, "no deal") if size[0] > 100 else None
        check(app, f"chair-{size[0]}")
        seen = screen(app)
        await pilot.press("escape", "1")
        await pilot.pause(0.2)
        seen += screen(app)
        assert "320 at most" in seen  # its own brief
        assert not [secret for secret in SECRETS if secret in seen]
        assert "seller 90" not in seen and "worth 10" in seen
        before = app.screen
        await pilot.press("L", "b", "s", "x", "3", "4", "c", "ctrl+p", "space", "t", "left_square_bracket")
        await pilot.pause()
        assert app.screen is before and not app.ENABLE_COMMAND_PALETTE
        await pilot.press("question_mark")
        await until_seen(pilot, "In a chair")
        assert "Fork" not in screen(app)

    with house(tmp_path) as home:
        play(chair(home), story, size)


def test_a_turn_is_taken_an_offer_made_and_the_end_told(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        app = await seated(pilot)
        await say(pilot, "Too much.", "accept table:99")
        await until_seen(pilot, "there is no standing offer 'table:99'")
        await say(pilot, "Too much.")
        await until(pilot, lambda: "Too much." in texts(app))
        await until_seen(pilot, "it is your turn")
        await pilot.press("escape", "o")
        await until(pilot, lambda: isinstance(app.screen, OfferSheet))
        assert not [each for each in app.screen.query("Field") if each.name == "seat"]
        for name, value in (("price", "200"), ("pickup", "today"), ("helmet", "included")):
            next(each for each in app.screen.query("Field") if each.name == name).control.value = value  # type: ignore[attr-defined]
        await until_seen(pilot, "to buyer; no deal 30")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, OfferSheet))
        await until_seen(pilot, "it is your turn")
        await pilot.press("i")
        await say(pilot, "I am off.", "walk away")
        await until_seen(pilot, "It is over", "Thank you.")
        assert not [secret for secret in SECRETS if secret in screen(app)]

    def texts(app: ChairApp) -> list[str]:
        return [event.text for event in app.feed.events if isinstance(event, Said)] if app.feed else []

    with house(tmp_path) as home:
        play(chair(home), story)


def test_nobody_speaks_out_of_turn_and_what_is_written_stays(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        app = pilot.app
        await until_seen(pilot, "the others are busy", "you are buyer")
        await pilot.press("i")
        await until(pilot, lambda: app.screen.query_one(Composer).is_open)
        await say(pilot, "Hello?")
        await until_seen(pilot, "it is not your turn yet")
        assert app.screen.query_one(Composer).words.text == "Hello?"

    with house(tmp_path, toml=SLOW) as home:
        made = plan(bike(), cast={"buyer": "@human", "seller": "@slow"}, workspace=home.workspace)
        play(ChairApp(home, seating_for(home, made, "buyer")), story)


def test_when_the_time_is_up_the_run_is_left_as_it_is(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        app = await seated(pilot)
        await say(pilot, "Let me think.")
        await until(pilot, lambda: app.feed and "Let me think." in str(list(app.feed.events)))
        await until_seen(pilot, "it is your turn")
        app._until = 0.0
        await until_seen(pilot, "The time is up")
        await pilot.press("l")

    with house(tmp_path) as home:
        play(chair(home, {"minutes": 10}, "P-1"), story_with(story))
        run = home.store and home.store.find("used-bike-1")
        assert run and run.status == "open" and not run.live


def story_with(story: Any) -> Any:
    async def whole(pilot: Pilot) -> None:
        await until(pilot, lambda: isinstance(pilot.app.screen, Consent))
        await pilot.click("#begin")
        await story(pilot)

    return whole


def test_a_run_that_waits_is_sat_in_again_and_the_time_goes_on(tmp_path: Path) -> None:
    study = Study(minutes=10)
    began: list[Event] = [
        Seated(seat="buyer", evidence=Evidence(at=100.0)),
        Said(thread="t", seat="x", n=1, evidence=Evidence(at=160.0)),
    ]
    again: list[Event] = [
        *began,
        Seated(seat="buyer", evidence=Evidence(at=900.0)),
        Seated(seat="seller", evidence=Evidence(at=930.0)),
    ]
    assert [seconds_left(study, "buyer", each) for each in ([], began, again)] == [600, 540, 510]
    assert seconds_left(Study(), "buyer", began) is None and seconds_left(study, "seller", again) == 600

    async def leave(pilot: Pilot) -> None:
        await seated(pilot)
        await say(pilot, "Half a mo")
        await until_seen(pilot, "it is your turn")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(pilot.app.screen, Question))
        await pilot.press("l")

    async def again_(pilot: Pilot) -> None:
        app = await seated(pilot)
        assert app.feed and "Half a mo" in str(list(app.feed.events))

    with house(tmp_path) as home:
        play(chair(home), leave)
    with house(tmp_path) as home:
        play(ChairApp(home, seating_of(home, "used-bike-1", "buyer")), again_)
    with house(tmp_path) as home:
        assert [event.seat for event in events(home) if isinstance(event, Seated)] == ["buyer", "buyer"]


def test_the_seat_of_a_program_is_taken_for_the_rest_of_a_run(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        app = await seated(pilot)
        await say(pilot, "It is me now.")
        await until(pilot, lambda: app.feed and "It is me now." in str(list(app.feed.events)))

    def stop(name: str, coordinator: Any) -> None:
        coordinator.upto = 3

    with house(tmp_path) as home:
        moot.run(bike(), seed=7, workspace=home.workspace, started=stop)
        play(ChairApp(home, seating_of(home, "used-bike-1", "buyer")), story)


def test_what_cannot_be_sat_in_is_said_at_once(tmp_path: Path) -> None:
    with house(tmp_path) as home, pytest.raises(NotFound, match="used-bike-1"):
        seating_of(home, "used-bike-1", "buyer")
    with house(tmp_path, 1) as home:
        with pytest.raises(NotFound, match="'byer'") as wrong:
            seating_of(home, "used-bike-1", "byer")
        assert "buyer" in str(wrong.value)
        with pytest.raises(WrongUse, match="is over"):
            seating_of(home, "used-bike-1", "buyer")
        with Store.open(home.database) as store:
            first = store.load("used-bike-1")
            recording = store.begin(next(each for each in first.events if isinstance(each, Started)), first.bodies)
            store.wait(recording.ticket)
            with pytest.raises(Busy, match="played by another process, and cannot be sat in"):
                seating_of(home, recording.name, "buyer")


def test_where_somebody_else_is_missing_that_is_said(tmp_path: Path) -> None:
    async def story(pilot: Pilot) -> None:
        await until_seen(pilot, "Somebody else is not there")

    with house(tmp_path) as home:
        made = plan(bike(), cast={"buyer": "@human", "seller": "@human"}, workspace=home.workspace)
        play(ChairApp(home, seating_for(home, made, "buyer")), story)


def test_an_interface_that_breaks_down_shows_nothing_of_what_it_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tui.chair.screen.ChairScreen._write_state", lambda _self: 1 / 0)

    async def broken_down(pilot: Pilot) -> None:
        assert isinstance(pilot.app, ChairApp)
        while pilot.app.fault is None:
            await asyncio.sleep(0.01)

    with house(tmp_path) as home:
        app = chair(home)
        app.run(headless=True, auto_pilot=broken_down)
        assert isinstance(app.fault, ZeroDivisionError)
    assert "".join(capfd.readouterr()) == ""
