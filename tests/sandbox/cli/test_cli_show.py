"""`moot show`: a run as a whole, or as one participant knew it."""

from __future__ import annotations

import json

import pytest

FORMS: list[list[str]] = [[], ["--events"], ["--json"], ["--events", "--json"]]

PRIVATE = {
    "ann": ["brief-of-ann", "12.37"],
    "ben": ["brief-of-ben", "16.41"],
    "cat": ["brief-of-cat", "18.43", "price < 10"],
}


def threads_seen(shown: str) -> set[str]:
    return {thread for thread in ("table", "aside") if thread in shown}


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
@pytest.mark.parametrize("seat", list(PRIVATE))
def test_a_participant_sees_nothing_of_what_the_others_keep(moot, seat: str, form: list[str]) -> None:
    assert moot("run", "secrets", "--seed", "5").exit_code == 0
    shown = moot("show", "last", "--as", seat, *form).stdout
    secrets = [secret for other in PRIVATE if other != seat for secret in PRIVATE[other]]
    assert [secret for secret in secrets if secret in shown] == []
    assert threads_seen(shown) == ({"table"} if seat == "cat" else {"table", "aside"})
    for word in ("tactic", "conceder", '"turn"', '"tick"', "measures", "seed"):
        assert word not in shown


def test_a_participant_sees_what_it_knew(moot) -> None:
    moot("run", "secrets")
    shown = moot("show", "last", "--as", "cat").stdout
    for known in ("What everybody knows.", "role-of-ann", "brief-of-cat", "never: price < 10"):
        assert known in shown
    data = json.loads(moot("show", "last", "--as", "cat", "--json").stdout)
    assert data["brief"] == "brief-of-cat"
    worths = [set(each["worth"]) for each in data["messages"] if "worth" in each]
    assert worths and all(worth == {"cat"} for worth in worths)


def test_what_was_refused_is_seen_by_its_author_only(moot) -> None:
    moot("run", "faulty")
    for form in FORMS:
        assert "secret-attempt" in moot("show", "last", *form).stdout or form == ["--json"]
        assert "secret-attempt" not in moot("show", "last", "--as", "right", *form).stdout
        assert "forfeit" not in moot("show", "last", "--as", "right", *form).stdout
    assert "your own limits forbid" in moot("show", "last", "--as", "left").stdout


def test_the_researcher_sees_every_event_with_its_position(moot) -> None:
    moot("run", "used-bike")
    lines = moot("show", "last", "--events").stdout.splitlines()
    assert lines[0].split()[:2] == ["0.0.0", "started"] and lines[-1].split()[1] == "ended"
    positions = [tuple(map(int, line.split()[0].split("."))) for line in lines]
    assert positions == sorted(positions)
    assert len(json.loads(moot("show", "last", "--events", "--json").stdout)) == len(lines)


def test_a_file_is_shown_like_a_run(moot) -> None:
    moot("run", "used-bike")
    moot("export", "last", "-o", "used-bike-1.jsonl")
    assert moot("show", "used-bike-1.jsonl").stdout == moot("show", "used-bike-1").stdout


def test_nobody_has_the_eyes_of_a_seat_that_is_not_there(moot) -> None:
    moot("run", "used-bike")
    shown = moot("show", "last", "--as", "byer")
    assert shown.exit_code == 2 and "did you mean 'buyer'?" in shown.stderr
