"""`moot ls` and `moot search`."""

from __future__ import annotations

import json


def names(moot, *words: str) -> list[str]:
    return [each["run"] for each in json.loads(moot("ls", *words, "--json").stdout)]


def test_an_empty_workspace_says_what_to_try(moot, workspace) -> None:
    assert moot("ls").stdout == "no runs yet; try: moot run used-bike\n"
    assert names(moot) == []
    assert moot("search", "price").exit_code == 1
    assert not (workspace / "transcripts.db").exists()


def test_the_newest_run_is_last(moot) -> None:
    for scenario in ("used-bike", "faulty", "used-bike"):
        moot("run", scenario)
    assert names(moot) == ["used-bike-1", "faulty-1", "used-bike-2"]
    listed = moot("ls").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["run", "used-bike-1", "faulty-1", "used-bike-2"]
    assert "failed" in listed[2] and "turns were forfeited" in listed[2]
    assert "done" in listed[3] and "seller" in listed[3]


def test_runs_are_found_by_what_they_were(moot) -> None:
    moot("run", "used-bike")
    moot("run", "used-bike", "--cast", "seller=@hardheaded", "--cast", "buyer=@hardheaded")
    moot("run", "faulty")
    assert names(moot, "--agreed") == ["used-bike-1"]
    assert names(moot, "--scenario", "faulty") == names(moot, "--status", "failed") == ["faulty-1"]
    assert names(moot, "--limit", "1") == ["faulty-1"]
    assert len(names(moot, "--since", "1h")) == 3 and names(moot, "--since", "2999-01-01") == []
    assert moot("ls", "--since", "2999-01-01").stdout == "no such runs\n"
    assert "older ones are not shown" in moot("ls", "-n", "1").stdout


def test_a_moment_that_is_none_is_refused(moot) -> None:
    refused = moot("ls", "--since", "yesterday")
    assert refused.exit_code == 2 and "'yesterday'" in refused.stderr and "2026-11-20" in refused.stderr


def test_words_are_found_where_they_were_said(moot) -> None:
    moot("run", "used-bike", "--bare")
    found = moot("search", "weekend", "included")
    assert found.exit_code == 0
    assert all(line.startswith("used-bike-1 table:") and "weekend" in line for line in found.stdout.splitlines())
    hits = json.loads(moot("search", "weekend", "--json").stdout)
    assert hits and all("weekend" in hit["text"] for hit in hits)


def test_several_words_in_quotes_stand_together(moot) -> None:
    moot("run", "used-bike", "--bare")
    assert moot("search", "pickup weekend").exit_code == 0
    assert moot("search", "weekend pickup").exit_code == 1
    assert moot("search", "weekend", "pickup").exit_code == 0


def test_nothing_found_is_exit_code_1_and_an_empty_list(moot) -> None:
    moot("run", "used-bike")
    missed = moot("search", "submarine", "--json")
    assert missed.exit_code == 1 and json.loads(missed.stdout) == []


def test_a_participant_finds_only_what_it_received(moot) -> None:
    moot("run", "secrets", "--bare")
    seen = {seat: moot("search", "colour", "--as", seat, "-n", "999").stdout for seat in ("ann", "cat")}
    assert "aside:" in seen["ann"] and "table:" in seen["ann"]
    assert "aside:" not in seen["cat"] and "table:" in seen["cat"]
