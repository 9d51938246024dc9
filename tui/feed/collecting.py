"""Keep the garbage collector from walking through a run's events, which are many, stay, and form no circles.

At its usual pace it took two thirds of the time of reading fifty thousand messages, and later stopped everything for a
third of a second whenever it looked at all that there is.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

MANY: Final = 5_000
"""Events that are worth it."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Do without the collector for a while."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def set_apart() -> None:
    """Let the collector pass over all that there is now."""
    gc.freeze()


def take_back() -> None:
    """Let it look at everything again, for something that was set apart may be let go of."""
    gc.unfreeze()
