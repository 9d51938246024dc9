"""A run in a store, followed while another process writes it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from transcripts import Event, Position
from tui.feed.base import Feed

if TYPE_CHECKING:
    from transcripts import Store

_POSITION = attrgetter(*Position._fields)


class Recorded(Feed):
    """A store's run; the first `poll` reads all there is, and may be called in another thread."""

    def __init__(self, store: Store, name: str, seat: str | None = None) -> None:
        """Find the run as `Store.find` does; raises NotFound."""
        super().__init__(store.find(name).name, seat=seat)
        self._store = store

    @property
    def live(self) -> bool:
        return self._store.find(self.name).live

    def _arrived(self) -> Sequence[Event]:
        if not self.events:
            whole = self._store.load(self.name)
            self.bodies.update(whole.bodies)
            return in_order(whole.events)
        new = list(self._store.events(self.name, len(self.events)))
        if any(name not in self.bodies for event in new for name in event.body_names()):
            self.bodies.update(self._store.load(self.name).bodies)
        return new


def in_order(events: Sequence[Event]) -> Sequence[Event]:
    """Put events into canonical order where they arrived otherwise, as answers do that were waited for together."""
    content = [_POSITION(event) for event in events if event.is_content]
    return events if all(one <= other for one, other in pairwise(content)) else sorted(events, key=_POSITION)
