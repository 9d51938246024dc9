"""The seam behind which anything may judge a message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from transcripts import Assign, OpenThread, Report

if TYPE_CHECKING:
    from personas import Document
    from sandbox.models import Models
    from sandbox.view import Reply, View
    from sandbox.workspace import Workspace
    from scenarios import Situation


class Stopped(NamedTuple):
    """A message that a guard did not let pass."""

    guard: str
    """The guard's name."""
    reason: str
    """Mentions only what the message's author may know."""
    detail: str | None = None
    """What went wrong where the guard could not judge: evidence, and told to nobody."""


class Unjudged(Exception):
    """A guard could not judge a message; `reason` may be told to its author, `detail` to nobody."""

    def __init__(self, reason: str, detail: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class Guard(Protocol):
    """Judge messages.

    Like a brain, a guard knows only the view and what it was made of, and answers the same to the same: a replay asks
    it again.
    """

    async def check(self, view: View, reply: Reply) -> str | None:
        """Say why a message may not pass, in words that its author may read; None lets it pass.

        Raises Unjudged where it cannot say.
        """
        ...


GuardFactory = Callable[[Any], Guard]
"""Make a guard of what a scenario tells it; raises `personas.Mistake` with the path inside that."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a guard is made in."""

    situation: Situation
    document: Document
    path: tuple[str | int, ...]
    """Where in the document stands what it is told."""
    workspace: Workspace
    models: Models

    def inside(self, *steps: str | int) -> Setting:
        """Go down into what it is told."""
        return replace(self, path=(*self.path, *steps))


def words_of(reply: Reply) -> str:
    """Give all that others would read of a reply: its prose, and what its act says in words."""
    match reply.act:
        case OpenThread(about=words) | Assign(task=words) | Report(result=words):
            return f"{reply.text}\n{words}" if reply.text and words else reply.text or words
        case _:
            return reply.text


def is_message(reply: Reply) -> bool:
    """Tell whether a reply is all that is said in its turn: whoever opens a thread is asked again for what it says."""
    return not isinstance(reply.act, OpenThread)
