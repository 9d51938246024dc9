"""A run in a store, followed while another process writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transcripts import Bodies
from tui.feed.base import Feed
from tui.feed.past import Past

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

    def _take_new(self) -> None:
        if not self.events:
            self._past = self._read(canonical=False) or self._read(canonical=True) or self._past
            return  # who looks at it meanwhile in another thread sees nothing, or all of it
        new = list(self._store.events(self.name, len(self.events)))
        missing = {name for event in new for name in event.body_names() if name not in self.bodies}
        if missing:
            self.bodies.update(self._store.bodies(missing))
        self._take(*new)

    def _read(self, *, canonical: bool) -> Past | None:
        """Read all there is; None where content is in another order, as answers are that were waited for together."""
        past, last = Past(Bodies()), (0, 0, 0)
        for chunk in self._store.walk(self.name, past.bodies, canonical=canonical):
            for event, row in zip(chunk.events, chunk.rows, strict=True):
                if event.is_content:
                    if (position := row[2:5]) < last:
                        return None
                    last = position
            past.take(chunk.events, chunk.rows)
        return past
