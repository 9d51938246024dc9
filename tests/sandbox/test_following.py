"""Who follows a run is told of what is stored, in order, and does not hold it up."""

from __future__ import annotations

from pathlib import Path

import pytest

import moot
from sandbox.following import Following
from transcripts import Event, Store


def test_each_event_is_told_in_order_once_it_is_stored(tmp_path: Path):
    told: list[Event] = []

    def tell(event: Event) -> None:
        with Store.open(tmp_path / "t.db", read_only=True) as reader:
            stored = list(reader.events("used-bike-1"))[len(told)]
        assert (stored.kind, stored.position) == (event.kind, event.position)
        told.append(event)

    with Store.open(tmp_path / "t.db") as store:
        run = moot.run("used-bike", seed=7, store=store, watch=Following(tell))
    assert [each.position for each in told] == [each.position for each in run.transcript.events]
    alone: list[Event] = []
    moot.run("used-bike", seed=7, record=False, watch=Following(alone.append))
    assert [each.position for each in alone] == [each.position for each in told]


def test_what_keeps_it_from_being_told_is_not_swallowed(tmp_path: Path):
    def tell(event: Event) -> None:
        raise ZeroDivisionError

    with Store.open(tmp_path / "t.db") as store, pytest.raises(ZeroDivisionError):
        moot.run("used-bike", seed=7, store=store, watch=Following(tell))
