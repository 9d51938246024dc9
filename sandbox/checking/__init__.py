"""Hold a run against what was recorded: baselines, levels of sameness, rates, judgements, and what waits for review.

Knows nothing of pytest: `moot_pytest` does.  Public names are imported when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.checking.checks import Checks
    from sandbox.checking.failures import CheckFailed, Undecided
    from sandbox.checking.judging import Judgement
    from sandbox.checking.keeping import CheckSession
    from sandbox.checking.rates import Rate

__all__ = ["CheckFailed", "CheckSession", "Checks", "Judgement", "Rate", "Undecided"]

_HOMES = {
    "checks": ("Checks",),
    "failures": ("CheckFailed", "Undecided"),
    "judging": ("Judgement",),
    "keeping": ("CheckSession",),
    "rates": ("Rate",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if home := _HOME_OF.get(name):
        value = getattr(importlib.import_module(f"sandbox.checking.{home}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'sandbox.checking' has no attribute {name!r}")
