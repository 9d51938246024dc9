"""The screen on which a run is watched."""

from tui.watch.family import Family, Kin, family_of
from tui.watch.screen import WatchScreen

__all__ = ["Family", "Kin", "WatchScreen", "family_of"]
