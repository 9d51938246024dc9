"""Numbers, ages and counts as people read them."""

from __future__ import annotations

import math

MINUTE, HOUR, DAY = 60, 3600, 86400


def number(value: float | None) -> str:
    """Write at most two decimals; a dash for None."""
    return "–" if value is None else f"{round(value, 2) + 0.0:,.2f}".rstrip("0").rstrip(".")


def percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def duration(seconds: float) -> str:
    """Write milliseconds below a tenth of a second."""
    return f"{1000 * seconds:.0f} ms" if seconds < 0.1 else f"{seconds:.2f} s"


def count(many: int, one: str, more: str = "") -> str:
    """Write `1 round`, `2 rounds`."""
    return f"{many:,} {one if many == 1 else more or one + 's'}"


def age(seconds: float) -> str:
    """Write how long ago something was, in the largest unit that fits."""
    if seconds < MINUTE:
        return "just now"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min ago"
    if seconds < DAY:
        return f"{int(seconds // HOUR)} h ago"
    return f"{count(int(seconds // DAY), 'day')} ago"


def dollars(cost: float | None) -> str:
    """Write dollars, to the cent or to the second digit that is not zero."""
    if cost is None:
        return "cost unknown"
    digits = 2 if cost <= 0 or cost >= 1 else max(2, 1 - math.floor(math.log10(cost)))
    return f"${cost:,.{digits}f}"
