"""The rows of a moment: which of its events are rows, what they look like, and where they stand."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence

from sandbox.rendering.printable import printable
from transcripts import Event, Said, Valued
from tui.feed import Moment
from tui.stream.page import Page
from tui.stream.rows import LONGEST, Row, Writer


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
        events: Sequence[Event] = self.moment.events
        before, guesses, changed = len(self._places), [], False
        for place in range(self._upto, len(events)):
            event = events[place]
            if self.writer.shows(event):
                self._places.append(place)
                guesses.append(self.writer.guess(event))
            elif isinstance(event, Valued) and before and not guesses:
                self.page.change(before - 1)  # what an offer is worth is told after it
                changed = True
        self._upto = len(events)
        self.page.extend(guesses)
        return len(guesses), changed
