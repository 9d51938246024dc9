"""The guards of one run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from moot_errors import StoreError
from sandbox.answers import Differs, Unrecorded
from sandbox.budget import BudgetSpent
from sandbox.guards.guard import Guard, Stopped, Unjudged
from sandbox.guards.steps import Escalation
from sandbox.models import ModelError, known_secrets, redact

if TYPE_CHECKING:
    from sandbox.view import Reply, View

LONGEST: Final = 1_000
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Held:
    """A guard, and what it watches."""

    name: str
    guard: Guard
    seats: Collection[str]
    threads: Collection[str] | None
    """None for all of them."""
    tasks: Collection[str]
    reason: str | None
    """What the author is told in place of the guard's own words."""
    in_doubt: Literal["stop", "pass"]
    """What becomes of a message that it cannot judge."""
    escalation: Escalation

    def concerns(self, view: View) -> bool:
        thread = view.thread.form or view.thread.name
        return view.task.kind in self.tasks and (self.threads is None or thread in self.threads)

    async def check(self, view: View, reply: Reply) -> Stopped | None:
        try:
            reason: object = await self.guard.check(view, reply)  # anybody's code may answer anything
        except (BudgetSpent, Differs, StoreError, Unrecorded):  # the run's, and no judgement
            raise
        except Unjudged as fault:
            return self._doubt(fault.reason, fault.detail)
        except ModelError as fault:
            return self._doubt(f"no answer: {fault.kind}", str(fault))
        except Exception as fault:  # noqa: BLE001  # anybody's code: what it cannot judge is not let pass in silence
            return self._doubt(type(fault).__name__, str(fault))
        if reason is None:
            return None
        if not isinstance(reason, str):
            return self._doubt(f"it answered with {type(reason).__name__}, and not with a reason")
        return Stopped(self.name, _clean(self.reason or reason))

    def _doubt(self, why: str, detail: str | None = None) -> Stopped | None:
        if self.in_doubt == "pass":
            return None
        return Stopped(self.name, _clean(f"it could not be judged: {why}"), _clean(detail) if detail else None)


class Guards:
    """Hold back messages of one run."""

    def __init__(self, held: Sequence[Held] = (), profiles: Collection[str] = ()) -> None:
        self._of: dict[str, list[Held]] = {}
        for each in held:
            for seat in each.seats:
                self._of.setdefault(seat, []).append(each)
        self.profiles = tuple(sorted(profiles))
        """The models that guards and their fallbacks may ask."""

    def watch(self, seat: str) -> bool:
        """Tell whether anything of this seat may be held back: then nothing of it is shown before it is whole."""
        return seat in self._of

    async def check(self, view: View, reply: Reply) -> Stopped | None:
        """Ask the guards that concern a reply, in the scenario's order, until one does not let it pass.

        Asked after the rules; raises BudgetSpent, and what is a transcript's fault.
        """
        for each in self._of.get(view.seat, ()):
            if each.concerns(view) and (stopped := await each.check(view, reply)):
                return stopped
        return None

    def escalation(self, seat: str, guard: str) -> Escalation:
        """Say what is done where the guard of this name stops a seat."""
        return next(each.escalation for each in self._of[seat] if each.name == guard)

    @property
    def names(self) -> Mapping[str, list[str]]:
        """The names of each seat's guards, in the order in which they are asked."""
        return {seat: [each.name for each in held] for seat, held in self._of.items()}


def _clean(text: str) -> str:
    """Hold a reason to what a file can hold, and take out keys."""
    return redact(text[:LONGEST].encode("utf-8", "replace").decode(), known_secrets())
