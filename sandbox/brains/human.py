"""The brain that is a person, who may be there or not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

from sandbox.brain import Away
from sandbox.brains.errors import Spec, check_spec
from sandbox.view import Known, Reply, View

Listen = Callable[[View], Awaitable[Reply | None]]
"""Shows a person the view and takes the reply; None where the person leaves, and the turn waits."""


class HumanSpec(Spec):
    """A person takes the seat."""

    kind: Literal["human"] = "human"


class HumanBrain:
    """Ask a person.  A turn that nobody takes leaves the run open, to be resumed by whoever comes with an answer."""

    is_person = True

    def __init__(self, listen: Listen | None = None) -> None:
        self._listen = listen

    async def reply(self, view: View) -> Reply:
        """Give what the person says and does; raises Away where there is nobody."""
        reply = await self._listen(view) if self._listen else None
        if reply is None:
            raise Away(view.seat)
        return reply


def make_human(mapping: Mapping[str, object], known: Known) -> HumanBrain:
    """Make the brain of a seat whose person is not there yet; raises BrainError."""
    check_spec(HumanSpec, mapping)
    return HumanBrain()
