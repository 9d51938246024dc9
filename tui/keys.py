"""The keys that work here, beside what they work on."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tui.actions import TITLES, Action, find_action


class KeysPanel(VerticalScroll, can_focus=False):
    """List the actions that have a key here; those that cannot be done now are dim."""

    DEFAULT_CSS = """
    KeysPanel {
        split: right;
        width: 31;
        padding: 0 1;
        border-left: vkey $foreground 30%;
        & Static { width: 1fr; height: auto; }
    }
    """

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._update)
        self._update(self.screen)

    def _update(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.query_one(Static).update(keys_here(screen))


def keys_here(screen: Screen[object]) -> Content:
    """Write the keys that work on a screen, the innermost first."""
    found: dict[str, tuple[Action, list[str], bool]] = {}
    for active in screen.active_bindings.values():
        if action := find_action(active.binding.id or ""):
            _, keys, _ = found.setdefault(action.id, (action, [], active.enabled))
            keys.append(screen.app.get_key_display(active.binding))
    parts: list[Content] = []
    place = None
    for action, keys, enabled in found.values():
        if action.where != place:
            place = action.where
            parts.append(Content.styled(f"\n{TITLES[place]}\n" if parts else f"{TITLES[place]}\n", "bold underline"))
        parts.append(Content.styled(f"{' '.join(keys):>9}", "bold $text-accent" if enabled else "dim"))
        parts.append(Content.styled(f"  {action.label}\n", "" if enabled else "dim"))
    return Content("").join(parts)
