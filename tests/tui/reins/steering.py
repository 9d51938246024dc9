"""A run under way in the interface, and what a person does to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Select

from sandbox.plan import plan
from tests.tui.houses import SLOW, house
from tests.tui.screens import play, until, until_seen
from transcripts import Said
from tui.app import MootApp
from tui.composer import Composer
from tui.composer.panel import Prose
from tui.feed import Feed
from tui.fields import Field
from tui.house import House
from tui.underway import Underway


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
