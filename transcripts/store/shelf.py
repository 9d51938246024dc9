"""Many events in little room: as they stand in the store, and made again when somebody asks for one.

An event as an object takes three times what its text takes, and a screen shows forty of fifty thousand.  What is asked
of all of them (which kind, whose, where, how long a text) stands in columns.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, Final, overload

from transcripts.base import VERSION
from transcripts.events import Event
from transcripts.store import rows

SIZE: Final = 64
"""Events that are packed together."""
_MADE: Final = 512
"""Events that are kept once they were made: about as many as a screen asks for again and again."""


class Shelf(Sequence[Event]):
    """A list of events that only grows.  Its columns are to be read, and nothing else; places count from 0.

    What goes through all of them iterates, or asks `between`, `of` or `some`: a third of what asking for each takes.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self.kinds: list[str] = []
        self.threads: list[str | None] = []
        self.seats: list[str | None] = []
        self.texts: list[str | None] = []
        self.plain = bytearray()
        """1 for a message that is words alone: no act, and said by who sits in the seat."""
        self.turns: array[int] = array("q")
        self.ticks: array[int] = array("q")
        self._steps: array[int] = array("q")
        self._blocks: list[bytes] = []
        self._tail: list[Event] = []
        """What is not packed yet."""
        self._rows: list[tuple[Any, ...] | None] = []
        """The rows that it was read from."""
        self._made: dict[int, Event] = {}
        self._whole: dict[int, Event] = {}
        """What cannot be written, and so is kept as it is."""
        self._names: dict[str, str] = {}
        self.extend(list(events))

    def append(self, event: Event) -> None:
        """Add an event."""
        self.extend([event])

    def extend(self, events: Sequence[Event], read_from: Sequence[tuple[Any, ...]] = ()) -> None:
        """Add events; with the rows that they were read from, nothing has to be written."""
        fields = [event.__dict__ for event in events]  # to ask an event for what its kind lacks takes long
        self.kinds += [each["kind"] for each in fields]
        self.threads += [self._name(each.get("thread")) for each in fields]
        self.seats += [self._name(each.get("seat")) for each in fields]
        self.texts += [each.get("text") for each in fields]
        self.plain += bytes(each["kind"] == "said" and each["act"] is each["by"] is None for each in fields)
        self.turns.extend([each["turn"] for each in fields])
        self.ticks.extend([each["tick"] for each in fields])
        self._steps.extend([each["step"] for each in fields])
        self._tail += events
        self._rows.extend(read_from or repeat(None, len(events)))
        packed = 0
        while len(self._tail) - packed >= SIZE:
            self._pack(packed)
            packed += SIZE
        del self._tail[:packed], self._rows[:packed]

    def __len__(self) -> int:
        return len(self.kinds)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | Sequence[Event]:
        places = range(len(self))[index]
        if isinstance(places, int):
            return self._get(places)
        return (
            list(self.between(places.start, places.stop)) if places.step == 1 else [self._get(each) for each in places]
        )

    def __iter__(self) -> Iterator[Event]:
        return self.between(0)

    def between(self, start: int, stop: int | None = None) -> Iterator[Event]:
        """Give the events from one place to the one before another, or to the end."""
        return (event for _, event in self.some(range(len(self))[start:stop]))

    def of(self, kinds: Collection[str], start: int = 0, stop: int | None = None) -> Iterator[tuple[int, Event]]:
        """Give those of these kinds, each with its place."""
        places = range(len(self))[start:stop]
        return self.some([place for place in places if self.kinds[place] in kinds])

    def some(self, places: Sequence[int]) -> Iterator[tuple[int, Event]]:
        """Give the events of ascending places, each with its place; those of a block in one go."""
        at, packed = 0, SIZE * len(self._blocks)
        while at < len(places) and places[at] < packed:
            block = places[at] // SIZE
            some = []
            while at < len(places) and places[at] < (block + 1) * SIZE:
                some.append(places[at])
                at += 1
            parts = self._open(block)
            found = rows.read([self._row(each, parts) for each in some if each not in self._whole], "this run")
            made = iter(found)
            yield from ((each, self._whole[each] if each in self._whole else next(made)) for each in some)
        for each in places[at:]:
            yield each, self._get(each)

    def _get(self, place: int) -> Event:
        packed = SIZE * len(self._blocks)
        if place >= packed:
            return self._tail[place - packed]
        event = self._whole.get(place) or self._made.get(place)
        if event is None:
            (event,) = rows.read([self._row(place, self._open(place // SIZE))], "this run")
            if len(self._made) >= _MADE:
                self._made.pop(next(iter(self._made)), None)
            self._made[place] = event
        return event

    def _row(self, place: int, parts: Sequence[str]) -> tuple[Any, ...]:
        """Give an event's row as `rows.SELECT` does."""
        text, at = self.texts[place], 2 * (place % SIZE)
        return (
            place,
            VERSION,
            self.ticks[place],
            self.turns[place],
            self._steps[place],
            self.kinds[place],
            self.threads[place],
            self.seats[place],
            None if text is not None and rows.NUL in text else text,  # then it stands in the payload
            parts[at],
            parts[at + 1] or None,
        )

    def _open(self, block: int) -> list[str]:
        return zlib.decompress(self._blocks[block]).decode().split(rows.NUL)

    def _pack(self, first: int) -> None:
        """Pack so many of the tail, from the one with that number on."""
        parts: list[str] = []
        for number in range(first, first + SIZE):
            event, row = self._tail[number], self._rows[number]
            if row is not None and row[1] == VERSION:
                parts += (row[9], row[10] or "")
                continue
            try:
                parts += rows.to_rest(event)
            except (ValueError, RecursionError):
                self._whole[len(self) - len(self._tail) + number] = event
                parts += ("{}", "")
        self._blocks.append(zlib.compress(rows.NUL.join(parts).encode(), 1))

    def _name(self, name: str | None) -> str | None:
        return None if name is None else self._names.setdefault(name, name)
