"""What holds for all tests of the interface: nothing of the machine shows on a screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import Workspace
from tui.library.listing import Row
from tui.library.shelves import scenario_rows

FEW = ("campsite", "deal-or-no-deal", "job-offer", "used-bike")


def _few(workspace: Workspace) -> list[Row]:
    return [row for row in scenario_rows(workspace) if row.cells[1] or row.key in FEW]


@pytest.fixture(autouse=True)
def _nowhere_in_particular(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "MOOT_WORKSPACE", "MOOT_DEBUG", "TEXTUAL", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("tui.library.shelves.scenario_rows", _few)  # our library grows, and golden files need not
    home: Path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TZ", "UTC")
