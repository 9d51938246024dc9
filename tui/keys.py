"""The keys that work here: the most useful ones in a line, and all of them beside what they work on."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static

from tui.actions import TITLES, Action, find_action


class KeyLine(Footer):
    """Show the most useful keys; the one that shows all of them is at the right, where none takes its room."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)

    def compose(self) -> ComposeResult:
        for widget in super().compose():
            if getattr(widget, "action", None) == "keys":
                widget.add_class("-command-palette")  # which Textual puts there
            yield widget


class KeysPanel(Vertical, can_focus=False):
    """List the actions that have a key here; those that cannot be done now are dim."""

    DEFAULT_CSS = """
    KeysPanel {
        split: right;
        width: 31;
        border-left: vkey $foreground 30%;
        & > VerticalScroll { height: 1fr; padding: 0 1; }
        & #all { width: 1fr; height: auto; }
        & #more { dock: bottom; width: 1fr; height: 1; padding: 0 1; color: $text-muted; text-align: right; }
    }
    """

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Static(markup=False, id="all")
        yield Static("more: ?", markup=False, id="more")

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._update)
        self._update(self.screen)

    def _update(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.query_one("#all", Static).update(keys_here(screen))
            self.call_after_refresh(self._tell)

    def on_resize(self) -> None:
        self.call_after_refresh(self._tell)

    def go_on(self) -> bool:
        """Show what is below; tell whether there was any."""
        page = self.query_one(VerticalScroll)
        if page.scroll_offset.y >= page.max_scroll_y:
            return False
        page.scroll_page_down(animate=False)
        self.call_after_refresh(self._tell)
        return True

    def _tell(self) -> None:
        page = self.query_one(VerticalScroll)
        self.query_one("#more").visible = page.scroll_offset.y < page.max_scroll_y


def show_keys(screen: Screen[Any]) -> None:
    """Show the keys that work on a screen, or those below, or hide them again."""
    if panels := screen.query(KeysPanel):
        if not panels.first().go_on():
            panels.remove()
    else:
        screen.mount(KeysPanel())


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
