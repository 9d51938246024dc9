"""Named random draws: each comes from a hash of the seed and its own name, never from a shared stream."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from struct import Struct
from typing import TypeVar

T = TypeVar("T")
_WORD = 1 << 64
_BLOCK = Struct(">8Q")
"""The words of a hash."""


class Draw:
    """A stream of values that belongs to one name; nothing is hashed before the first value is asked for."""

    __slots__ = ("_block", "_name", "_words")

    def __init__(self, name: tuple[str | int, ...]) -> None:
        self._name = name
        self._block = 0
        self._words: list[int] = []

    def _word(self) -> int:
        """Take the next 64 bits."""
        if not self._words:
            digest = blake2b(_encode((*self._name, self._block)), digest_size=64).digest()
            self._block += 1
            self._words = list(_BLOCK.unpack(digest)[::-1])
        return self._words.pop()

    def uniform(self) -> float:
        """Draw from [0, 1), in steps of 2**-53."""
        return (self._word() >> 11) * 2.0**-53

    def integer(self, low: int, high: int) -> int:
        """Draw a whole number from `low` to `high`, both included; no value is favoured."""
        span = high - low + 1
        if not 0 < span <= _WORD:
            raise ValueError(f"no whole number can be drawn from {low} to {high}")
        while True:
            word = self._word()
            if word < _WORD - _WORD % span:
                return low + word % span

    def choice(self, options: Sequence[T]) -> T:
        """Draw one of `options`."""
        return options[self.integer(0, len(options) - 1)]

    def shuffle(self, items: Sequence[T]) -> list[T]:
        """Give the items in a random order, each order as likely as any other."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.integer(0, last)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed

    def weighted(self, options: Sequence[T], weights: Sequence[float]) -> T:
        """Draw one of `options`, each as often as its weight says; weights need not sum to one."""
        if len(options) != len(weights) or min(weights) < 0 or not sum(weights) > 0:
            raise ValueError("each option takes a weight of 0 or more, and one of them must be above 0")
        left = self.uniform() * sum(weights)
        for option, weight in zip(options, weights, strict=True):
            left -= weight
            if left < 0:
                return option
        return next(option for option, weight in zip(reversed(options), reversed(weights), strict=True) if weight > 0)


class Draws:
    """Give out the draws of one seed.  Same seed and name, same values: on any machine, in any order."""

    __slots__ = ("seed",)

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def at(self, *names: str | int) -> Draw:
        """Name a draw, such as `at("brain", "seller", 3)`; asking twice gives the same values twice."""
        return Draw((self.seed, *names))


def _encode(names: tuple[str | int, ...]) -> bytes:
    """Write a name so that no two names look alike: (1, "2") is not (1, 2), ("ab",) is not ("a", "b")."""
    return b"".join(map(_encode_one, names))


@lru_cache(maxsize=4096, typed=True)
def _encode_one(name: str | int) -> bytes:
    text = str(name).encode()
    return b"%s%d:%s" % (b"s" if isinstance(name, str) else b"i", len(text), text)
