"""Plots of a report: the same bytes for the same results."""

from __future__ import annotations

import io
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.experiments.reporting.gathering import Gathered
from sandbox.experiments.reporting.model import AGREED, ArmReport, Report
from sandbox.experiments.results import Results
from sandbox.rendering.numbers import count
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ARMS = 12
"""More arms than that nobody tells apart in a plot of lines; the grid shows all."""
GRID = 40
_PANELS = 6
_LONGEST = 40
# Okabe and Ito's colours, which people who do not see all colours tell apart.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#b8a900")
_MARKS = "os^Dv<>p"
_SETTINGS: dict[str, Any] = {
    "svg.hashsalt": "moot",
    "svg.fonttype": "path",
    "text.parse_math": False,  # a dollar in a name is a dollar
    "text.usetex": False,
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot, drawn when it is written."""

    name: str
    title: str
    caption: str
    draw: Callable[[Figure], None]
    width: float = 7.5
    height: float = 4.5


def svg_of(plot: Plot) -> bytes:
    """Draw a plot as SVG, without a date and with fixed names."""
    return _drawn(plot, "svg", {"Date": None, "Creator": None})


def png_of(plot: Plot) -> bytes:
    """Draw a plot as PNG."""
    return _drawn(plot, "png", {"Software": None})


def plots_of(report: Report, results: Results, gathered: Gathered) -> list[Plot]:
    """Choose the plots for which there is something to show."""
    return list(_plots(report, results, gathered)) if report.done else []


def _plots(report: Report, results: Results, gathered: Gathered) -> Iterator[Plot]:
    arms = [arm for arm in report.arms if arm.done][:ARMS]
    beyond = f" The first {ARMS} arms." if len(report.arms) > ARMS else ""
    yield _grid(report)
    if gathered.utilities:
        yield _utilities(gathered, [arm.name for arm in arms], beyond)
    if gathered.concessions:
        yield _concessions(gathered, [arm.name for arm in arms], beyond)
    if agreed := _agreed_by_round(results, gathered, [arm.name for arm in arms]):
        yield _agreement(agreed, beyond)
    if any(arm.calls for arm in arms):
        yield _costs(report, [arm for arm in arms if arm.calls])


def _drawn(plot: Plot, kind: str, metadata: Mapping[str, Any]) -> bytes:
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    written = io.BytesIO()
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a character that the font lacks a box says enough
        matplotlib.rcdefaults()  # whatever this machine prefers
        matplotlib.rcParams.update(_SETTINGS)  # type: ignore[arg-type]  # its stubs list every key
        figure = Figure(figsize=(plot.width, plot.height), layout="constrained")
        FigureCanvasAgg(figure)
        plot.draw(figure)
        figure.savefig(written, format=kind, metadata=dict(metadata), dpi=150)
    return written.getvalue()


def _grid(report: Report) -> Plot:
    """Draw each arm's estimates with their intervals, a panel for each measure."""
    measures, arms = list(report.measures)[:_PANELS], list(report.arms)[:GRID]
    columns = min(len(measures), 3)
    lines = -(-len(measures) // columns)

    def draw(figure: Figure) -> None:
        panels = figure.subplots(lines, columns, squeeze=False, sharey=True)
        for place, panel in enumerate(panels.flat):
            if place >= len(measures):
                panel.set_axis_off()
                continue
            measure = measures[place]
            for row, arm in enumerate(arms):
                both = arm.measures[measure.path]
                found = both.all or both.agreed
                if found is None or found.value is None:
                    continue
                if found.low is not None and found.high is not None:
                    panel.plot([found.low, found.high], [row, row], color="#8b929b", linewidth=2)
                panel.plot([found.value], [row], marker="o", color=_COLOURS[0], markersize=5)
            panel.set_title(_short(measure.path), fontsize=9)
            panel.grid(axis="x", color="#e6e8eb")
            panel.set_axisbelow(True)
        first = panels.flat[0]
        first.set_yticks(range(len(arms)), [_short(arm.name) for arm in arms])
        first.set_ylim(len(arms) - 0.5, -0.5)

    shown = f" The first {GRID} of {len(report.arms)} arms." if len(report.arms) > GRID else ""
    caption = f"Each arm's means and rates over all runs (of deals, given agreement), with intervals at 95 %.{shown}"
    return Plot("arms", "Arms", caption, draw, 8.5, 1.2 + lines * (0.7 + 0.28 * len(arms)))


def _utilities(gathered: Gathered, arms: Sequence[str], beyond: str) -> Plot:
    def draw(figure: Figure) -> None:
        panel = figure.subplots()
        if gathered.frontier:
            panel.plot(
                *zip(*gathered.frontier, strict=True), color="#8b929b", marker=".", zorder=1, label="Pareto frontier"
            )
        if gathered.no_deal:
            panel.plot(*gathered.no_deal, marker="+", markersize=12, color="black", linestyle="", label="no deal")
        for place, arm in enumerate(arms):
            if points := gathered.utilities.get(arm):
                _scatter(panel, points, place, arm)
        panel.set_xlabel(f"utility of {_short(gathered.seats[0])}")
        panel.set_ylabel(f"utility of {_short(gathered.seats[1])}")
        _legend(panel)

    runs = count(sum(map(len, gathered.utilities.values())), "run")
    line = "with the Pareto frontier" if gathered.frontier else "contexts differ, and so there is no one frontier"
    return Plot("utilities", "Utilities", f"What both have in the end, of {runs}; {line}.{beyond}", draw, 7.5, 5.5)


def _scatter(panel: Axes, points: Sequence[tuple[float, float]], place: int, arm: str) -> None:
    """Mark points, those with more runs larger."""
    many = Counter(points)
    x, y = zip(*many, strict=True)
    sizes = [18 * many[point] ** 0.5 for point in many]
    colour, mark = _COLOURS[place % len(_COLOURS)], _MARKS[place % len(_MARKS)]
    panel.scatter(x, y, s=sizes, color=colour, marker=mark, alpha=0.7, label=_short(arm), zorder=2)


def _concessions(gathered: Gathered, arms: Sequence[str], beyond: str) -> Plot:
    seats = [seat for seat in gathered.seats if seat in gathered.concessions]

    def draw(figure: Figure) -> None:
        import numpy as np

        panels = figure.subplots(1, len(seats), squeeze=False, sharey=True)[0]
        for panel, seat in zip(panels, seats, strict=True):
            for place, arm in enumerate(arms):
                curves = gathered.concessions[seat].get(arm, ())
                if not curves:
                    continue
                longest = max(map(len, curves))
                held = np.array([[*curve, *[np.nan] * (longest - len(curve))] for curve in curves])
                there = (~np.isnan(held)).sum(axis=0) >= max(1, len(curves) // 4)
                low, middle, high = np.nanquantile(held[:, there], [0.25, 0.5, 0.75], axis=0)
                x = np.arange(1, len(middle) + 1)
                colour = _COLOURS[place % len(_COLOURS)]
                panel.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0)
                panel.plot(x, middle, color=colour, label=_short(arm), marker=_MARKS[place % len(_MARKS)], markersize=3)
            panel.set_title(_short(seat), fontsize=9)
            panel.set_xlabel("own offers")
        panels[0].set_ylabel("worth of the offer to its author")
        _legend(panels[-1])

    caption = (
        f"How far each comes down from offer to offer: medians, and bands that hold the middle half, of"
        f" {gathered.runs:,} runs; as long as a quarter of them still made offers.{beyond}"
    )
    return Plot("concessions", "Concessions", caption, draw, 3.2 * max(2, len(seats)) + 1.5, 4.2)


def _agreed_by_round(results: Results, gathered: Gathered, arms: Sequence[str]) -> dict[str, Sequence[float | None]]:
    """Give by arm the rounds after which each run agreed: of all runs where that is measured, else of those read."""
    if not {"rounds", AGREED} <= {each.path for each in results.design.measures}:
        return {arm: gathered.agreed[arm] for arm in arms if any(gathered.agreed.get(arm, ()))}
    found: defaultdict[str, list[float | None]] = defaultdict(list)
    for trial in results.trials:
        if trial.status == "done" and trial.arm in arms:
            found[trial.arm].append(trial.values.get("rounds") if trial.values.get(AGREED) is True else None)
    return {arm: found[arm] for arm in arms if any(found[arm])}


def _agreement(agreed: Mapping[str, Sequence[float | None]], beyond: str) -> Plot:
    def draw(figure: Figure) -> None:
        panel = figure.subplots()
        last = max(each for rounds in agreed.values() for each in rounds if each is not None)
        for place, (arm, all_rounds) in enumerate(agreed.items()):
            rounds = sorted(each for each in all_rounds if each is not None)
            shares = [100 * (k + 1) / len(all_rounds) for k in range(len(rounds))]
            colour = _COLOURS[place % len(_COLOURS)]
            x, y = [0.0, *rounds, last], [0.0, *shares, shares[-1]]
            panel.step(x, y, where="post", color=colour, label=_short(arm))
        panel.set_xlabel("rounds")
        panel.set_ylabel("agreed, % of runs")
        panel.set_ylim(0, 102)
        _legend(panel)

    runs = count(sum(map(len, agreed.values())), "run")
    caption = f"How many had agreed after so many rounds, of {runs}.{beyond}"
    return Plot("agreement", "Agreement over rounds", caption, draw)


def _costs(report: Report, arms: Sequence[ArmReport]) -> Plot:
    """Draw what a run costs beside what comes of it, in dollars or else in tokens."""
    measure = next((each for each in report.measures if each.path.startswith("utility.")), report.measures[0])
    priced = all(arm.cost for arm in arms)

    def draw(figure: Figure) -> None:
        panel = figure.subplots()
        for place, arm in enumerate(arms):
            both = arm.measures[measure.path]
            found = both.all or both.agreed
            if found is None or found.value is None:
                continue
            spent = (arm.cost or 0.0) if priced else arm.tokens
            x, colour = spent / max(1, arm.done + sum(arm.errors.values())), _COLOURS[place % len(_COLOURS)]
            if found.low is not None and found.high is not None:
                panel.plot([x, x], [found.low, found.high], color=colour, linewidth=2)
            mark = _MARKS[place % len(_MARKS)]
            panel.plot([x], [found.value], marker=mark, color=colour, linestyle="", label=_short(arm.name))
        panel.set_xlabel("dollars a run" if priced else "tokens a run")
        panel.set_ylabel(_short(measure.path))
        _legend(panel)

    caption = f"What a run takes, and {measure.path} over all runs with its interval at 95 %."
    return Plot("cost", "Cost against result", caption, draw)


def _legend(panel: Axes) -> None:
    handles, labels = panel.get_legend_handles_labels()
    if labels:
        panel.legend(handles, [f"\u200b{label}" if label.startswith("_") else label for label in labels], fontsize=8)


def _short(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
