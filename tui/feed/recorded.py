"""A run in a store, followed while another process writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from transcripts import Event
from tui.feed.base import Feed

if TYPE_CHECKING:
    from transcripts import Store


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
            return whole.events
        new = list(self._store.events(self.name, len(self.events)))
        if any(name not in self.bodies for event in new for name in event.body_names()):
            self.bodies.update(self._store.load(self.name).bodies)
        return new
