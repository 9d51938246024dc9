"""A report as Markdown, with nothing in it that would be taken for markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from sandbox.experiments.reporting.model import Report
from sandbox.experiments.reporting.sections import Section, head_words, sections
from sandbox.rendering.printable import printable

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&$])")
_LINKED = re.compile(r"(?i)(https?|ftp|www)(?=[:.])")


def report_markdown(report: Report) -> str:
    """Write a report as Markdown."""
    lines = [f"# {plain(report.name)}", "", plain(f"{head_words(report)}.")]
    for note in report.notes:
        lines += ["", f"> **{plain(note)}**"]
    for section in sections(report):
        lines += ["", *_section(section)]
    if report.manifest:
        text = json.dumps(report.manifest, indent=2, ensure_ascii=True)
        fence = "`" * (max(map(len, re.findall("`+", text)), default=2) + 3)
        lines += ["", "## To repeat it", "", f"{fence}json", text, fence]
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """Escape whatever Markdown or HTML would take for more than text."""
    return _LINKED.sub(lambda found: f"{found[0][0]}\u200c{found[0][1:]}", _MARKS.sub(r"\\\1", printable(text)))


def _section(section: Section) -> list[str]:
    lines = [f"## {plain(section.title)}"]
    for each in section.lead:
        lines += ["", plain(each)]
    if section.rows:
        rule = ("---:" if place in section.right else "---" for place in range(len(section.header)))
        lines += ["", _row(map(plain, section.header)), _row(rule), *(_row(map(plain, row)) for row in section.rows)]
    for each in section.after:
        lines += ["", plain(each)]
    return lines


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
