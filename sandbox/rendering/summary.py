"""What many branches say together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.rendering.layout import table, wrap
from sandbox.rendering.numbers import count, number
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from sandbox.branches import Group, Summary
    from sandbox.intervals import Interval

_RATE = "agreed"


def summary_lines(summary: Summary, paint: Paint, width: int) -> list[str]:
    """Write the estimates side by side, each with its interval, and say how many have no outcome."""
    changed, control = summary.changed, summary.control
    rows = [["", "branches"]] if control is None else [["", "with the change", "without", "difference"]]
    for name in changed.measures:
        row = [printable(name.removeprefix("utility.")), _estimate(name, changed.measures[name])]
        if control is not None:
            other, difference = control.measures.get(name), summary.differences.get(name)
            row += [_estimate(name, other) if other else "–", _difference(name, difference) if difference else "–"]
        rows.append(row)
    lines = table(rows, indent="  ") if changed.measures else []
    notes = _left_out(changed, "" if control is None else " with the change")
    if control is not None:
        notes += [*_left_out(control, " without it"), _method(summary)]
    elif changed.measures:
        notes.append("Intervals at 95 %: Wilson's for the rate, the bootstrap's for means.")
    return [*lines, *(paint(line, "dim") for note in notes for line in wrap(note, width, first="  ", rest="  "))]


def _method(summary: Summary) -> str:
    if not summary.pairs:
        return "There is no pair of the same seed of which both came to an outcome, and so no difference."
    pairs = f"Differences over {count(summary.pairs, 'pair')} of the same seed."
    return f"{pairs} Intervals at 95 %: Wilson's and Newcombe's for rates, the bootstrap's for means."


def _left_out(group: Group, which: str) -> list[str]:
    if not group.left_out:
        return []
    words = {"exhausted": "ended by its budget", "open": "not finished"}
    many = ", ".join(f"{many} {words.get(status, status)}" for status, many in group.left_out.items())
    return [f"Not counted of {count(group.branches, 'branch', 'branches')}{which}: {many}."]


def _estimate(name: str, found: Interval) -> str:
    unit = " %" if name == _RATE else ""
    return f"{_write(name, found.value)}{unit}{_limits(name, found, sign='')}"


def _difference(name: str, found: Interval) -> str:
    value = f"{_write(name, found.value, sign='+')}{_limits(name, found, sign='+')}"
    if found.low is None:
        return f"{value}, too few to tell"
    if found.low == found.high == 0:
        return f"{value}, the same in each pair"
    return value if found.decided else f"{value}, undecided"


def _limits(name: str, found: Interval, *, sign: str) -> str:
    if found.low is None or found.high is None:
        return ""
    return f" ({_write(name, found.low, sign)} to {_write(name, found.high, sign)})"


def _write(name: str, value: float, sign: str = "") -> str:
    """Write a rate in per cent, anything else as a number; with `sign` also a plus."""
    text = f"{100 * value:.0f}" if name == _RATE else number(round(value, 1))
    text = "0" if text == "-0" else text
    return f"+{text}" if sign and value > 0 and text != "0" else text
