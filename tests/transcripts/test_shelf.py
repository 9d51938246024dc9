"""A shelf gives back the events that were put there, however they got there and however they are asked for."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transcripts.conftest import say, transcripts
from transcripts import Bodies, Offer, Said, Shelf, Store, Transcript
from transcripts.store import shelf as module


def assert_same(shelf: Shelf, events: list[Any]) -> None:
    """Ask for everything in each way."""
    assert list(shelf) == events == [shelf[place] for place in range(len(events))]
    assert list(shelf[1:]) == events[1:] and list(shelf[::-2]) == events[::-2]
    for kinds in (("said",), ("valued", "answered"), ()):
        meant = [(place, event) for place, event in enumerate(events) if event.kind in kinds]
        assert list(shelf.of(kinds)) == meant
        assert list(shelf.of(kinds, 2, 5)) == [each for each in meant if 2 <= each[0] < 5]
    for column, name in (
        (shelf.kinds, "kind"),
        (shelf.threads, "thread"),
        (shelf.texts, "text"),
        (shelf.turns, "turn"),
    ):
        assert list(column) == [getattr(event, name, None) for event in events]


@given(transcripts(), st.integers(1, 5))
@settings(deadline=None, max_examples=60)
def test_what_was_put_there_is_there(whole: Transcript, size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SIZE", size)
        assert_same(Shelf(whole.events), whole.events)


@given(transcripts(), st.integers(1, 5), st.booleans())
@settings(deadline=None, max_examples=30)
def test_what_is_in_the_store_is_there(tmp_path_factory: Any, whole: Transcript, size: int, canonical: bool) -> None:
    with (
        Store.open(tmp_path_factory.mktemp("store") / "transcripts.db") as store,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(module, "SIZE", size)
        name, shelf, bodies = store.add(whole, "it").name, Shelf(), Bodies()
        for chunk in store.walk(name, bodies, canonical=canonical):
            shelf.extend(chunk.events, chunk.rows)
        assert bodies == store.load(name).bodies
        arrived = store.load(name).events
        assert_same(shelf, sorted(arrived, key=lambda event: event.position) if canonical else arrived)


def test_what_cannot_be_written_is_kept_and_what_is_no_text_to_the_store_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SIZE", 2)
    odd = say(2, "two", act=Offer(terms={"half": "\ud800"}))
    events = [say(1, "one"), odd, say(3, "a\0nought"), say(4, "four")]
    assert_same(Shelf(events), events)


def test_an_event_takes_little_more_than_its_text() -> None:
    def said(n: int) -> Said:
        return say(n, f"{n}: {'what is said here ' * 20}", act=Offer(terms={"price": n, "pickup": "today"}))

    tracemalloc.start()
    shelf = Shelf()
    for n in range(1, 2001):
        shelf.append(said(n))
    taken = tracemalloc.get_traced_memory()[0] / 2000
    tracemalloc.stop()
    assert taken < len(said(1000).text) + 250
