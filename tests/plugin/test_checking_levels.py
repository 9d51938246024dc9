"""What is the same: at each level, less what is ignored and what is redacted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import moot
from sandbox import CheckFailed, Checks, CheckSession, Run
from sandbox.cast import Casting
from sandbox.checking.levels import likeness, mismatches
from sandbox.checking.rules import LEVELS, make_rules, redacted
from scenarios import scenario_from_data
from transcripts import Transcript, parse_jsonl

BIKE = moot.run("used-bike", seed=7, record=False)
SIMULATED = moot.run("used-bike", seed=7, cast={"buyer": "@simulated"}, record=False)


def changed(run: Run, change: Callable[[dict[str, Any]], None]) -> Transcript:
    """Change a run's events, line by line."""
    lines = []
    for line in run.content().decode().splitlines():
        data = json.loads(line)
        if "kind" in data:
            change(data)
        lines.append(json.dumps(data))
    return parse_jsonl("".join(f"{line}\n" for line in lines).encode(), "changed")


def say(text: Callable[[str], str], turn: int = 3) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        if data["kind"] == "said" and data["turn"] == turn:
            data["text"] = text(data["text"])

    return change


def offer(price: int) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        if data["kind"] == "said" and data["turn"] == 3:
            data["act"]["terms"]["price"] = price

    return change


def seen_at(then: Transcript, now: Transcript) -> set[str]:
    return {level for level in LEVELS if mismatches(then, now, make_rules(level))}


@pytest.mark.parametrize("run", [BIKE, SIMULATED], ids=["rules", "a model"])
def test_a_run_is_the_same_as_itself_at_every_level(run: Run) -> None:
    assert seen_at(run.transcript, parse_jsonl(run.content(), "file")) == set()


def test_each_level_sees_what_it_says() -> None:
    then = BIKE.transcript
    assert seen_at(then, changed(BIKE, say(lambda text: f"{text} Yes."))) == {"exact"}
    assert seen_at(then, changed(BIKE, say(lambda text: "Something else altogether."))) == {"exact", "similar"}
    assert seen_at(then, changed(BIKE, offer(200))) == {"exact", "similar", "acts"}
    other = moot.run("used-bike", seed=7, settings={"seller.brain.tactic": "boulware"}, record=False)
    assert seen_at(then, other.transcript) == set(LEVELS)


def test_a_longer_run_is_another_one() -> None:
    whole = BIKE.transcript
    shorter = Transcript([event for event in whole.events if event.tick <= 6], whole.bodies)
    first = mismatches(shorter, whole, make_rules("acts"))[0]
    assert first.then is None and "turn 7" in first.place


@given(st.floats(0, 1), st.lists(st.sampled_from("abc"), max_size=6), st.lists(st.sampled_from("abc"), max_size=6))
def test_the_threshold_is_the_share_of_words(threshold: float, one: list[str], other: list[str]) -> None:
    then, now = changed(BIKE, say(lambda _: " ".join(one))), changed(BIKE, say(lambda _: " ".join(other)))
    share = likeness(" ".join(one), " ".join(other))
    assert bool(mismatches(then, now, make_rules("similar", threshold))) == (share < threshold)


def test_what_is_ignored_does_not_count() -> None:
    now = changed(BIKE, say(lambda text: "Something else."))
    assert mismatches(BIKE.transcript, now, make_rules("exact"))
    assert not mismatches(BIKE.transcript, now, make_rules("exact", ignore=["said.text"]))
    dearer = changed(BIKE, offer(200))
    assert not mismatches(BIKE.transcript, dearer, make_rules("acts", ignore=["said.act.terms.price"]))


@pytest.mark.parametrize("kind", ["answered", "valued"])
def test_a_kind_of_event_may_be_missing(kind: str) -> None:
    whole = SIMULATED.transcript
    left = [event for event in whole.content() if event.kind != kind]
    moved = [event.model_copy(update={"step": max(0, event.step - 1)}) for event in left]
    now = Transcript(moved, whole.bodies)
    assert mismatches(whole, now, make_rules("exact"))
    assert not mismatches(whole, now, make_rules("exact", ignore=[kind]))


def test_redacting_leaves_the_fingerprint_of_the_request_out() -> None:
    def fingerprint(data: dict[str, Any]) -> None:
        if data["kind"] == "answered":
            data["fingerprint"] = "0" * 32

    now = changed(SIMULATED, fingerprint)
    assert mismatches(SIMULATED.transcript, now, make_rules("exact"))
    assert not mismatches(SIMULATED.transcript, now, make_rules("exact", redact=["no such words"]))


def test_what_is_redacted_is_neither_compared_nor_written(tmp_path: Path) -> None:
    checks = Checks(CheckSession(tmp_path, update=frozenset({"new"})))
    checks.check(SIMULATED, "x.jsonl", redact=[r"\d+ €"])
    assert "€" not in "".join(message.text for message in moot.load(tmp_path / "x.jsonl").messages)
    again = Checks(CheckSession(tmp_path))
    again.check(SIMULATED, "x.jsonl", redact=[r"\d+ €"])
    with pytest.raises(CheckFailed):
        again.check(SIMULATED, "x.jsonl")


def test_redacting_what_is_not_there_changes_nothing() -> None:
    rules = make_rules("exact", redact=["no such words"])
    assert redacted(SIMULATED.transcript, rules.redact).to_jsonl() == SIMULATED.content()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"level": "acst"}, "did you mean 'acts'"),
        ({"level": "acts", "threshold": 0.5}, "has no threshold"),
        ({"level": "similar", "threshold": 80}, "not from 0 to 1"),
        ({"level": "exact", "ignore": ["sayd.text"]}, "did you mean 'said'"),
        ({"level": "exact", "ignore": ["said.txt"]}, "did you mean 'text'"),
        ({"level": "exact", "ignore": "said"}, r"write ignore=\['said'\]"),
        ({"level": "exact", "redact": ["("]}, "is not a pattern"),
    ],
)
def test_a_mistake_in_the_rules_is_told(options: dict[str, Any], said: str) -> None:
    with pytest.raises(moot.Error, match=said):
        make_rules(**options)


@pytest.mark.parametrize("name", ["bike", "bike.json", "bike~2.jsonl"])
def test_a_name_that_is_no_baselines_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(moot.Error, match="baseline"):
        Checks(CheckSession(tmp_path)).check(BIKE, name)


JURY: dict[str, Any] = {
    "title": "A jury",
    "choices": {"verdict": ["guilty", "not guilty"]},
    "participants": {"juror": {"count": 3}},
    "threads": {"room": {}, "aside": {"open_by": "any", "size": 2, "budget": {"turns": 2}}},
    "phases": [{"thread": "room", "rounds": 1}, {"ballot": "verdict"}],
    "ask": {"when": "after", "items": {"sure": "1..7"}},
    "end": {"report": "juror_1"},
}


def set_at(kind: str, **fields: Any) -> Callable[[dict[str, Any]], None]:
    """Change the first event of a kind."""

    def change(data: dict[str, Any]) -> None:
        if data["kind"] == kind and not done:
            done.append(data)
            data.update(fields)

    done: list[Any] = []
    return change


def test_what_was_done_in_secret_and_what_was_decided_count_as_acts_and_outcome() -> None:
    lines = [{"open": {"invite": ["juror_2"], "about": "A word."}}, "Well."]
    script = {"kind": "script", "lines": lines}
    participants = {"juror": {"count": 3, "brain": {"kind": "script", "lines": ["Hm."]}}}
    source = scenario_from_data({**JURY, "participants": participants}, "jury")
    whole = moot.run(source, cast={"juror_1": Casting(None, script)}, record=False)
    then = whole.transcript
    vote = {"kind": "vote", "choice": "never"}
    assert seen_at(then, changed(whole, set_at("confided", act=vote))) == {"exact", "similar", "acts"}
    assert seen_at(then, changed(whole, set_at("opened", form="corner"))) == {"exact", "similar", "acts"}
    assert seen_at(then, changed(whole, set_at("opened", about="Something else."))) == {"exact", "similar"}
    assert seen_at(then, changed(whole, set_at("ended", verdicts={"verdict": "x"}))) == set(LEVELS)
    assert seen_at(then, changed(whole, set_at("ended", document="x"))) == set(LEVELS)


def test_what_was_handed_in_and_what_a_thread_is_about_is_redacted_too() -> None:
    lines = [{"open": {"invite": ["juror_2"], "about": "4711"}}, {"say": "Here.", "report": "4711"}]
    source = scenario_from_data(JURY, "jury")
    run = moot.run(source, cast={"juror_1": Casting(None, {"kind": "script", "lines": lines})}, record=False)
    events = redacted(run.transcript, make_rules("exact", redact=["4711"]).redact).content()
    assert run.outcome.document == "4711"
    assert all("4711" not in event.model_dump_json() for event in events if event.kind != "started")
