"""The rows of a moment: which of its events are rows, what they look like, and where they stand."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from sandbox.rendering.printable import printable
from transcripts import Event, Said
from tui.feed import Moment
from tui.stream.page import Page
from tui.stream.rows import KINDS, LONGEST, Row, Writer

_OTHERS: Final = KINDS - {"said"}


class Sheet:
    """Rows for the events of one run, as one pair of eyes sees them."""

    def __init__(self, moment: Moment, room: int, thread: str | None = None) -> None:
        """With `thread`, only what belongs to that one."""
        self.moment = moment
        self.writer = Writer(moment.scene, thread)
        self.page = Page(self.write)
        self.page.set_room(room)
        self._upto = 0
        self._places: array[int] = array("l")  # by row: its event's
        self._extend()

    def place(self, row: int) -> int:
        """Give the place of a row's event in the moment's events."""
        return self._places[row]

    def event(self, row: int) -> Event:
        """Give a row's event."""
        return self.moment.events[self._places[row]]

    def write(self, row: int) -> Row:
        """Give what a row looks like."""
        return self.writer.write(self.event(row))

    def texts(self, rows: range) -> Iterator[str]:
        """Give what a row after the other says, as quickly as can be."""
        shelf, places = self.moment.events.shelf, self._places[rows.start : rows.stop]
        made = dict(shelf.some([place for place in places if not shelf.plain[place]]))
        for place in places:
            if place in made:
                yield self.writer.write(made[place]).text
            else:
                yield self.writer.plain(shelf.threads[place] or "", shelf.seats[place] or "", shelf.texts[place] or "")

    def whole(self, row: int) -> str:
        """Give a row's text, also of a message that is too long to be shown whole."""
        event = self.event(row)
        if isinstance(event, Said) and len(event.text) > LONGEST:
            return printable(event.text, lines=True)
        return self.write(row).text

    def at(self, place: int) -> int:
        """Give the row of the event there, or the last one before it; -1 where there is none."""
        return bisect_left(self._places, place + 1) - 1

    def follow(self, moment: Moment) -> tuple[int, bool] | None:
        """Take another moment of the run; gives how many rows are new, and whether one that was there is another now.

        None where it is of another run, or where none of the rows can stay.
        """
        scene, likeness = self.moment.scene, self.writer.likeness
        if (scene.name, scene.seat) != (moment.scene.name, moment.scene.seat):
            return None
        self.writer.look(moment.scene)
        if likeness != self.writer.likeness:
            return None
        self.moment = moment
        rows = bisect_left(self._places, moment.upto)
        del self._places[rows:]
        self.page.cut(rows)
        self._upto = min(self._upto, moment.upto)
        return self._extend()

    def _extend(self) -> tuple[int, bool]:
        """Add rows for what is new, by what the shelf knows of messages without making them."""
        moment, thread, shows = self.moment, self.writer.thread, self.writer.shows
        shelf, before, changed = moment.events.shelf, len(self._places), False
        others = {place for place, event in moment.events.of(_OTHERS, self._upto) if shows(event)}
        heard = {name for name in moment.scene.threads if moment.scene.is_in(name) and thread in (None, name)}
        guesses: list[tuple[int, int]] = []
        for place in range(self._upto, moment.upto):
            kind = shelf.kinds[place]
            if kind == "said" and (shelf.threads[place] in heard or shows(shelf[place])):
                text = shelf.texts[place] or ""
                size = min(len(text), LONGEST) + len(shelf.seats[place] or "") + 2
                guesses.append((size, text.count("\n", 0, LONGEST) + (not shelf.plain[place])))
            elif place in others:
                guesses.append((60 + min(len(shelf.texts[place] or ""), LONGEST), 0))
            else:
                if kind == "valued" and before and not guesses:
                    self.page.change(before - 1)  # what an offer is worth is told after it
                    changed = True
                continue
            self._places.append(place)
        self._upto = moment.upto
        self.page.extend(guesses)
        return len(guesses), changed
