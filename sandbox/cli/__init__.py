"""The command line.  `moot --help` imports click and nothing heavier; a command is imported when it is used."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the command line with the words it was called with, and exit."""
    from sandbox.cli.entry import moot

    moot()
