"""Mappings and templates: what is wrong with them is said with its place and the nearest right thing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.brains import KINDS, BrainError
from sandbox.brains.llm.spec import read_llm
from sandbox.brains.llm.templates import PLACEHOLDERS, Template, load_template, shipped
from tests.sandbox.llm.scenes import Scene, parts


@pytest.mark.parametrize(
    ("mapping", "path", "says"),
    [
        ({"temprature": 1}, ("temprature",), "did you mean 'temperature'"),
        ({"temperature": -1}, ("temperature",), "-1"),
        ({"acts": "tool"}, ("acts",), "'auto', 'tools', 'json' or 'text'"),
        ({"context": "all"}, ("context",), "write everything"),
        ({"context": {"lst": 3}}, ("context", "lst"), "did you mean 'last'"),
        ({"context": {"last": 0}}, ("context", "last"), "greater than 0"),
        ({"context": {"last": 3, "tokens": 9}}, ("context",), "only one of"),
        ({"context": {"summary": {"kep": 3}}}, ("context", "summary", "kep"), "did you mean 'keep'"),
        ({"prompt": {"sytem": "terse"}}, ("prompt", "sytem"), "did you mean 'system'"),
        ({"prompt": {"turn": "ters"}}, ("prompt", "turn"), "did you mean 'terse'"),
        ({"prompt": {"turn": "/nowhere/at/all.md"}}, ("prompt", "turn"), "cannot be read"),
        ({"prompt": {"system": "You are {set}."}}, ("prompt", "system"), "did you mean {seat}"),
        ({"prompt": {"system": "a\nb {table}"}}, ("prompt", "system"), "line:2:3: '{table}'"),
        ({"prompt": {"system": "say {}"}}, ("prompt", "system"), "{{ and }}"),
        ({"prompt": {"system": "one } too many"}}, ("prompt", "system"), "'}'"),
        ({"model": ""}, ("model",), "''"),
        ({"seed": "often"}, ("seed",), "'often'"),
    ],
)
def test_a_mistake_is_named_with_its_place(mapping: dict[str, Any], path: tuple[str, ...], says: str) -> None:
    with pytest.raises(BrainError) as told:
        KINDS["llm"]({"kind": "llm", **mapping}, Scene().known)
    assert says in f"{told.value.message}; {told.value.remedy}"
    assert told.value.path[: len(path)] == path


def test_what_is_left_out_has_its_usual_meaning() -> None:
    spec = read_llm({"kind": "llm"})
    assert (spec.model, spec.acts, spec.seed, spec.temperature) == ("default", "auto", None, None)
    assert read_llm({"kind": "llm", "context": "everything", "seed": "none"}) == spec


def test_a_file_takes_the_place_of_a_template(tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    file.write_text("I am {seat} in {{braces}}.\n", "utf-8")
    assert parts(Scene().request(prompt={"system": str(file)}))[0] == "I am buyer in {braces}.\n"
    file.write_text("I am {sat}.", "utf-8")
    with pytest.raises(BrainError, match=r"mine\.md:1:6: '\{sat\}'"):
        Scene().brain(prompt={"system": str(file)})
    file.write_bytes(b"\xff")
    with pytest.raises(BrainError, match="not UTF-8"):
        Scene().brain(prompt={"system": str(file)})


def test_a_text_may_stand_where_a_file_would() -> None:
    assert parts(Scene().request(prompt={"turn": "Now, {seat}!"}))[-1] == "Now, buyer!\n"


def test_what_there_is_nothing_to_say_about_goes_with_its_heading() -> None:
    template = Template("# One\n{about}\n\n# Two\n{voice}\nalways\n\n# Three\n{values}\n", "system", "t")
    assert template.fill({"about": "", "voice": "", "values": ""}) == "# Two\nalways\n"
    assert Template("# One\n# Two\nalways", "system", "t").fill({}) == "# One\n# Two\nalways\n"
    assert template.fill({"about": "a", "voice": "v", "values": "w"}) == (
        "# One\na\n\n# Two\nv\nalways\n\n# Three\nw\n"
    )  # fmt: skip


@given(st.text())
def test_braces_inside_a_value_stay_as_they_are(value: str) -> None:
    values = dict.fromkeys(PLACEHOLDERS["turn"], "{seat}" + value + "}}")
    assert "{seat}" + value + "}}" in Template("so: {table} .", "turn", "t").fill(values)


@pytest.mark.parametrize("part", list(PLACEHOLDERS))
def test_what_ships_can_be_read(part: Any) -> None:
    assert {"default", "terse"} <= set(shipped(part))
    for name in shipped(part):
        assert load_template(name, part).fill(dict.fromkeys(PLACEHOLDERS[part], "here"))
