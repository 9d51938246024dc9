"""Keep what was made last, so that a thousand runs of one situation make it once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
OVERHEAD = 10_000
"""What each thing weighs beside its own weight, so that not too many light ones are kept."""


class Recent(Generic[T]):
    """Hold the things used last, by what they were made of, as long as they weigh no more than `most` together.

    The newest is kept whatever it weighs.  Threads may share it.
    """

    def __init__(self, most: int, weigh: Callable[[T], int]) -> None:
        self._most = most
        self._weigh = weigh
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give the thing of that key, made now if it is not there."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self._weight += self._weigh(made) + OVERHEAD
            while self._weight > self._most and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._weight -= self._weigh(dropped) + OVERHEAD
            return made
