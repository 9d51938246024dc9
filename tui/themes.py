"""Colours of our own, beside those that Textual brings, and which of them were chosen last."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from textual.app import App
from textual.theme import Theme

from moot_errors import NotFound, Unwritable
from sandbox.trust import trust_file

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


def dress(app: App[Any]) -> None:
    """Give an interface the colours that `TEXTUAL_THEME` names, or else those that were chosen last.

    Raises NotFound where there are none of the name that `TEXTUAL_THEME` has.
    """
    for theme in THEMES:
        app.register_theme(theme)
    there, named = sorted(app.available_themes), os.environ.get("TEXTUAL_THEME")
    if named and named not in there:
        raise NotFound("theme", named, there, remedy=f"TEXTUAL_THEME names one of {', '.join(there)}")
    kept = _chosen()
    app.theme = named or (kept if kept in there else DARK.name)


def keep(theme: str) -> None:
    """Keep the choice of a theme for the next time, also in other workspaces; raises Unwritable."""
    file = _file()
    if theme == _chosen():
        return
    temporary = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(f"{theme}\n", encoding="utf-8")
        temporary.replace(file)
    except OSError as error:
        raise Unwritable(f"{str(file)!r} cannot be written: {error.strerror}") from error


def _chosen() -> str:
    with suppress(OSError, ValueError, Unwritable):
        return _file().read_text(encoding="utf-8").strip()
    return ""


def _file() -> Path:
    return trust_file().with_name("theme")
