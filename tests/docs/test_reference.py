"""The reference leaves nothing out, no link leads nowhere, and the pictures show what is printed today."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from pydantic import BaseModel
from sqlite_utils import Database

import moot as front_door
import moot_errors
from personas import OCCASIONS, Persona
from sandbox import arun
from sandbox.brains import KINDS, TACTICS
from sandbox.brains.llm.spec import Context, LlmSpec, Prompts, Summary
from sandbox.brains.llm.templates import PLACEHOLDERS
from sandbox.brains.script import ScriptSpec
from sandbox.brains.spec import RuleSpec
from sandbox.budget import Budget
from sandbox.cli.entry import moot
from sandbox.experiments.schema import BudgetSpec, ExperimentSpec, RunBudget
from sandbox.models import Profile
from sandbox.models import errors as model_errors
from sandbox.models.profiles import Limits, Params, Price, SimulatedError, Simulation, Timeouts
from sandbox.workspace import Workspace
from scenarios import Measures
from transcripts import Act, Event, Store

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("**/*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def reference(name: str) -> str:
    return (DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8")


def commands(group: click.Group, words: str = "moot") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{words} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{words} {name}")


def section(page: str, heading: str) -> str:
    """Give the text below a heading, up to the next one of its level or above; empty where there is none."""
    level = heading.partition(" ")[0]
    found = re.search(rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{len(level)}}} |\Z)", page, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def missing(page: str, names: Iterator[str] | list[str] | tuple[str, ...]) -> list[str]:
    return [name for name in names if f"`{name}`" not in page]


def keys(*models: type[BaseModel]) -> list[str]:
    return [field.alias or name for model in models for name, field in model.model_fields.items()]


def kinds(union: Any) -> list[str]:
    return [model.model_fields["kind"].default for model in get_args(get_args(union)[0])]


@pytest.mark.parametrize(
    ("name", "command"), list(commands(moot)), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_has_a_section_with_all_its_options(name: str, command: click.Command) -> None:
    text = section(reference("command-line"), f"## {name}")
    assert text, f"there is no section '## {name}'"
    options = [max(option.opts, key=len) for option in command.params if isinstance(option, click.Option)]
    assert [option for option in options if option not in text] == []


def test_the_options_before_every_command_are_there() -> None:
    options = [max(option.opts, key=len) for option in moot.params]
    assert [option for option in options if option not in reference("command-line")] == []


def test_every_public_name_has_a_section() -> None:
    page = reference("python")
    assert [name for name in front_door.__all__ if not section(page, f"## moot.{name}")] == []


def test_every_kind_of_event_and_act_is_there() -> None:
    page = reference("transcript-file")
    assert missing(section(page, "## Events"), kinds(Event)) == []
    assert missing(section(page, "## Acts"), kinds(Act)) == []


def test_every_field_of_an_event_is_there() -> None:
    models = get_args(get_args(Event)[0])
    assert missing(reference("transcript-file"), [key for key in keys(*models) if key not in ("v", "kind")]) == []


def test_every_key_of_a_persona_and_every_occasion_is_there() -> None:
    assert missing(reference("persona"), [*keys(Persona), *OCCASIONS]) == []


def test_every_brain_key_and_tactic_is_there() -> None:
    page = reference("brains")
    assert [kind for kind in KINDS if not section(page, f"## {kind}")] == []
    assert missing(section(page, "## rule"), [*keys(RuleSpec), *TACTICS]) == []
    assert missing(section(page, "## script"), keys(ScriptSpec)) == []


def test_every_key_of_a_model_and_a_budget_is_there() -> None:
    page = reference("models")
    assert missing(section(page, "## The profile"), [key for key in keys(Profile) if key != "name"]) == []
    inner = [keys(Limits), keys(Timeouts), keys(Price), keys(Simulation), list(get_args(SimulatedError))]
    assert missing(section(page, "## The profile"), [key for each in inner for key in each]) == []
    assert missing(section(page, "## Parameters"), keys(Params)) == []
    assert missing(section(page, "## Budget"), [each.name for each in fields(Budget) if each.name[0] != "_"]) == []
    kinds = [kind.kind for kind in vars(model_errors).values() if isinstance(kind, type) and hasattr(kind, "kind")]
    assert missing(section(page, "## Errors"), [kind for kind in kinds if kind != "failed"]) == []


def test_every_key_and_placeholder_of_an_llm_brain_is_there() -> None:
    text = section(reference("brains"), "## llm")
    assert missing(text, keys(LlmSpec)) == []
    assert [key for key in keys(Context, Prompts, Summary) if key not in text] == []
    assert [name for names in PLACEHOLDERS.values() for name in names if f"`{{{name}}}`" not in text] == []


def test_every_key_of_an_experiment_is_there() -> None:
    page = reference("experiment-file")
    assert missing(section(page, "## The whole"), keys(ExperimentSpec)) == []
    assert missing(section(page, "## Budget"), keys(BudgetSpec, RunBudget)) == []


def test_every_measure_is_there() -> None:
    assert missing(reference("measures"), [field.name for field in fields(Measures)]) == []


def test_every_error_is_there() -> None:
    errors = [
        name for name, value in vars(moot_errors).items() if isinstance(value, type) and issubclass(value, Exception)
    ]
    assert missing(reference("errors-and-exit-codes"), errors) == []


def test_every_table_and_method_of_the_store_is_there(tmp_path: Path) -> None:
    path = tmp_path / "transcripts.db"
    Store.open(path).close()
    database = Database(path)
    tables = [
        name for name in (*database.table_names(), *database.view_names()) if not name.startswith(("words_", "sqlite_"))
    ]
    page = reference("store")
    assert missing(page, tables) == []
    assert (
        missing(page, [column.name for name in ("runs", "events", "messages") for column in database[name].columns])
        == []
    )
    methods = [name for name in vars(Store) if not name.startswith("_")]
    assert [name for name in methods if not re.search(rf"`(Store\.)?{name}\b", page)] == []


def test_every_option_of_a_run_is_there() -> None:
    options = list(inspect.signature(arun).parameters)[1:]
    assert missing(section(reference("python"), "## moot.run"), options) == []


def test_every_section_of_the_configuration_is_there(tmp_path: Path) -> None:
    (tmp_path / "moot.toml").write_text("[unknown]\n")
    with pytest.raises(front_door.Error) as raised:
        _ = Workspace(tmp_path).brains
    sections = (raised.value.remedy or "").removeprefix("sections: ").split(", ")
    assert "brains" in sections
    text = section(reference("command-line"), "## moot.toml")
    assert [name for name in sections if not re.search(rf"`\[{name}[.\]]", text)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match("[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors(target), f"{link} has no such heading"


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_the_index_names_every_page() -> None:
    listed = {(DOCS / link).resolve() for link in LINK.findall((DOCS / "README.md").read_text(encoding="utf-8"))}
    pages = {page.resolve() for page in DOCS.glob("**/*.md")} - {(DOCS / "README.md").resolve()}
    assert pages - listed == set()


def test_the_readme_begins_with_the_two_commands() -> None:
    commands = re.findall(r"^    (make \w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert commands == ["make demo", "make test"]


@pytest.mark.skipif(sys.platform == "win32", reason="drawing takes a pseudo-terminal")
def test_pictures_show_what_is_printed_today(tmp_path: Path) -> None:
    pictures = DOCS / "pictures"
    subprocess.run([sys.executable, "-P", pictures / "draw.py", tmp_path], check=True)
    drawn = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.glob("*.svg")}
    kept = {file.name: file.read_text(encoding="utf-8") for file in pictures.glob("*.svg")}
    assert drawn.keys() == kept.keys()
    assert [name for name in drawn if drawn[name] != kept[name]] == [], "make pictures draws them anew"
