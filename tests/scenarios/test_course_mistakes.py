"""What cannot be meant in a scenario's course is told at its place, with the value and what would be right."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from moot_errors import DocumentError
from personas import parse_document
from scenarios import ScenarioSource, load_scenario

GOOD = """\
title: A council
choices:
  verdict: [guilty, not guilty]
  who: seats
issues:
  price: {from: 0, to: 10}
participants:
  ann: {prefers: {price: 1}}
  ben: {prefers: {price: 2}}
  cem: {prefers: {price: 3}}
groups:
  old: [ann, ben]
knows:
  ann: [ben.role]
threads:
  hall: {members: all, speakers: round robin}
  aside: {open_by: any, size: 2..3, budget: {messages: 6}}
opening: {seat: ann, act: {offer: {price: 3}}}
phases:
  - {thread: hall, rounds: 3}
  - {ballot: verdict, of: old, pass: 2, hung: 3}
repeat: {times: 2}
final: {proposer: ann, decide: votes}
ask: {when: [before, every 2 rounds], whom: all, items: {mood: [good, bad], trust: 1..7}}
events: [{at: round 2, to: [cem], say: A bell rings.}]
end: {agreement: {quorum: 2, veto: ann}}
"""

MISTAKES: list[tuple[str, str, str, str, str]] = [
    ("old: [ann, ben]", "old: [ann, bert]", "12:14", "'bert'", "ann, ben, cem"),
    ("old: [ann", "cem: [ann", "12:3", "'cem' is a participant and a group", "rename one"),
    ("[ben.role]", "[ben.rolle]", "14:9", "'rolle'", "ben.role"),
    ("[ben.role]", "[bob.role]", "14:9", "'bob'", "ann, ben, cem"),
    ("speakers: round robin", "speakers: robin", "16:34", "'robin'", "round robin"),
    ("speakers: round robin", "speakers: {random: {weights: {dee: 2}}}", "16:", "'dee'", "ann, ben, cem"),
    ("speakers: round robin", "speakers: {random: {weight: 2}}", "16:", "'weight'", "'weights'"),
    ("speakers: round robin", "speakers: {graph: {ann: [ben], ben: [cem]}}", "16:", "no way out of 'cem'", ""),
    ("speakers: round robin", "speakers: {graph: {ann: [ben], ben: [ann], cem: [ann]}}", "16:", "no way to 'cem'", ""),
    ("speakers: round robin", "speakers: {moderator: dee}", "16:", "'dee'", "ann, ben, cem"),
    ("speakers: round robin", "speakers: {model: {fallback: bids}}", "16:", "'bids'", "round robin"),
    ("open_by: any", "open_by: [dee]", "17:", "'dee'", "ann, ben, cem"),
    ("size: 2..3", "size: 1..3", "17:31", "'1..3'", "2..3"),
    ("size: 2..3", "size: 9", "17:31", "9 members are needed", ""),
    ("price: 3}}}", "price: 30}}}", "18:35", "30 is outside", ""),
    ("offer: {price: 3}", "accept: last", "18:27", "an opening is an offer", "offer"),
    ("thread: hall", "thread: hal", "20:14", "'hal'", "'hall'"),
    ("{thread: hall, rounds: 3}", "{thread: hall}", "20:5", "nobody can finish this phase", "rounds: 3"),
    ("{thread: hall, rounds: 3}", "{rounds: 3}", "20:5", "talk, a choice or a ballot", "thread:"),
    ("ballot: verdict", "ballot: verdickt", "21:14", "'verdickt'", "'verdict'"),
    ("of: old", "of: []", "21:27", "nobody is in it", ""),
    ("pass: 2", "pass: 3", "21:38", "3 votes are needed, and 2 vote", "lower it"),
    ("hung: 3", "removes: true", "21:50", "'verdict' does not choose among seats", "seats"),
    ("{times: 2}", "{}", "22:9", "how often", "times: 10"),
    ("proposer: ann", "proposer: dan", "23:19", "'dan'", "'ann'"),
    ("every 2 rounds", "every round", "24:", "'every round'", "every 4 rounds"),
    ("trust: 1..7", "trust: 7..1", "24:", "the range of 'trust' is empty", "exchange"),
    ("at: round 2", "at: tomorrow", "25:15", "'tomorrow'", "round 3"),
    ("to: [cem]", "to: [dee]", "25:", "'dee'", "cem"),
    ("veto: ann", "veto: dan", "26:36", "'dan'", "'ann'"),
    ("quorum: 2", "quorum: 4", "26:27", "4 must agree, and there are 3", "lower it"),
    ("end: {", "end: {ballot: verdct, ", "26:15", "'verdct'", "'verdict'"),
    ("end: {", "end: {ballot: who, ", "26:15", "'who'", "verdict"),
    ("end: {", "end: {phrase: '', ", "26:15", "nothing is a phrase", "what is to be said"),
    ("end: {", "end: {when: 1 / old > 0, ", "26:", "division by zero", ""),
    ("end: {", "end: {all: [{agreement: all}], ", "26:14", "'agreement' does not go together", "end itself"),
    ("end: {", "end: {all: [{all: [{rounds: 1}]}], ", "26:14", "'all' does not go together", "end itself"),
    ("end: {", "end: {all: [{}], ", "26:13", "this condition is none", "rounds: 3"),
    ("messages: 6", "of: shared", "17:45", "this budget limits nothing", "turns: 6"),
    ("open_by: any", "members: [ann, ben], open_by: cem", "17:", "'cem' may open it, and is not among", ""),
    ("ann: {prefers: {price: 1}}", "ann: {prefers: {price: 1}, never: price > 2}", "18:35", "'never' forbids it", ""),
    ("speakers: round robin", "offers_by: ben", "18:17", "'ann' may make no offers in 'hall'", "offers_by"),
    ("ann: {prefers: {price: 1}}", "ann: {waits_for: hal}", "8:20", "'hal'", "'hall'"),
    ("ann: {prefers: {price: 1}}", "ann: {waits_for: hall}", "8:20", "waits for itself", ""),
    (
        "ann: {prefers: {price: 1}}",
        "old: {count: 2}\n  ann: {}",
        "13:3",
        "'old' is a participant and a group",
        "rename",
    ),
    ("end: {", "end: {report: benn, ", "26:15", "'benn'", "'ben'"),
    ("end: {", "end: {when: old == 0 and odl > 1, ", "26:", "'odl'", "'old'"),
    ("ben: {prefers: {price: 2}}", "ben: {prefers: {price: 2}, party: false}", "9:", "'ben' is no party", ""),
    ("ann: {prefers: {price: 1}}", "ann: {party: false}", "26:36", "'ann' has a veto and is no party", "ben, cem"),
    (
        "  price: {from: 0, to: 10}",
        "  price: {from: 0, to: 10}\n  Price: [a]",
        "7:3",
        "reads like 'price'",
        "rename one",
    ),
    ("  price: {from: 0, to: 10}", "  price: {from: 0, to: 10}\n  Ä: [a]", "7:3", "'Ä' does not work", "letters"),
    ("old: [ann, ben]", "old: []", "12:8", "'old' is empty", "name its seats"),
    ("members: all, speakers", "members: all, size: 2, speakers", "16:24", "'size' says nothing", "open_by"),
    ("hall: {members: all,", "hall: {members: all, budget: {turns: 9, of: shared},", "16:43", "and this is none", ""),
    ("{thread: hall, rounds: 3}", "{thread: hall, rounds: 3, pass: 2}", "20:31", "'pass' says nothing of talk", ""),
    ("hung: 3", "rounds: 3", "21:41", "'rounds' says nothing of a ballot", "take it out"),
    ("hung: 3", "unless: who", "21:41", "a ballot that removes nobody", "take it out"),
    ("ballot: verdict, of: old, pass: 2, hung: 3", "secret: verdict, hung: 3", "21:", "nothing of a choice", ""),
    ("hung: 3", "veto: cem", "21:47", "'cem' has a veto and no vote", "ann, ben vote"),
    ("[before, every 2 rounds]", "[]", "24:13", "this is never asked", "before"),
    ("whom: all", "whom: []", "24:", "nobody is asked", "all"),
    ("at: round 2", "at: phase 3", "25:15", "'phase 3' never comes", "there are 2"),
    ("at: round 2", "at: repeat 3", "25:15", "'repeat 3' never comes", "there are 2"),
    ("at: round 2", "at: round 0", "25:15", "'round 0' never comes", "the first is round 1"),
    ("end: {agreement: {quorum: 2, veto: ann}}", "end: {rounds: 1}", "25:15", "'round 2' never comes", "there are 1"),
    ("ann: {prefers: {price: 1}}", "ann: {count: 0}", "8:16", "from 1 to 100", ""),
    ("ann: {prefers: {price: 1}}", "ann: {team: {members: {lead: {}}, spokesperson: led}}", "8:", "'led'", "lead"),
    ("  ann: {prefers: {price: 1}}", "  b: {count: 2}\n  b_1: {}", "9:3", "two seats are called 'b_1'", "rename"),
    ("  ben: {prefers: {price: 2}}", "  ann: {prefers: {price: 2}}", "9:3", "'ann'", ""),
]


def resolve(text: str) -> Any:
    return ScenarioSource("council", parse_document(text, "council.yaml")).resolve(1)


def test_threads_whose_members_wait_for_each_other_are_told():
    rooms = "  up: {members: [ann, ben]}\n  down: {members: [ann, ben]}\n"
    waiting = GOOD.replace("{price: 1}}", "{price: 1}, waits_for: up}").replace(
        "{price: 2}}", "{price: 2}, waits_for: down}"
    )
    with pytest.raises(DocumentError, match="nobody could begin"):
        resolve(waiting.replace("threads:\n", f"threads:\n{rooms}"))


TEAM = """\
title: t
participants: {x: {team: {scenario: NAME, spokesperson: x}}, y: {}}
threads: {t: {}}
end: {rounds: 1}
"""


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"a": "a"}, "'a' is a team inside of 'a'"),
        ({"a": "b", "b": "a"}, "'a' is a team inside of 'a'"),
        ({"a": "../b"}, "there is no scenario '../b'"),
    ],
)
def test_a_team_that_is_made_of_itself_or_of_a_path_is_told(tmp_path: Path, files: dict[str, str], says: str):
    for name, team in files.items():
        (tmp_path / f"{name}.yaml").write_text(TEAM.replace("NAME", team))
    with pytest.raises(DocumentError, match=re.escape(says)) as raised:
        load_scenario(tmp_path / "a.yaml").resolve(0)
    assert ":2:" in str(raised.value.place)


def test_a_delegation_can_be_a_scenario_that_has_delegations_itself(tmp_path: Path):
    text = TEAM.replace("NAME", "two-delegations").replace("spokesperson: x", "spokesperson: school")
    (tmp_path / "a.yaml").write_text(text)
    situation = load_scenario(tmp_path / "a.yaml").resolve(0)
    assert situation.threads["x_team"].members[:3] == ["x", "x_school_teacher", "x_school_treasurer"]
    assert {seat: each.waits_for for seat, each in situation.participants.items() if each.waits_for} == {"x": "x_team"}


def test_payoffs_that_change_are_tried_for_each_repetition():
    with pytest.raises(DocumentError, match="division by zero"):
        resolve(GAME.replace("5 - own.give", "5 / (3 - repeat)", 1).replace("end:", "repeat: {times: 3}\nend:"))


def test_the_good_one_is_good():
    assert resolve(GOOD).seats == ("ann", "ben", "cem")


@pytest.mark.parametrize(
    ("good", "bad", "where", "value", "remedy"), MISTAKES, ids=[bad[:60] for _, bad, *_ in MISTAKES]
)
def test_a_mistake_is_told_at_its_place(good: str, bad: str, where: str, value: str, remedy: str):
    assert good in GOOD
    with pytest.raises(DocumentError) as raised:
        resolve(GOOD.replace(good, bad, 1))
    error = raised.value
    assert str(error.place).startswith(f"council.yaml:{where}"), f"{error.place}: {error}"
    assert value in str(error) and remedy in f"{error.message} {error.remedy or ''}", str(error)


GAME = """\
title: A game
choices: {give: {from: 0, to: 5}}
participants:
  ann: {payoff: 5 - own.give}
  ben: {payoff: 5 - own.give}
threads: {hall: {}}
phases: [{secret: give}]
end: {}
"""


@pytest.mark.parametrize(
    ("bad", "value", "remedy"),
    [
        ("5 - cem.give", "cem.give", "ben.give"),
        ("5 - own.gift", "own.gift", "own.give"),
        ("5 / own.give", "division by zero", ""),
        ("own.give == 2", "a number is expected", "write 1 if"),
    ],
)
def test_arithmetic_that_names_a_seat_that_is_not_there_or_fails_for_some_choice_is_told(
    bad: str, value: str, remedy: str
):
    with pytest.raises(DocumentError) as raised:
        resolve(GAME.replace("5 - own.give", bad, 1))
    assert str(raised.value.place).startswith("council.yaml:4:") and value in str(raised.value)
    assert remedy in str(raised.value.remedy or "")
