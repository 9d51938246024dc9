"""`moot export`, `moot import` and `moot rm`."""

from __future__ import annotations

import json
from pathlib import Path


def test_what_is_exported_comes_back_the_same(moot) -> None:
    moot("run", "used-bike")
    first = moot("export", "used-bike-1").stdout_bytes
    Path("content.jsonl").write_bytes(first)
    assert moot("import", "content.jsonl").stdout == "content.jsonl is used-bike-2\n"
    assert moot("export", "used-bike-2").stdout_bytes == first


def test_with_evidence_the_very_transcript_comes_back(moot) -> None:
    moot("run", "used-bike")
    assert moot("export", "last", "--evidence", "-o", "all.jsonl").exit_code == 0
    first = Path("all.jsonl").read_bytes()
    moot("rm", "--yes", "used-bike-1")
    assert json.loads(moot("import", "all.jsonl", "--json").stdout) == [{"file": "all.jsonl", "run": "used-bike-1"}]
    assert moot("export", "used-bike-1", "--evidence").stdout_bytes == first


def test_a_file_is_replaced_only_on_demand(moot) -> None:
    moot("run", "used-bike")
    Path("mine.jsonl").write_text("mine", encoding="utf-8")
    refused = moot("export", "last", "-o", "mine.jsonl")
    assert refused.exit_code == 2 and "'mine.jsonl'" in refused.stderr and "--force" in refused.stderr
    assert Path("mine.jsonl").read_text(encoding="utf-8") == "mine"
    assert moot("export", "last", "-o", "mine.jsonl", "--force").exit_code == 0
    assert Path("mine.jsonl").read_bytes() == moot("export", "last").stdout_bytes


def test_one_bad_file_keeps_all_from_being_imported(moot) -> None:
    moot("run", "used-bike")
    moot("export", "last", "-o", "good.jsonl")
    Path("bad.jsonl").write_text("{}\n", encoding="utf-8")
    refused = moot("import", "good.jsonl", "bad.jsonl")
    assert refused.exit_code == 2 and "bad.jsonl:1" in refused.stderr
    assert len(json.loads(moot("ls", "--json").stdout)) == 1


def test_runs_are_removed_only_when_it_is_sure(moot) -> None:
    moot("run", "used-bike")
    refused = moot("rm", "used-bike-1", answer="y\n")  # a pipe is nobody to ask
    assert refused.exit_code == 2 and "moot rm --yes used-bike-1" in refused.stderr
    assert moot("rm", "--yes", "used-bike-1", "used-bike-7").exit_code == 2
    assert moot("rm", "--yes", "used-bike-1").stdout == "removed 1 run: used-bike-1\n"
    assert moot("ls").stdout.startswith("no runs yet")
