"""Draw what Moot prints: `make pictures` plays it in a terminal of 100 columns, and writes what stands there as SVG.

Of the terminal interface it draws what stands there after some keys.
"""

from __future__ import annotations

import asyncio
import os
import pty
import re
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path

import moot

HERE = Path(__file__).parent
MOOT = Path(sysconfig.get_path("scripts"), "moot")
COLUMNS = 100
CELL, LINE, MARGIN = 8.4, 19, 16
"""Pixels: the width of a character of 14 px, the height of a line, the rim."""

PICTURES = {
    "run": ["run used-bike --seed 11 --cast buyer=newcomer"],
    "as-the-buyer": ["run used-bike --seed 11 --cast buyer=newcomer --quiet", "show last --as buyer"],
}
"""By name, the commands that are typed in an empty workspace; the last one is drawn."""

INTERFACE = {
    "library": ([], "Agreed after"),
    "new-run": (["n", "7"], "--seed 7"),
    "watching": (["j", "enter"], "agreed by"),
}
"""By name, the keys that are pressed in a workspace where three bikes were sold, and what is to be seen then."""

COLOURS = {"31": "#f47067", "32": "#6bc46d", "33": "#daaa3f", "34": "#6cb6ff", "35": "#dcbdfb", "36": "#56d4dd"}
TEXT, DIM, BACKGROUND = "#cdd9e5", "#7d8996", "#1c2128"

_CONTROL = re.compile(r"\x1b\[(?P<codes>[\d;]*)m|(?P<erase>\x1b\[K)|(?P<char>.)", re.DOTALL)


@dataclass
class Screen:
    """What a terminal shows of what was written to it: lines of characters, each with its style."""

    lines: list[list[tuple[str, str]]] = field(default_factory=lambda: [[]])
    column: int = 0
    style: str = ""

    def write(self, text: str) -> None:
        for found in _CONTROL.finditer(text):
            if found["codes"] is not None:
                self.style = "" if found["codes"] in ("", "0") else found["codes"]
            elif found["erase"]:
                del self.lines[-1][self.column :]
            else:
                self._put(found["char"])

    def _put(self, char: str) -> None:
        if char == "\n":
            self.lines.append([])
            self.column = 0
        elif char == "\r":
            self.column = 0
        else:
            self.lines[-1][self.column : self.column + 1] = [(char, self.style)]
            self.column += 1


def typed(words: str, folder: Path) -> str:
    """Run `moot` in a terminal and return what it wrote there."""
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "MOOT_WORKSPACE")}
    environment |= {"COLUMNS": str(COLUMNS), "LINES": "60", "TERM": "xterm-256color", "PYTHONUTF8": "1"}
    with subprocess.Popen(
        [MOOT, *words.split()], cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        parts = []
        while part := _read(ours):
            parts.append(part)
    os.close(ours)
    text = b"".join(parts).decode()
    if process.returncode:
        raise SystemExit(f"moot {words} failed:\n{text}")
    return text


def _read(end: int) -> bytes:
    try:
        return os.read(end, 65536)
    except OSError:  # how Linux says that nobody writes to the other end any more
        return b""


def svg(screen: Screen) -> str:
    """Write a screen as SVG; each piece of one style is stretched to its place, whatever font there is."""
    lines = [line for line in screen.lines if line or line is not screen.lines[-1]]
    width, height = COLUMNS * CELL + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}">',
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
        '<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" xml:space="preserve">',
    ]
    for number, line in enumerate(lines):
        column = 0
        for style, group in groupby(line, key=lambda cell: cell[1]):
            text = "".join(char for char, _ in group)
            if text.strip():
                parts.append(_piece(text, style, column, number))
            column += len(text)
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _piece(text: str, style: str, column: int, line: int) -> str:
    codes = style.split(";")
    colour = next((COLOURS[code] for code in codes if code in COLOURS), DIM if "2" in codes else TEXT)
    weight = ' font-weight="bold"' if "1" in codes else ""
    kept = text.strip(" ")
    start = column + len(text) - len(text.lstrip(" "))
    x, y = MARGIN + start * CELL, MARGIN + line * LINE + 14
    return f'<text x="{x:g}" y="{y:g}" textLength="{len(kept) * CELL:g}" fill="{colour}"{weight}>{escape(kept)}</text>'


async def shown(workspace: Path, keys: list[str], seen: str) -> str:
    """Open the interface, press keys, and return as SVG what it shows."""
    from textual.widgets import Input

    from sandbox import Workspace
    from tui.app import MootApp
    from tui.house import House

    house = House(Workspace(workspace), workspace / "transcripts.db")
    app = MootApp(house)
    app.animation_level = "none"

    def drawn() -> str:
        return app.export_screenshot(title="Moot").replace("&#160;", " ")

    async with app.run_test(size=(COLUMNS, 32)) as pilot:
        for wanted, pressed in [("Agreed after", keys), (seen, [])]:
            while wanted not in drawn():
                await pilot.pause(0.02)
            await pilot.press(*pressed)
        for each in app.screen.query(Input):
            each.cursor_blink = False
        await pilot.pause(0.3)  # what is still being laid out
        picture = drawn()
    house.close()
    plain = re.sub(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", "", picture, flags=re.DOTALL)  # no picture fetches anything
    return plain.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")


def draw(folder: Path) -> None:
    """Draw all pictures into a folder."""
    from sandbox import Workspace

    with tempfile.TemporaryDirectory() as workspace:
        for seed in (11, 12, 13):
            moot.run("used-bike", seed=seed, workspace=Workspace(Path(workspace)))
        for name, (keys, seen) in INTERFACE.items():
            (folder / f"{name}.svg").write_text(asyncio.run(shown(Path(workspace), keys, seen)), encoding="utf-8")
    for name, commands in PICTURES.items():
        with tempfile.TemporaryDirectory() as workspace:
            *before, last = commands
            for words in before:
                typed(words, Path(workspace))
            screen = Screen()
            screen.write(f"\x1b[2m$\x1b[0m moot {last}\n{typed(last, Path(workspace))}")
        (folder / f"{name}.svg").write_text(svg(screen), encoding="utf-8")


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
