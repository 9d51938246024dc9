"""The Pareto frontier over all outcomes, by a domination test that scales.

For two seats it is a sort and a sweep (Kung, Luccio and Preparata 1975).  For more, the best outcomes by a total that
grows with each utility are taken and all that they dominate dropped, until nothing is left (sort-filter-skyline of
Chomicki et al. 2003); outcomes of one total never dominate each other.  That is quick unless very many outcomes are
efficient and hardly any two have the same total: then it is quadratic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scenarios.values import DIGITS

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


def efficient(utilities: list[Array]) -> Array:
    """Mark the outcomes that no other dominates: none is as good for every seat and better for one."""
    ranks, first, group = _distinct(utilities)
    good = _sweep(ranks) if len(ranks) == 2 else _filter(ranks, _total(ranks, [each[first] for each in utilities]))
    marked: Array = good[group]
    return marked


def _distinct(utilities: list[Array]) -> tuple[list[Array], Array, Array]:
    """Replace utilities by ranks, and merge outcomes that are alike to everybody.

    Gives the ranks in each group of outcomes, the first outcome of each group, and the group of each outcome.
    """
    import numpy as np

    columns, sizes = [], []
    for utility in utilities:
        levels, rank = np.unique(utility, return_inverse=True)
        columns.append(rank)
        sizes.append(len(levels))
    key = columns[0].astype(np.int64)
    size = sizes[0]
    for column, levels_here in zip(columns[1:], sizes[1:], strict=True):
        if size * levels_here > 2**62:
            levels, key = np.unique(key, return_inverse=True)
            size = len(levels)
        key = key * levels_here + column
        size *= levels_here
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    return [column[first] for column in columns], first, group


def _sweep(ranks: list[Array]) -> Array:
    """Go from the first seat's best downward; efficient is what is better for the second than all before."""
    import numpy as np

    order = np.lexsort((-ranks[1], -ranks[0]))
    second = ranks[1][order]
    before = np.concatenate(([-1], np.maximum.accumulate(second)[:-1]))
    good = np.zeros(len(order), dtype=bool)
    good[order[second > before]] = True
    return good


def _total(ranks: list[Array], utilities: list[Array]) -> Array:
    """Choose between the sum of ranks and that of utilities, both exact: the one with fewer levels needs fewer passes.

    Where a fixed amount is divided every outcome has the same sum of utilities, and one pass is enough.
    """
    import numpy as np

    by_rank: Array = np.sum(ranks, axis=0)
    if max(float(abs(utility).max()) for utility in utilities) * len(utilities) * 10**DIGITS > 2**62:
        return by_rank
    by_worth = np.sum([np.rint(utility * 10**DIGITS).astype(np.int64) for utility in utilities], axis=0)
    fewer: Array = min(by_worth, by_rank, key=lambda total: len(np.unique(total)))
    return fewer


def _filter(ranks: list[Array], total: Array) -> Array:
    import numpy as np

    left = np.argsort(-total, kind="stable")
    columns = [rank[left] for rank in ranks]
    total = total[left]
    good = np.zeros(len(left), dtype=bool)
    while len(left):
        level = int(np.searchsorted(-total, -total[0], side="right"))
        good[left[:level]] = True
        keep = _undominated([column[:level] for column in columns], [column[level:] for column in columns])
        left, total = left[level:][keep], total[level:][keep]
        columns = [column[level:][keep] for column in columns]
    return good


def _undominated(best: list[Array], rest: list[Array]) -> Array:
    """Mark those of `rest` that none of `best` dominates: with their greater sum, to be as good for all is enough."""
    import numpy as np

    left = np.arange(len(rest[0]))
    for point in zip(*best, strict=True):
        if not len(left):
            break
        worse = rest[0][left] <= point[0]
        for column, rank in zip(rest[1:], point[1:], strict=True):
            worse &= column[left] <= rank
        left = left[~worse]
    keep = np.zeros(len(rest[0]), dtype=bool)
    keep[left] = True
    return keep
