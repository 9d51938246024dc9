"""`moot tag`, and the options that go with it."""

from __future__ import annotations

import json


def names(found) -> list[str]:
    return [each["run"] for each in json.loads(found.stdout)]


def test_runs_are_found_by_their_tags(moot) -> None:
    moot("run", "used-bike", "--quiet", "--tag", "pilot", "--tag", "v1.0")
    for _ in range(2):
        moot("run", "used-bike", "--quiet")
    assert names(moot("ls", "--tag", "pilot", "--json")) == ["used-bike-1"]
    assert moot("tag", "used-bike-[23]", "pilot").stdout == "pilot: 2 runs\n"
    assert names(moot("ls", "--tag", "pilot", "--json")) == ["used-bike-1", "used-bike-2", "used-bike-3"]
    assert json.loads(moot("tag", "last", "pilot", "late", "--json").stdout) == [
        {"run": "used-bike-3", "tags": ["late", "pilot"]}
    ]
    assert "#late #pilot" in moot("ls").stdout.splitlines()[-1] or "#late · #pilot" in moot("ls").stdout
    assert moot("tag", "used-bike-1", "pilot", "--remove").stdout == "pilot: taken away from 1 run\n"
    assert names(moot("ls", "--tag", "pilot", "--json")) == ["used-bike-2", "used-bike-3"]
    moot("rm", "used-bike-2", "--yes")
    assert names(moot("ls", "--tag", "pilot", "--json")) == ["used-bike-3"]
    assert moot("ls", "--tag", "never").stdout == "no such runs\n"


def test_what_is_no_tag_is_told_before_anything_is_played(moot) -> None:
    wrong = moot("run", "used-bike", "--tag", "two words")
    assert wrong.exit_code == 2 and "'two words' is no tag" in wrong.stderr
    assert moot("ls").stdout.startswith("no runs yet")
    assert moot("tag", "used-bike-1", "pilot").exit_code == 2
    moot("run", "used-bike", "--quiet")
    assert "is no tag" in moot("tag", "last", "#x").stderr
    assert moot("tag", "nothing-*", "x").exit_code == 2
    assert "--tag does not go with" in moot("run", "used-bike", "--dry-run", "--tag", "x").stderr


def test_tags_come_along_when_stores_are_joined_and_an_older_file_has_none(moot, tmp_path) -> None:
    moot("--db", "a.db", "run", "used-bike", "--quiet", "--tag", "pilot")
    moot("--db", "b.db", "run", "used-bike", "--quiet", "--seed", "2")
    assert moot("--db", "b.db", "merge", "a.db").exit_code == 0
    moot("--db", "a.db", "tag", "last", "later")
    assert moot("--db", "b.db", "merge", "a.db").exit_code == 0
    (found,) = json.loads(moot("--db", "b.db", "ls", "--tag", "pilot", "--json").stdout)
    assert (found["run"], found["tags"]) == ("used-bike-2", ["later", "pilot"])
