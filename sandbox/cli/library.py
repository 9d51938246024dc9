"""What listing scenarios and listing personas have in common."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from moot_errors import MootError
from sandbox.cli.faults import FOUND, as_data
from sandbox.cli.output import print_json
from sandbox.cli.session import Console
from sandbox.rendering.layout import GAP, clip, table
from sandbox.rendering.numbers import count
from sandbox.rendering.printable import printable, width_of

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Shelved:
    """A file that can be had by its name."""

    name: str
    path: Path
    shipped: bool
    """From the library that comes with Moot."""
    hides: bool
    """A workspace's own, of the same name as one of the library."""

    @property
    def source(self) -> str:
        return (
            "library" if self.shipped else os.path.relpath(self.path) + (", hides the library's" if self.hides else "")
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    severity: str
    error: MootError


def shelve(found: Mapping[str, Path], library: Mapping[str, Path]) -> list[Shelved]:
    """Tell a workspace's own files from those of the library."""
    return [
        Shelved(name, path, library.get(name) == path, name in library and library[name] != path)
        for name, path in found.items()
    ]


def is_path(word: str) -> bool:
    """Tell the path of a file from a name."""
    return word.endswith(SUFFIXES) or "/" in word or os.sep in word


def print_shelf(
    console: Console, shelf: Iterable[Shelved], describe: Callable[[Shelved], str], *, as_json: bool
) -> None:
    """List files with a line on each; one that cannot be read says so in its place."""
    rows = []
    for item in shelf:
        try:
            rows.append((item, describe(item), True))
        except MootError as error:
            rows.append((item, f"cannot be read: {error.message}", False))
    if as_json:
        print_json([
            {"name": item.name, "about": about if fine else None, "problem": None if fine else about,
             "file": str(item.path), "library": item.shipped, "hides": item.hides}
            for item, about, fine in rows
        ])  # fmt: skip
        return
    names = table([[printable(item.name), printable(item.source)] for item, _, _ in rows])
    margin = max(map(width_of, names), default=0) + len(GAP)
    for line, (_, about, fine) in zip(names, rows, strict=True):
        said = printable(about)
        if console.live:
            said = clip(said, max(console.width - margin, 20))
        whole = f"{line}{' ' * (margin - width_of(line))}{said}"
        console.out(whole if fine else console.paint(whole, "bad"))


def report_checks(console: Console, findings: Mapping[str, list[Finding]], *, as_json: bool) -> None:
    """Print what checks found, by what was checked; leaves with exit code 1 where there is an error."""
    errors = sum(each.severity == "error" for found in findings.values() for each in found)
    if as_json:
        print_json([
            {"name": name, "findings": [{"severity": each.severity, **as_data(each.error)} for each in found]}
            for name, found in findings.items()
        ])  # fmt: skip
    else:
        for name, found in findings.items():
            console.out(*_finding_lines(console, name, found))
        console.out(f"{count(len(findings), 'file')} checked, {count(errors, 'error')}")
    if errors:
        click.get_current_context().exit(FOUND)


def _finding_lines(console: Console, name: str, found: list[Finding]) -> list[str]:
    wrong = any(each.severity == "error" for each in found)
    lines = [f"{console.paint('✗', 'bad') if wrong else console.paint('✓', 'good')} {printable(name)}"]
    for each in found:
        shade = "bad" if each.severity == "error" else "warn"
        for place, line in enumerate(printable(str(each.error), lines=True).split("\n")):
            lines.append(f"    {line}" if place else f"  {console.paint(each.severity, shade)}: {line}")
    return lines
