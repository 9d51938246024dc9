"""A YAML document is plain data as YAML 1.2 means it, or an error of a line or two that says where and what instead."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot_errors import DocumentError
from personas import parse_document, read_document

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 12)
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *[
            (text, text)
            for text in ("no", "yes", "on", "off", "2:1", "1:30:00", "1_000", "=", "2026-01-01", "0b1", "1e")
        ],
        *[(text, None) for text in ("null", "Null", "NULL", "~")],
        *[("true", True), ("False", False), ("TRUE", True), ("tRUE", "tRUE")],
        *[("12", 12), ("-3", -3), ("+5", 5), ("007", 7), ("0o17", 15), ("0x1F", 31), ("-0x1F", "-0x1F")],
        *[(".5", 0.5), ("1.", 1.0), ("-1.5e3", -1500.0), ("1e3", 1000.0), ("'12'", "12"), ('"no"', "no")],
    ],
)
def test_a_plain_scalar_means_what_the_core_schema_says(written: str, meant: object) -> None:
    value = parse_document(f"a: {written}", "f").data["a"]
    assert (value, type(value)) == (meant, type(meant))


def test_a_character_escaped_in_halves_is_whole() -> None:
    document = parse_document(r'a: "\ud83d\udeb2 x"', "f")
    assert document.data == {"a": "🚲 x"}
    assert str(document.place(["a"], offset=2)) == "f:1:18"


def test_numbers_are_keys_and_a_reference_is_a_mapping_to_nothing() -> None:
    assert parse_document("{100: 0, 2.5: 1, ask: {asking}}", "f").data == {100: 0, 2.5: 1, "ask": {"asking": None}}


def test_each_use_of_an_alias_is_data_of_its_own() -> None:
    data = parse_document("a: &x [1, 2]\nb: *x", "f").data
    data["a"].append(3)
    assert data["b"] == [1, 2]


@pytest.mark.parametrize(
    ("text", "place", "value"),
    [
        ("", "1:1", "the file is empty"),
        ("# nothing but a comment\n", "1:1", "the file is empty"),
        ("price: 1\nPrice: 2\nprice: 3", "3:1", "the key 'price' is given twice"),
        ("{1: a, 1.0: b}", "1:8", "1.0"),
        ("p: {100:0, 400: 60}", "1:5", "'100:0' lacks a space"),
        ("? [a, b]\n: 1", "1:3", "a sequence cannot be a key"),
        ("? {a: b}\n: 1", "1:3", "a mapping cannot be a key"),
        ("a:\n  true: 1", "2:3", "'true' cannot be a key"),
        ("~: 1", "1:1", "'~' cannot be a key"),
        ("a: &x {b: 1}\nc:\n  <<: *x", "3:3", "'<<'"),
        ("a: &x [1, *x]", "1:11", "'*x' contains itself"),
        ("a: *x", "1:4", "'&x'"),
        ("a: !!python/object/apply:os.system [ls]", "1:4", "'!!python/object/apply:os.system'"),
        ("a: !!str 5", "1:4", "'!!str'"),
        ("%YAML 1.1\n---\na: no", "1:1", "YAML 1.1"),
        ("a: 1\n---\nb: 2", "2:1", "a second document"),
        ("a:\n\tb: 1", "2:1", "a tab"),
        ("a: b\n  c: d", "2:4", "mapping values are not allowed here"),
        ("a: 1\nb: 'never closed\nc: 2", "2:4", "unexpected end of stream"),
        ("a: [1, 2", "1:4", "expected ',' or ']'"),
        ("role: {asking} €", "1:16", "expected <block end>"),
        ("a: @home", "1:4", "'@'"),
        ("- 1\n-2", "2:1", "could not find expected ':'"),
        ("[] []", "1:4", "found '['"),
        ("a: .nan", "1:4", "'.nan'"),
        ("a: -.inf", "1:4", "'-.inf'"),
        ("a: 1e999", "1:4", "'1e999'"),
        ("a: " + "9" * 5000, "1:4", "more than 18 digits"),
        ("a: b\n\x1b[2J: c", "2:1", r"'\x1b'"),
        ('a: "x\\e[2J"', "1:4", r"'\x1b'"),
        ('a: "\\ud800"', "1:4", r"'\ud800'"),
        ('a: "\\U00110000"', "1:5", r"'\\U00110000'"),
        ("[" * 60, "1:51", "deeper than 50"),
        (BOMB, "1:37", "100,000 keys and values"),
        ("[" + "1," * 100_000 + "]", "1:200000", "100,000 keys and values"),
    ],
)
def test_what_cannot_be_meant_is_refused_where_it_stands(text: str, place: str, value: str) -> None:
    with pytest.raises(DocumentError) as error:
        parse_document(text, "bad.yaml")
    assert str(error.value.place) == f"bad.yaml:{place}"
    assert value in error.value.message
    assert len(str(error.value).splitlines()) <= 2 and len(error.value.message) < 120


# YAML takes a key without a "?" up to 1,024 characters
_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=80)
_NUMBERS = st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False)
_DATA = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.lists(_DATA, max_size=4) | st.dictionaries(_TEXTS, _DATA, max_size=4), st.sampled_from([None, 2]))
def test_json_means_the_same_as_yaml(data: object, indent: int | None) -> None:
    assert parse_document(json.dumps(data, indent=indent, allow_nan=False), "f").data == data


_SCRAPS = [
    *"abc:-?[]{},#&*!|>'\"%@`\\ \n\t~<=019._\r\x85\u2028\ufeffé",
    "a: ",
    "- ",
    "? ",
    "&a ",
    "*a",
    "\n  ",
    "---\n",
]
_SCRAPS += ["...\n", "!!str ", "\\x", "\\U0011", "|2", "|+9", ">-", "%YAML 1.2\n", "%TAG ! x\n", "<<: ", "0x", "1e9"]


@settings(deadline=None)
@given(st.lists(st.sampled_from(_SCRAPS), max_size=25).map("".join))
def test_any_text_is_data_or_an_error_with_its_place(text: str) -> None:
    try:
        json.dumps(parse_document(text, "f").data, allow_nan=False)
    except DocumentError as error:
        place = error.place
        assert place and place.line and place.column


def test_a_file_is_named_as_it_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbftitle: caf\xc3\xa9\r\nrounds: 3\r\n")
    monkeypatch.chdir(tmp_path)
    document = read_document("a.yaml")
    assert document.data == {"title": "café", "rounds": 3}
    assert str(document.place(["rounds"])) == "a.yaml:2:9"


def test_bytes_that_are_not_utf_8_have_a_line_and_a_column(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes("title: é\nunit: ".encode() + b"\xa4\n")
    with pytest.raises(DocumentError, match="0xa4") as error:
        read_document(tmp_path / "a.yaml")
    assert str(error.value.place).endswith("a.yaml:2:7")


def test_a_file_that_is_too_large_is_not_parsed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: " + "x" * 1_000_000)
    with pytest.raises(DocumentError, match="larger than 1,000,000 bytes"):
        read_document(tmp_path / "a.yaml")


def test_a_missing_file_has_a_neighbour(tmp_path: Path) -> None:
    (tmp_path / "used-bike.yaml").write_text("a: 1")
    with pytest.raises(DocumentError, match=r"used-bik\.yaml: there is no such file") as error:
        read_document(tmp_path / "used-bik.yaml")
    assert error.value.remedy == f"did you mean {str(tmp_path / 'used-bike.yaml')!r}?"


def test_a_missing_file_without_a_neighbour_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=f"`ls {tmp_path}` shows what is there"):
        read_document(tmp_path / "a.yaml")
    with pytest.raises(DocumentError, match=f"there is no folder '{tmp_path / 'nope'}' either"):
        read_document(tmp_path / "nope" / "a.yaml")


@pytest.mark.parametrize("name", [".", "/dev/null", "nul\0byte.yaml", "n" * 5000])
def test_what_is_no_file_is_refused(name: str) -> None:
    with pytest.raises(DocumentError, match=r"is not a file|cannot be read"):
        read_document(name)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1")
    (tmp_path / "a.yaml").chmod(0)
    with pytest.raises(DocumentError, match="may not be read"):
        read_document(tmp_path / "a.yaml")


def test_the_parser_is_loaded_only_when_something_is_read() -> None:
    code = "import personas, sys; sys.exit(any(name.split('.')[0] in ('ruamel', 'numpy') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
