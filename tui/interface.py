"""Open the interface, and open it again as it was where a fault brought it down; the runs go on meanwhile."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from moot_errors import MootError
from tui.app import MootApp
from tui.dialogs import fault_of
from tui.house import LIBRARY, House

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from sandbox.plan import Plan

SWITCH = 0.0005
"""Seconds for which what draws may keep what plays from going on; Python's own 5 ms add up in every turn."""
OFTEN, WITHIN = 3, 20.0
"""So many faults within so many seconds, and it is not opened again."""


def open_interface(
    house: House,
    *,
    run: str | None = None,
    plan: Plan | None = None,
    pilot: Callable[[Pilot[object]], Coroutine[Any, Any, None]] | None = None,
) -> None:
    """Show a house until its user leaves; raises a MootError where the interface breaks down again and again.

    `run` is shown first, or one of `plan` is begun.  With a `pilot` no terminal is used.
    """
    _ = house.keys  # what is wrong with them is said before the screen is taken
    faults: list[float] = []
    fault: BaseException | None = None
    try:
        while True:
            app = MootApp(house, start=run, plan=plan, fault=fault)
            with sharing():
                app.run(headless=pilot is not None, auto_pilot=pilot)
            if app.fault is None:
                return
            run = plan = None
            fault = app.fault
            faults = [*(at for at in faults if time.monotonic() - at < WITHIN), time.monotonic()]
            if len(faults) >= OFTEN:
                raise MootError(
                    f"the interface broke down: {fault_of(fault)}",
                    remedy="what was said is kept: `moot ls`; MOOT_DEBUG=1 shows where it happened",
                ) from fault
            if len(faults) > 1 and house.mode != LIBRARY:  # what is shown there is what it cannot bear
                house.tabs.remove(house.mode)
                house.mode = LIBRARY
    finally:
        house.close()


@contextmanager
def sharing() -> Iterator[None]:
    """Let the thread that plays and the one that draws take turns more often than Python lets them by itself."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
