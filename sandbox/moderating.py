"""Who says who speaks next where that is no participant: a model, or a person who watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.waiting import is_person

if TYPE_CHECKING:
    from sandbox.brain import Brain
    from sandbox.view import Known, Reply, View
    from scenarios import Situation

Make = Callable[[dict[str, Any], "Known"], "Brain"]


@dataclass(frozen=True, slots=True)
class Moderators:
    """The moderator's seat: another one decides in each thread."""

    of: Mapping[str, Brain]
    """By the thread's form."""

    @property
    def is_person(self) -> bool:
        """Whether a person chooses in some thread."""
        return any(is_person(brain) for brain in self.of.values())

    async def reply(self, view: View) -> Reply:
        """Let the thread's own moderator choose."""
        return await self.of[view.thread.form].reply(view)


def moderators(situation: Situation, known: Known, make: Make, person: Brain | None) -> Moderators | None:
    """Make what sits in the moderator's seat; None where nobody does."""
    brains = {
        form: person if person is not None and mapping["kind"] == "human" else make(mapping, known)
        for form, mapping in mappings(situation)
    }
    return Moderators(brains) if brains else None


def mappings(situation: Situation) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the brain's mapping of each thread's moderator."""
    for form, policy in situation.speakers.items():
        if policy.kind == "model":
            told = {"prompt": {"turn": f"{policy.prompt}\n\n{{ask}}"}} if policy.prompt else {}
            yield form, {"kind": "llm", "model": policy.model, **told}
        elif policy.kind == "human":
            yield form, {"kind": "human"}


def has_person(situation: Situation) -> bool:
    """Tell whether a person says who speaks next in some thread."""
    return any(mapping["kind"] == "human" for _, mapping in mappings(situation))
