"""What holds of every diff: nothing differs from itself, it leads from one side to the other, and sides can swap."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcripts import Accept, Bodies, Offer, Said, Seat, Started, Transcript
from transcripts.diff import Diff, Pair, Turn, compare_words, diff, gaps
from transcripts.diff.align import Sides
from transcripts.diff.first import first_spot, spots
from transcripts.diff.origins import differences

SEATS = ("ann", "ben")
MEMBERS = {"table": SEATS, "aside": SEATS}
TEXTS = st.sampled_from(["Yes.", "No.", "", "Go on then.", "What would you say to 200?", "What would you say to 210?"])
ACTS = st.none() | st.sampled_from(
    [Offer(terms={"price": 200}), Offer(terms={"price": 210.5}), Accept(offer="table:1")]
)
TURNS = st.tuples(st.sampled_from(list(MEMBERS)), st.sampled_from(SEATS), TEXTS, ACTS)
TALKS = st.lists(TURNS, max_size=40)


def transcript(talk: list[tuple[str, str, str, Any]]) -> Transcript:
    bodies = Bodies()
    situation = bodies.put({"threads": {name: {"members": list(members)} for name, members in MEMBERS.items()}})
    cast = {seat: Seat(brain={"kind": "rule"}) for seat in SEATS}
    events: list[Any] = [Started(name="bike", seed=1, cast=cast, scenario=bodies.put({}), situation=situation)]
    counts = dict.fromkeys(MEMBERS, 0)
    for number, (thread, seat, text, act) in enumerate(talk, 1):
        counts[thread] += 1
        where: dict[str, Any] = {"tick": number, "turn": number, "thread": thread, "seat": seat, "n": counts[thread]}
        events.append(Said(**where, text=text, act=act))
    return Transcript(events, bodies)


def told(turn: Turn) -> tuple[Any, ...]:
    return turn.key, turn.text


def applied(pair: Pair) -> tuple[Any, ...] | None:
    """Make the right turn of the left one and of what the diff says; None where there is none."""
    if pair.b is None:
        return None
    if pair.a is None:
        return told(pair.b)
    if pair.kind == "equal":
        return told(pair.a)
    words = pair.words()
    assert "".join(each.a for each in words) == pair.a.text
    return pair.b.key, "".join(each.a if each.op == "equal" else each.b for each in words)


def patched(found: Diff) -> dict[str, list[tuple[Any, ...]]]:
    threads = {name: [new for pair in pairs if (new := applied(pair))] for name, pairs in found.threads.items()}
    return {name: turns for name, turns in threads.items() if turns}


def side(found: Diff, number: int) -> dict[str, list[tuple[Any, ...]]]:
    return {name: list(map(told, turns)) for name, turns in found.readings[number].threads.items()}


@given(TALKS)
def test_nothing_differs_from_itself(talk: list[Any]) -> None:
    found = diff(transcript(talk), transcript(talk))
    assert found.same and found.first is None and found.counts["equal"] == len(talk)


@given(data=st.data())
@settings(max_examples=50)
def test_nothing_differs_from_itself_whatever_was_recorded(data: st.DataObject, any_transcript: Any) -> None:
    some = data.draw(any_transcript)
    assert diff(some, some).same


@given(TALKS, TALKS)
@settings(max_examples=200)
def test_a_diff_leads_from_one_side_to_the_other(a: list[Any], b: list[Any]) -> None:
    found = diff(transcript(a), transcript(b))
    assert patched(found) == side(found, 1)
    assert patched(found.mirrored()) == side(found, 0)


@given(TALKS, TALKS)
@settings(max_examples=200)
def test_swapping_the_sides_mirrors_the_diff(a: list[Any], b: list[Any]) -> None:
    one, other = diff(transcript(a), transcript(b)), diff(transcript(b), transcript(a))
    assert one.mirrored().threads == other.threads
    assert other.first == (one.first.mirrored() if one.first else None)


@given(data=st.data())
@settings(max_examples=50)
def test_swapping_mirrors_whatever_was_recorded(data: st.DataObject, any_transcript: Any) -> None:
    a, b = data.draw(any_transcript), data.draw(any_transcript)
    one, other = diff(a, b), diff(b, a)
    assert one.mirrored().threads == other.threads
    assert patched(one) == side(one, 1)
    assert other.first == (one.first.mirrored() if one.first else None)


@given(TALKS, st.randoms(use_true_random=False))
def test_interleaving_alone_is_no_difference(talk: list[Any], draw: Any) -> None:
    left = {name: [turn for turn in talk if turn[0] == name] for name in MEMBERS}
    mixed = []
    while any(left.values()):
        mixed.append(left[draw.choice([name for name in left if left[name]])].pop(0))
    assert diff(transcript(talk), transcript(mixed)).same


@given(TALKS, TALKS)
def test_no_turn_is_matched_across_speakers(a: list[Any], b: list[Any]) -> None:
    pairs = [pair for pairs in diff(transcript(a), transcript(b)).threads.values() for pair in pairs]
    assert all(pair.a.seat == pair.b.seat for pair in pairs if pair.a and pair.b)


@given(TALKS, TALKS, st.sampled_from([(), ("aside",), tuple(MEMBERS)]))
def test_the_first_place_is_the_first_of_all(a: list[Any], b: list[Any], late: Any) -> None:
    threads = diff(transcript(a), transcript(b)).threads
    for beneath in (False, True):
        found = spots(threads, beneath=beneath, late=late)
        assert first_spot(threads, beneath=beneath, late=late) == (found[0] if found else None)


@given(st.integers(1, 4), st.data())
def test_what_is_matched_without_trying_all_else_is_the_best(size: int, data: st.DataObject) -> None:
    alike = data.draw(st.lists(st.floats(0, 1) | st.just(1.0), min_size=size * size, max_size=size * size))
    keys, classes = st.lists(st.integers(0, 9 * size), min_size=size, max_size=size), [0] * size
    sides = Sides(data.draw(keys), data.draw(keys), classes, classes, lambda i, j: alike[i * size + j])
    with pytest.MonkeyPatch.context() as patch:
        found = sorted(gaps.align_window((0, size, 0, size), sides))
        patch.setattr(gaps, "_is_plain", lambda *_: False)
        assert found == sorted(gaps.align_window((0, size, 0, size), sides))


WRITTEN = st.text(st.sampled_from("ab ,.\n"))


@given(st.text() | WRITTEN, st.text() | WRITTEN)
def test_words_joined_are_the_texts(a: str, b: str) -> None:
    words = compare_words(a, b)
    assert ("".join(each.a for each in words), "".join(each.b for each in words)) == (a, b)
    assert all((each.op == "equal") == (each.a == each.b) for each in words)
    assert [(each.b, each.a) for each in words] == [(each.a, each.b) for each in compare_words(b, a)]


@given(st.randoms(use_true_random=False), st.integers(1, 12))
@settings(max_examples=40)
def test_both_hold_of_long_talks_in_which_lines_repeat(draw: Any, texts: int) -> None:
    talks = [[("table", draw.choice(SEATS), f"{draw.randrange(texts)}", None) for _ in range(70)] for _ in "ab"]
    one, other = diff(*map(transcript, talks)), diff(*map(transcript, talks[::-1]))
    assert one.mirrored().threads == other.threads
    assert patched(one) == side(one, 1)


@given(st.sets(st.integers(0, 199), max_size=60))
@settings(max_examples=40)
def test_in_a_long_talk_what_was_not_edited_is_equal(edited: set[int]) -> None:
    talk = [("table", SEATS[n % 2], f"what is said in turn {n}", None) for n in range(200)]
    new = [(*turn[:2], f"{turn[2]}, or not", None) if n in edited else turn for n, turn in enumerate(talk)]
    counts = diff(transcript(talk), transcript(new)).counts
    assert (counts["equal"], counts["changed"]) == (200 - len(edited), len(edited))


@pytest.mark.parametrize("size", [40, 400])
def test_a_long_talk_is_aligned_where_nothing_is_unique(size: int) -> None:
    talk = [("table", SEATS[n % 2], f"again {n % 7}", None) for n in range(size)]
    edited = [*talk[: size // 2], ("table", "ann", "something new", None), *talk[size // 2 :]]
    counts = diff(transcript(talk), transcript(edited)).counts
    assert (counts["equal"], counts["inserted"]) == (size, 1)


@given(*[st.dictionaries(st.text(max_size=2), st.integers(0, 1))] * 2)
def test_what_differs_in_plain_data_is_found_in_one_order_from_both_sides(one: dict[str, int], other: dict[str, int]):
    found = [(change.path, change.a, change.b) for change in differences(one, other)]
    assert found == [(change.path, change.b, change.a) for change in differences(other, one)]
