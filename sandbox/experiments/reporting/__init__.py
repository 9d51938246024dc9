"""Reports: one model, and what writes it.

::

    report = make_report(results)                      # plain data; .data() for JSON
    report_lines(report, paint, width)                 # the terminal
    report_markdown(report), report_html(report, plots)
    plots_of(report, results, gather(results))         # svg_of(plot), png_of(plot)
    matched_lines(match(a, b), paint, width)           # two experiments beside each other
"""

from __future__ import annotations

from sandbox.experiments.reporting.gathering import gather
from sandbox.experiments.reporting.markdown import report_markdown
from sandbox.experiments.reporting.matching import Matched, match
from sandbox.experiments.reporting.model import Report, make_report
from sandbox.experiments.reporting.page import report_html
from sandbox.experiments.reporting.plots import Plot, plots_of, png_of, svg_of
from sandbox.experiments.reporting.text import matched_lines, report_lines

__all__ = [
    "Matched",
    "Plot",
    "Report",
    "gather",
    "make_report",
    "match",
    "matched_lines",
    "plots_of",
    "png_of",
    "report_html",
    "report_lines",
    "report_markdown",
    "svg_of",
]
