"""The seam behind which anything may decide for a participant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sandbox.view import Known, Reply, View


class Unusable(Exception):
    """What a brain got to hear cannot be read as a turn; it goes back like an act that the rules refuse."""

    def __init__(self, reason: str, answer: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.answer = answer


class Away(Exception):
    """The person who has this turn is not there: the run waits, and is taken up again some other time."""


class Brain(Protocol):
    """Decide what a participant says and does.

    A brain knows only its view.  What it remembers between turns it must be able to work out from the view again: runs
    are resumed, forked and replayed with brains that are new.
    """

    async def reply(self, view: View) -> Reply:
        """Answer for `view.seat`; what the rules refuse comes back with `view.refusals`, a bounded number of times."""
        ...


BrainFactory = Callable[[dict[str, Any], Known], Brain]
"""Make a brain from its checked mapping (`{kind: rule, tactic: boulware}`) for the seat that knows this.

Raises `sandbox.BrainError` where the mapping is wrong, with the path inside it.
"""
