"""What rule and script brains do when they are asked for something else than talk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import moot
from sandbox import View
from sandbox.brains import KINDS, BrainError
from sandbox.brains.agreeing import enough_in
from sandbox.brains.naming import named_in
from sandbox.view import Task, known_by
from scenarios import Draws, NumberIssue, OptionIssue, load_scenario, scenario_from_data
from transcripts import (
    Accept,
    Act,
    Answer,
    Assign,
    Bid,
    Choosing,
    HandOver,
    Leave,
    Message,
    Move,
    Offer,
    OpenThread,
    Pass,
    Report,
    Revealed,
    Standing,
    Tallied,
    Thread,
    Vote,
)

RULE = {"kind": "rule", "tactic": "linear"}
DILEMMA = "(3 if other.play == cooperate else 0) if own.play == cooperate else (5 if other.play == cooperate else 1)"
HUNT = "(10 if other.play == cooperate else 1) if own.play == cooperate else (8 if other.play == cooperate else 5)"
VERDICT = OptionIssue("verdict", ("guilty", "not guilty"))
ASK = Task("answer", "1 before", {"verdict": VERDICT, "confidence": NumberIssue("confidence", 1, 7, 1, "")})


def game(payoff: str, choice: Any = ("cooperate", "defect"), seats: str = "ab") -> dict[str, Any]:
    return {
        "title": "A game",
        "choices": {"play": list(choice) if isinstance(choice, tuple) else choice},
        "participants": {seat: {"payoff": payoff} for seat in seats},
        "threads": {"table": {}},
        "phases": [{"secret": "play", "reveal": "each"}],
        "repeat": {"times": 5},
        "end": {},
    }


GOODS = game("20 - own.play + 1.5 * sum(all.play) / n", {"from": 0, "to": 20}, "abc")
PARK: dict[str, Any] = {
    "title": "A park",
    "issues": {"day": ["monday", "friday", "sunday"]},
    "choices": {"verdict": ["guilty", "not guilty"], "chair": "seats"},
    "participants": {
        "ana": {"prefers": {"day": [10, 6, 0]}, "minimum": 5},
        "ben": {"prefers": {"day": [0, 6, 10]}, "minimum": 5},
        "cleo": {"prefers": {"day": [0, 3, 10]}, "minimum": 5},
        "med": {"party": False, "role": "mediates"},
    },
    "threads": {"table": {}, "aside": {"open_by": "any", "size": "2..3"}},
    "end": {"agreement": {"quorum": 2, "veto": ["ana"]}, "rounds": 5},
}


def view_of(data: dict[str, Any], seat: str, task: Task | None = None, **more: Any) -> View:
    situation = scenario_from_data(data, "scene").resolve(0)
    table = more.pop("thread", None) or Thread("table", list(situation.seats), "table")
    known = known_by(situation, seat, None)
    if task is None:
        name = next(iter(situation.choices))
        task = Task("move", name, {name: situation.choices[name]})
    return View(known, table, {table.name: table, **more.pop("threads", {})}, 1, Draws(0), task=task, **more)


def act(view: View, spec: dict[str, Any] = RULE) -> Act | None:
    return asyncio.run(KINDS[spec["kind"]](dict(spec), view.known).reply(view)).act


def moved(data: dict[str, Any], how: str, heard: Sequence[dict[str, Any]] = ()) -> Any:
    revealed = [Revealed("play", n, choices, None) for n, choices in enumerate(heard, 1)]
    made = act(view_of(data, "a", revealed=revealed), {**RULE, "choices": how})
    assert isinstance(made, Move)
    return made.choice


@pytest.mark.parametrize(
    ("how", "first", "after_defection"),
    [("cooperate", "cooperate", "cooperate"), ("defect", "defect", "defect"), ("tit-for-tat", "cooperate", "defect"),
     ("best-reply", "defect", "defect")],
)  # fmt: skip
def test_strategies_of_the_dilemma(how: str, first: str, after_defection: str) -> None:
    assert moved(game(DILEMMA), how) == first
    assert moved(game(DILEMMA), how, [{"a": "cooperate", "b": "defect"}]) == after_defection
    assert moved(game(DILEMMA), how, [{"a": "cooperate", "b": "defect"}, {"a": first, "b": "cooperate"}]) == first


def test_the_best_reply_depends_on_what_was_seen() -> None:
    assert moved(game(HUNT), "best-reply", [{"a": "defect", "b": "cooperate"}]) == "cooperate"
    assert moved(game(HUNT), "best-reply", [{"a": "defect", "b": "defect"}]) == "defect"
    assert moved(game(HUNT), "defect") == "defect", "the choice that is best in the worst case"


def test_numbers_are_chosen_on_their_grid() -> None:
    assert (moved(GOODS, "cooperate"), moved(GOODS, "defect"), moved(GOODS, "best-reply")) == (20, 0, 0)
    assert moved(GOODS, "tit-for-tat", [{"a": 0, "b": 7, "c": 8}]) in (7, 8)
    assert moved(game("1", {"from": 0, "to": 10}), "best-reply") == 5, "the middle, where all is worth the same"
    assert 0 <= moved(GOODS, "random") <= 20


@settings(max_examples=25)
@given(st.sampled_from(["best-reply", "cooperate", "defect", "tit-for-tat", "random"]), st.integers(1, 40))
def test_a_choice_is_always_one_of_those_there_are(how: str, step: int) -> None:
    data = game("own.play - max(all.play)", {"from": -3, "to": -3 + 25 * step, "step": step})
    domain = scenario_from_data(data, "g").resolve(0).choices["play"]
    assert domain.parse(moved(data, how)) == moved(data, how)


def test_a_proposal_is_voted_on_by_what_it_is_worth() -> None:
    task = Task("vote", "proposal", {"proposal": OptionIssue("proposal", ("for", "against"))})
    table = Thread("table", ["ana", "ben", "cleo", "med"], "table")
    table.standing["ana"] = Standing("table:1", "ana", {"day": "friday"}, {"ana"})
    votes = {seat: act(view_of(PARK, seat, task, thread=table)) for seat in ("ana", "ben", "cleo")}
    assert votes == {"ana": Vote(choice="for"), "ben": Vote(choice="for"), "cleo": Vote(choice="against")}


def test_a_vote_stays_the_same_until_most_others_are_of_another_mind() -> None:
    task = Task("vote", "verdict", {"verdict": VERDICT})
    own = act(view_of(PARK, "ana", task))
    assert isinstance(own, Vote) and act(view_of(PARK, "ana", task)) == own
    asked = act(view_of(PARK, "ana", ASK))
    assert (
        isinstance(asked, Answer) and asked.items["verdict"] == own.choice and 1 <= int(asked.items["confidence"]) <= 7
    )
    other = "guilty" if own.choice == "not guilty" else "not guilty"
    heard = [Revealed("verdict", 1, {"ana": own.choice, "ben": other, "cleo": other}, None)]
    after = {
        act(View(**{**fields(view_of(PARK, "ana", task, revealed=heard)), "draws": Draws(seed)})) for seed in range(20)
    }
    assert {Vote(choice=own.choice), Vote(choice=other)} <= after | {own}


def fields(view: View) -> dict[str, Any]:
    return {name: getattr(view, name) for name in View.__dataclass_fields__}


def test_nobody_votes_for_itself_where_seats_are_chosen() -> None:
    task = Task("vote", "chair", {"chair": OptionIssue("chair", ("ana", "ben", "cleo", "med"))})
    votes = {seat: act(view_of(PARK, seat, task)) for seat in ("ana", "ben", "cleo", "med")}
    assert all(isinstance(vote, Vote) and vote.choice != seat for seat, vote in votes.items())


def test_who_was_addressed_bids_more_and_who_spoke_last_nothing() -> None:
    table = Thread("table", ["ana", "ben", "cleo", "med"], "table", taken=2, last="ben", spoke={"ana": 1, "ben": 2})
    table.messages += [Message("table", 1, "ana", None, "Hm."), Message("table", 2, "ben", None, "And you, Ana?")]
    bids = {seat: act(view_of(PARK, seat, Task("bid"), thread=table)) for seat in ("ana", "ben", "cleo")}
    assert all(isinstance(bid, Bid) for bid in bids.values())
    assert bids["ben"] == Bid(strength=0) and bids["ana"].strength >= 2  # type: ignore[union-attr]  # they are bids


def test_whoever_has_spoken_least_is_named() -> None:
    table = Thread("table", ["ana", "ben", "cleo"], "table", turns={"ana": 2, "ben": 1, "cleo": 1}, spoke={"ben": 4})
    assert act(view_of(PARK, "med", Task("choose", seats=("ana", "ben", "cleo")), thread=table)) == HandOver(to="cleo")


def test_the_last_proposal_is_what_enough_have_been_for() -> None:
    table = Thread("table", ["ana", "ben", "cleo", "med"], "table")
    friday, sunday = Offer(terms={"day": "friday"}), Offer(terms={"day": "sunday"})
    said: list[tuple[str, Act]] = [("cleo", sunday), ("ben", friday), ("cleo", Accept(offer="table:2"))]
    table.messages += [Message("table", n, seat, made, "") for n, (seat, made) in enumerate(said, 1)]
    assert act(view_of(PARK, "ana", Task("propose"), thread=table)) == friday
    table.standing["ben"] = Standing("table:2", "ben", {"day": "friday"}, {"ben", "cleo"})
    assert act(view_of(PARK, "med", Task("propose"), thread=table)) == friday


def test_a_mediator_proposes_what_lies_nearest_to_what_all_were_for() -> None:
    upstairs = Thread("upstairs", ["ana", "med"], "upstairs")
    downstairs = Thread("downstairs", ["ben", "cleo", "med"], "downstairs")
    for thread, seat, day in (
        (upstairs, "ana", "monday"),
        (downstairs, "ben", "friday"),
        (downstairs, "cleo", "sunday"),
    ):
        thread.messages.append(Message(thread.name, len(thread.messages) + 1, seat, Offer(terms={"day": day}), ""))
    view = view_of(PARK, "med", Task("propose"), thread=upstairs, threads={"downstairs": downstairs})
    assert act(view) == Offer(terms={"day": "friday"})


def test_where_only_some_make_offers_the_others_say_what_would_suit_them() -> None:
    data = {**PARK, "threads": {"table": {"offers_by": ["med"]}}}
    view = view_of(data, "ana", Task())
    said = asyncio.run(KINDS["rule"](dict(RULE), view.known).reply(view))
    assert said.act is None and "monday" in said.text
    assert isinstance(act(view_of(data, "med", Task())), Offer)


def test_a_proposer_keeps_what_it_can() -> None:
    data = {**PARK, "participants": {**PARK["participants"], "ana": {"prefers": {"day": [10, 6, 0]}}}}
    table = Thread("table", ["ana", "ben", "cleo", "med"], "table")
    assert act(view_of(data, "ana", Task("propose"), thread=table)) == Offer(terms={"day": "monday"})
    table.messages.append(Message("table", 1, "ben", Offer(terms={"day": "sunday"}), ""))
    assert act(view_of(data, "ana", Task("propose"), thread=table)) == Offer(terms={"day": "monday"})


def test_who_has_no_part_in_it_greets_and_listens() -> None:
    first = asyncio.run(
        KINDS["rule"](dict(RULE), view_of(PARK, "med", Task()).known).reply(view_of(PARK, "med", Task()))
    )
    assert first.text and first.act is None
    later = Thread("table", ["ana", "ben", "cleo", "med"], "table", turns={"med": 1})
    assert act(view_of(PARK, "med", Task(), thread=later)) == Pass()


def test_a_side_thread_is_opened_only_where_that_is_wanted() -> None:
    table = Thread("table", ["ana", "ben", "cleo", "med"], "table", turns={"ana": 1})
    opened = [
        act(
            View(**{**fields(view_of(PARK, "ana", Task(), thread=table)), "draws": Draws(seed)}),
            {**RULE, "opens": opens},
        )
        for seed in range(30)
        for opens in (True, False)
    ]
    assert any(isinstance(each, OpenThread) for each in opened[::2])
    assert not any(isinstance(each, OpenThread) for each in opened[1::2])


def test_tactics_know_whose_agreement_is_enough() -> None:
    view = view_of(PARK, "ben", Task())
    enough = enough_in(view.known, view.thread)
    assert enough.parties == {"ana", "ben", "cleo"} and enough.needed == 2
    assert enough.met({"ana", "cleo"}) and not enough.met({"ben", "cleo"}) and not enough.met({"ana", "med"})


def test_six_parties_with_vetoes_usually_pass_something() -> None:
    runs = [moot.run(load_scenario("harbour-sport-park"), seed=seed, record=False) for seed in range(5)]
    assert sum(bool(run.outcome.agreed) for run in runs) >= 4


@given(st.sampled_from(["juror_1", "juror 1", "Juror-1"]))
def test_a_name_is_found_as_a_word_of_its_own(written: str) -> None:
    assert named_in(f"What does {written} say?", ["juror_1", "juror_12", "juror"]) == ["juror_1"]
    assert named_in("not guilty", ["guilty", "not guilty"]) == ["not guilty"]


WORK: dict[str, Any] = {
    **PARK,
    "threads": {"table": {"speakers": "handoff"}, "aside": {"open_by": "any", "size": "2..3"}},
}


def script(*lines: Any) -> dict[str, Any]:
    return {"kind": "script", "lines": list(lines)}


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ({"open": {"invite": ["ben"], "about": "friday"}}, OpenThread(invite=["ben"], about="friday")),
        ({"open": "ben"}, OpenThread(invite=["ben"])),
        ({"act": "leave"}, Leave()),
        ({"hand_over": "ben"}, HandOver(to="ben")),
        ({"assign": {"to": "ben", "task": "Ask."}}, Assign(to="ben", task="Ask.")),
        ({"report": "Done."}, Report(result="Done.")),
    ],
)
def test_a_script_does_what_is_new(line: dict[str, Any], made: Act) -> None:
    assert act(view_of(WORK, "ana", Task()), script(line)) == made


SCRIPT = script(
    "Good morning.",
    {"vote": "guilty", "if": "repeat < 2"},
    {"vote": "not guilty"},
    {"answer": {"verdict": "guilty", "confidence": 5}},
    {"bid": 4, "in": "aside"},
    {"bid": 1},
    {"choose": "cleo"},
    {"offer": {"day": "friday"}, "task": "propose"},
)


@pytest.mark.parametrize(
    ("task", "made"),
    [
        (Task("vote", "verdict", {"verdict": VERDICT}), Vote(choice="guilty")),
        (ASK, Answer(items={"verdict": "guilty", "confidence": 5})),
        (Task("bid"), Bid(strength=1)),
        (Task("choose", seats=("ben", "cleo")), HandOver(to="cleo")),
        (Task("propose"), Offer(terms={"day": "friday"})),
    ],
)
def test_a_line_is_taken_for_its_own_task_alone(task: Task, made: Act) -> None:
    assert act(view_of(PARK, "ana", task), SCRIPT) == made
    assert act(view_of(PARK, "ana", Task()), SCRIPT) is None, "talk takes the line that talks"


def test_votes_and_moves_are_used_up_by_what_was_chosen() -> None:
    task = Task("vote", "verdict", {"verdict": VERDICT})
    assert act(view_of(PARK, "ana", task, made=[Choosing("verdict", "guilty", 1)]), SCRIPT) == Vote(choice="not guilty")
    spent = [Choosing("verdict", "guilty", 1), Choosing("verdict", "not guilty", 2)]
    assert act(view_of(PARK, "ana", task, made=spent), SCRIPT) == Vote(choice="not guilty"), "as a rule brain goes on"


def test_without_a_line_a_script_does_what_a_rule_brain_does() -> None:
    for task in (Task("bid"), ASK, Task("choose", seats=("ben", "cleo"))):
        assert act(view_of(PARK, "ana", task), script("Hm.")) == act(view_of(PARK, "ana", task))


@pytest.mark.parametrize(
    ("line", "path", "says"),
    [
        ({"vote": "gilty"}, ("vote",), "did you mean 'guilty'"),
        ({"move": 7}, ("move",), "verdict is 'guilty'"),
        ({"bid": 5}, ("bid",), "from 0 to 4"),
        ({"answer": "guilty"}, ("answer",), "an answer for each item"),
        ({"choose": "bne"}, ("choose",), "did you mean 'ben'?"),
        ({"open": {"invite": ["ana"]}}, ("open", "invite"), "there is no seat 'ana'"),
        ({"open": {"invite": ["ben"], "form": "asid"}}, ("open", "form"), "did you mean 'aside'?"),
        ({"open": "ben", "say": "Come."}, ("say",), "a line of its own"),
        ({"assign": {"to": "ben"}}, ("assign",), "'task' is missing"),
        ({"report": 3}, ("report",), "report cannot be 3"),
        ({"vote": "guilty", "task": "talk"}, ("task",), "nothing for the task 'talk'"),
        ({"say": "Hm.", "task": "tlak"}, ("task",), "did you mean 'talk'?"),
        ({"vote": "guilty", "about": "verdikt"}, ("about",), "did you mean 'verdict'?"),
        ({"say": "Hm.", "in": 3}, ("in",), "in cannot be 3"),
    ],
)
def test_what_a_line_cannot_mean_is_told_with_its_place(line: Any, path: tuple[Any, ...], says: str) -> None:
    with pytest.raises(BrainError) as caught:
        act(view_of(WORK, "ana", Task()), script(line))
    assert caught.value.path == ("lines", 0, *path) and says in str(caught.value)


@pytest.mark.parametrize("seed", range(1, 7))
def test_wolves_and_villagers_turn_against_neither_themselves_nor_their_own(seed: int):
    run = moot.run("werewolf", seed=seed, record=False)
    wolves = set(run.state.situation["groups"]["wolves"])
    chosen = [event for event in run.transcript.events if isinstance(event, Tallied)]
    assert {event.about for event in chosen} == {"saved", "seen", "prey", "banished"}
    for event in chosen:
        for seat, choice in event.choices.items():
            assert choice != seat and (seat not in wolves or choice not in wolves)
