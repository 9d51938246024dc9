"""How many messages of each thread came that nobody had on the screen."""

from __future__ import annotations

from transcripts import Shelf


class Unread:
    """Count messages by thread; each event is looked at once."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        """By thread; only those in which something is unread."""
        self._seen = 0
        self._begun = False

    def take(self, events: Shelf) -> None:
        """Count what is new; what was there at the beginning is no news."""
        if not self._begun:
            self._begun, self._seen = bool(events), len(events)
        for place in range(self._seen, len(events)):
            if events.kinds[place] == "said":
                thread = events.threads[place] or ""
                self.counts[thread] = self.counts.get(thread, 0) + 1
        self._seen = len(events)

    def read(self, events: Shelf, thread: str | None) -> None:
        """Count what is new, and take one thread for read, or all of them."""
        self.take(events)
        if thread is None:
            self.counts.clear()
        else:
            self.counts.pop(thread, None)
