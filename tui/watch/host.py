"""What the app does for the screens that stand in it."""

from __future__ import annotations

from typing import Protocol, cast

from textual.dom import DOMNode


class Host(Protocol):
    """An app in which runs are watched and compared."""

    def open_run(self, name: str) -> None:
        """Show a run: its tab, or a new one."""
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

    async def action_library(self) -> None:
        """Go to the library."""
        ...


def host_of(node: DOMNode) -> Host:
    """Give the app that a screen or widget stands in."""
    return cast(Host, node.app)
