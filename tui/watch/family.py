"""Where a run comes from, and what branched off it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from transcripts import Store

_OLDEST = 20
"""Generations that are looked up."""


class Relative(NamedTuple):
    """A run that shares its beginning with another."""

    name: str
    after: int
    """The last turn that they share."""


@dataclass(frozen=True)
class Family:
    """A run's ancestors, the nearest first, and its branches by the turn at which they left."""

    parents: tuple[Relative, ...] = ()
    branches: tuple[Relative, ...] = ()


Kin = Callable[[str], Family]
"""Looks up a run's family by its name; raises NotFound and StoreError."""


def family_of(store: Store, name: str) -> Family:
    """Look up a run's family; raises NotFound and StoreError."""
    parents: list[Relative] = []
    run = store.find(name)
    branches = [Relative(child.name, child.after or 0) for child in store.runs(parent=run.name)]
    while run.parent is not None and len(parents) < _OLDEST:
        parents.append(Relative(run.parent, run.after or 0))
        run = store.find(run.parent)
    return Family(tuple(parents), tuple(sorted(branches, key=lambda each: (each.after, each.name))))
