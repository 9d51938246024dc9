"""Do something beside what is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual.dom import DOMNode


def beside(node: DOMNode, what: Callable[[], Awaitable[None]], group: str, *, exclusive: bool = False) -> None:
    """Begin something that goes when `node` does; where it is `exclusive`, what its group did before is given up.

    It is to say itself what goes wrong.
    """
    work: Any = what  # and no coroutine: one that is given up before it began would say that nobody awaited it
    node.run_worker(work, group=group, exclusive=exclusive, exit_on_error=False)
