"""What Dask calls in a worker: functions of this module, with bytes and text, so that nothing of Moot is pickled."""

from __future__ import annotations

import asyncio
import functools
import json
import threading
from typing import Any

from moot_errors import MootError
from sandbox.experiments.remote import play_batch, require_same, stop_playing
from sandbox.models import Models, load_profiles


class _Loop(threading.local):
    """A thread's event loop: connections to models live in it from one batch to the next."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()


_LOOP = _Loop()


def play_here(message: bytes) -> bytes:
    """Play a batch in this thread."""
    return _LOOP.runner.run(play_batch(message))


def wait_here(message: bytes) -> bytes:
    """Play a batch in the loop that all who wait for models share, and hold no thread of the worker's meanwhile."""
    import distributed

    secede: Any = distributed.secede
    secede()
    return asyncio.run_coroutine_threadsafe(play_batch(message), _shared()).result()


@functools.cache
def _shared() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="moot", daemon=True).start()
    return loop


def stop_here(whose: str) -> None:
    """Stop what is played here for somebody."""
    stop_playing(whose)


def refusal(message: str) -> str:
    """Say why this worker cannot play what is asked of it; empty where it can."""
    order = json.loads(message)
    try:
        require_same(order["moot"])
        models = Models(load_profiles(order["models"]), trusted=order["trusted"])
        for name in models.profiles:
            models.open(name)
    except MootError as error:
        return f"{error.message}; {error.remedy}" if error.remedy else error.message
    return ""
