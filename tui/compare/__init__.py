"""Two runs side by side."""

from tui.compare.screen import CompareScreen

__all__ = ["CompareScreen"]
