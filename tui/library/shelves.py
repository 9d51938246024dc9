"""The scenarios and personas of a workspace and of the library that comes with Moot."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from moot_errors import MootError
from personas import list_personas, load_persona
from sandbox.rendering.layout import wrap
from sandbox.rendering.pages import persona_page, scenario_page
from sandbox.rendering.printable import printable
from scenarios import list_scenarios, load_scenario
from tui.library.listing import Column, Row
from tui.watch.lines import Ink, Line, lines_of

if TYPE_CHECKING:
    from sandbox import Workspace

COLUMNS = (Column("name", grows=True), Column("from", rank=1))


def scenario_rows(workspace: Workspace) -> list[Row]:
    """List the scenarios."""
    return _rows(list_scenarios(workspace.scenarios), list_scenarios())


def persona_rows(workspace: Workspace) -> list[Row]:
    """List the personas."""
    return _rows(list_personas(workspace.personas), list_personas())


def scenario_lines(workspace: Workspace, name: str, width: int) -> Sequence[Line]:
    """Write a scenario as a page, or what is wrong with it."""
    try:
        source = load_scenario(name, workspace.scenarios)
        return lines_of(scenario_page(source.resolve(), source.data, Ink(), width))
    except MootError as error:
        return problem_lines(error, width)


def persona_lines(workspace: Workspace, name: str, width: int) -> Sequence[Line]:
    """Write a persona as a page, or what is wrong with it."""
    try:
        return lines_of(persona_page(load_persona(name, workspace.personas).persona, Ink(), width))
    except MootError as error:
        return problem_lines(error, width)


def problem_lines(error: MootError, width: int) -> list[Line]:
    """Write what is wrong, and the remedy."""
    ink = Ink()
    head = f"{error.place}: {error.message}" if error.place else error.message
    lines = [ink(line, "bad") for line in wrap(printable(head, lines=True), width)]
    if error.remedy:
        lines += ["", *wrap(printable(error.remedy, lines=True), width)]
    return lines_of(lines)


def stamp(workspace: Workspace) -> tuple[object, ...]:
    """Give a value that changes when a file of the workspace does."""
    folders = [*workspace.scenarios, *workspace.personas]
    return tuple(each for folder in folders for each in _entries(folder))


def _entries(folder: Path) -> list[tuple[str, int]]:
    try:
        with os.scandir(folder) as found:
            return sorted((entry.name, entry.stat().st_mtime_ns) for entry in found)
    except OSError:
        return []


def _rows(found: Mapping[str, Path], library: Mapping[str, Path]) -> list[Row]:
    """The workspace's own first: those are what somebody works at."""
    rows = [Row(name, (name, "" if library.get(name) == path else "yours")) for name, path in found.items()]
    return sorted(rows, key=lambda row: (not row.cells[1], row.key))
