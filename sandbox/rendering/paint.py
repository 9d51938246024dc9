"""Colour: a few styles named for what they mean."""

from __future__ import annotations

_STYLES = {"bold": "1", "dim": "2", "good": "32", "bad": "31", "warn": "33", "hit": "1;33"}
_SEATS = ("36", "35", "34", "32", "33", "31")


class Paint:
    """Paint text that is printable already; a Paint that is off leaves all as it is."""

    def __init__(self, on: bool = False) -> None:
        self.on = on

    def __call__(self, text: str, style: str) -> str:
        return self._wrap(text, _STYLES[style])

    def seat(self, text: str, rank: int) -> str:
        """Paint in the colour of the seat of that rank."""
        return self._wrap(text, f"1;{_SEATS[rank % len(_SEATS)]}")

    def stress(self, text: str) -> str:
        """Make text bold inside of what is painted already, which goes on behind it as it was."""
        return f"\x1b[1m{text}\x1b[22m" if self.on and text else text

    def _wrap(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on and text else text
