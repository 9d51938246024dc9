"""A report in the terminal."""

from __future__ import annotations

from sandbox.experiments.reporting.matching import Matched
from sandbox.experiments.reporting.model import Report
from sandbox.experiments.reporting.sections import Section, head_words, matched_sections, sections
from sandbox.experiments.reporting.words import NONE
from sandbox.rendering.layout import clip, table, wrap
from sandbox.rendering.numbers import count
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable, width_of

_INDENT = "  "
_STYLES = {"yes": "good", "no": "bad", "undecided": "warn"}


def report_lines(report: Report, paint: Paint, width: int) -> list[str]:
    """Write a report in lines; tables that are too wide become lists."""
    lines = [paint(line, "bold") for line in wrap(printable(f"{report.name}: {head_words(report)}"), width)]
    for note in report.notes:
        lines += [paint(line, "warn") for line in wrap(printable(note), width)]
    for section in sections(report):
        lines += ["", *_section(section, paint, width)]
    if plan := report.manifest.get("plan"):
        lines += wrap(printable(f"The plan's hash is {plan}; --json has the whole manifest."), width, rest=_INDENT)
    return lines


def matched_lines(found: Matched, paint: Paint, width: int) -> list[str]:
    """Write two experiments beside each other in lines."""
    shown = sum(answer.found.verdict == "yes" for answer in found.answers)
    head = f"{found.names[0]} → {found.names[1]}: {count(len(found.arms), 'arm')}, "
    head += f"{shown} of {count(len(found.answers), 'difference')} shown"
    lines = [paint(line, "bold") for line in wrap(printable(head), width)]
    if found.unfinished:
        note = f"Not finished: {count(found.unfinished, 'run')} still to be played, and all numbers may change."
        lines += [paint(line, "warn") for line in wrap(note, width)]
    for section in matched_sections(found):
        lines += ["", *_section(section, paint, width)]
    return lines


def _section(section: Section, paint: Paint, width: int) -> list[str]:
    lines = [paint(printable(section.title), "bold")]
    lines += [paint(line, "dim") for each in section.lead for line in _wrapped(each, width)]
    lines += _table(section, paint, width) if section.rows else []
    return lines + [paint(line, "dim") for each in section.after for line in _wrapped(each, width)]


def _table(section: Section, paint: Paint, width: int) -> list[str]:
    rows = [[printable(cell) for cell in row] for row in (section.header, *section.rows)]
    most = max(width // 3, 20)
    short = [[clip(row[0], most), *row[1:]] for row in rows]
    lines = table(short, right=sorted(section.right), indent=_INDENT)
    distinct = len({row[0] for row in short}) == len({row[0] for row in rows})
    if distinct and max(map(width_of, lines)) <= width:
        return [paint(lines[0], "dim"), *lines[1:]]
    return [line for row in rows[1:] for line in _listed(rows[0], row, paint, width)]


def _listed(header: list[str], row: list[str], paint: Paint, width: int) -> list[str]:
    lines = wrap(row[0], width, first=_INDENT, rest=_INDENT * 2)
    cells = {name: cell for name, cell in zip(header[1:], row[1:], strict=True) if cell != NONE}
    if verdict := cells.pop("verdict", None):
        style = _STYLES[verdict.partition(":")[0]]
        lines += [paint(line, style) for line in wrap(verdict, width, first=_INDENT * 2, rest=_INDENT * 3)]
    words = " · ".join(f"{name} {cell}" for name, cell in cells.items())
    return lines + wrap(words, width, first=_INDENT * 2, rest=_INDENT * 3)


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(printable(text), width, first=_INDENT, rest=_INDENT)
