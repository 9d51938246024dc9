"""A run that is under way in this process, in another thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import Protocol

from transcripts import Bodies, Event, Forfeited, Refused, Said, State
from tui.feed.base import Feed, Speaker


class Control(Protocol):
    """What can be done to a run that is under way; each may be called in any thread, and returns at once."""

    def stop(self) -> None:
        """Stop at the next turn boundary."""
        ...


class Playing(Feed):
    """A run under way.  `watch`, `hear` and `finish` are called in the thread that plays it, all else in the other.

    `bodies` are those of the state that is played on, which may grow there meanwhile; `before` is what the run was
    taken up from, or what a branch shares.
    """

    def __init__(
        self, name: str, bodies: Bodies | None = None, control: Control | None = None, before: Iterable[Event] = ()
    ) -> None:
        super().__init__(name, bodies)
        self.control = control
        self._queue: SimpleQueue[Event | tuple[Speaker, str] | None] = SimpleQueue()
        self._partial: dict[Speaker, str] = {}
        self._playing = True
        for event in before:
            self._take(event)

    @property
    def live(self) -> bool:
        return self._playing

    @property
    def partial(self) -> Mapping[Speaker, str]:
        return self._partial

    def watch(self, event: Event, state: State) -> None:
        """Take an event that was committed."""
        self._queue.put(event)

    def hear(self, thread: str, seat: str, text: str) -> None:
        """Take some more of what streams in from a seat; it goes when its message comes."""
        self._queue.put(((thread, seat), text))

    def finish(self) -> None:
        """Say that nothing more will come."""
        self._queue.put(None)

    def _arrived(self) -> Sequence[Event]:
        new: list[Event] = []
        try:
            while True:
                match self._queue.get_nowait():
                    case None:
                        self._playing = False
                    case (speaker, text):
                        self._partial[speaker] = self._partial.get(speaker, "") + text
                    case event:
                        new.append(event)
                        if isinstance(event, Said | Refused | Forfeited):
                            self._partial.pop((event.thread, event.seat), None)
        except Empty:
            return new
