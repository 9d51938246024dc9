"""A progress line at the bottom of a terminal, written again in place; nothing where there is no terminal."""

from __future__ import annotations

import click

from sandbox.cli.session import Console

_CLEAR = "\r\x1b[K"


class Progress:
    """Print lines above the progress line."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._shown = ""

    def out(self, *lines: str) -> None:
        self.clear()
        self.console.out(*lines)

    def show(self, text: str) -> None:
        """Put text, which is printable and fits into `width`, into the progress line."""
        if self.console.live and text != self._shown:
            click.echo(f"{_CLEAR}{self.console.paint(text, 'dim')}", nl=False, color=True)
            self._shown = text

    @property
    def width(self) -> int:
        """A line that reached the margin would wrap, and could not be taken back."""
        return self.console.width - 1

    def clear(self) -> None:
        if self._shown:
            click.echo(_CLEAR, nl=False, color=True)
            self._shown = ""
