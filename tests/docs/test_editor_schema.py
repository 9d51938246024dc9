"""What editors are told of scenario files: all that is shipped or documented fits, and mistakes do not."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from personas import parse_document
from sandbox.guards import guard_json_schema
from sandbox.guards.fit import Schema
from scenarios import list_scenarios, load_scenario, scenario_json_schema
from scenarios.speaking import POLICIES
from tests.docs.test_docs import PAGES, SCENARIO, Block, blocks_of

GOOD = """\
title: A council
choices: {verdict: [yes, no], trust: 1..7, who: seats, give: {from: 0, to: 5}}
participants: {ann: {}, ben: {}, cem: {count: 3}, dee: {team: {spokesperson: lead, members: {lead: {}, aide: {}}}}}
threads:
  hall: {members: all, speakers: {shuffled: {no_repeat: true, not_last: ann}}}
  aside: {open_by: any, size: 2..3, most: 1, budget: {messages: 6, of: own}, binds: members}
phases:
  - {thread: hall, rounds: 3}
  - {secret: give, of: all, reveal: total}
  - {ballot: verdict, of: all, pass: majority, hung: 3}
repeat: {times: 10}
ask: {when: [before, every 4 rounds], whom: all, items: {mood: [good, bad], trust: 1..7}}
events: [{at: round 3, to: all, say: A bell rings.}]
guards:
  - {length: {words: 1..80}, of: [ann], tries: 2, then: [fallback: conceder, person, forfeit]}
  - {pattern: {forbid: "(?i)as an ai"}, in: [hall], name: no-talk, in_doubt: pass}
  - {act: [walk away, offer], tasks: [talk]}
  - {model: {question: Polite?, pass: [yes]}}
end: {ballot: verdict, all: [{silence: 4}, {turns: 20}]}
"""
MISTAKES = [
    ("verdict: [yes, no]", "verdict: []"),
    ("trust: 1..7, who", "trust: 1-7, who"),
    ("who: seats", "who: all"),
    ("give: {from: 0, to: 5}", "give: {divide: 5}"),
    ("count: 3", "count: many"),
    ("spokesperson: lead, ", ""),
    ("members: {lead: {}, aide: {}}", "scenario: used-bike, members: {lead: {}}"),
    ("shuffled: {no_repeat: true, not_last: ann}", "shufled: {}"),
    ("no_repeat: true", "no_repeat: often"),
    ("{shuffled: {no_repeat: true, not_last: ann}}", "graph"),
    ("{shuffled: {no_repeat: true, not_last: ann}}", "{moderator: {fallback: bids, seat: ann}}"),
    ("{shuffled: {no_repeat: true, not_last: ann}}", "{random: {}, bids: {}}"),
    ("size: 2..3", "size: 2-3"),
    ("of: own", "of: mine"),
    ("binds: members", "binds: some"),
    ("{thread: hall, rounds: 3}", "{rounds: 3}"),
    ("rounds: 3", "rounds: three"),
    ("reveal: total", "reveal: sum"),
    ("pass: majority", "pass: half"),
    ("times: 10", "most: 10"),
    ("every 4 rounds", "every fourth round"),
    ("mood: [good, bad]", "mood: good"),
    ("at: round 3", "at: three"),
    ("say: A bell rings.", "says: A bell rings."),
    ("length: {words: 1..80}, of", "of"),
    ("{words: 1..80}", "{words: 80}"),
    ("{words: 1..80}", "{lines: 1..80}"),
    ("tries: 2", "tries: 99"),
    ("person, forfeit", "nobody"),
    ("forbid:", "forbit:"),
    ("in_doubt: pass", "in_doubt: perhaps"),
    ("act: [walk away", "act: [run away"),
    ("tasks: [talk]", "tasks: [sing]"),
    ("question: Polite?, ", ""),
    ("silence: 4", "silent: 4"),
]


@cache
def schema() -> Schema:
    return Schema(json.loads(json.dumps(scenario_json_schema(guard_json_schema()))), ())


def fault(data: Any) -> str | None:
    return schema().fault(json.loads(json.dumps(data)))


def examples() -> list[Block]:
    found = [block for page in PAGES for block in blocks_of(page)]
    return [block for block in found if block.info == ["yaml", "scenario"] or str(block.file).startswith("scenarios/")]


@pytest.mark.parametrize("name", sorted(list_scenarios()))
def test_every_shipped_scenario_fits(name: str) -> None:
    assert fault(load_scenario(name).data) is None


@pytest.mark.parametrize("block", examples(), ids=lambda block: block.where)
def test_every_example_of_the_docs_fits(block: Block) -> None:
    data = parse_document(block.body, block.where).data
    assert "mistaken" in str(block.file) or fault({**SCENARIO, **data} if block.file is None else data) is None


@pytest.mark.parametrize(("good", "bad"), MISTAKES, ids=[bad for _, bad in MISTAKES])
def test_a_mistake_does_not_fit(good: str, bad: str) -> None:
    assert good in GOOD
    assert fault(parse_document(GOOD, "council.yaml").data) is None
    assert fault(parse_document(GOOD.replace(good, bad, 1), "council.yaml").data) is not None


def test_every_speaker_policy_can_be_named() -> None:
    data = parse_document(GOOD, "council.yaml").data
    told = {"graph": {"ann": ["ben"], "ben": "ann"}, "moderator": "ann"}
    for kind in POLICIES:
        written = {kind: told[kind]} if kind in told else kind
        assert fault({**data, "threads": {"hall": {"speakers": written}}}) is None


def test_a_reference_may_stand_wherever_it_is_filled_in() -> None:
    text = GOOD.replace("rounds: 3", 'rounds: "{long}"').replace("no_repeat: true", 'no_repeat: "{strict}"')
    text = (
        text.replace("at: round 3", "at: 'round {late}'")
        .replace("majority", '"{needed}"')
        .replace("times: 10", "times: {n}")
    )
    assert fault(parse_document(text, "council.yaml").data) is None
