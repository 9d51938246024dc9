"""A failure says in ten lines where a run parts from its baseline, and why: whatever differs, at every level."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import moot
from benchmarks.diff_truth import FORKED, FROM_NOW_ON, OF_ALL, OF_MODELS, OF_RULES, draw_pair
from sandbox import CheckFailed, Checks, CheckSession
from sandbox.checking.baselines import Baseline, write
from sandbox.checking.explaining import LINES, LONGEST, report
from sandbox.checking.levels import mismatches
from sandbox.checking.rules import LEVELS, make_rules
from sandbox.workspace import Workspace
from transcripts import MODERATOR, Ended, Said, Started, Transcript

KINDS = {*FROM_NOW_ON, *OF_MODELS, *OF_RULES, *OF_ALL}
BEHIND = ["matched by turn only", "kept", "to take it"]


def pairs() -> Iterator[tuple[str, bool, Transcript, Transcript]]:
    """Give a pair for each kind of change, those of forks apart."""
    seen: set[tuple[str, bool]] = set()
    for seed in range(1_000):
        change, (left, right) = draw_pair(seed)
        if (key := (change.kind, change.forked)) not in seen:
            seen.add(key)
            yield *key, left.done(), right.done()
    assert {kind for kind, _ in seen} == KINDS and {kind for kind, forked in seen if forked} == set(FORKED)


PAIRS = list(pairs())


def worse(then: Transcript) -> Transcript:
    """Cut a baseline off, and let it be of another scenario, with a long name."""
    events = [event for event in then.events if not isinstance(event, Ended)]
    return Transcript(
        [e.model_copy(update={"name": "other\n" * 99}) if isinstance(e, Started) else e for e in events], then.bodies
    )


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("make", [lambda then: then, worse], ids=["as it is", "at its worst"])
def test_no_more_than_ten_lines(level: str, make: object, tmp_path: Path) -> None:
    assert callable(make)
    told = 0
    for kind, _, left, right in PAIRS:
        then, rules = make(left), make_rules(level)
        if not mismatches(then, right, rules):
            continue
        told += 1
        lines = report(right, [then, worse(right)], 0, rules, "x.jsonl", Workspace(tmp_path), BEHIND)
        assert len(lines) <= LINES and "\n" not in "".join(lines), (kind, lines)
        assert sum(line.startswith("why: ") for line in lines) == 1 and lines[-3:] == BEHIND
        assert not any(re.search(r"'[0-9a-f]{32}", line) for line in lines), (kind, lines)
        assert max(map(len, lines)) <= LONGEST
    assert told


def test_nor_where_everything_comes_together(tmp_path: Path) -> None:
    """A failing check of a run that was answered by turn, whose scenario's file is there, against several runs."""
    (tmp_path / "moot.toml").write_text('[models.gpt]\nprovider = "simulated"\n')
    cast = {"buyer": "haggler@gpt"}
    checks = Checks(CheckSession(tmp_path, mode="once"))
    runs = [checks.run("used-bike", seed=seed, cast=cast, baseline="bike.jsonl").transcript for seed in (7, 8)]
    for number, run in enumerate(runs, 1):
        write(run, Baseline(tmp_path / "bike.jsonl").nth(number))
    now = Checks(CheckSession(tmp_path))
    how = {"cast": cast, "baseline": "bike.jsonl", "match": "turn", "seats": ["buyer"]}
    changed = now.run("used-bike", seed=9, **how, settings={"seller.role": "sells it", "seller.brief": "Sell it."})
    with pytest.raises(CheckFailed) as failed:
        now.check(changed)
    lines = str(failed.value).splitlines()
    assert len(lines) <= LINES and any("known variation" in line for line in lines)
    assert any("matched by turn only" in line for line in lines)


def test_a_word_between_turns_is_not_in_a_turn() -> None:
    run = moot.run("used-bike", seed=7, record=False).transcript
    word = Said(tick=1, turn=0, step=0, thread="table", seat=MODERATOR, n=1, text="Welcome.")
    more = [
        event.model_copy(update={"n": event.n + 1}) if isinstance(event, Said) else event for event in run.content()
    ]
    found = mismatches(run, replace(run, events=[*more, word]), make_rules("exact"))
    assert found[0].place == "before tick 1 (table:1, moderator)"
