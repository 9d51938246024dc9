"""Whatever is in a transcript, nothing of it steers the terminal."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox import load
from transcripts import Event, Refused, Said, Started, Transcript

STEERING = "\x1b\x9b\x07\r\n\t\x7f\u202e\u2066\u2028\ufeff[]m"
EVIL = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(STEERING)))


def dangerous(output: str) -> list[str]:
    """Find the characters that a terminal or a reader could be deceived by."""
    found = (char for char in output if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    return [char for char in found if char not in "\n\u200c\u200d" and not 0x600 <= ord(char) <= 0x8E2]


@pytest.fixture
def played(moot) -> Transcript:
    moot("run", "used-bike", "-q")
    return load("used-bike-1").transcript


def poisoned(transcript: Transcript, text: str) -> Transcript:
    """Say `text` wherever a transcript holds words."""
    events: list[Event] = []
    for event in transcript.events:
        match event:
            case Started():
                cast = {seat: chair.model_copy(update={"persona": text}) for seat, chair in event.cast.items()}
                events.append(event.model_copy(update={"name": text, "cast": cast, "settings": {text: text}}))
            case Said() | Refused():
                events.append(event.model_copy(update={"text": f"word {text}"}))
            case _:
                events.append(event)
    return Transcript(events, transcript.bodies, transcript.name)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=EVIL)
def test_nothing_that_was_said_steers_the_terminal(moot, played: Transcript, text: str) -> None:
    Path("transcripts.db").unlink(missing_ok=True)
    poisoned(played, text).write_file("evil.jsonl", evidence=True)
    assert moot("import", "evil.jsonl").exit_code == 0
    for words in (
        ["show", "evil.jsonl"],
        ["show", "evil.jsonl", "--events"],
        ["show", "evil.jsonl", "--as", "buyer"],
        ["show", "evil.jsonl", "--json"],
        ["show", "evil.jsonl", "--prompt", text or "1"],
        ["replay", "evil.jsonl", "--check"],
        ["replay", "evil.jsonl", "--check", "--json"],
        ["ls"],
        ["ls", "--json"],
        ["search", "word"],
        ["search", "word", "--json"],
        ["search", text or "word"],
        ["show", f"x{text}"],
        ["run", f"x{text}"],
    ):
        result = moot(*words)
        assert result.exit_code in (0, 1, 2) and "a fault in Moot" not in result.stderr, result.stderr
        assert dangerous(result.output) == []


def test_json_gives_back_what_was_said_to_the_letter(moot, played: Transcript) -> None:
    text = "\x1b[31mred\u202e\x7f\x9b\N{GRINNING FACE}é"
    poisoned(played, text).write_file("evil.jsonl", evidence=True)
    shown = moot("show", "evil.jsonl", "--json").stdout
    assert shown.isascii() and json.loads(shown)["messages"][0]["text"] == f"word {text}"


def test_a_bad_name_in_a_file_is_shown_safely(moot) -> None:
    Path("scenarios/evil.yaml").write_text('title: "a\\e[31mb"\n"x\\e[2J": 1\n', encoding="utf-8")
    for words in (["scenarios"], ["scenarios", "--check", "evil"], ["run", "evil"]):
        assert dangerous(moot(*words).output) == []


def test_what_was_typed_comes_back_safely(moot) -> None:
    for words in (["ls", "\x1b[31m"], ["--\x1b[31m"], ["run", "used-bike", "--seed", "\x9b1m"], ["show", "\x1b.jsonl"]):
        refused = moot(*words)
        assert refused.exit_code == 2 and dangerous(refused.output) == []
