"""What `moot show` says of side threads, secret choices and what happens between turns."""

from __future__ import annotations

from typing import Any

import pytest

import moot
from sandbox import Reply, View
from sandbox.rendering.data import event_data, run_data
from sandbox.rendering.listing import event_line
from sandbox.rendering.outcome import outcome_lines
from sandbox.rendering.paint import Paint
from sandbox.rendering.scene import Scene
from sandbox.rendering.talk import Talk
from sandbox.tally import tally_of
from scenarios import scenario_from_data
from transcripts import Answer, Assign, Leave, Move, OpenThread, Report, Transcript, Vote

SCENARIO: dict[str, Any] = {
    "title": "A jury",
    "choices": {"give": {"from": 0, "to": 9}, "verdict": ["guilty", "innocent"]},
    "participants": {seat: {"payoff": "10 - own.give"} for seat in ("ann", "ben", "cem")},
    "threads": {"hall": {"speakers": "shuffled"}, "caucus": {"open_by": "any", "size": "2..3"}},
    "phases": [
        {"thread": "hall", "rounds": 3},
        {"secret": "give", "reveal": "total"},
        {"ballot": "verdict", "secret": True},
    ],
    "ask": {"when": "before", "items": {"sure": "1..7"}, "say": "How sure are you?"},
    "events": [
        {"at": "round 2", "say": "A witness\x1b[31m comes."},
        {"at": "round 2", "to": ["ann"], "say": "He lies."},
    ],
    "end": {"turns": 40},
}


class Juror:
    async def reply(self, view: View) -> Reply:
        match view.task.kind:
            case "answer":
                return Reply("", Answer(items={"sure": 5}))
            case "move":
                return Reply("", Move(choice=3))
            case "vote":
                return Reply("no doubt", Vote(choice="guilty"))
            case _:
                return self._talk(view)

    @staticmethod
    def _talk(view: View) -> Reply:
        if view.thread.form == "caucus":
            return Reply("I go.", Leave()) if view.seat == "cem" else Reply("Psst.")
        if view.seat == "ann" and len(view.threads) == 1 and not view.refusals:
            return Reply("", OpenThread(invite=["ben", "cem"], about="a word"))
        acts: dict[str, Any] = {"ann": Assign(to="ben", task="look it up"), "ben": Report(result="It was\nraining.")}
        return Reply(f"I am {view.seat}.", acts.get(view.seat))


@pytest.fixture(scope="module")
def whole() -> Transcript:
    source = scenario_from_data(SCENARIO, "jury")
    return moot.run(source, seed=3, brains=dict.fromkeys(("ann", "ben", "cem"), Juror()), record=False).transcript


def talk(whole: Transcript, seat: str | None = None) -> str:
    scene = Scene("jury-1", whole.state(), seat)
    said = Talk(scene, Paint(), 100)
    lines = [line for event in whole.content() for line in said.lines(event)]
    return "\n".join([*lines, *outcome_lines(scene, Paint(), 100)])


def test_the_researcher_sees_it_all(whole: Transcript) -> None:
    shown = talk(whole)
    for line in (
        "── phase 1 of 3: talk in hall, 3 rounds",
        "(hall · ben: asked in private: sure 5)",
        'caucus_ann_ben_cem · ann → opens this thread with ben and cem: "a word"',
        "→ gives ben to do: look it up",
        "    ← leaves this thread",
        'hall · moderator: "A witness\ufffd[31m comes."',
        '(ann: told in private: "He lies.")',
        "hall · cem ● chooses 3 [give, in secret]",
        'hall · ann ● votes guilty [verdict, in secret]  "no doubt"',
        "= give: 9 (ann 3, ben 3, cem 3)",
        "= verdict: guilty (3 guilty)",
        "= repeat 1 is worth: ann 7 · ben 7 · cem 7",
        "  verdict: guilty",
        "  What was handed in",
        "  raining.",
    ):
        assert line in shown
    assert "shuffled" not in shown, "who was chosen to speak, and why, is in the list of events"


def test_a_seat_sees_its_own(whole: Transcript) -> None:
    shown = talk(whole, "cem")
    assert shown.count("in secret]") == 2 and "ann ●" not in shown
    for word in ("He lies", "── phase", "asked in private", "= give", "What was handed in\n"):
        assert word not in shown
    assert "worth 7 to you" in shown and "I go." in shown


def test_every_event_has_a_line_and_data(whole: Transcript) -> None:
    scene = Scene("jury-1", whole.state())
    lines = [event_line(scene, event) for event in whole.content()]
    assert any("chosen    hall" in line and "shuffled" in line for line in lines)
    assert any("told      ann" in line for line in lines) and any("asked     1 before" in line for line in lines)
    assert all(len(line.split()) > 2 for line in lines)
    kinds = {event_data(scene, event)["kind"] for event in whole.content()}
    assert kinds >= {"told", "chosen", "staged", "tallied", "asked", "confided", "opened"}


def test_the_data_of_a_run_has_what_came_of_it(whole: Transcript) -> None:
    data = run_data(Scene("jury-1", whole.state()), tally_of(whole.content()))
    assert data["verdicts"] == {"verdict": "guilty"} and data["scores"] == {"ann": 7, "ben": 7, "cem": 7}
    assert data["document"] == "It was\nraining." and data["assignments"][0]["task"] == "look it up"
    assert data["threads"][0]["name"] == "caucus_ann_ben_cem"


def test_a_run_without_anything_new_is_written_as_ever() -> None:
    run = moot.run("used-bike", seed=7, record=False)
    scene = Scene("bike-1", run.state)
    new = {"verdicts", "scores", "document", "threads", "deals", "told", "choices", "assignments"}
    assert not run_data(scene, tally_of(run.transcript.content())).keys() & new
    said = next(event for event in run.transcript.content() if event.kind == "said")
    assert list(event_data(scene, said)) == [
        "v", "tick", "turn", "step", "kind", "thread", "seat", "n", "act", "by", "text",
    ]  # fmt: skip
