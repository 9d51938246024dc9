"""A report as one HTML file that loads nothing: text escaped, plots inside, no script."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from html import escape

from sandbox.experiments.reporting.model import Report
from sandbox.experiments.reporting.plots import Plot, svg_of
from sandbox.experiments.reporting.sections import Section, head_words, sections
from sandbox.rendering.printable import printable

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_STYLE = """\
body { font: 15px/1.5 system-ui, sans-serif; color: #1c2024; background: #fff; max-width: 75rem; margin: 2rem auto;
  padding: 0 1rem }
h1, h2 { line-height: 1.2 } h2 { margin-top: 2.2rem }
.note { border-left: 4px solid #d55e00; padding: .4rem .8rem; background: #fdf1e8; font-weight: 600 }
.lead, .after, figcaption { color: #565d66 }
.wide { overflow-x: auto } table { border-collapse: collapse }
th, td { padding: .25rem .7rem; border-bottom: 1px solid #d7dbe0; text-align: left; vertical-align: top }
th { border-bottom: 2px solid #8b929b } .n { text-align: right; font-variant-numeric: tabular-nums }
.yes { color: #00664a; font-weight: 600 } .no { color: #a3360b; font-weight: 600 } .undecided { color: #6b5900 }
figure { margin: 1rem 0 } img { max-width: 100%; height: auto }
pre { overflow-x: auto; background: #f4f5f7; padding: 1rem }
"""


def report_html(report: Report, plots: Iterable[Plot] = ()) -> str:
    """Write a report and its plots as one HTML file."""
    notes = "".join(f'<p class="note">{_text(note)}</p>\n' for note in report.notes)
    pictures = [_figure(plot) for plot in plots]
    shown = ["<h2>Plots</h2>\n", *pictures] if pictures else []
    tables = [_section(section) for section in sections(report)]
    return (
        "<!doctype html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(report.name)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{_text(report.name)}</h1>\n<p>{_text(head_words(report))}.</p>\n{notes}"
        f"{''.join(tables)}{''.join(shown)}{_manifest(report)}</body>\n</html>\n"
    )


def _section(section: Section) -> str:
    lead = "".join(f'<p class="lead">{_text(each)}</p>\n' for each in section.lead)
    after = "".join(f'<p class="after">{_text(each)}</p>\n' for each in section.after)
    return f"<h2>{_text(section.title)}</h2>\n{lead}{_table(section)}{after}"


def _table(section: Section) -> str:
    if not section.rows:
        return ""
    head = "".join(_cell("th", name, place in section.right) for place, name in enumerate(section.header))
    rows = "".join(f"<tr>{_cells(section, row)}</tr>\n" for row in section.rows)
    return f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n'


def _cells(section: Section, row: Sequence[str]) -> str:
    return "".join(
        _cell("td", cell, place in section.right, _verdict(cell) if section.header[place] == "verdict" else "")
        for place, cell in enumerate(row)
    )


def _cell(tag: str, text: str, right: bool, style: str = "") -> str:
    style = "n" if right else style
    attribute = f' class="{style}"' if style else ""
    return f"<{tag}{attribute}>{_text(text)}</{tag}>"


def _verdict(cell: str) -> str:
    word = cell.partition(":")[0]
    return word if word in ("yes", "no", "undecided") else ""


def _figure(plot: Plot) -> str:
    data = base64.b64encode(svg_of(plot)).decode("ascii")
    image = f'<img alt="{_text(plot.title)}" src="data:image/svg+xml;base64,{data}">'
    return f"<figure>{image}<figcaption>{_text(plot.caption)}</figcaption></figure>\n"


def _manifest(report: Report) -> str:
    if not report.manifest:
        return ""
    text = escape(json.dumps(report.manifest, indent=2, ensure_ascii=True))
    return f"<h2>To repeat it</h2>\n<details><summary>the manifest</summary><pre>{text}</pre></details>\n"


def _text(text: str) -> str:
    return escape(printable(text))
