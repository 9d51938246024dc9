"""Let the garbage collector look less often while runs are played.

A run makes many small objects and keeps them: its events, and the messages in its state.  At its usual pace the
collector walks through all of them over and over and finds nothing; that was a quarter of the time of a thousand runs
at once.  What was set before is set again when the last run has ended.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

OBJECTS = 50_000
"""How many more objects there must be before the collector looks at the newest."""

_lock = Lock()
_playing = 0
_before = gc.get_threshold()


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Raise the collector's first threshold for a while; several runs share one such while."""
    global _playing, _before  # noqa: PLW0603  # the collector is one for the whole process
    with _lock:
        _playing += 1
        if _playing == 1:
            _before = gc.get_threshold()
            if 0 < _before[0] < OBJECTS:
                gc.set_threshold(OBJECTS, *_before[1:])
    try:
        yield
    finally:
        with _lock:
            _playing -= 1
            if _playing == 0 and gc.get_threshold()[0] == OBJECTS:
                gc.set_threshold(*_before)
