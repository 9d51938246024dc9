"""A run that is under way in this process, in another thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from transcripts import Bodies, Confided, Event, Forfeited, Refused, Said
from tui.feed.base import Feed, Speaker

if TYPE_CHECKING:
    from tui.underway import Underway


class Playing(Feed):
    """A run under way.  `watch`, `hear` and `finish` are called in the thread that plays it, all else in the other.

    `bodies` are those of the state that is played on, which may grow there meanwhile; `before` is what the run was
    taken up from, or what a branch shares.
    """

    def __init__(
        self,
        name: str,
        bodies: Bodies | None = None,
        control: Underway | None = None,
        before: Iterable[Event] = (),
        seat: str | None = None,
    ) -> None:
        super().__init__(name, bodies, seat)
        self.control = control
        """What steers it; None where nobody does."""
        self._queue: SimpleQueue[Event | tuple[Speaker, str] | None] = SimpleQueue()
        self._partial: dict[Speaker, str] = {}
        self._playing = True
        self._take(*before)

    @property
    def live(self) -> bool:
        return self._playing

    @property
    def partial(self) -> Mapping[Speaker, str]:
        return self._partial

    def watch(self, event: Event) -> None:
        """Take an event that was committed."""
        self._queue.put(event)

    def hear(self, thread: str, seat: str, text: str) -> None:
        """Take some more of what streams in from a seat, "" where that begins anew; it goes when its message comes."""
        self._queue.put(((thread, seat), text))

    def finish(self) -> None:
        """Say that nothing more will come."""
        self._queue.put(None)

    def _take_new(self) -> None:
        new: list[Event] = []
        try:
            while True:
                match self._queue.get_nowait():
                    case None:
                        self._playing = False
                    case (speaker, text):
                        self._partial[speaker] = self._partial.get(speaker, "") + text if text else ""
                    case event:
                        new.append(event)
                        if isinstance(event, Said | Confided | Refused | Forfeited):
                            self._partial.pop((event.thread, event.seat), None)
        except Empty:
            self._take(*new)
