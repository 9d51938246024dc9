"""Search what was said: any text is a question, and nobody finds what they could not hear."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st


@given(words=st.text() | st.text("\"*^:(){}+-\\'\0 aANDORNOTNEAR,"))
@example('"')
@example("NEAR(a b)")
@example("text: x")
@example("\ud83d")
@example("\0")
def test_no_text_is_an_error(long_store, words):
    assert isinstance(long_store.search(words), list)


@given(text=st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=12))
def test_what_was_said_is_found_by_its_words(long_store, make, text):
    name = make.record(long_store, f"before {text} after")
    assert name in {hit.run for hit in long_store.search(f"{text} before", run=name)} or not text.isalnum()
    long_store.remove([name])


def test_all_words_and_whole_phrases(store, make):
    make.record(store, "the red bike is dear", "is the bike red", "nothing of that kind")
    assert [hit.n for hit in store.search("bike red")] == [2, 1]
    assert [hit.n for hit in store.search('"red bike"')] == [1]
    assert [hit.n for hit in store.search('"red bike')] == [1]
    assert [hit.n for hit in store.search("BIKE dear !!")] == [1]
    assert store.search("") == store.search("?!") == store.search("bike tomorrow") == []


def test_a_hit_marks_what_was_found(store, make):
    make.record(store, "x " * 50 + "the Bike, my bike" + " y" * 50)
    (hit,) = store.search("bike")
    assert [hit.snippet[start:end] for start, end in hit.spans] == ["Bike", "bike"]
    assert len(hit.snippet) < len(hit.text)
    assert (hit.run, hit.thread, hit.n, hit.seat, hit.seq) == ("bike-1", "table", 1, "seller", 2)


def test_marks_in_the_text_itself_mark_nothing(store, make):
    make.record(store, "\x02bike\x03 [bike] <b>bike</b>")
    (hit,) = store.search("bike")
    assert hit.snippet == "\x02bike\x03 [bike] <b>bike</b>"
    assert [hit.snippet[start:end] for start, end in hit.spans] == ["bike"] * 3


def test_a_search_within_a_run_a_scenario_and_a_limit(store, make):
    for scenario in ("bike", "bike", "car"):
        make.record(store, "a word", scenario=scenario)
    assert [hit.run for hit in store.search("word")] == ["car-1", "bike-2", "bike-1"]
    assert [hit.run for hit in store.search("word", run="bike-1")] == ["bike-1"]
    assert [hit.run for hit in store.search("word", scenario="bike", limit=1)] == ["bike-2"]


def test_nobody_finds_what_was_said_where_they_were_not(store, make):
    with store.begin(*make.begin()) as recording:
        recording.append([make.say(1, "canary", thread="aside"), make.say(2, "canary at the table", n=1)])
    assert [hit.thread for hit in store.search("canary")] == ["table", "aside"]
    assert [hit.thread for hit in store.search("canary", as_="seller")] == ["table", "aside"]
    (hit,) = store.search("canary", as_="buyer")
    assert hit.thread == "table" and hit.seq is None, "the number would tell how much was said elsewhere"
    assert store.search("canary", as_="nobody") == []


def test_what_was_refused_is_not_found(store, make):
    from transcripts import Refused

    with store.begin(*make.begin()) as recording:
        where: Any = {"tick": 1, "turn": 1, "thread": "table", "seat": "seller"}
        recording.append([Refused(**where, by="rules", reason="no", text="canary")])
    assert store.search("canary") == []
