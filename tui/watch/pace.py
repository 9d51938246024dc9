"""How often a screen is drawn anew while this process plays a run: a run is to be as fast as without it."""

from __future__ import annotations

import time
from typing import Final

SHARE: Final = 0.15
"""The part of a core that drawing may take."""
LONGEST: Final = 0.2
"""Seconds after which it is drawn again whatever that takes."""


class Pace:
    """Tell whether it is time to draw again: what was drawn last must have taken its share of the time since."""

    def __init__(self) -> None:
        self._at = self._used = 0.0

    def may(self) -> bool:
        """Tell it, and if so count from now on; to be asked in the thread that draws."""
        now, used = time.perf_counter(), time.thread_time()
        if used - self._used > SHARE * (now - self._at) and now - self._at < LONGEST:
            return False
        self._at, self._used = now, used
        return True
