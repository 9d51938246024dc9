"""The documentation is run: its commands print what it shows, its files say what it says.

A page's blocks are taken in order, in a workspace of its own:

- ```console   each `$ ...` line is run; what stands below it is compared, where `...` stands for anything, also over
               several lines; below it nothing may stand, and then the output is not compared
- ```python    is run; what a block defines, the next one has
- ```yaml scenario | persona | brain | experiment    is read as one, what it leaves out filled in
- a block whose first line is a comment with the name of a file is written to that file
- ```sh and ```text    are for reading only
- at http://localhost:11434/v1, where pages suppose a model, there is one that can do everything

`MOOT_DOCS=write make test ARGS=tests/docs` puts what is printed now into the pages; where an output is cut short by a
line `...`, as many lines as there were before and after it are kept.
"""

from __future__ import annotations

import importlib
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from personas import Persona, parse_document, validate
from sandbox.cast import Chair, make_brain
from sandbox.cli.entry import moot
from sandbox.experiments import prepare
from sandbox.view import known_by
from scenarios import load_scenario, scenario_from_data
from tests.sandbox.models.server import Received, Server, Step, answering, calling
from tests.sandbox.models.server import call as tool_call

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *(path for path in sorted(ROOT.glob("docs/**/*.md")) if path.parent.name != "design")]
WRITE = os.environ.get("MOOT_DOCS") == "write"

FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# ([\w./-]+\.(?:yaml|toml|py))\n")
SHELL = re.compile(r"[|<>;&`*]")
FOR_READING = ("sh", "text")
FAULT = ("moot: ", "✗ ")
"""How a line begins that tells of a mistake: the command that prints it fails."""
MODELS = "http://localhost:11434/v1"
CODE = "echo $?"
"""Prints the exit code of the line above, which may then be any."""

SCENARIO: dict[str, Any] = {
    "title": "A snippet",
    "participants": {"seller": {}, "buyer": {}},
    "threads": {"table": {}},
    "end": {"rounds": 10},
}
PERSONA = {"name": "somebody", "about": "Somebody."}


@dataclass
class Block:
    """One fenced block of a page."""

    page: Path
    line: int
    info: list[str]
    body: str

    @property
    def where(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def file(self) -> str | None:
        found = FILE.match(self.body)
        return found[1] if found else None


@dataclass
class Command:
    """A line that a reader types, and the lines that the page shows below it."""

    words: str
    shown: list[str] = field(default_factory=list)


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found["info"].split(), found["body"])
        for found in FENCE.finditer(text)
    ]


def commands_of(block: Block) -> list[Command]:
    commands: list[Command] = []
    for line in block.body.splitlines():
        if line.startswith("$ "):
            commands.append(Command(line[2:]))
        else:
            assert commands, f"{block.where}: a console block begins with a command"
            commands[-1].shown.append(line)
    return commands


def pattern_of(shown: list[str]) -> str:
    parts = [
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n" for line in shown
    ]
    return "".join(parts)


def cut_like(shown: list[str], printed: list[str]) -> list[str]:
    """Keep of what was printed as many lines before and after the first `...` as the page has."""
    if "..." not in shown:
        return printed
    before = shown.index("...")
    after = len(shown) - before - 1
    return [*printed[:before], "...", *(printed[len(printed) - after :] if after else [])]


class Reader:
    """Do what a reader of a page does, in a folder of its own."""

    def __init__(self, folder: Path, models: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.models = models
        self.monkeypatch = monkeypatch
        self.names: dict[str, Any] = {"__name__": "page"}
        self.code = 0
        self.written: dict[str, str] = {}

    def take(self, block: Block) -> None:
        kind = block.info[0] if block.info else ""
        if block.file:
            path = Path(block.file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.body.replace(MODELS, self.models), encoding="utf-8")
        elif kind == "console":
            self.type_all(block)
        elif kind == "python":
            source = "\n" * block.line + block.body
            exec(compile(source, block.where, "exec"), self.names)  # noqa: S102  the page's own code is what is tested
        elif kind == "yaml":
            assert block.info[1:] and block.info[1] in READ_AS, f"{block.where}: say what it is: {', '.join(READ_AS)}"
            READ_AS[block.info[1]](block)
        else:
            assert kind in FOR_READING, f"{block.where}: nothing is done with a block of {kind!r}"

    def type_all(self, block: Block) -> None:
        lines: list[str] = []
        commands = commands_of(block)
        for command, following in zip(commands, [*commands[1:], None], strict=True):
            output = self.type(command.words).replace(str(self.folder), "...").replace(self.models, MODELS)
            printed = [line.rstrip() for line in output.splitlines()]
            whole = "".join(f"{line}\n" for line in printed)
            said = f"{block.where}: $ {command.words}\n{whole}"
            if command.words != CODE and not (following and following.words == CODE):
                expected = any(line.startswith(FAULT) for line in command.shown)
                assert WRITE or (self.code != 0) == expected, f"{said}exit code {self.code}"
            same = not command.shown or re.fullmatch(pattern_of(command.shown), whole)
            assert WRITE or same, f"{said}--- and the page says ---\n" + "\n".join(command.shown)
            lines += [f"$ {command.words}", *(command.shown if same else cut_like(command.shown, printed))]
        self.written[block.body] = "".join(f"{line}\n" for line in lines)

    def type(self, words: str) -> str:
        """Run one line; what starts `moot` alone is run in this process, which is faster."""
        if words == CODE:
            return f"{self.code}\n"
        if words == "pip install -e .":
            return self.install()
        if found := re.fullmatch(r"cd (\S+)", words):
            self.monkeypatch.chdir(found[1])
            return ""
        if words.startswith("moot ") and not SHELL.search(words):
            return self.moot(words)
        done = subprocess.run(  # noqa: S602  a line of a page, as a reader types it
            words,
            shell=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self.code = done.returncode
        return done.stdout

    def moot(self, words: str) -> str:
        result = CliRunner().invoke(moot, shlex.split(words)[1:], prog_name="moot")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        self.code = result.exit_code
        return result.output

    def install(self) -> str:
        """Make the entry points of the pyproject.toml here known, which is what matters of installing it."""
        project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
        home = Path(f"{project['name'].replace('-', '_')}-{project['version']}.dist-info")
        home.mkdir()
        (home / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
        groups = project["entry-points"].items()
        lines = [
            f"[{group}]\n" + "".join(f"{name} = {at}\n" for name, at in points.items()) for group, points in groups
        ]
        (home / "entry_points.txt").write_text("\n".join(lines))
        self.monkeypatch.syspath_prepend(Path.cwd())
        importlib.invalidate_caches()
        self.code = 0
        return ""


def read_scenario(block: Block) -> None:
    data = parse_document(block.body, block.where).data
    scenario_from_data({**SCENARIO, **data}, block.where).resolve(seed=1)


def read_persona(block: Block) -> None:
    document = parse_document(block.body, block.where)
    validate(Persona, document, data={**PERSONA, **document.data})


def read_brain(block: Block) -> None:
    data = parse_document(block.body, block.where).data
    make_brain(Chair(None, data), known_by(load_scenario("used-bike").resolve(), "buyer", None))


def read_experiment(block: Block) -> None:
    prepare({"scenario": "used-bike", **parse_document(block.body, block.where).data})


READ_AS = {"scenario": read_scenario, "persona": read_persona, "brain": read_brain, "experiment": read_experiment}


class Able(Server):
    """A model that can do what it is asked for."""

    def steps_for(self, received: Received) -> list[Step]:
        tools = [each["function"]["name"] for each in received.body.get("tools", [])]
        if "paint" in tools:
            return calling(tool_call("paint", {"colour": "red"}))(received)
        if tools:
            offer = {"price": 250, "pickup": "weekend", "helmet": "included", "say": "Shall we say 250?"}
            return calling(tool_call("offer", offer))(received)
        return answering('{"colour": "red"}')(received)


@pytest.fixture(scope="session")
def able() -> Iterator[Server]:
    with Able() as server:
        yield server


@pytest.fixture
def reader(tmp_path: Path, able: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    folder = tmp_path / "workspace"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "88")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("MOOT_WORKSPACE", "MOOT_DEBUG", "NO_COLOR", "FORCE_COLOR", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    known = set(sys.modules)
    yield Reader(folder, able.url, monkeypatch)
    for name in set(sys.modules) - known:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
            del sys.modules[name]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_says_what_is(page: Path, reader: Reader) -> None:
    for block in blocks_of(page):
        reader.take(block)
    if WRITE:
        text = page.read_text(encoding="utf-8")
        for before, after in reader.written.items():
            text = text.replace(f"```console\n{before}```", f"```console\n{after}```")
        page.write_text(text, encoding="utf-8")
