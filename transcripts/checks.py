"""Check that events make a transcript: one beginning, no gaps, and threads and seats that exist."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from moot_errors import Place, StoreError, nearest
from transcripts.base import MODERATOR, Position
from transcripts.events import Confided, Event, Forfeited, Opened, Said, Started

PlaceOf = Callable[[int], Place | None]


def check_events(events: Sequence[Event], bodies: Mapping[str, bytes], any_order: bool, place: PlaceOf) -> None:
    """Raise StoreError for the first event that cannot stand where it does.

    `place` tells where the event with that index stands; with `any_order` they are in order of arrival.
    """
    started = next((event for event in events if isinstance(event, Started)), None)
    if started is None:
        raise StoreError("no event 'started': this is not a whole transcript", place=place(0))
    order = sorted(
        (index for index, event in enumerate(events) if event.is_content), key=lambda index: events[index].position
    )
    if not any_order:
        _check_order(events, place)
    _check_positions(events, order, place)
    members = _members(started, bodies, place(events.index(started)))
    counts = dict.fromkeys(members, 0)
    for index in order:
        event = events[index]
        _check_names(event, members, started, place(index))
        if isinstance(event, Opened):
            members[event.thread] = event.members
            counts[event.thread] = 0
        _check_count(events[index], counts, place(index))


def last_tick(events: Iterable[Event]) -> int:
    """Give the last tick that was finished; 0 where none was."""
    return max(
        (event.tick for event in events if isinstance(event, Said | Confided | Forfeited) and event.turn), default=0
    )


def _check_order(events: Sequence[Event], place: PlaceOf) -> None:
    for index in range(1, len(events)):
        if events[index].position < events[index - 1].position:
            where, before = events[index].position, events[index - 1].position
            raise StoreError(f"{_name(where)} stands after {_name(before)}: out of order", place=place(index))


def _check_positions(events: Sequence[Event], order: Sequence[int], place: PlaceOf) -> None:
    last = Position(0, 0, -1)
    turns = 0
    finished = last_tick(events)
    for index in order:
        event, here = events[index], events[index].position
        if here.turn and here.tick > finished:  # a tick that was under way: some of its calls were answered, some not
            if here == last:
                raise StoreError(f"{_name(here)} is given twice", place=place(index))
            last = here
            continue
        if isinstance(event, Started) != (here == (0, 0, 0)):
            message = f"{event.kind!r} at {_name(here)}: a transcript begins with one 'started'"
            raise StoreError(message, place=place(index))
        same = here[:2] == last[:2]
        if here == last:
            raise StoreError(f"{_name(here)} is given twice", place=place(index))
        if here.step != (last.step + 1 if same else 0):
            raise StoreError(f"a step is missing before {_name(here)}", place=place(index))
        if here.turn and not same:
            turns += 1
            if here.turn != turns:
                raise StoreError(f"turn {turns} is missing before {_name(here)}", place=place(index))
        last = here


def _members(started: Started, bodies: Mapping[str, bytes], place: Place | None) -> dict[str, list[str]]:
    situation: Any = json.loads(bodies[started.situation])
    try:
        return {
            name: [str(seat) for seat in thread["members"]]
            for name, thread in situation["threads"].items()
            if "open_by" not in thread
        }
    except (TypeError, KeyError, AttributeError):
        message = f"the situation {started.situation!r} does not say who is in which thread"
        raise StoreError(message, place=place) from None


def _check_names(event: Event, members: Mapping[str, list[str]], started: Started, place: Place | None) -> None:
    for what, name, known in (
        ("thread", None if isinstance(event, Opened) else getattr(event, "thread", None), list(members)),
        ("seat", getattr(event, "seat", None), [*started.cast, MODERATOR]),
    ):
        if name is not None and name not in known:
            close = nearest(name, known)
            remedy = f"did you mean {close!r}?" if close else f"there are {', '.join(known)}"
            raise StoreError(f"there is no {what} {name!r} in this run", place=place, remedy=remedy)


def _check_count(event: Event, counts: dict[str, int], place: Place | None) -> None:
    if isinstance(event, Said):
        counts[event.thread] += 1
        if event.n != counts[event.thread]:
            name = f"{event.thread}:{event.n}"
            raise StoreError(f"the message {name!r} should be number {counts[event.thread]}", place=place)


def _name(position: Position) -> str:
    return f"tick {position.tick}, turn {position.turn}, step {position.step}"
