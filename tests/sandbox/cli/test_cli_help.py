"""Help, and commands that others add."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.cli.group import COMMANDS


def test_every_command_is_in_the_help_and_has_help(moot) -> None:
    shown = moot().stdout
    assert moot("--help").stdout == shown
    for name in COMMANDS:
        assert f"\n  {name} " in shown
        helped = moot(name, "--help")
        assert helped.exit_code == 0 and helped.stdout.startswith(f"Usage: moot {name} ")


def test_the_module_is_the_command_too() -> None:
    done = subprocess.run([sys.executable, "-P", "-m", "moot", "bogus"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.startswith("moot: there is no command 'bogus'")


@pytest.fixture
def addition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install another distribution that adds the commands `wave`, `broken` and, in vain, `run`."""
    info = tmp_path / "site" / "waving-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: waving\nVersion: 1.0\n", encoding="utf-8")
    points = "[moot.commands]\nwave = waving:wave\nbroken = waving_nowhere:x\nrun = waving:wave\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    code = "import click\n\n@click.command()\ndef wave():\n    click.echo('hello from outside')\n"
    (info.parent / "waving.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(info.parent)
    return info


@pytest.mark.usefixtures("addition")
def test_others_can_add_commands(moot) -> None:
    added = moot("--help").stdout.partition("Added:")[2]
    assert [line.split() for line in added.splitlines() if line] == [
        ["broken", "from", "waving"],
        ["wave", "from", "waving"],
    ]
    assert moot("wave").stdout == "hello from outside\n"
    assert "SCENARIO" in moot("run", "--help").stdout


@pytest.mark.usefixtures("addition")
def test_an_addition_that_is_broken_breaks_nothing_else(moot) -> None:
    assert moot("--help").exit_code == 0
    broken = moot("broken")
    assert broken.exit_code == 2 and "'broken'" in broken.stderr and "waving" in broken.stderr
