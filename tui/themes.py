"""Colours of our own, beside those that Textual brings; `TEXTUAL_THEME` names the one to begin with."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="moot",
    primary="#6cb6ff",
    secondary="#dcbdfb",
    accent="#f69d50",
    warning="#daaa3f",
    error="#f47067",
    success="#6bc46d",
    foreground="#cdd9e5",
    background="#1c2128",
    surface="#22272e",
    panel="#2d333b",
)
LIGHT: Final = Theme(
    name="moot-light",
    primary="#0969da",
    secondary="#8250df",
    accent="#bc4c00",
    warning="#9a6700",
    error="#cf222e",
    success="#1a7f37",
    foreground="#1f2328",
    background="#ffffff",
    surface="#f6f8fa",
    panel="#eaeef2",
    dark=False,
)
THEMES: Final = (DARK, LIGHT)
