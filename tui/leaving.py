"""End an interface when its terminal is closed, or somebody says so from outside."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress

from textual.app import App


def let_signals_end(app: App[None]) -> None:
    """End as leaving does, without asking; to be called in the app's event loop."""
    loop = asyncio.get_running_loop()
    for name in ("SIGHUP", "SIGTERM"):
        with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(getattr(signal, name), app.exit)
