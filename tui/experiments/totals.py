"""The totals of each arm, as rows of a list."""

from __future__ import annotations

from sandbox.rendering.numbers import number, percent
from sandbox.rendering.printable import printable
from tui.experiments.board import LOST, Board
from tui.library.listing import Column, Row


def arm_columns(board: Board) -> list[Column]:
    """Name the columns of the arms' totals."""
    head = [Column(printable(board.axes), grows=True), Column("done", right=True), Column("failed", right=True)]
    measures = [Column(printable(each.path), right=True, rank=1 + k) for k, each in enumerate(board.measures)]
    return [*head, Column("agreed", right=True), *measures]


def arm_rows(board: Board) -> list[Row]:
    """Write the totals of each arm."""
    rows: list[Row] = []
    for arm in board.arms:
        there, lost = len(arm.there), arm.count(*LOST)
        done = sum(cell.trial.status == "done" for cell in arm.there)
        means = [
            percent(arm.mean(each.path)) if each.kind == "rate" else number(arm.mean(each.path))
            for each in board.measures
        ]
        cells = (arm.label, f"{done:,}/{there:,}", f"{lost:,}", percent(arm.agreed), *means)
        rows.append(Row(arm.name, cells, "warn" if lost else ""))
    return rows
