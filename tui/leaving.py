"""How an interface ends: by a signal as by its own key, and by a fault without showing what it was in the middle of."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
from contextlib import suppress

from rich.console import Console
from textual.app import App


class Leaving(App[None]):
    """An interface that ends without a mess."""

    def __init__(self) -> None:
        super().__init__()
        self.fault: BaseException | None = None
        """What brought it down."""
        self.error_console = Console(file=io.StringIO())  # what it would print there has all that it knows in it

    def bell(self) -> None:
        """Ring; Textual does so too before it gives up because of an exception, and that is where we learn of it."""
        error = sys.exc_info()[1]
        if error is not None and self.fault is None:
            self.fault = error
        super().bell()

    def let_signals_end_it(self) -> None:
        """End as leaving does, without asking, when the terminal is closed or somebody says so from outside."""
        loop = asyncio.get_running_loop()
        for name in ("SIGHUP", "SIGTERM"):
            with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(getattr(signal, name), self.exit)
