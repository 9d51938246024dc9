"""What an earlier version wrote is lifted, step by step; what a later one wrote is refused."""

from __future__ import annotations

import pytest

from moot_errors import NewerVersion
from transcripts import parse_jsonl, upcast

LIFTS = {
    ("said", 1): lambda data: {**{k: v for k, v in data.items() if k != "who"}, "seat": data["who"]},
    ("said", 3): lambda data: {**data, "text": data["text"].strip()},
}


def test_an_old_event_is_lifted_through_every_version_between():
    old = {"kind": "said", "who": "ann", "text": " hello "}
    assert upcast.upcast(old, 1, to=4, lifts=LIFTS) == {"kind": "said", "seat": "ann", "text": "hello"}
    assert upcast.upcast(old, 2, to=3, lifts=LIFTS) == old
    assert upcast.upcast({"kind": "ended"}, 1, to=4, lifts=LIFTS) == {"kind": "ended"}


def test_a_file_and_a_store_of_an_older_version_are_read(make, store, monkeypatch):
    """Version 0 never was: there, a seat was called `who`."""
    monkeypatch.setitem(upcast.LIFTS, ("said", 0), LIFTS["said", 1])
    name = make.record(store, "hello")
    with store._locks.writing():
        writer = store._writer._connection
        payload = """json_set(payload, '$.who', seat)"""
        writer.execute(f"UPDATE events SET v = 0, payload = {payload}, seat = NULL WHERE kind = 'said'")
    assert store.load(name).equals(make.told("hello"))


def test_a_later_version_is_refused(make):
    with pytest.raises(NewerVersion, match="version 2, and this one reads up to 1"):
        upcast.upcast({"kind": "said"}, 2)
    with pytest.raises(NewerVersion):
        parse_jsonl(make.told().to_jsonl().replace(b'"version":1', b'"version":3'), "F")
