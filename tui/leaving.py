"""How an interface ends: by a signal as by its own key, and by a fault without showing what it was in the middle of."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from textual.app import App

if TYPE_CHECKING:
    from tui.house import House

LATEST = 12.0
"""Seconds after a signal in which it must have ended by itself."""


class Leaving(App[None]):
    """An interface that ends without a mess."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house = house
        self.fault: BaseException | None = None
        """What brought it down."""
        self.error_console = Console(file=io.StringIO())  # what it would print there has all that it knows in it
        self._signals: dict[int, Any] = {}

    def bell(self) -> None:
        """Ring; Textual does so too before it gives up because of an exception, and that is where we learn of it."""
        error = sys.exc_info()[1]
        if error is not None and self.fault is None:
            self.fault = error
        super().bell()

    def on_load(self) -> None:
        """End as leaving does, without asking, when the terminal is closed or somebody says so from outside.

        With the terminal gone, Textual's own thread that writes to it may be gone too, and whoever writes more waits
        for it for ever: so the signal is not left to the event loop alone, which may be the one that waits.
        """
        loop = asyncio.get_running_loop()

        def end(number: int, frame: FrameType | None) -> None:
            threading.Thread(target=self._end_at_last, args=(number,), name="end", daemon=True).start()
            loop.call_soon_threadsafe(self.exit)

        for name in ("SIGHUP", "SIGTERM"):
            with suppress(AttributeError, ValueError):  # not everywhere, and in the main thread only
                number = getattr(signal, name)
                self._signals[number] = signal.signal(number, end)

    def on_unmount(self) -> None:
        """Let signals do what they did before."""
        for number, before in self._signals.items():
            signal.signal(number, before)

    def _end_at_last(self, number: int) -> None:
        time.sleep(LATEST)
        try:
            self.house.close()  # what was said is stored, and what was begun to be said is kept
        finally:
            os._exit(128 + number)
