"""A run as it was at one point of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import overload

from sandbox.rendering.scene import Scene
from transcripts import Bodies, Event, Transcript


class Head(Sequence[Event]):
    """The first events of a list that may grow meanwhile; nothing is copied."""

    def __init__(self, events: Sequence[Event], size: int) -> None:
        self._events = events
        self._size = size

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | Sequence[Event]:
        places = range(self._size)[index]
        return [self._events[place] for place in places] if isinstance(places, range) else self._events[places]

    def __iter__(self) -> Iterator[Event]:
        return islice(iter(self._events), self._size)


@dataclass(frozen=True)
class Moment:
    """A run as it was after so many of its events, and the eyes it is seen with."""

    scene: Scene
    """Where `now` holds, its state is the one that grows: look at it, and keep nothing of it from `poll` to `poll`."""
    events: Sequence[Event]
    """In order of arrival, up to this moment."""
    bodies: Bodies
    now: bool
    """Whether there was nothing behind it yet."""

    @property
    def upto(self) -> int:
        """How many events there were."""
        return len(self.events)

    @property
    def over(self) -> bool:
        """Whether the run was over."""
        return self.scene.state.ended is not None

    @property
    def transcript(self) -> Transcript:
        """What there was, as the rest of Moot takes it: for prompts, files and diffs."""
        return Transcript(list(self.events), self.bodies, self.scene.name)
