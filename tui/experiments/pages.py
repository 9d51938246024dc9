"""What is said of an experiment beside its grid."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.rendering.layout import clip, wrap
from sandbox.rendering.numbers import count, dollars, number, percent
from sandbox.rendering.printable import printable, width_of
from tui.experiments.board import BROKEN, MARKS, ArmRow, Board, Cell
from tui.watch.lines import Line, Piece, line


def head_lines(board: Board, width: int, *, rate: float | None = None, doing: str = "") -> list[Line]:
    """Say how far it is, and what failed; `doing` stands in place of what the transcripts say of that."""
    words = [doing or state_words(board), f"{board.over:,} of {count(board.total, 'trial')}"]
    if board.playing and rate:
        words += [f"{number(rate)} a second", f"{_duration(board.left / rate)} left"]
    if board.cost:
        words.append(dollars(board.cost))
    lines = [line(text, "bold") for text in wrap(printable(f"{board.name}: {' · '.join(words)}"), width)]
    kinds = ", ".join(f"{kind} {many}" for kind, many in board.faults.most_common())
    parts = [f"failed: {kinds}"] if kinds else []
    parts += [f"{count(board.again, 'attempt')} beyond the first"] if board.again else []
    lines += [line(text, "bad" if kinds else "warn") for text in wrap(printable(" · ".join(parts)), width) if parts]
    for path, why in board.results.unmeasured.items():
        lines += [line(text, "warn") for text in wrap(printable(f"{path}: {why}"), width)]
    return lines


def state_words(board: Board) -> str:
    """Say in a word or two how it is with an experiment."""
    if not board.begun:
        return "not begun"
    if board.playing:
        return "under way"
    if board.left:
        return "broken off" if BROKEN in board.counts else "not finished"
    return "done"


def legend(board: Board, width: int) -> list[Line]:
    """Say what the signs mean that can be seen, and how many there are of each."""
    lines: list[Line] = [()]
    for mark in MARKS:
        if many := board.counts.get(mark, 0):
            entry = (Piece(mark.sign, mark.style), Piece(f" {mark.words} {many:,}   "))
            if lines[-1] and sum(width_of(piece.text) for piece in (*lines[-1], *entry)) > width + 3:
                lines.append(())
            lines[-1] += entry
    return lines


def cell_lines(arm: ArmRow, cell: Cell | None, width: int) -> list[Line]:
    """Say what is known of the trial that the cursor is on; two lines at the most."""
    if cell is None:
        return [line(printable(f"{arm.name} was not played in this context"), "dim")]
    trial, mark = cell.trial, cell.mark
    words = [trial.run or mark.words, *([mark.words] if trial.run else []), *([trial.fault] if trial.fault else [])]
    words += [arm.name, f"seed {trial.seed}", *(["seats swapped"] if trial.swapped else [])]
    words += [f"{path} {_value(value)}" for path, value in trial.values.items() if path != "agreed"]
    if trial.calls:
        words += [count(trial.calls, "call"), f"{trial.tokens:,} tokens", dollars(trial.cost)]
    if trial.attempts > 1:
        words.append(count(trial.attempts, "attempt"))
    first, *rest = wrap(printable(" · ".join(words)), width)
    return [line(first), *([line(clip(" ".join(rest), width))] if rest else [])]


def _value(value: float | bool | None) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else number(value)


def page_lines(board: Board, width: int) -> Sequence[Line]:
    """Write an experiment as a page, for a preview."""
    lines = [*head_lines(board, width), *legend(board, width), line("")]
    for arm in board.arms:
        means = [f"{each.path} {number(arm.mean(each.path))}" for each in board.measures]
        told = [f"agreed {percent(arm.agreed)}", *means] if arm.count(*MARKS[:3]) else []
        lines += [line(text, "bold") for text in wrap(printable(arm.name), width)]
        signs = "".join(cell.mark.sign for cell in arm.there)
        lines += [line(f"  {text}") for text in wrap(printable(" · ".join(told)), max(width - 2, 1)) if told]
        lines.append(line(f"  {signs if len(signs) <= width - 2 else signs[: max(width - 3, 0)] + '…'}"))
    return lines


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"
