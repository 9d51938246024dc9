"""What is heavy is imported when it is used, and not by looking at the help."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

HEAVY = {
    "autogen_agentchat",
    "autogen_core",
    "httpx",
    "numpy",
    "pydantic",
    "ruamel",
    "sqlite3",
    "sqlite_utils",
    "textual",
}
MOOT = str(Path(sysconfig.get_path("scripts"), "moot"))


def imported_by(*command: str, cwd: Path) -> set[str]:
    """Run Python with a command and name the top-level packages it imported."""
    timed = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", *command], cwd=cwd, capture_output=True, text=True
    )
    assert timed.returncode == 0, timed.stderr
    lines = (line for line in timed.stderr.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


@pytest.mark.parametrize("command", [("-c", "import moot"), (MOOT, "--help")], ids=["import moot", "moot --help"])
def test_a_first_look_is_light(command: tuple[str, ...], tmp_path: Path) -> None:
    found = imported_by(*command, cwd=tmp_path)
    assert "moot_errors" in found or "sandbox" in found  # the looking itself works
    assert found & HEAVY == set()
