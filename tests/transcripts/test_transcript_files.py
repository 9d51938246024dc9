"""A transcript in a file: the same bytes for the same run, and a place and a remedy for whatever is wrong with one."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moot_errors import MootError, NewerVersion, NotFound, StoreError, Unwritable, WrongUse
from transcripts import Bodies, Said, Started, Transcript, parse_jsonl, read_file


@given(data=st.data())
def test_a_file_with_evidence_gives_the_very_transcript(any_transcript, data):
    transcript = data.draw(any_transcript)
    copy = parse_jsonl(transcript.to_jsonl(evidence=True), "copy")
    assert (copy.events, copy.name) == (transcript.events, transcript.name)
    assert copy.to_jsonl(evidence=True) == transcript.to_jsonl(evidence=True)
    assert dict(copy.bodies).items() <= dict(transcript.bodies).items()


@given(data=st.data())
def test_content_is_the_same_bytes_again_whatever_arrived_first(any_transcript, data):
    transcript = data.draw(any_transcript)
    written = transcript.to_jsonl()
    copy = parse_jsonl(written, "copy")
    assert copy.to_jsonl() == written
    assert copy.equals(transcript)
    assert b'"evidence":{' not in b"".join(line for line in written.splitlines() if b'"body"' not in line)


@given(data=st.data())
def test_a_line_is_a_line_to_everybody(any_transcript, data):
    text = data.draw(any_transcript).to_jsonl(evidence=True).decode()
    assert len(text.splitlines()) == text.count("\n")
    assert not any(ord(each) < 32 or 127 <= ord(each) < 160 for each in text.replace("\n", ""))
    assert all(isinstance(json.loads(line), dict) for line in text.splitlines())


def test_what_hides_or_breaks_text_is_written_as_an_escape_and_the_rest_as_itself(make):
    said = "naïve €\u2028\u0085\u202e\x1b[31m\x7f\ufeff🙂"
    written = make.told(said).to_jsonl()
    assert "naïve €\\u2028\\u0085\\u202e\\u001b[31m\\u007f\\ufeff🙂" in written.decode()
    assert parse_jsonl(written, "copy").events[1] == make.say(1, said)


def test_the_state_after_a_turn_knows_nothing_of_what_came_later(make):
    transcript = make.told("one", "two", "three")
    assert [message.text for message in transcript.state(at=2).threads["table"].messages] == ["one", "two"]
    assert transcript.state(at=3).ended is None
    assert transcript.state().ended is not None
    assert transcript.state(at=0).turns == 0 and transcript.state(at=0).started is not None
    for at in (-1, 4):
        with pytest.raises(WrongUse, match=f"there is no turn {at}\n  take one from 1 to 3"):
            transcript.state(at)


def test_a_file_is_written_whole_or_not_at_all(tmp_path, make):
    path = tmp_path / "run.jsonl"
    path.write_text("what was there before")
    broken = make.told("one")
    broken.bodies.clear()
    with pytest.raises(WrongUse, match="lacks the body"):
        broken.write_file(path)
    assert path.read_text() == "what was there before"
    make.told("one").write_file(path)
    assert read_file(path).equals(make.told("one"))
    assert os.listdir(tmp_path) == ["run.jsonl"]


def test_a_folder_that_is_missing_is_an_error_with_a_remedy(tmp_path, make):
    with pytest.raises(Unwritable, match="mkdir -p") as caught:
        make.told().write_file(tmp_path / "nowhere" / "run.jsonl")
    assert str(tmp_path / "nowhere" / "run.jsonl") in caught.value.message


def test_a_file_that_is_missing_is_an_error_with_the_nearest_one(tmp_path, make):
    make.told().write_file(tmp_path / "used-bike.jsonl")
    with pytest.raises(NotFound, match=r"did you mean '.*used-bike\.jsonl'"):
        read_file(tmp_path / "used-bkie.jsonl")


def test_what_json_cannot_hold_is_refused_before_anything_is_written(make):
    for text in ("half \ud83d", "\udfff"):
        with pytest.raises(WrongUse, match="surrogate"):
            make.told(text).to_jsonl()
    for value in (float("nan"), float("inf"), object(), {1, 2}):
        with pytest.raises(WrongUse, match="cannot hold this"):
            Bodies().put({"value": value})


def _lines(make) -> list[str]:
    return make.told("one", "two").to_jsonl().decode().splitlines(keepends=True)


def _line(number: int, old: str, new: str):
    """Change one thing in one line."""

    def change(lines: list[str]) -> None:
        assert old in lines[number - 1]
        lines[number - 1] = lines[number - 1].replace(old, new)

    return change


def _drop(number: int):
    return lambda lines: lines.pop(number - 1)


def _swap(one: int, other: int):
    def change(lines: list[str]) -> None:
        lines[one - 1], lines[other - 1] = lines[other - 1], lines[one - 1]

    return change


def _again(number: int):
    return lambda lines: lines.insert(number, lines[number - 1])


HALF = "\\" + "ud83d"
DEEP = "[" * 100_000

# lines: 1 header, 2 and 3 bodies (scenario, situation), 4 started, 5 and 6 said, 7 ended
WRONG = {
    "empty": (lambda lines: lines.clear(), "F: the file is empty"),
    "other": (_line(1, '"transcript"', '"persona"'), "F:1:1: .*does not begin a transcript"),
    "no header": (_drop(1), "F:1:1: .*does not begin a transcript"),
    "newer": (_line(1, '"version":1', '"version":9'), "F:1:22: this was written by a later Moot: version 9"),
    "no number": (_line(1, '"version":1', '"version":"1"'), "F:1:22: '1' is not a version"),
    "header": (_line(1, '"evidence":false', '"evidense":false'), "F:1:34: there is no field 'evidense' in a header"),
    "header's": (_line(1, '"evidence":false', '"evidence":0'), "F:1:34: 0 cannot stand here"),
    "cut off": (_line(7, "}\n", ""), "F:7:.*the file is cut off: its last line '.*' does not end"),
    "not JSON": (_line(5, '"turn":1,', '"turn":1'), "F:5:19: .*is not JSON"),
    "not an object": (_line(5, "{", "[{") , "F:5:.* is not JSON"),
    "a list": (lambda lines: lines.insert(5, "[1]\n"), r"F:6:1: '\[1\]' is not a JSON object"),
    "an empty line": (lambda lines: lines.insert(5, "\n"), "F:6:1: '' is not JSON"),
    "twice": (_line(5, '"turn":1', '"turn":1,"tick":1'), "F:5:20: the key 'tick' is given twice"),
    "NaN": (_line(5, '"turn":1', '"turn":NaN'), "F:5:1: .*NaN is not a number"),
    "half a pair": (_line(5, '"text":"one"', f'"text":"{HALF}"'), "F:5:1: .*cannot be read.*surrogate"),
    "deep": (_line(5, '"one"', DEEP), "F:5:1: .*cannot be read.*recursion"),
    "no kind": (_line(5, '"kind":"said",', ""), "F:5:1: 'kind' is missing"),
    "kind": (_line(5, '"said"', '"siad"'), "F:5:29: there is no kind of event 'siad'\n  did you mean 'said'"),
    "field": (_line(5, '"text"', '"txet"'), "F:5:.*there is no field 'txet' here\n  did you mean 'text'"),
    "missing": (_line(5, '"seat":"seller",', ""), "F:5:1: 'seat' is missing"),
    "type": (_line(5, '"n":1', '"n":"1"'), "F:5:76: '1' cannot stand here: .*integer"),
    "negative": (_line(5, '"n":1', '"n":-1'), "F:5:76: -1 cannot stand here: .*greater"),
    "act": (_line(5, '"text"', '"act":{"kind":"ofer"},"text"'), "F:5:89: there is no kind of act 'ofer'\n.*'offer'"),
    "act's": (_line(5, '"text"', '"act":{"kind":"pass","of":1},"text"'), "F:5:103: there is no field 'of' here"),
    "version of its own": (_line(5, '"turn"', '"v":1,"turn"'), "F:5:11: there is no field 'v' here"),
    "evidence": (_line(5, '"turn"', '"evidence":{},"turn"'), "F:5:11: there is no field 'evidence' here"),
    "no start": (_drop(4), "F:4:1: no event 'started'"),
    "two starts": (_again(4), "F:5:1: 'tick 0, turn 0, step 0|F:5:1: tick 0, turn 0, step 0 is given twice"),
    "order": (_swap(5, 6), "F:6:1: tick 1, turn 1, step 0 stands after tick 2, turn 2, step 0: out of order"),
    "a turn": (_drop(5), "F:5:1: turn 1 is missing before tick 2, turn 2, step 0"),
    "the same": (_again(5), "F:6:1: tick 1, turn 1, step 0 is given twice"),
    "a step": (_line(5, '"step":0', '"step":1'), "F:5:1: a step is missing before tick 1, turn 1, step 1"),
    "number": (_line(6, '"n":2', '"n":3'), "F:6:1: the message 'table:3' should be number 2"),
    "thread": (_line(6, '"table"', '"tabel"'), "F:6:1: there is no thread 'tabel' in this run\n  did you mean 'table'"),
    "seat": (_line(6, '"seller"', '"seler"'), "F:6:1: there is no seat 'seler' in this run\n  did you mean 'seller'"),
    "body gone": (_drop(3), "F:3:1: the body '.*' is missing: it belongs above this line"),
    "body late": (_swap(3, 4), "F:3:1: the body '.*' is missing: it belongs above this line"),
    "body twice": (_again(3), "F:4:2: the body '.*' is given twice"),
    "body edited": (_line(3, "A bike", "A car"), "F:3:2: the body '.*' was changed: its content is '.*'"),
    "body's line": (_line(3, '"is"', '"si"'), "F:3:1: a body's line has the keys"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_with_its_place(make, name):
    change, wanted = WRONG[name]
    lines = _lines(make)
    change(lines)
    with pytest.raises(StoreError) as caught:
        parse_jsonl("".join(lines).encode(), "F")
    assert re.match(wanted, str(caught.value), re.DOTALL), str(caught.value)


def test_bytes_that_are_not_utf8_are_named_with_their_column(make):
    data = make.told("naïve").to_jsonl().replace(b"\xc3\xaf", b"\xef")
    with pytest.raises(StoreError, match=r"^F:5:\d+: the byte 0xef is not UTF-8\n  save the file as UTF-8"):
        parse_jsonl(data, "F")


def test_a_newer_file_says_how_to_read_it(make):
    data = make.told().to_jsonl().replace(b'"version":1', b'"version":2')
    with pytest.raises(NewerVersion, match="pip install --upgrade moot"):
        parse_jsonl(data, "F")


@given(data=st.data())
def test_a_damaged_file_is_an_error_and_never_a_fault(make, data):
    whole = make.told("one", "two").to_jsonl(evidence=True)
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(start + 9, len(whole))))
    try:
        parse_jsonl(whole[:start] + data.draw(st.binary(max_size=5)) + whole[end:], "F")
    except MootError as error:
        assert str(error).startswith("F")  # noqa: PT017  most changes break it, and a few do not


def test_a_situation_without_threads_is_an_error(make):
    bodies = Bodies()
    name = bodies.put([])
    started = Started(name="x", seed=1, cast={}, scenario=name, situation=name)
    with pytest.raises(StoreError, match="does not say who is in which thread"):
        parse_jsonl(Transcript([started], bodies).to_jsonl(), "F")


def test_windows_line_ends_do_no_harm(make):
    transcript = make.told("one")
    assert parse_jsonl(transcript.to_jsonl().replace(b"\n", b"\r\n"), "F").equals(transcript)


def test_reading_a_folder_is_an_error(tmp_path: Path):
    with pytest.raises(StoreError, match="cannot be read"):
        read_file(tmp_path)


def test_said_needs_no_evidence_to_be_content(make):
    transcript = make.told("one")
    event = transcript.events[1]
    assert isinstance(event, Said) and event.evidence is None


def test_a_byte_order_mark_is_named_with_its_remedy():
    with pytest.raises(StoreError, match=r"^F:1:1: the file begins with a byte order mark\n  save it as UTF-8 without"):
        parse_jsonl("\ufeff{}\n".encode(), "F")
