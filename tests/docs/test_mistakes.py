"""Every key of the scenario language has its row in the reference, and the mistake in the row is told as it says."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel

from moot_errors import DocumentError
from personas import Mistake, parse_document
from sandbox.plan import plan
from scenarios import ScenarioSource, schema
from scenarios.speaking import Policy

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
WRITE = os.environ.get("MOOT_DOCS") == "write"
ROW = re.compile(r"^\| `(?P<key>[^`|]+)` \|.*\| `(?P<written>[^`]+)` → (?P<said>.+?) \|$", re.MULTILINE)
FIELD = re.compile(r"^\| `([a-z_]+)` \|", re.MULTILINE)

COUNCIL: dict[str, Any] = {
    "title": "A council",
    "issues": {"price": {"from": 0, "to": 10}},
    "choices": {"verdict": ["guilty", "not guilty"], "give": {"from": 0, "to": 5}, "who": "seats"},
    "participants": {"ann": {}, "ben": {}, "cem": {}},
    "groups": {"old": ["ann", "ben"]},
    "threads": {"hall": {}},
    "end": {"rounds": 3},
}
TALK = {"phases": [{"thread": "hall", "rounds": 1}]}
Put = Callable[[Any], dict[str, Any]]


class Part(NamedTuple):
    """A table of the reference: what stands in it, and where what is written in it belongs."""

    page: str
    heading: str
    models: tuple[type[BaseModel], ...]
    put: Put


def threads(written: Any) -> dict[str, Any]:
    return {"threads": {"hall": {}, "aside": written}}


PARTS = [
    Part("scenario", "## The whole", (schema.Scenario,), lambda written: written),
    Part("scenario", "## Issues", (schema.NumberSpec, schema.DividedSpec), lambda each: {"issues": {"price": each}}),
    Part(
        "scenario",
        "## Participants",
        (schema.Participant,),
        lambda each: {"participants": {**COUNCIL["participants"], "ann": each}},
    ),
    Part(
        "scenario",
        "### Teams",
        (schema.Team,),
        lambda each: {"participants": {**COUNCIL["participants"], "dee": {"team": each}}},
    ),
    Part("scenario", "## Threads", (schema.Thread,), threads),
    Part("scenario", "### Budgets", (schema.Budget,), lambda each: {"threads": {"hall": {"budget": each}}}),
    Part("scenario", "## End", (schema.End,), lambda each: {"end": {"rounds": 3, **each}}),
    Part("scenario", "## Study", (schema.Study,), lambda each: {"study": each}),
    Part("course", "## Phases", (schema.Phase,), lambda each: {"phases": [each]}),
    Part("course", "## Repeat", (schema.Repeat,), lambda each: {**TALK, "repeat": each}),
    Part("course", "## Final", (schema.Proposal,), lambda each: {"final": each}),
    Part("course", "## Opening", (schema.Opening,), lambda each: {"opening": each}),
    Part("course", "## Ask", (schema.Question,), lambda each: {"ask": each}),
    Part("course", "## Events", (schema.Happening,), lambda each: {"events": [each]}),
    Part("speakers", "# Who speaks next", (Policy,), lambda each: {"threads": {"hall": {"speakers": each}}}),
]
QUORUM: Put = lambda each: {"end": {"rounds": 3, "agreement": each}}  # noqa: E731


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def section(part: Part) -> str:
    """Give the text below a part's heading, up to the next heading; on the speakers' page, all of it."""
    if part.heading.startswith("# "):
        return page(part.page)
    found = re.search(rf"^{re.escape(part.heading)}$(.*?)(?=^#{{2,3}} |\Z)", page(part.page), re.MULTILINE | re.DOTALL)
    assert found, part.heading
    return found[1]


def rows() -> Iterator[tuple[Part, str, str, str]]:
    for part in PARTS:
        for row in ROW.finditer(section(part)):
            yield part, row["key"], row["written"], row["said"]


def told(part: Part, key: str, written: str) -> str:
    """Read a mistake as it would be read in its place, and give what is said of it."""
    is_flow = written.startswith("{") or part.page == "speakers"
    data = parse_document(written if is_flow else f"{{{written}}}", "mistake").data
    put = QUORUM if part.heading == "## End" and key in ("quorum", "veto") else part.put
    base = dict(COUNCIL)
    if part.heading == "## Participants" and key == "count":
        base.pop("groups")
    source = ScenarioSource("council", parse_document(as_yaml({**base, **put(data)}), "council.yaml"))
    with pytest.raises((DocumentError, Mistake)) as raised:
        plan(source)
    error = raised.value
    return error.message if isinstance(error, DocumentError) else str(error)


def as_yaml(data: Any) -> str:
    import json

    return json.dumps(data, ensure_ascii=False)


@pytest.mark.skipif(WRITE, reason="they are written")
@pytest.mark.parametrize(
    ("part", "key", "written", "said"),
    list(rows()),
    ids=lambda value: value.heading if isinstance(value, Part) else str(value)[:40],
)
def test_the_mistake_of_a_row_is_told_as_it_says(part: Part, key: str, written: str, said: str) -> None:
    assert told(part, key, written) == said


@pytest.mark.skipif(not WRITE, reason="MOOT_DOCS=write writes them")
def test_write_what_is_said_of_mistakes() -> None:
    for part, key, written, said in list(rows()):
        file = REFERENCE / f"{part.page}.md"
        text, now = file.read_text(encoding="utf-8"), told(part, key, written)
        assert f"`{written}` → {said} |" in text
        file.write_text(text.replace(f"`{written}` → {said} |", f"`{written}` → {now} |"), encoding="utf-8")


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.heading)
def test_every_field_of_a_part_has_its_row(part: Part) -> None:
    fields = [each.alias or name for model in part.models for name, each in model.model_fields.items()]
    there = FIELD.findall(section(part))
    assert [name for name in fields if name not in there and name != "kind"] == []
    with_mistake = {key for each, key, *_ in rows() if each == part}
    assert [name for name in there if name not in with_mistake and "a mistake" in section(part)] == []


def test_every_part_of_the_schema_is_in_the_reference() -> None:
    parts = {
        each
        for each in vars(schema).values()
        if isinstance(each, type) and issubclass(each, BaseModel) and not each.__name__.startswith("_")
    }
    assert parts - {BaseModel, *(model for part in PARTS for model in part.models)} == {schema.Quorum}
    assert {"quorum", "veto"} <= set(FIELD.findall(section(PARTS[6])))
