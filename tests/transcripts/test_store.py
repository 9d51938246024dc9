"""The store: what was acknowledged is there, every run comes back as it was, and what is deleted is gone."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import moot
from moot_errors import Busy, NotFound, StoreError, WrongUse
from sandbox import Workspace
from transcripts import Ended, Store, Transcript


@given(data=st.data())
def test_any_transcript_comes_back_as_it_was(any_transcript, long_store, data):
    transcript = data.draw(any_transcript)
    info = long_store.add(transcript)
    loaded = long_store.load(info.name)
    assert (loaded.events, loaded.bodies, loaded.name) == (transcript.events, transcript.bodies, info.name)
    assert loaded.to_jsonl() == transcript.to_jsonl()
    assert (info.turns, info.seed) == (transcript.state().turns, transcript.events[0].seed)
    ended = transcript.state().ended
    assert info.status == (ended.status if ended else "open")
    long_store.remove([info.name])


@given(data=st.data())
def test_a_recording_in_any_pieces_is_the_run_itself(any_transcript, long_store, data):
    transcript = data.draw(any_transcript)
    with long_store.begin(transcript.events[0], transcript.bodies) as recording:
        rest = transcript.events[1:]
        while rest:
            size = data.draw(st.integers(1, len(rest)))
            recording.append(rest[:size])
            rest = rest[size:]
        long_store.wait(recording.ticket)
        assert long_store.load(recording.name).events[1:] == transcript.events[1:]
        assert long_store.find(recording.name).live == (transcript.state().ended is None)
    assert long_store.load(recording.name).equals(transcript)
    assert not long_store.find(recording.name).live
    long_store.remove([recording.name])


def test_the_first_event_says_when_and_by_what_it_was_recorded(store, make):
    before = time.time()
    first = store.load(make.record(store, "one")).events[0].evidence
    assert first.run == "bike-1" and before <= first.at <= time.time() and first.engine


def test_names_count_up_and_never_come_back(store, make):
    assert [make.record(store, "x") for _ in range(3)] == ["bike-1", "bike-2", "bike-3"]
    store.remove(["bike-3"])
    assert make.record(store, "x") == "bike-4"
    assert make.record(store, "x", scenario="car") == "car-1"


def test_a_name_is_kept_if_it_is_free(store, make):
    transcript = make.told("one")
    assert store.add(transcript).name == "bike-1"
    assert store.add(transcript, "first").name == "first"
    assert store.add(transcript, "first").name == "first-2"
    assert store.add(transcript, "bike-7").name == "bike-7"
    assert store.add(transcript, "bike-7").name == "bike-8"
    with store.begin(*make.begin(), name="first") as recording:
        store.wait(recording.ticket)
        assert recording.name == "first-3"


def test_there_is_no_name_before_the_beginning_is_committed(store, make):
    with store._locks.writing():
        recording = store.begin(*make.begin())
        with pytest.raises(WrongUse, match="no name yet"):
            _ = recording.name
    store.wait(recording.ticket)
    assert (recording.name, recording.id) == ("bike-1", 1)


def test_tickets_are_in_order_and_durable_is_the_last_one(store, make):
    recording = store.begin(*make.begin())
    tickets = [recording.ticket, *(recording.append([make.say(n, "x")]) for n in range(1, 50))]
    assert tickets == sorted(set(tickets))
    store.wait(tickets[-1])
    assert store.durable == tickets[-1]
    with pytest.raises(WrongUse, match="no ticket 99"):
        store.wait(99)


def test_many_producers_in_many_loops_and_threads(store, make):
    async def produce() -> str:
        recording = store.begin(*make.begin())
        await store.committed(recording.ticket)
        for n in range(1, 21):
            await store.committed(recording.append([make.say(n, f"number {n}")]))
        await recording.aclose()
        return recording.name

    async def all_of_them() -> None:
        names.extend(await asyncio.gather(*(produce() for _ in range(10))))

    names: list[str] = []
    threads = [threading.Thread(target=lambda: asyncio.run(all_of_them())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names) == sorted(f"bike-{k}" for k in range(1, 31))
    assert {len(store.load(name).events) for name in names} == {21}
    assert store.check() == []


def test_a_task_that_was_cancelled_holds_up_nobody(store, make):
    async def main() -> None:
        recording = store.begin(*make.begin())
        with store._locks.writing():
            ticket = recording.append([make.say(1, "x")])
            cancelled = asyncio.ensure_future(store.committed(ticket))
            waiting = asyncio.ensure_future(store.committed(ticket))
            await asyncio.sleep(0)
            cancelled.cancel()
        await waiting
        assert cancelled.cancelled()

    asyncio.run(main())


def test_runs_are_found_by_name_by_beginning_and_as_the_last(store, make):
    for scenario in ("bike", "bike", "car", "bike"):
        make.record(store, "x", scenario=scenario)
    assert store.find("bike-2").id == 2
    assert store.find("c").name == "car-1"
    assert store.find("last").name == "bike-3"
    assert store.load("last").name == "bike-3"
    with pytest.raises(NotFound, match=r"no run 'bikke-2'\n  did you mean 'bike-2'"):
        store.find("bikke-2")
    with pytest.raises(WrongUse, match="can be 3 runs: bike-1, bike-2, bike-3"):
        store.find("bike")
    for strange in ("", "%", "\udcff", "\0", "'"):
        with pytest.raises(NotFound):
            store.find(strange)


def test_runs_are_listed_by_what_they_are_the_newest_first(store, make):
    make.record(store, "x")
    agreed = make.told("x", scenario="car")
    agreed.events[-1] = agreed.events[-1].model_copy(update={"agreed": True, "terms": {"price": 3}})
    store.add(agreed)
    with store.begin(*make.begin()) as recording:
        store.wait(recording.ticket)
        assert [run.name for run in store.runs()] == ["bike-2", "car-1", "bike-1"]
        assert [run.name for run in store.runs(scenario="bike", limit=1)] == ["bike-2"]
        assert [run.name for run in store.runs(agreed=True)] == ["car-1"]
        assert [run.name for run in store.runs(agreed=False)] == ["bike-1"]
        assert [(run.name, run.live) for run in store.runs(status="open")] == [("bike-2", True)]
        assert [run.name for run in store.runs(since=store.find("bike-2").started)] == ["bike-2"]
        assert store.find("car-1").summary["terms"] == {"price": 3}
    assert not store.find("bike-2").live


def test_a_reader_follows_a_run_that_goes_on(store, make):
    recording = store.begin(*make.begin())
    store.wait(recording.append([make.say(n, f"{n}") for n in range(1, 1201)]))
    with Store.open(store.path, read_only=True) as reader:
        assert len(list(reader.events("bike-1"))) == 1201
        store.wait(recording.append([make.say(1201, "and on")]))
        newest: list[Any] = list(reader.events("bike-1", after_seq=1200))
        assert [event.text for event in newest] == ["1200", "and on"]


def test_a_run_is_written_by_one_at_a_time_and_resumed_by_the_next(store, make):
    recording = store.begin(*make.begin())
    store.wait(recording.append([make.say(1, "one")]))
    with pytest.raises(Busy, match="'bike-1' is being written"):
        store.resume("bike-1")
    with pytest.raises(Busy, match="'bike-1' is being written"):
        store.remove(["bike-1"])
    recording.close()
    with pytest.raises(WrongUse, match="closed"):
        recording.append([make.say(2, "too late")])
    with store.resume("bike-1") as recording:
        recording.append([make.say(2, "two")])
    assert [message.text for message in store.load("bike-1").state().threads["table"].messages] == ["one", "two"]
    assert store.check() == []


def test_a_store_that_closes_commits_what_has_queued_up_and_leaves_one_tidy_file(tmp_path, make):
    with Store.open(tmp_path / "t.db") as store:
        recording = store.begin(*make.begin())
        recording.append([make.say(n, "x") for n in range(1, 500)])
    with pytest.raises(WrongUse, match="is closed"):
        recording.append([make.say(500, "x")])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.db", "t.db-locks"]
    with Store.open(tmp_path / "t.db") as store:
        assert len(store.load("bike-1").events) == 500
        assert not store.find("bike-1").live


def test_bodies_are_stored_once_and_kept_while_anyone_needs_them(store, make):
    def bodies() -> int:
        with closing(sqlite3.connect(f"file:{store.path}?mode=ro", uri=True)) as reader:
            return reader.execute("SELECT count(*) FROM bodies").fetchone()[0]

    for _ in range(3):
        make.record(store, "x")
    assert bodies() == 2
    other = make.told("x")
    other.bodies.put({"only": "here"})
    store.add(other)
    assert bodies() == 3
    store.remove(["bike-4", "bike-1"])
    assert bodies() == 2
    assert store.load("bike-2").equals(make.told("x"))
    store.remove(["bike-2", "bike-3"])
    assert bodies() == 0 and store.runs() == []


def test_a_deleted_run_leaves_nothing_to_find_and_gives_its_space_back(store, make):
    long = "a word that was said " * 2000
    make.record(store, *([long] * 20), "xylophone")
    make.record(store, "another xylophone")
    store.remove(["bike-1"])
    assert [hit.run for hit in store.search("xylophone")] == ["bike-2"]
    assert store.search("word") == []
    assert store.check() == []
    store.close()
    assert store.path.stat().st_size < 120_000


def test_removal_is_all_or_nothing(store, make):
    make.record(store, "x")
    make.record(store, "y")
    with pytest.raises(NotFound, match="did you mean 'bike-2'"):
        store.remove(["bike-1", "bike-22"])
    assert [run.name for run in store.runs()] == ["bike-2", "bike-1"]
    store.remove(["bike-1"])  # and its lock was given back


def test_what_is_no_transcript_is_not_stored(store, make):
    with pytest.raises(StoreError, match="no event 'started'"):
        store.add(Transcript([make.say(1, "x")]))
    with pytest.raises(StoreError, match="turn 1 is missing"):
        store.add(Transcript([make.begin()[0], make.say(2, "x")], make.begin()[1]))
    assert store.runs() == []
    assert make.record(store, "x") == "bike-1"


def test_what_cannot_be_written_is_refused_where_it_is_said_and_harms_nobody(store, make):
    recording = store.begin(*make.begin())
    for event in (make.say(1, "\ud83d"), make.say(1, "x", act={"kind": "offer", "terms": {"price": float("nan")}})):
        with pytest.raises(WrongUse):
            recording.append([event])
    with pytest.raises(WrongUse, match="not UTF-8"):
        recording.append([], {"x": b"\xff"})
    store.wait(recording.append([make.say(1, "fine")]))
    (said,) = store.events("bike-1", 1)
    assert said == make.say(1, "fine")


def test_opening_for_reading_changes_nothing(tmp_path, make):
    with Store.open(tmp_path / "t.db") as store:
        make.record(store, "x")
    before = (tmp_path / "t.db").read_bytes()
    with Store.open(tmp_path / "t.db", read_only=True) as reader:
        assert reader.load("last").equals(make.told("x"))
        assert reader.search("x") and reader.check() == []
        with pytest.raises(WrongUse, match="open for reading"):
            reader.begin(*make.begin())
    assert (tmp_path / "t.db").read_bytes() == before
    with pytest.raises(StoreError, match="there is no transcript store"):
        Store.open(tmp_path / "other.db", read_only=True)
    assert not (tmp_path / "other.db").exists()


def test_people_can_read_the_file_with_other_tools(store, make):
    make.record(store, "hello")
    with closing(sqlite3.connect(f"file:{store.path}?mode=ro", uri=True)) as reader:
        found = reader.execute("SELECT run, turn, thread, n, seat, act, text FROM messages").fetchall()
    assert found == [("bike-1", 1, "table", 1, "seller", None, "hello")]


def test_a_failed_run_is_listed_as_failed(store, make):
    transcript = make.told("x")
    transcript.events[-1] = Ended(tick=2, status="failed", reason="a fault")
    info = store.add(transcript)
    assert (info.status, info.agreed, info.summary["reason"]) == ("failed", None, "a fault")


def test_rounds_are_counted_as_the_fold_counts_them(tmp_path):
    workspace = Workspace(tmp_path)
    for name in ("used-bike", "campsite", "jury", "prisoners-dilemma", "panel-debate"):
        moot.run(name, seed=1, workspace=workspace)
    moot.fork("used-bike-1", at=7, workspace=workspace)
    with Store.open(workspace.database) as found:
        folded = {run.id: found.load(run.name).state().threads.values() for run in found.runs()}
        most = {run: max(many for thread in each for many in thread.turns.values()) for run, each in folded.items()}
        assert found.rounds(found.runs()) == most and len(most) == 6
