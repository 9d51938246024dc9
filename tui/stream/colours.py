"""One colour a participant, the same wherever that one appears."""

from __future__ import annotations

from functools import cache
from typing import Final

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

_HUES: Final = (205, 35, 145, 320, 265, 60, 180, 0, 95, 235)
"""In degrees; the first two are told apart by everybody who does not see red or green."""


@cache
def seat_colour(rank: int, dark: bool = True) -> Color:
    """Give the colour of the seat of that rank, to be read on a dark or on a light ground."""
    hue = _HUES[rank % len(_HUES)] / 360
    return Color.from_hsl(hue, 0.75, 0.70) if dark else Color.from_hsl(hue, 0.85, 0.32)


def component_style(widget: Widget, name: str) -> Style:
    """Give what a component class says and nothing else, in the colours that it has on the widget.

    Textual's own partial style has a colour that is mixed with what is beneath as if nothing were: white, or in full.
    """
    partial, whole = widget.get_component_rich_style(name, partial=True), widget.get_component_rich_style(name)
    return partial + Style(color=partial.color and whole.color, bgcolor=partial.bgcolor and whole.bgcolor)
