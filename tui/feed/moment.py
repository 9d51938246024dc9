"""A run as it was at one point of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from sandbox.rendering.scene import Scene
from sandbox.tally import Tally, tally_of
from transcripts import Bodies, Event, Shelf, Transcript


class Head(Sequence[Event]):
    """The first events of a shelf that may grow meanwhile; nothing is copied."""

    def __init__(self, shelf: Shelf, size: int) -> None:
        self.shelf = shelf
        """With columns that may be longer."""
        self._size = size

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | Sequence[Event]:
        places = range(self._size)[index]
        return [self.shelf[place] for place in places] if isinstance(places, range) else self.shelf[places]

    def __iter__(self) -> Iterator[Event]:
        return self.shelf.between(0, self._size)

    def of(self, kinds: Collection[str], start: int = 0) -> Iterator[tuple[int, Event]]:
        """Give those of these kinds, each with its place."""
        return self.shelf.of(kinds, start, self._size)


@dataclass(frozen=True, repr=False)
class Moment:
    """A run as it was after so many of its events, and the eyes it is seen with.

    It is not to be written out: Textual does that with whatever a worker is given, and it would be the whole run.
    """

    scene: Scene
    """Where `now` holds, its state is the one that grows: look at it, and keep nothing of it from `poll` to `poll`."""
    events: Head
    """In order of arrival, up to this moment; each is made when it is asked for, and is not the same object twice."""
    bodies: Bodies
    now: bool
    """Whether there was nothing behind it yet."""
    counted: Tally | None = None

    @property
    def upto(self) -> int:
        """How many events there were."""
        return len(self.events)

    @property
    def over(self) -> bool:
        """Whether the run was over."""
        return self.scene.state.ended is not None

    @property
    def tally(self) -> Tally:
        """What it took; for a moment of the past that is counted."""
        return self.counted or tally_of(self.events)

    @property
    def transcript(self) -> Transcript:
        """What there was, as the rest of Moot takes it: for prompts, files and diffs."""
        return Transcript(list(self.events), self.bodies, self.scene.name)
