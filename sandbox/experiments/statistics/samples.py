"""Values by the units that they come from: what is drawn again, and what is counted as independent."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

Values = Union[Sequence[float], "Array"]
"""Numbers, or yes and no."""
Units = Union[Sequence[Hashable], "Array"]
"""For each value the unit that it comes from, such as its context; values of one unit depend on each other."""
DIGITS = 9
_PLURALS = {"run": "runs", "context": "contexts", "series": "series"}


def plural(unit: str) -> str:
    """Write what units are called, `contexts`; those that are an axis's levels as such."""
    return _PLURALS.get(unit, f"levels of {unit}")


def by_unit(units: Units | None, *columns: Values) -> Array:
    """Add columns up by unit: a row for each unit, with how many values it has at its end.

    Without units each value is one of its own.  The rows stand in an order that depends on nothing but what they hold,
    so that what is drawn again is the same whoever came first and whatever the units are called.
    """
    import numpy as np

    values = [np.asarray(each, dtype=np.float64) for each in columns]
    values.append(np.ones(len(values[0])))
    if units is None:
        rows = np.stack(values, axis=1)
    else:
        number: dict[Hashable, int] = {}
        unit = np.array([number.setdefault(each, len(number)) for each in units], dtype=np.int64)
        rows = np.stack([np.bincount(unit, each, len(number)) for each in values], axis=1)
    rows = np.round(rows, DIGITS)
    return rows[np.lexsort(rows.T)]
