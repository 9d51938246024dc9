"""Events of calls: a model is asked, and answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from pydantic import Field

from transcripts.base import MODERATOR, EventBase, Evidence, Number
from transcripts.prompts import Difference


def series_of(seat: str, thread: str, purpose: str) -> tuple[str, str]:
    """Name the calls whose prompts are told as differences to each other, one after the other.

    They are a seat's for one purpose; but the moderator is asked in several threads at the same time.
    """
    return (f"{seat} {thread}" if seat == MODERATOR else seat), purpose


class Asking(EventBase):
    """A model is about to be asked: an intent, of which only the answer makes content.

    It stands at the position that its answer will have.
    """

    is_content: ClassVar[bool] = False

    kind: Literal["asking"] = "asking"
    thread: str
    seat: str
    purpose: str
    profile: str
    fingerprint: str
    evidence: Evidence | None = None


class Answered(EventBase):
    """A model was asked, and answered or did not."""

    kind: Literal["answered"] = "answered"
    thread: str
    seat: str
    purpose: str
    """What it was asked for: `speak`, `summarise`, …"""
    profile: str
    """The profile that was asked."""
    fingerprint: str
    """A hash of the whole request: equal requests have equal ones."""
    request: str
    """The body of the request, all but its prompt."""
    prompt: Difference
    """The prompt, as what is new in it against this seat's call before for the same purpose: see `series`."""
    by: str | None = None
    """The profile that answered, where that was a fallback."""
    model: str | None = None
    """The model that was asked for."""
    served: str | None = None
    """The model that answered, by the provider's word."""
    system: str | None = None
    """The provider's fingerprint of the system that answered."""
    answer: dict[str, Any] | None = None
    """What it answered (text, reasoning, calls, stop); None where a fault came instead."""
    fault: str | None = None
    """Why there is no answer: the kind of a `sandbox.models.ModelError`."""
    usage: dict[str, int] = Field(default_factory=dict)
    """Tokens by kind (input, output, cached, reasoning), as far as the provider told."""
    cost: Number | None = None
    """In dollars; None where no price is known."""
    evidence: Evidence | None = None

    @property
    def series(self) -> tuple[str, str]:
        """Which calls its prompt goes on from."""
        return series_of(self.seat, self.thread, self.purpose)

    def body_names(self) -> Iterator[str]:
        yield self.request
        yield from self.prompt.new
