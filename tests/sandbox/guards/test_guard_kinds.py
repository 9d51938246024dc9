"""What each kind of guard lets pass, and what it says of the rest."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import Reply
from sandbox.guards import End, Fallback, Forfeit, Guards, Person
from sandbox.view import Task
from scenarios import scenario_from_data
from tests.sandbox.guards.held import TABLE, check, read, reason, scene, view
from transcripts import Assign, Leave, Offer, OpenThread, Pass, Report, WalkAway

OFFER = Offer(terms={"price": 200})


def test_a_length_counts_words_and_characters() -> None:
    guard: dict[str, Any] = {"length": {"words": "2..3", "characters": "..12"}}
    assert reason(guard, "Hello there.") is None
    assert reason(guard, "No.") == "it has 1 word, and must have 2 or more"
    assert reason(guard, "One two three four") == "it has 4 words, and may have 3 at most"
    assert reason(guard, "Unmistakeably so") == "it has 16 characters, and may have 12 at most"


@given(st.text(max_size=60), st.integers(0, 9), st.integers(0, 9))
def test_a_length_lets_pass_exactly_what_is_in_its_range(text: str, least: int, more: int) -> None:
    within = least <= len(text.split()) <= least + more
    assert (check({"length": {"words": f"{least}..{least + more}"}}, text) is None) is within


def test_nothing_is_hidden_from_a_guard_in_what_an_act_says() -> None:
    forbidden = {"pattern": {"forbid": "secret"}}
    for act in (
        Report(result="a secret"),
        Assign(to="buyer", task="the secret"),
        OpenThread(invite=[], about="secret"),
    ):
        assert reason(forbidden, Reply("Here you are.", act)) == "it must not say 'secret'"
        assert reason({"length": {"words": "..3"}}, Reply("One two three", act)) is not None


def test_a_message_that_is_still_to_come_need_not_be_there_yet() -> None:
    opening = Reply(act=OpenThread(invite=["buyer"], about="a word"))
    demands: list[Any] = [
        {"length": {"words": "5.."}},
        {"pattern": {"match": "please"}},
        {"act": "offer"},
        {"schema": {}},
    ]
    for guard in demands:
        assert reason(guard, opening) is None


def test_a_pattern_quotes_only_what_the_author_said() -> None:
    guard = {"pattern": {"forbid": "(?i)as an ai|180|the cousin.s price"}}
    assert reason(guard, "Well, As an AI I cannot say.") == "it must not say 'As an AI'"
    assert reason(guard, "I am only a seller.") is None


def test_a_pattern_that_must_match_is_told() -> None:
    guard = {"pattern": {"match": r"^\[(YES|NO)\]"}}
    assert reason(guard, "[YES] I do.") is None
    assert reason(guard, "I do.") == r"it must match the pattern ^\[(YES|NO)\]"


def test_several_patterns_hold_each_by_itself() -> None:
    guard = {"pattern": {"match": ["a", "b"], "forbid": ["c", "d"]}}
    assert [reason(guard, text) is None for text in ("ab", "a", "b", "abc", "abd")] == [
        True,
        False,
        False,
        False,
        False,
    ]


@given(st.text(alphabet="ab c1é😀\n", max_size=30), st.sampled_from(["a+b", "^a", "1$", r"\bab\b", "é.", "[^a]c"]))
def test_a_quote_is_of_the_text_and_matches(text: str, pattern: str) -> None:
    from sandbox.guards.expressions import Expression

    expression = Expression(pattern, ())
    if expression.matches(text) and (piece := expression.quote(text)) is not None:
        assert piece in text
        assert expression.matches(piece)


def test_an_act_must_be_one_of_these() -> None:
    guard = {"act": ["offer", "walk away"]}
    assert reason(guard, Reply("200?", OFFER)) is None
    assert reason(guard, Reply("", WalkAway())) is None
    assert reason(guard, Reply("", Pass())) == reason(guard, "Hm.") == "it must come with an act: offer or walk away"


PRICES: dict[str, Any] = {
    "type": "object",
    "properties": {"price": {"type": "integer", "minimum": 100, "multipleOf": 10}, "why": {"enum": ["need", "wish"]}},
    "required": ["price"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ('{"price": 200, "why": "need"}', None),
        ('  {"price": 2e2}\n', None),
        ("200", "the whole must be object, and is 200"),
        ("{}", 'the whole lacks the key "price"'),
        ('{"price": 205}', "price must be a multiple of 10, and is 205"),
        ('{"price": 90}', "price must be 100 or more, and is 90"),
        ('{"price": true}', "price must be integer, and is true"),
        ('{"price": 200, "why": "no"}', 'why must be one of "need", "wish", and is "no"'),
        ('{"price": 200, "prise": 1}', 'the whole may not have the key "prise"'),
        ('{"price": 1, "price": 2}', 'it must be JSON and nothing else: the key "price" is given twice'),
        ("Here: {}", "it must be JSON and nothing else: Expecting value in line 1, column 1"),
        ('{"price": NaN}', "it must be JSON and nothing else: NaN is no number"),
        ('{"price": 1e999}', "it must be JSON and nothing else: a number is too large"),
    ],
)
def test_a_schema_says_where_and_what_would_be_right(said: str, wrong: str | None) -> None:
    assert reason({"schema": PRICES}, said) == wrong


@pytest.mark.parametrize(
    ("schema", "fits", "fails"),
    [
        ({"type": ["string", "null"]}, ['"a"', "null"], ["1", "[]"]),
        ({"const": 1}, ["1", "1.0"], ["true", '"1"']),
        ({"minLength": 2, "maxLength": 3, "pattern": "^a"}, ['"ab"', "7"], ['"a"', '"abcd"', '"ba"']),
        ({"exclusiveMinimum": 0, "exclusiveMaximum": 1}, ["0.5"], ["0", "1"]),
        ({"multipleOf": 0.1}, ["0.3", "7"], ["0.35"]),
        ({"items": {"type": "number"}, "minItems": 1, "maxItems": 2}, ["[1]", "[1, 2]"], ["[]", "[1,2,3]", '["a"]']),
        ({"prefixItems": [{"type": "string"}], "items": False}, ['["a"]', "[]"], ['["a", 1]', "[1]"]),
        ({"uniqueItems": True}, ["[1, true, [1]]"], ["[1, 1.0]", '[{"a":1,"b":2},{"b":2,"a":1}]']),
        ({"anyOf": [{"type": "string"}, {"minimum": 5}]}, ['"a"', "6"], ["4"]),
        ({"oneOf": [{"type": "number"}, {"minimum": 5}]}, ["4"], ["6"]),
        ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, ["1"], ["0", "3"]),
        ({"not": {"type": "null"}}, ["1"], ["null"]),
        ({"$defs": {"n": {"type": "number"}}, "items": {"$ref": "#/$defs/n"}}, ["[1]"], ['["a"]']),
        ({"properties": {"a": {"$ref": "#"}}, "required": ["b"]}, ['{"b":1,"a":{"b":2}}'], ['{"b":1,"a":{}}']),
        (
            {"additionalProperties": {"type": "number"}, "maxProperties": 1},
            ['{"a": 1}'],
            ['{"a": ""}', '{"a":1,"b":2}'],
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_what_a_schema_says_is_held_to(schema: Any, fits: list[str], fails: list[str]) -> None:
    assert [text for text in fits if reason({"schema": schema}, text)] == []
    assert [text for text in fails if reason({"schema": schema}, text) is None] == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_a_constant_is_itself_and_nothing_else(one: Any, other: Any) -> None:
    from sandbox.guards.fit import Schema

    assert Schema({"const": one}, ()).fault(json.loads(json.dumps(one))) is None
    assert Schema({"not": {"const": one}}, ()).fault(one) is not None
    both = Schema({"enum": [one]}, ()).fault(other), Schema({"enum": [other]}, ()).fault(one)
    assert (both[0] is None) is (both[1] is None)


def test_a_report_that_says_nothing_beside_is_held_to_the_schema() -> None:
    assert reason({"schema": PRICES}, Reply("", Report(result='{"price": 200}'))) is None
    assert reason({"schema": PRICES}, Reply("", Report(result="200"))) == "the whole must be object, and is 200"


def test_a_guard_watches_the_seats_threads_and_turns_that_it_names() -> None:
    guard = {"length": {"words": "..1"}, "of": "buyer", "in": "aside", "tasks": ["vote"]}
    guards = read(situation := scene(guard))
    assert [guards.watch(seat) for seat in ("seller", "buyer")] == [False, True]

    def stopped(seat: str, thread: str, task: Any) -> bool:
        said = view(situation, seat, thread, task=Task(task))
        return asyncio.run(guards.check(said, Reply("One two."))) is not None

    cases = [
        (seat, there, task) for seat in ("seller", "buyer") for there in ("table", "aside") for task in ("talk", "vote")
    ]
    assert [case for case in cases if stopped(*case)] == [("buyer", "aside", "vote")]


def test_a_secret_vote_says_nothing_and_is_not_held_to_a_length() -> None:
    assert check({"length": {"words": "1.."}}, Reply("", None), task=Task("vote")) is None
    assert check({"length": {"words": "1.."}}, Reply("", None), task=Task("talk")) is not None


def test_the_first_guard_that_fails_is_named_and_a_seats_own_come_last() -> None:
    short, long = {"length": {"words": "..1"}}, {"length": {"words": "3.."}, "name": "long"}
    guards = read(situation := scene(short, {**short, "of": "buyer"}, own=[short, long]))
    assert guards.names == {"seller": ["length", "length-2", "long"], "buyer": ["length", "length-2"]}
    names = [
        stopped.guard if (stopped := asyncio.run(guards.check(view(situation), Reply(said)))) else None
        for said in ("One two.", "One.", "")
    ]
    assert names == ["length", "long", "long"]


def test_reason_is_told_in_place_of_the_guards_own_words() -> None:
    guard = {"pattern": {"forbid": "(?i)as an ai"}, "name": "no-ai-talk", "reason": "Stay in character."}
    assert check(guard, "As an AI, no.") == ("no-ai-talk", "Stay in character.", None)


def test_what_is_done_in_the_end() -> None:
    then = [{"fallback": "conceder"}, "person", "end"]
    guards = read(scene({"act": "offer", "tries": 5, "then": then}, {"act": "accept"}))
    conceder = {"kind": "rule", "tactic": "conceder"}
    assert guards.escalation("seller", "act") == (5, (Fallback(conceder), Person(), End()))
    assert guards.escalation("buyer", "act-2") == (2, (Forfeit(),))
    assert read(scene({"act": "offer", "then": "person"})).escalation("seller", "act").then == (Person(), Forfeit())


def test_a_scenario_without_guards_lets_everything_pass() -> None:
    guards = read(situation := scene())
    assert asyncio.run(guards.check(view(situation), Reply("Anything.", Leave()))) is None
    assert asyncio.run(Guards().check(view(situation), Reply("Anything."))) is None


def test_a_pattern_repeats_so_often_and_refers_to_parameters() -> None:
    data = {
        **TABLE,
        "parameters": {"word": "deal"},
        "guards": [{"pattern": {"forbid": "{word}|[0-9]{3,}|a{2}|b{{2}}"}}],
    }
    guards = scenario_from_data(data, "scene").resolve(0).guards
    assert guards == [{"pattern": {"forbid": "deal|[0-9]{3,}|a{2}|b{2}"}}]
