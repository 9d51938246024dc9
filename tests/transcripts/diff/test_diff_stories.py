"""What a diff says of two transcripts, told by hand."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from moot_errors import WrongUse
from transcripts import Accept, Forfeited, Offer, Transcript
from transcripts.diff import Rules, compare_words, diff

Make = SimpleNamespace


def told(make: Make, *texts: str, **more: object) -> Transcript:
    transcript: Transcript = make.told(*texts, **more)
    return transcript


def kinds(a: Transcript, b: Transcript, **options: object) -> list[str]:
    return [pair.kind for pair in diff(a, b, rules=Rules(**options)).threads["table"]]  # type: ignore[arg-type]  # a test's


def test_turns_are_changed_inserted_and_missing(make: Make) -> None:
    a = told(make, "Hello.", "The price is 350.", "Well?", "Goodbye.")
    b = told(make, "Hello.", "The price is 320.", "Goodbye.", "And thank you.")
    assert kinds(a, b) == ["equal", "changed", "missing", "equal", "inserted"]


def test_a_turn_that_stands_elsewhere_was_moved(make: Make) -> None:
    a = told(make, "I begin with this.", "One.", "Two.", "Three.")
    b = told(make, "One.", "Two.", "Three.", "I begin with this.")
    found = diff(a, b)
    assert found.counts["moved"] == 1 and found.counts["equal"] == 3
    moved = [pair for pair in found.threads["table"] if pair.kind == "moved"]
    assert {pair.turn for pair in moved} == {pair.other for pair in moved}


def test_words_are_compared_inside_a_turn() -> None:
    words = compare_words("The price is 350 today.", "The price is 320, today.")
    assert [(each.a, each.b) for each in words if each.op == "replace"] == [("350", "320,")]


def test_an_offer_is_known_by_its_terms_and_not_by_its_number(make: Make) -> None:
    begin, say = make.begin, make.say
    offer = Offer(terms={"price": 200})
    started, bodies = begin()
    late = Transcript(
        [started, say(1, "Hello."), say(2, "", act=offer), say(3, "", seat="buyer", act=Accept(offer="table:2"))],
        bodies,
    )
    early = Transcript([started, say(1, "", act=offer), say(2, "", seat="buyer", act=Accept(offer="table:1"))], bodies)
    assert kinds(late, early) == ["missing", "equal", "equal"]


def test_terms_that_changed_are_named(make: Make) -> None:
    started, bodies = make.begin()
    a, b = (
        Transcript([started, make.say(1, "", act=Offer(terms={"price": price, "pickup": "today"}))], bodies)
        for price in (200, 210)
    )
    (pair,) = diff(a, b).threads["table"]
    assert pair.terms() == {"price": (200, 210)} and pair.changes == ("act",)


def test_a_lost_turn_is_not_a_changed_one(make: Make) -> None:
    started, bodies = make.begin()
    lost = Forfeited(tick=1, turn=1, thread="table", seat="seller", fault="timeout", reason="too late")
    found = diff(Transcript([started, make.say(1, "Hello.")], bodies), Transcript([started, lost], bodies))
    assert [pair.kind for pair in found.threads["table"]] == ["missing", "inserted"]
    assert found.first is not None and found.first.cause.kind == "fault"


@pytest.mark.parametrize(
    ("rules", "same"),
    [({}, False), ({"spaces": True}, False), ({"spaces": True, "redact": (r"\d+ €",)}, True), ({"prose": False}, True)],
)
def test_rules_are_named_and_hold(make: Make, rules: dict[str, object], same: bool) -> None:
    chosen = Rules(**rules)  # type: ignore[arg-type]  # a test's
    found = diff(told(make, "It is  200 €."), told(make, "It is 210 €."), rules=chosen)
    assert found.same == same
    assert all(any(name in line for line in found.normalised) for name in rules)


def test_a_pattern_that_is_none_is_said(make: Make) -> None:
    with pytest.raises(WrongUse, match="no regular expression"):
        diff(told(make, "a"), told(make, "b"), rules=Rules(redact=("(",)))


def test_different_scenarios_are_said_first_and_compared_all_the_same(make: Make) -> None:
    found = diff(told(make, "Hello.", scenario="bike"), told(make, "Hello.", scenario="car"))
    assert found.scenarios == ("bike", "car") and found.counts["equal"] == 1


def test_one_that_breaks_off_is_said(make: Make) -> None:
    whole = told(make, "One.", "Two.", "Three.")
    cut = Transcript(whole.events[:3], whole.bodies)
    first = diff(whole, cut).first
    assert first is not None and (first.at, first.cause.kind, first.cause.b) == ("heard", "end", "not over")
    assert first.b is None and first.a is not None and first.a.text == "Three."


def test_only_the_end_may_differ(make: Make) -> None:
    whole = told(make, "One.")
    ended = whole.events[-1].model_copy(update={"agreed": True})
    found = diff(whole, Transcript([*whole.events[:-1], ended], whole.bodies))
    assert not found.same and found.first is not None and found.first.at == "end"
    assert [change.path for change in found.end] == ["agreed"]
