"""Where a run's events come from: a store, also while another process writes there, or a run of this process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import moot
from sandbox.following import Following
from sandbox.tally import tally_of
from tests.transcripts.conftest import begin, say, transcripts
from transcripts import Asking, Bodies, Confided, Event, Forked, Noted, Said, Store, Transcript, Valued, fold
from tui.feed import Feed, Playing, Recorded, checkpoints, collecting


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "transcripts.db") as opened:
        yield opened


class Given(Feed):
    """A feed of events that are given."""

    def __init__(self, transcript: Transcript) -> None:
        super().__init__("given", transcript.bodies)
        self._take(*transcript.events)


@given(st.data())
@settings(deadline=None, max_examples=40)
def test_every_moment_is_the_fold_of_what_there_was(data: st.DataObject) -> None:
    drawn = data.draw(transcripts())
    whole = Transcript(drawn.content(), drawn.bodies)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoints, "EVERY", data.draw(st.integers(1, 9)))
        feed = Given(whole)
        for upto in data.draw(st.permutations(range(1, len(whole.events) + 1))):
            moment = feed.moment(upto)
            assert moment.scene.state == fold(whole.events[:upto], whole.bodies)
            assert list(moment.events) == whole.events[:upto]
            assert moment.now == (upto == len(whole.events))
        assert feed.moment().scene.state == whole.state()


def test_what_was_looked_at_stays_as_it_was_while_the_run_goes_on() -> None:
    started, bodies = begin()
    feed = Given(Transcript([started, say(1, "one"), say(2, "two")], bodies))
    then = feed.moment(2)
    feed._take(say(3, "three"))
    assert [message.text for message in then.scene.state.threads["table"].messages] == ["one"]
    assert len(then.events) == then.upto == 2
    assert [event.kind for event in then.events[-1:]] == ["said"]
    with pytest.raises(IndexError):
        then.events[2]


def test_what_an_offer_was_worth_before_it_was_valued_anew_is_known_of_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "EVERY", 2)
    started, bodies = begin()
    where: dict[str, Any] = {"tick": 1, "turn": 1, "thread": "table", "seat": "seller", "offer": "table:1"}
    anew = [Valued(**where, step=step, worth={"seller": step}) for step in range(1, 6)]
    feed = Given(Transcript([started, say(1, "one"), *anew], bodies))
    seen = [feed.moment(upto).scene.state.worth.get("table:1") for upto in range(2, 8)]
    assert seen == [None, *({"seller": step} for step in range(1, 6))]


def test_a_moment_is_neither_folded_twice_nor_written_out() -> None:
    started, bodies = begin()
    feed = Given(Transcript([started, say(1, "one"), say(2, "two"), say(3, "a word")], bodies))
    assert feed.moment(2) is feed.moment(2) is not feed.moment(3)
    assert feed.moment(2).scene.state.turns == 1
    assert "a word" not in repr(feed.moment())


@given(transcripts())
@settings(deadline=None, max_examples=15)
def test_a_file_in_whatever_order_is_read_as_the_store_means_it(tmp_path_factory: Any, whole: Transcript) -> None:
    with Store.open(tmp_path_factory.mktemp("store") / "transcripts.db") as store:
        name = store.add(whole, "it").name
        feed = Recorded(store, name)
        feed.poll()
        assert feed.moment().scene.state == store.load(name).state()
        assert feed.moment().tally == tally_of(feed.events)


def test_a_run_is_followed_while_somebody_writes_it(store: Store) -> None:
    started, bodies = begin()
    mine = Store.open(store.path, read_only=True)
    with store.begin(started, bodies) as recording:
        store.wait(recording.append([say(1, "one")]))
        feed = Recorded(mine, recording.name)
        assert feed.poll() == 2
        assert (feed.poll(), feed.live, feed.moment().over) == (0, True, False)
        more = Bodies()
        forked = Forked(tick=2, after=1, seed=3, situation=more.put({"title": "Other", "threads": {}}))
        store.wait(recording.append([forked, say(2, "two", tick=2, step=1)], more))
        assert feed.poll() == 2
        assert feed.moment().scene.state.situation["title"] == "Other"
    assert not feed.live
    mine.close()


def test_a_branch_shows_what_it_shares_and_goes_on(store: Store) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    branch = moot.fork(run.name, at=2, seed=8, store=store)
    feed = Recorded(store, branch.name)
    feed.poll()
    assert list(feed.events) == branch.transcript.events
    assert feed.poll() == 0
    origin = feed.moment().scene.origin
    assert origin is not None and origin.name == run.name
    assert feed.moment(3).scene.origin is None


def test_it_goes_back_and_forth_by_turns(store: Store) -> None:
    run = moot.run("used-bike", seed=7, store=store)
    feed = Recorded(store, run.name)
    feed.poll()
    turns = run.state.turns
    seen, upto = [], len(feed.events)
    while upto > 1:
        upto = feed.step(upto, -1)
        seen.append(feed.moment(upto).scene.state.turns)
    assert seen == list(range(turns, -1, -1))  # the run's end is a step of its own
    assert [feed.moment(feed.step(1, by)).scene.state.turns for by in range(1, turns + 1)] == list(range(1, turns + 1))
    assert feed.step(1, 1000) == len(feed.events)
    assert [feed.moment(feed.after_turn(turn)).scene.state.turns for turn in (0, 3, 99)] == [0, 3, turns]


def test_what_follows_a_message_is_part_of_its_turn() -> None:
    started, bodies = begin()
    where: dict[str, Any] = {"tick": 1, "turn": 1, "thread": "table", "seat": "seller"}
    asking = Asking(**{**where, "tick": 2, "turn": 2}, purpose="speak", profile="p", fingerprint="f")
    events: list[Event] = [
        started,
        say(1, "one"),
        Noted(**where, upto=1, note="so"),
        Valued(**where, offer="table:1", worth={}),
    ]
    feed = Given(Transcript([*events, asking, say(2, "two")], bodies))
    assert list(feed.stops) == [1, 4, 6]
    assert [feed.step(upto, by) for upto, by in ((5, 1), (5, -1), (4, -1), (3, -1), (6, -1))] == [6, 4, 1, 1, 4]


def test_a_run_under_way_is_seen_from_another_thread() -> None:
    feed = Playing("run")
    ready = threading.Event()

    def play() -> None:
        def began(name: str, coordinator: Any) -> None:
            feed.bodies.update(coordinator.state.bodies)
            feed.hear("table", "seller", "I ")
            feed.hear("table", "seller", "think")
            ready.set()

        asyncio.run(moot.arun("used-bike", seed=7, record=False, watch=Following(feed.watch), started=began))
        feed.finish()

    with pytest.raises(LookupError, match="nothing of 'run' has arrived"):
        feed.moment()
    thread = threading.Thread(target=play)
    thread.start()
    ready.wait()
    thread.join()
    assert feed.live and not feed.events  # nothing comes but by `poll`
    assert feed.poll() == len(feed.events) > 3
    assert (feed.live, feed.moment().over, dict(feed.partial)) == (False, True, {})


def test_what_streams_in_stays_until_its_message_is_there() -> None:
    started, bodies = begin()
    feed = Playing("run", bodies, before=[started])
    feed.hear("table", "seller", "I ")
    feed.hear("table", "seller", "think")
    assert (feed.poll(), dict(feed.partial)) == (0, {("table", "seller"): "I think"})
    feed.watch(say(1, "I think so."))
    assert (feed.poll(), dict(feed.partial)) == (1, {})


def test_who_is_waited_for_is_known_while_the_run_goes_on() -> None:
    started, bodies = begin()
    asking = Asking(tick=1, turn=1, thread="table", seat="buyer", purpose="speak", profile="p", fingerprint="f")
    feed = Playing("run", bodies, before=[started, asking])
    assert [call.seat for call in feed.waiting] == ["buyer"]
    feed.finish()
    feed.poll()
    assert feed.waiting == []


def test_the_collector_is_on_again_and_forgets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import gc

    started, bodies = begin()
    monkeypatch.setattr(collecting, "MANY", 3)
    feed = Playing("run", bodies)
    before = gc.get_freeze_count()
    for event in (started, say(1, "one"), say(2, "two")):
        feed.watch(event)
    feed.poll()
    assert gc.isenabled() and gc.get_freeze_count() > before
    feed.close()
    assert gc.get_freeze_count() == 0


def test_a_turn_that_nobody_hears_is_a_turn_and_a_word_between_turns_is_none() -> None:
    run = moot.run("public-goods", seed=1, record=False)
    feed = Given(run.transcript)
    turns = [feed.moment(feed.after_turn(turn)).scene.state.turns for turn in range(run.state.turns + 1)]
    assert turns == list(range(run.state.turns + 1))
    assert any(isinstance(event, Confided) for event in feed.events)
    started, bodies = begin()
    word = Said(tick=1, thread="table", seat="moderator", n=1, by="person", text="Welcome.")
    spoken = Given(Transcript([started, word, say(1, "one").model_copy(update={"n": 2})], bodies))
    assert (spoken.after_turn(0), spoken.after_turn(1)) == (1, 3)
