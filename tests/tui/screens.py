"""What a person would see: an app's screen as text, and the golden files it is compared with.

    def test_the_library_lists_runs(tmp_path: Path) -> None:
        async def story(pilot: Pilot[None]) -> None:
            await pilot.press("down")
            check(pilot.app, "library")

        play(MootApp(...), story)

`MOOT_SNAPSHOTS=write` writes what is seen into `tests/tui/snapshots/`, one file a case.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Awaitable, Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from sandbox.rendering.printable import char_width

KEPT = Path(__file__).parent / "snapshots"
SIZE = (100, 30)
PATIENCE = 20.0
"""Seconds until a test gives up on what must come."""

_CELL, _LINE = 12.2, 24.4  # how many pixels a cell of an exported picture has
_TEXT = re.compile(r'<text class="[^"]*-r\d+"[^>]* x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>')


def play(app: App[Any], story: Callable[[Pilot[Any]], Awaitable[None]], size: tuple[int, int] = SIZE) -> None:
    """Open an app in a terminal of that size, without animations, and play a story in it."""

    async def whole() -> None:
        app.animation_level = "none"
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await story(pilot)

    asyncio.run(whole())


async def until(pilot: Pilot[Any], holds: Callable[[], object]) -> None:
    """Wait until something holds; it fails after a while, with what the screen shows."""
    late = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > late:
            pytest.fail(f"it never came; the screen:\n{screen(pilot.app)}")
        await pilot.pause(0.01)
    await pilot.pause()


async def until_seen(pilot: Pilot[Any], *texts: str) -> None:
    """Wait until all of these stand on the screen."""
    await until(pilot, lambda: all(text in screen(pilot.app) for text in texts))


def screen(app: App[Any]) -> str:
    """Read the screen as text, line by line, without what is only space at the end of a line."""
    rows: dict[int, dict[int, str]] = {}
    for x, y, escaped in _TEXT.findall(app.export_screenshot()):
        row, column = rows.setdefault(int(float(y) // _LINE), {}), round(float(x) / _CELL)
        for char in unescape(escaped).replace("\N{NO-BREAK SPACE}", " "):
            width = char_width(char)
            place = column if width else max(column - 1, 0)
            row[place] = row.get(place, "") + char if not width else char
            if width == 2:
                row[column + 1] = ""
            column += width
    lines = [
        "".join(rows.get(y, {}).get(x, " ") for x in range(app.size.width)).rstrip() for y in range(app.size.height)
    ]
    return "\n".join(lines) + "\n"


def check(app: App[Any], name: str) -> None:
    """Compare the screen with `snapshots/NAME.txt`, or write that where MOOT_SNAPSHOTS says so."""
    file, seen = KEPT / f"{name}.txt", screen(app)
    if os.environ.get("MOOT_SNAPSHOTS") == "write":
        file.write_text(seen, encoding="utf-8")
    elif not file.exists():
        pytest.fail(f"there is no {file.name}: look at this, and write it with MOOT_SNAPSHOTS=write\n{seen}")
    else:
        assert seen == file.read_text(encoding="utf-8"), f"{file.name}; MOOT_SNAPSHOTS=write if it is meant"
