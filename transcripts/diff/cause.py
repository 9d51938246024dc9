"""Why two transcripts part: the kinds of causes, and what is told of one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

CauseKind = Literal[
    "engine", "scenario", "settings", "cast", "speaker", "speaker choice", "persona", "system prompt", "history",
    "tools", "model", "served model", "parameters", "seed", "tool result", "human", "fault", "fallback", "budget",
    "answers", "end", "sampling", "code",
]  # fmt: skip


@dataclass(frozen=True)
class Cause:
    """Why the sides part."""

    kind: CauseKind
    a: str = ""
    """What it is on the left: a value, or the words around the difference."""
    b: str = ""
    where: str = ""
    """Where it comes from: `persona haggler: about`, `participants.buyer.brief`, `temperature`, …"""
    seat: str = ""
    turn_a: int | None = None
    """The turn that it acts in; an earlier one than the first divergence where it came down through the history."""
    turn_b: int | None = None
    purpose: str = ""
    """What the model was asked for, where it is in a request or in an answer."""
    fork: int | None = None
    """The turn after which one side was forked, where the fork brought it in."""
    through: tuple[str, ...] = ()
    """How it came down: `history` for each earlier turn."""
    also: tuple[str, ...] = field(default=(), compare=False)
    """What differs besides, and comes later in the order; may be a consequence."""

    def __str__(self) -> str:
        where = f" ({self.where})" if self.where else ""
        change = f": {self.a or 'nothing'!r} → {self.b or 'nothing'!r}" if self.a or self.b else ""
        fork = f", since the fork after turn {self.fork}" if self.fork is not None else ""
        return f"{MEANING[self.kind]}{where}{change}{fork}"

    def mirrored(self) -> Cause:
        """Swap the sides."""
        return replace(self, a=self.b, b=self.a, turn_a=self.turn_b, turn_b=self.turn_a)


MEANING: dict[CauseKind, str] = {
    "engine": "another version of Moot",
    "scenario": "the scenario",
    "settings": "a setting",
    "cast": "who sits there",
    "speaker": "who spoke",
    "speaker choice": "who was chosen to speak",
    "persona": "the persona",
    "system prompt": "the system prompt",
    "history": "what the model was shown of the conversation",
    "tools": "the tools",
    "model": "the model that was asked for",
    "served model": "the model that the server really used",
    "parameters": "a parameter of the model",
    "seed": "the seed",
    "tool result": "a tool's answer",
    "human": "a person",
    "fault": "a time-out, a fault or a retry",
    "fallback": "a fallback answered",
    "budget": "a budget",
    "answers": "answers taken from another run",
    "end": "one side goes no further",
    "sampling": "nothing but sampling: the whole request is the same",
    "code": "nothing that was recorded: what decides this seat, or the rules, is other code",
}
"""What each kind of cause is, in words."""
