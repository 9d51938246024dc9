"""The frozen corpus: what a version wrote, every later one reads.

The files are never edited; a version that changes events adds a folder of its own.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from transcripts import parse_jsonl, read_file

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(CORPUS.glob("*/*.jsonl"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_old_file_is_read_folded_and_stored(path, store):
    transcript = read_file(path)
    assert transcript.state().started is not None
    loaded = store.load(store.add(transcript).name)
    assert (loaded.events, loaded.bodies) == (transcript.events, transcript.bodies)


@pytest.mark.parametrize("path", sorted((CORPUS / "v1").glob("*.jsonl")), ids=lambda path: path.stem)
def test_a_file_of_this_version_is_written_again_to_the_byte(path):
    data = path.read_bytes()
    assert read_file(path).to_jsonl(evidence="evidence" in path.name) == data


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_nobody_has_edited_the_corpus(path):
    sums = dict(reversed(line.split("  ")) for line in (path.parent / "SHA256SUMS").read_text().splitlines())
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sums[path.name]


def test_content_and_evidence_tell_of_the_same_run():
    for path in (CORPUS / "v1").glob("*.evidence.jsonl"):
        content = path.with_name(path.name.replace("evidence", "content"))
        assert parse_jsonl(path.read_bytes(), "x").to_jsonl() == content.read_bytes()
