"""What the stream tells others."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from transcripts import Event


@dataclass
class Selected(Message):
    """Another row is the selected one; of several that queue up only the last counts."""

    index: int
    """The event's place in the moment's events."""
    event: Event

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Selected)


@dataclass
class Opened(Message):
    """Somebody wants to see all of the selected row."""

    index: int
    event: Event


@dataclass
class Followed(Message):
    """Following was turned on or off, or more came while it was off."""

    follow: bool
    unseen: int
    """Rows that came since and were not on the screen yet."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Followed)


class Find(Message):
    """Somebody wants to look for words."""
