"""Correct p-values for how many there are in a declared family."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

Family = Literal["holm", "fdr", "none"]


def holm(p: Sequence[float]) -> list[float]:
    """Keep the chance of any false finding at the level (Holm 1979, Scand. J. Stat. 6, 65-70)."""
    order = sorted(range(len(p)), key=lambda k: p[k])
    found, least = [1.0] * len(p), 0.0
    for rank, k in enumerate(order):
        least = max(least, min(1.0, p[k] * (len(p) - rank)))
        found[k] = least
    return found


def false_discovery(p: Sequence[float]) -> list[float]:
    """Keep the share of false findings among all at the level (Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57)."""
    order = sorted(range(len(p)), key=lambda k: -p[k])
    found, most = [1.0] * len(p), 1.0
    for rank, k in enumerate(order):
        most = min(most, p[k] * len(p) / (len(p) - rank))
        found[k] = most
    return found


_METHODS: Mapping[str, Callable[[Sequence[float]], list[float]]] = {
    "holm": holm,
    "fdr": false_discovery,
    "none": list,
}


def corrected(p: Sequence[float | None], family: Family) -> list[float | None]:
    """Correct the p-values that there are; what could not be tested has none and does not count."""
    there = iter(_METHODS[family]([each for each in p if each is not None]))
    return [None if each is None else next(there) for each in p]
