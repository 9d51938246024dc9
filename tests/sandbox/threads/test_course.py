"""What a scenario says of its course is what happens: phases, choices, ballots, repetitions, questions and events."""

from __future__ import annotations

from typing import Any

from sandbox import Reply, View
from tests.sandbox.threads.actors import kinds, mute, play, replayed
from transcripts import Answer, Move, Vote

PRICE = "(3 if other.price == high else 0) if own.price == high else (5 if other.price == high else 1)"
GAME: dict[str, Any] = {
    "title": "A game",
    "choices": {"price": ["high", "low"]},
    "participants": {"left": {"payoff": PRICE}, "right": {"payoff": PRICE}},
    "threads": {"street": {}},
    "phases": [{"thread": "street", "rounds": 1}, {"secret": "price", "of": "all", "reveal": "each"}],
    "repeat": {"times": 3},
    "end": {},
}
JURY: dict[str, Any] = {
    "title": "A jury",
    "choices": {"verdict": ["guilty", "not guilty"]},
    "participants": {"juror": {"count": 4}},
    "threads": {"room": {"speakers": "shuffled"}},
    "phases": [{"thread": "room", "rounds": 1}, {"ballot": "verdict", "pass": 4, "hung": 2}],
    "end": {"ballot": "verdict"},
}


def test_choices_are_made_at_once_told_together_and_paid():
    run = play(GAME, seed=3)
    moves = [(event.tick, event.seat, event.act.choice) for event in kinds(run, "confided")]
    assert len(moves) == 6 and all(moves[k][0] == moves[k + 1][0] for k in (0, 2, 4))
    worth = {"high high": (3, 3), "high low": (0, 5), "low high": (5, 0), "low low": (1, 1)}
    paid = [tuple(event.worth.values()) for event in kinds(run, "tallied") if event.what == "payoff"]
    assert paid == [worth[f"{moves[k][2]} {moves[k + 1][2]}"] for k in (0, 2, 4)]
    assert run.outcome.utility == {seat: sum(each[at] for each in paid) for at, seat in enumerate(("left", "right"))}
    assert replayed(run) == len(run.transcript.content())


def test_what_was_chosen_in_secret_is_in_no_view_before_it_is_told():
    seen: list[tuple[int, str, bool]] = []

    def watching(view: View) -> Reply:
        seen.append((view.turn, view.seat, any("price" in message.text for message in view.thread.messages)))
        return Reply("I shall be nice.")

    play(GAME, say=watching)
    assert [told for turn, _, told in seen] == [turn > 1 for turn, _, _ in seen]


def test_a_total_tells_no_one_s_part():
    give = {"from": 0, "to": 20}
    players = {seat: {"payoff": "20 - own.give + 1.5 * sum(all.give) / n"} for seat in ("upper", "middle", "lower")}
    phase = {"secret": "give", "reveal": "total"}
    run = play({**GAME, "choices": {"give": give}, "participants": players, "phases": [phase], "repeat": None}, seed=2)
    (said,) = [event for event in kinds(run, "said") if event.seat == "moderator"]
    total = sum(event.act.choice for event in kinds(run, "confided"))
    assert said.text == f"give: {total} in all."


def test_how_often_it_goes_on_is_drawn_from_the_seed():
    again = {**GAME, "repeat": {"go_on": 0.7, "most": 20}}
    lengths = [play(again, seed=seed).state.repeat for seed in range(20)]
    assert len(set(lengths)) > 3 and lengths == [play(again, seed=seed).state.repeat for seed in range(20)]


def test_a_ballot_that_decides_nothing_begins_the_phases_again_and_then_hangs():
    ballots = [(play(JURY, seed=seed).outcome, seed) for seed in range(12)]
    for outcome, seed in ballots:
        votes = [event.act.choice for event in kinds(play(JURY, seed=seed), "confided")]
        rounds = [votes[at : at + 4] for at in range(0, len(votes), 4)]
        decided = next((one[0] for one in rounds if len(set(one)) == 1), None)
        assert outcome.verdicts == {"verdict": decided}
        assert (len(rounds) == 2 and "hung" in outcome.reason) if decided is None else decided in outcome.reason


def test_a_question_leaves_no_trace_in_what_anybody_says_or_sees():
    asked = {**GAME, "ask": {"when": ["before", "every 1 rounds", "after"], "items": {"trust": "1..7"}}}
    plain, with_it = play(GAME, seed=5), play(asked, seed=5)
    heard = [[(each.seat, each.text, each.act) for each in kinds(run, "said")] for run in (plain, with_it)]
    assert heard[0] == heard[1]
    answers = [event for event in kinds(with_it, "confided") if isinstance(event.act, Answer)]
    assert len(answers) == 2 * (1 + 3 + 1) and all(1 <= event.act.items["trust"] <= 7 for event in answers)
    assert replayed(with_it) == len(with_it.transcript.content())


def test_events_come_in_their_round_and_words_to_some_stay_with_them():
    events = [
        {"at": "round 2", "to": "all", "say": "A second witness comes forward."},
        {"at": "turn 2", "to": ["juror_2"], "say": "Your neighbour is guilty."},
    ]
    seen: dict[str, set[str]] = {}

    def listening(view: View) -> Reply:
        seen.setdefault(view.seat, set()).update(view.told)
        return Reply("Hm.")

    run = play({**JURY, "phases": [{"thread": "room", "rounds": 3}], "events": events, "end": {}}, say=listening)
    (witness,) = [event for event in kinds(run, "said") if event.seat == "moderator"]
    assert witness.n == 5
    assert {seat for seat, told in seen.items() if told} == {"juror_2"}


def test_the_last_proposal_is_decided_by_minimums_or_by_votes():
    prefers = {"share": {0: 0, 10: 10}}
    deal = {
        "title": "A proposal",
        "issues": {"share": {"from": 0, "to": 10}},
        "participants": {
            "one": {"prefers": prefers},
            "two": {"prefers": prefers, "minimum": 1},
            "three": {"prefers": prefers},
        },
        "threads": {"hall": {}},
        "final": {"proposer": "one", "decide": "minimums"},
        "end": {"agreement": {"quorum": 2}, "rounds": 1},
    }
    passed = play(deal, say=mute)  # the actor proposes a share of 0
    assert passed.outcome.agreed and kinds(passed, "agreed")[0].by == ["one", "three"]
    vetoed = play(
        {**deal, "end": {"agreement": {"quorum": 2, "veto": ["two"]}, "rounds": 1}},
        say=lambda view: __import__("sandbox").Reply("Hm."),
    )
    assert vetoed.outcome.agreed is False and vetoed.outcome.reason == "the proposal failed"
    voted = play({**deal, "final": {"proposer": "one", "decide": "votes"}}, seed=4)
    votes = [event.act.choice for event in kinds(voted, "confided") if isinstance(event.act, Vote)]
    assert len(votes) == 2 and voted.outcome.agreed == (votes.count("for") + 1 >= 2)


def test_who_is_voted_out_is_out_and_the_end_counts_who_is_left():
    wolves: dict[str, Any] = {
        "title": "Wolves",
        "choices": {"prey": "seats", "banished": "seats"},
        "participants": {seat: {"role": f"{seat} is a {'wolf' if seat == 'w' else 'sheep'}"} for seat in "wabcd"},
        "groups": {"wolves": ["w"], "sheep": ["a", "b", "c", "d"]},
        "roles": "private",
        "threads": {"field": {}},
        "phases": [
            {"secret": "prey", "of": "wolves", "reveal": "none", "pass": "most", "removes": True},
            {"thread": "field", "rounds": 1},
            {"ballot": "banished", "secret": False, "pass": "most", "removes": True},
        ],
        "repeat": {"times": 6},
        "end": {"when": "wolves == 0 or wolves >= sheep"},
    }
    for seed in range(10):
        run = play(wolves, seed=seed)
        out: set[str] = set()
        for event in kinds(run, "confided", "said", "tallied"):
            if event.kind == "tallied":
                out |= set(event.out)
            elif event.seat != "moderator":
                assert event.seat not in out, "whoever is out takes no turn"
            if isinstance(getattr(event, "act", None), Move | Vote):
                assert event.act.choice not in out, "nobody is chosen who is out"
        left = {"w", *"abcd"} - out
        assert "w" not in left or len(left) <= 2 or run.state.repeat == 6
        assert replayed(run) == len(run.transcript.content())
