"""Whatever the colours, what is written can be read; and those that were chosen stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.color import Color as RichColor
from textual.app import App
from textual.color import Color
from textual.pilot import Pilot

import moot
from moot_errors import NotFound
from sandbox.plan import plan
from sandbox.trust import trust_file
from tests.tui.houses import house
from tests.tui.screens import play, until, until_seen
from tui.app import MootApp
from tui.chair import ChairApp, seating_for
from tui.themes import DARK, LIGHT

LEAST = 2.4
"""Contrast, where 1 is none and 21 that of black and white; what cannot be done now has less than what can."""


def faint(app: App[None]) -> list[str]:
    """Find the words on the screen that are hard to tell from their ground."""
    strips = app.screen._compositor.render_strips()
    pieces = [(segment.text.strip(), segment.style) for strip in strips for segment in strip]
    return [
        f"{text!r} {style}"
        for text, style in pieces
        if any(map(str.isalnum, text)) and style and style.color and style.bgcolor and not style.reverse
        if contrast(style.color, style.bgcolor) < LEAST
    ]


def contrast(one: RichColor, other: RichColor) -> float:
    less, more = sorted(map(luminance, (one, other)))
    return (more + 0.05) / (less + 0.05)


def luminance(rich: RichColor) -> float:
    parts = Color.from_rich_color(rich).normalized
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["moot", "moot-light", "nord", "solarized-light", "textual-light"])
def test_every_word_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theme: str) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", theme)

    async def story(pilot: Pilot) -> None:
        await until_seen(pilot, "used-bike-2  done         9", "Agreed after")
        await until(pilot, lambda: pilot.app.focused is not None)
        assert faint(pilot.app) == []
        await pilot.press("c", "j", "c")
        await until_seen(pilot, "difference 1 of")
        await pilot.press("n")
        assert faint(pilot.app) == []
        await pilot.press("b")
        await until_seen(pilot, "worth of own offers")
        await pilot.press("question_mark")
        await until_seen(pilot, "Watching a run")
        await pilot.press("slash", *"price", "enter")
        await until_seen(pilot, "hit 1 of")
        assert faint(pilot.app) == []

    with house(tmp_path) as home:
        moot.run("used-bike", seed=0, workspace=home.workspace)
        moot.run("used-bike", seed=0, settings={"seller.brain.tactic": "conceder"}, workspace=home.workspace)
        play(MootApp(home), story, (120, 40))


@pytest.mark.parametrize(("theme", "ground"), [("moot", DARK.background), ("moot-light", LIGHT.background)])
def test_a_chair_has_the_colours_that_were_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, theme: str, ground: str
) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", theme)

    async def story(pilot: Pilot) -> None:
        await until_seen(pilot, "it is your turn", "you are buyer")
        assert faint(pilot.app) == [] and pilot.app.screen.styles.background == Color.parse(ground or "")

    with house(tmp_path) as home:
        made = plan("used-bike", cast={"buyer": "@human"}, workspace=home.workspace)
        play(ChairApp(home, seating_for(home, made, "buyer")), story)


def test_the_colours_that_were_chosen_last_are_there_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def choose(pilot: Pilot) -> None:
        await until_seen(pilot, "[1] Runs", "[2] Scenarios")
        await pilot.press("ctrl+t")
        await pilot.press(*"nord")
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.theme == "nord")
        await until(pilot, trust_file().with_name("theme").exists)

    async def again(pilot: Pilot) -> None:
        await until_seen(pilot, "[1] Runs", "[2] Scenarios")
        assert pilot.app.theme == "nord"

    async def otherwise(pilot: Pilot) -> None:
        await until_seen(pilot, "[1] Runs", "[2] Scenarios")
        assert pilot.app.theme == "moot-light"

    with house(tmp_path) as home:
        play(MootApp(home), choose)
        play(MootApp(home), again)
        monkeypatch.setenv("TEXTUAL_THEME", "moot-light")
        play(MootApp(home), otherwise)
        monkeypatch.delenv("TEXTUAL_THEME")
        play(MootApp(home), again)  # for the variable is no choice
        trust_file().with_name("theme").write_bytes(b"no such \xff")
        assert MootApp(home).theme == "moot"
        monkeypatch.setenv("TEXTUAL_THEME", "nrod")
        with pytest.raises(NotFound, match=r"no theme 'nrod'\n  did you mean 'nord'"):
            MootApp(home)


def test_a_choice_of_colours_that_cannot_be_kept_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))

    async def story(pilot: Pilot) -> None:
        await until_seen(pilot, "[1] Runs", "[2] Scenarios")
        pilot.app.theme = "nord"
        await until_seen(pilot, "cannot be written: Not a directory")

    with house(tmp_path) as home:
        play(MootApp(home), story)
