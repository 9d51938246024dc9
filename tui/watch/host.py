"""What the app does for the screens that stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

from textual.dom import DOMNode

if TYPE_CHECKING:
    from tui.house import House
    from tui.underway import Done


class Host(Protocol):
    """An app in which runs are watched and compared."""

    def open_run(self, name: str, turn: int | None = None) -> None:
        """Show a run: its tab, or a new one; with `turn`, what was said in that one."""
        ...

    def mark(self, name: str) -> None:
        """Mark a run, or take its mark away; with another one marked, compare the two."""
        ...

    def compare(self, left: str, right: str) -> None:
        """Show two runs side by side."""
        ...

    def copy(self, text: str, what: str) -> None:
        """Put text on the clipboard, and say what that was."""
        ...

    def tell(self, text: str) -> None:
        """Say something in passing."""
        ...

    def stop(self, name: str) -> None:
        """Stop a run of this process at the next turn boundary."""
        ...

    def resume(self, name: str) -> None:
        """Go on with a run that was broken off, and show it."""
        ...

    def fork(self, name: str, options: Mapping[str, Any]) -> Done:
        """Begin a branch, or many, with the options of `moot.fork`; what it gives is done when they have begun."""
        ...

    def complain(self, error: BaseException, doing: str = "") -> None:
        """Say in a dialog what went wrong, and what to do."""
        ...

    @property
    def house(self) -> House:
        """The workspace, and what is open of it."""
        ...

    async def action_library(self) -> None:
        """Go to the library."""
        ...


def host_of(node: DOMNode) -> Host:
    """Give the app that a screen or widget stands in."""
    return cast(Host, node.app)
