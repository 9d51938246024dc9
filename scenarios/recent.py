"""Keep what was made last, so that a thousand runs of one situation make it once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """Hold the `most` things used last, by what they were made of; what is not `worth_keeping` is made anew."""

    def __init__(self, most: int, worth_keeping: Callable[[T], bool] = lambda made: True) -> None:
        self._most = most
        self._worth_keeping = worth_keeping
        self._kept: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Give the thing of that key, made now if it is not there."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        made = make()
        if self._worth_keeping(made):
            self._kept[key] = made
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
