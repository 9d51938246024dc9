"""A progress line at the bottom of a terminal, written again in place; nothing where there is no terminal."""

from __future__ import annotations

import click

from sandbox.cli.session import Console
from sandbox.rendering.layout import clip

_CLEAR = "\r\x1b[K"


class Progress:
    """Print lines above the progress line."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._shown = False

    def out(self, *lines: str) -> None:
        self.clear()
        self.console.out(*lines)

    def show(self, text: str) -> None:
        """Put text, which is printable, into the progress line."""
        if self.console.live:
            line = self.console.paint(clip(text, self.console.width - 1), "dim")
            click.echo(f"{_CLEAR}{line}", nl=False, color=True)
            self._shown = True

    def clear(self) -> None:
        if self._shown:
            click.echo(_CLEAR, nl=False, color=True)
            self._shown = False
