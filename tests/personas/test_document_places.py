"""Each value, each key and each character of a text has its place in the file."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from personas import parse_document

SCENARIO = """\
issues:
  price: {from: 100, to: 400}
  pickup:
    - today
    - weekend
points: {100: 0, 400: 60}
"""


@pytest.mark.parametrize(
    ("path", "key", "place"),
    [
        ((), False, "1:1"),
        (("issues",), True, "1:1"),
        (("issues", "price", "to"), False, "2:26"),
        (("issues", "price", "to"), True, "2:22"),
        (("issues", "pickup", 1), False, "5:7"),
        (("points", 400), False, "6:23"),
        (("points", 400), True, "6:18"),
        (("issues", "price", "step"), False, "2:10"),
        (("issues", "pickup", 7, "x"), True, "4:5"),
        (("nowhere",), False, "1:1"),
    ],
)
def test_a_path_has_a_place_or_that_of_what_encloses_it(path: tuple[str | int, ...], key: bool, place: str) -> None:
    assert str(parse_document(SCENARIO, "f").place(path, key=key)) == f"f:{place}"


def test_what_stands_behind_an_alias_is_placed_where_it_was_written() -> None:
    document = parse_document("a: &points {low: 0}\nb: *points", "f")
    assert document.place(("b", "low")) == document.place(("a", "low"))


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("a: 20 - own.give", 5, "1:9"),
        ("a: 'it''s own'", 5, "1:11"),
        (r'a: "q\u00e9\tx"', 3, "1:14"),
        ("a: &x 20 - own", 5, "1:12"),
        ("a: >\n  20 -\n  own.give", 5, "3:3"),
        ("a: |\n  20 -\n  own.give", 5, "3:3"),
        ('a: "20 -\n   own.give"', 5, "2:4"),
        ('a: "20 - \\\n   own.give"', 5, "2:4"),
        ("a: 20 -\n  own.give", 5, "2:3"),
    ],
)
def test_an_offset_leads_through_quotes_escapes_and_folds(text: str, offset: int, place: str) -> None:
    document = parse_document(text, "f")
    assert document.data["a"][offset] in "xos"
    assert str(document.place(["a"], offset=offset)) == f"f:{place}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@settings(deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1),
    st.sampled_from([_quoted, json.dumps]),
)
def test_every_character_of_a_quoted_text_is_found(text: str, quote: object) -> None:
    assert callable(quote)
    line = f"key: {quote(text)}"
    document = parse_document(line, "f")
    assert document.data["key"] == text
    columns = [document.place(["key"], offset=offset).column or 0 for offset in range(len(text))]
    for char, column in zip(text, columns, strict=True):
        assert line[column - 1] in (char, "\\")
    assert columns == sorted(set(columns)) and columns[0] == 7


@settings(deadline=None)
@given(st.dictionaries(st.integers(-99, 99), st.lists(st.integers(0, 999), max_size=3), min_size=1), st.data())
def test_every_place_points_at_the_text_of_its_value(data: dict[int, list[int]], draw: st.DataObject) -> None:
    key = draw.draw(st.sampled_from(sorted(data)))
    assume(data[key])
    index = draw.draw(st.integers(0, len(data[key]) - 1))
    lines = ["top:", *(f"  {name}:  {items}" for name, items in data.items())]
    document = parse_document("\n".join(lines), "f")
    for place, wanted in (
        (document.place(["top", key], key=True), key),
        (document.place(["top", key, index]), data[key][index]),
    ):
        assert place.line and place.column
        assert lines[place.line - 1][place.column - 1 :].startswith(str(wanted))
