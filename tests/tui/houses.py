"""Workspaces with something in them, for tests of the interface."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import moot
from sandbox import Workspace
from tui.house import House

SLOW = """\
[models.slow]
provider = "simulated"
simulated = {latency = 3600}
"""
"""A model that does not answer within the hour."""


@contextmanager
def house(folder: Path, runs: int = 0, *, toml: str = "", read_only: bool = False) -> Iterator[House]:
    """Make a workspace in which so many bikes were sold, and what is open of it."""
    (folder / "moot.toml").write_text(toml, encoding="utf-8")
    workspace = Workspace(folder)
    for seed in range(runs):
        moot.run("used-bike", seed=seed, workspace=workspace)
    made = House(workspace, workspace.database, read_only=read_only)
    try:
        yield made
    finally:
        made.close(0.1)
