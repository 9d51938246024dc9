"""The rules of the house, read from the source: who may import whom, what is public, and how large a room gets."""

from __future__ import annotations

import ast
import graphlib
import importlib
import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = ["personas", "sandbox", "scenarios", "transcripts", "tui"]

# What each may import of ours; every one may import moot_errors, which stands below them all.
BELOW = {
    "moot_errors": set(),
    "personas": set(),
    "transcripts": set(),
    "scenarios": {"personas", "transcripts"},
    "sandbox": {"personas", "transcripts", "scenarios"},
    "tui": {"personas", "transcripts", "scenarios", "sandbox"},
    "moot": {"personas", "transcripts", "scenarios", "sandbox"},
    "moot_pytest": {"sandbox", "moot"},
}

# Where a library may be imported: nowhere else.
HOME_OF = {
    "textual": "tui",
    "autogen_agentchat": "sandbox",
    "autogen_core": "sandbox",
    "autogen_ext": "sandbox",
    "sqlite3": "transcripts",
    "sqlite_utils": "transcripts",
    "pytest": "moot_pytest",
}
# Not to be declared: what is loaded by nobody but that library has it.
HOSTS = {"pytest"}

USUAL, LARGEST = 400, 800
# A file of more than 400 lines, and why it is not two.
LARGE = {
    "tui/app.py": "modes, what the engine tells and what screens may ask of the app are one desk",
    "benchmarks/diff_truth.py": "how a pair is told, and what of it the diff must find, are read together",
    "benchmarks/kill_runs.py": "what kills, what is killed and what is checked afterwards are read together",
}


@dataclass(frozen=True)
class Import:
    """One imported name: `from module import name`, or `import module`, where `name` is None."""

    module: str
    name: str | None
    line: int
    typing_only: bool

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


@cache
def sources() -> dict[str, Path]:
    """Find each module of ours: its dotted name, and its file."""
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    files += [ROOT / f"{module}.py" for module in PROJECT["tool"]["setuptools"]["py-modules"]]
    dotted = (".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files)
    return dict(zip(dotted, files, strict=True))


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(sources()[module].read_text(encoding="utf-8"))


@cache
def imports(module: str) -> tuple[Import, ...]:
    """Read every import of a module, those inside functions and those by import_module("...") included."""
    is_package = sources()[module].name == "__init__.py"
    return tuple(_imports(tree(module), module if is_package else module.rpartition(".")[0], typing_only=False))


def _imports(node: ast.AST, package: str, *, typing_only: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Import(names=names):
                yield from (Import(alias.name, None, child.lineno, typing_only) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                parents = package.split(".")[: len(package.split(".")) - level + 1] if level else []
                origin = ".".join([*parents, *([module] if module else [])])
                yield from (Import(origin, alias.name, child.lineno, typing_only) for alias in names)
            case ast.Call(
                func=ast.Name(id=called) | ast.Attribute(attr=called), args=[ast.Constant(value=str(name)), *_]
            ):
                if called in ("import_module", "__import__"):
                    yield Import(name, None, child.lineno, typing_only)
            case _:
                pass
        for_types = isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING")
        yield from _imports(child, package, typing_only=typing_only or for_types)


def everywhere() -> Iterator[tuple[str, Import]]:
    """Pair every module's top-level name with each of its imports."""
    return ((module, found) for module in sources() for found in imports(module))


def at(module: str, found: Import) -> str:
    what = f"from {found.module} import {found.name}" if found.name else f"import {found.module}"
    return f"{sources()[module].relative_to(ROOT)}:{found.line}: {what}"


@cache
def public(package: str) -> frozenset[str]:
    """Read the names in a package's `__all__`."""
    for node in tree(package).body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id="__all__")], value=value)
                | ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value)
            ):
                return frozenset(ast.literal_eval(value))
            case _:
                pass
    return frozenset()


def test_every_folder_and_module_that_ships_has_its_place_in_the_house() -> None:
    setuptools = PROJECT["tool"]["setuptools"]
    packaged = {name for name in setuptools["packages"]["find"]["include"] if not name.endswith(".*")}
    assert packaged == set(PACKAGES)
    assert packaged | set(setuptools["py-modules"]) == set(BELOW)


def test_imports_go_down_only() -> None:
    wrong = [
        at(module, found)
        for module, found in everywhere()
        if (floor := module.partition(".")[0]) != found.top
        and found.top in BELOW
        and found.top not in BELOW[floor] | {"moot_errors"}
    ]
    assert not wrong, "imports go down only:\n" + "\n".join(wrong)


def test_another_package_is_entered_by_its_door() -> None:
    wrong = [
        at(module, found)
        for module, found in everywhere()
        if found.top in PACKAGES and found.top != module.partition(".")[0] and not _by_the_door(found)
    ]
    assert not wrong, "what a package's __init__ does not name is private to it:\n" + "\n".join(wrong)


def _by_the_door(found: Import) -> bool:
    inner = found.module.split(".")[1:]
    if inner:  # a module that the package names is as public as a function
        return inner[0] in public(found.top)
    return found.name is None or found.name in public(found.top)


@pytest.mark.parametrize("package", [*PACKAGES, "moot"])
def test_what_a_door_names_is_there(package: str) -> None:
    module = importlib.import_module(package)
    assert [name for name in sorted(public(package)) if not hasattr(module, name)] == []


def test_libraries_stay_in_their_rooms() -> None:
    wrong = [
        at(module, found)
        for module, found in everywhere()
        if module.partition(".")[0] != HOME_OF.get(found.top, module.partition(".")[0])
    ]
    assert not wrong, f"each of these has one home, {HOME_OF}:\n" + "\n".join(wrong)


def test_one_module_speaks_http() -> None:
    assert len({module for module, found in everywhere() if found.top == "httpx"}) <= 1


def test_what_is_imported_is_declared() -> None:
    project = PROJECT["project"]
    extras = [line for lines in project.get("optional-dependencies", {}).values() for line in lines]
    declared = {re.split(r"[^\w.-]", line)[0].lower() for line in project["dependencies"] + extras}
    shipped_by = importlib.metadata.packages_distributions()
    wrong = [
        at(module, found)
        for module, found in everywhere()
        if found.top not in {*BELOW, *HOSTS}
        and found.top not in sys.stdlib_module_names
        and not declared & {name.lower() for name in shipped_by.get(found.top, [])}
    ]
    assert not wrong, "imported, and not among pyproject.toml's dependencies:\n" + "\n".join(wrong)


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_of_a_package_do_not_go_round_in_circles(package: str) -> None:
    inside = [module for module in sources() if module.partition(".")[0] == package]
    graph = {module: {_target(found) for found in imports(module) if not found.typing_only} for module in inside}
    graph = {module: targets & set(inside) - {module} for module, targets in graph.items()}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(f"a circle of imports: {' <- '.join(error.args[1])}")


def _target(found: Import) -> str:
    """Name the module that an import reaches: `from sandbox import rules` reaches sandbox.rules."""
    submodule = f"{found.module}.{found.name}"
    return submodule if submodule in sources() else found.module


def test_rooms_are_small() -> None:
    folders = [ROOT / name for name in [*PACKAGES, "tests", "benchmarks"]]
    files = [*ROOT.glob("*.py"), *(file for folder in folders for file in folder.rglob("*.py"))]
    lines = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8").count("\n") for file in files}
    assert not {file: count for file, count in lines.items() if count >= LARGEST}, f"no file reaches {LARGEST} lines"
    large = {file for file, count in lines.items() if count > USUAL}
    assert large == set(LARGE), f"more than {USUAL} lines asks for a reason in LARGE; fewer does not"
