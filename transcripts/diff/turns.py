"""One turn of a transcript, or what happened between two: what came of it, and what lies beneath."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

from transcripts.acts import Act
from transcripts.base import MODERATOR
from transcripts.calls import Answered
from transcripts.diff.keys import Head
from transcripts.events import (
    Agreed,
    Asked,
    Chosen,
    Confided,
    Event,
    Forfeited,
    Opened,
    Refused,
    Said,
    Staged,
    Tallied,
    Told,
    Valued,
)

BETWEEN = ""
"""Stands for a thread's name where something happens in none: phases, counts, words told in private."""


_TASKED = (Confided, Forfeited)
_ACTING = (Said, Confided)
_BY = (Said, Told)
_UNHEARD = (Staged, Tallied, Asked, Agreed)


class Turn(NamedTuple):
    """One turn; what happens between turns, such as a moderator's word, is a turn of the moderator's."""

    thread: str
    """Empty for what happens between turns and in no thread."""
    seat: str
    number: int
    """The run's turn number; of what happens between turns, that of the turn before."""
    tick: int
    head: Head | None
    """What came of it; None where the transcript breaks off before that."""
    beneath: tuple[Event, ...]
    """The turn's other events: calls, refusals, notes, worths, agreements."""
    key: Hashable
    """Equal where the same was said and done, under the rules."""
    place: float
    """Where it stands among all the turns, and what happens between them."""
    chosen: Chosen | None = None
    """How it came that this seat speaks; None where that follows from the turns taken."""
    opened: tuple[Opened, ...] = ()
    """The side threads that were opened in it."""

    @property
    def kind(self) -> str:
        """`said`, `confided`, `forfeited`, `told`, `staged`, `tallied`, `asked`, `agreed`, or `unfinished`."""
        return self.head.kind if self.head is not None else "unfinished"

    @property
    def sort(self) -> Hashable:
        """What a turn has in common with all that it may be matched with."""
        head = self.head
        if head is not None and head.kind == "said":
            return self.seat, "said"
        return self.seat, self.kind, self.task

    @property
    def task(self) -> str:
        """What was asked of the seat where that was not to speak: `vote`, `move`, `answer`, `bid`, `choose`."""
        return (self.head.task or "") if isinstance(self.head, _TASKED) else ""

    @property
    def is_between(self) -> bool:
        """Whether it happens between turns."""
        return self.head is not None and self.head.turn == 0

    @property
    def is_heard(self) -> bool:
        """Whether some participant said it, or was told it; the rest is for the researcher."""
        return not isinstance(self.head, _UNHEARD)

    @property
    def act(self) -> Act | None:
        head = self.head
        return head.act if isinstance(head, _ACTING) else None

    @property
    def text(self) -> str:
        """What was said, why the turn was lost, or what happened."""
        head = self.head
        if isinstance(head, Said):  # faster than matching, and nearly always so
            return head.text
        match head:
            case Confided(text=text) | Told(text=text):
                return text
            case Forfeited(fault=fault, reason=reason):
                return f"{fault}: {reason}"
            case Staged(phase=phase, repeat=repeat):
                return f"phase {phase} of repetition {repeat}"
            case Tallied():
                return _counted(head)
            case Asked(question=question):
                return f"question {question}"
            case Agreed(by=by):
                return f"agreed by {', '.join(by)}"
            case None:
                return ""

    @property
    def has_words(self) -> bool:
        """Whether its text is prose that somebody said, or a reason."""
        return not isinstance(self.head, _UNHEARD)

    @property
    def by(self) -> str | None:
        """Who spoke in the seat's place: `person`, `fallback`, `scenario`; None where that was its brain."""
        return self.head.by if isinstance(self.head, _BY) else None

    @property
    def re(self) -> str | None:
        """The message that it answers."""
        return self.head.re if isinstance(self.head, Said) else None

    @property
    def calls(self) -> list[Answered]:
        return [event for event in self.beneath if isinstance(event, Answered)]

    @property
    def refusals(self) -> list[Refused]:
        return [event for event in self.beneath if isinstance(event, Refused)]

    @property
    def worth(self) -> Mapping[str, Any] | None:
        """What its offer is worth to each; None where it makes none."""
        return next((event.worth for event in self.beneath if isinstance(event, Valued)), None)

    @property
    def name(self) -> str:
        """Name it as people do: by its message, `table:3`, or by its turn."""
        if isinstance(self.head, Said):
            return f"{self.thread}:{self.head.n}"
        return f"after turn {self.number}" if self.is_between else f"turn {self.number}"


def teller(head: Head) -> str:
    """Name who stands for it: the seat, or the moderator for what happens between turns."""
    return getattr(head, "seat", MODERATOR)


def _counted(event: Tallied) -> str:
    choices = ", ".join(f"{seat} {choice}" for seat, choice in event.choices.items())
    worth = ", ".join(f"{seat} {points}" for seat, points in event.worth.items())
    out = f"{', '.join(event.out)} out" if event.out else ""
    result = "" if event.result is None else f"= {event.result}"
    return f"{event.about}: {'; '.join(filter(None, (choices, worth, result, out)))}"
