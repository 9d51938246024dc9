"""The runs of a store as rows of a list: found by words, and put in an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sandbox.rendering.numbers import age, dollars
from sandbox.rendering.runs import outcome_words, shade_of, state_of, worth_words
from tui.library.listing import Column, Row

if TYPE_CHECKING:
    from transcripts import RunInfo

Costs = Mapping[int, float | None]
"""Dollars by a run's id; None where a price is not known; runs without calls are not there."""

COLUMNS: Final = (
    Column("run"),
    Column("status"),
    Column("turns", right=True, rank=1),
    Column("outcome", grows=True),
    Column("worth", rank=3),
    Column("cost", right=True, rank=4),
    Column("when", rank=2),
)
RUN, STATUS, TURNS, OUTCOME, WORTH, COST, WHEN = range(len(COLUMNS))

_LATER_FIRST: Final = {TURNS, WORTH, COST, WHEN}
"""Columns of which one wants to see the greatest first."""


@dataclass
class Catalogue:
    """The runs of a store, and how they are looked at."""

    infos: Sequence[RunInfo] = ()
    """The newest first."""
    costs: dict[int, float | None] = field(default_factory=dict)
    words: str = ""
    """What a run must have to be listed."""
    column: int = WHEN
    """Whose order they are in."""
    reverse: bool = False

    def rows(self, now: float, most: int) -> list[Row]:
        """Write what is listed, and no more rows than `most`."""
        found = find_runs(self.infos, self.words)
        return run_rows(sort_runs(found, self.costs, self.column, self.reverse)[:most], self.costs, now)

    @property
    def count(self) -> str:
        """Say how many there are; empty where there are none."""
        found, live = len(find_runs(self.infos, self.words)), sum(info.live for info in self.infos)
        of = f" of {len(self.infos):,}" if found != len(self.infos) else ""
        return f"{found:,}{of}{f' · {live} under way' if live else ''}" if self.infos else ""

    def find(self, name: str | None) -> RunInfo | None:
        """Find a run by its name."""
        return next((info for info in self.infos if info.name == name), None)

    def uncounted(self, most: int) -> list[RunInfo]:
        """List the runs whose costs are to be added up, for the first time or anew."""
        return [info for info in self.infos[:most] if info.id not in self.costs or info.status == "open"]


def find_runs(infos: Sequence[RunInfo], words: str) -> list[RunInfo]:
    """Choose the runs that have each of the words anywhere in what the list says of them."""
    wanted = words.casefold().split()
    return [info for info in infos if all(word in _said(info) for word in wanted)] if wanted else list(infos)


def sort_runs(infos: Sequence[RunInfo], costs: Costs, column: int, reverse: bool) -> list[RunInfo]:
    """Put runs in the order of a column, the newest first where that does not decide."""
    keys: dict[int, Callable[[RunInfo], Any]] = {
        RUN: lambda info: _natural(info.name),
        STATUS: state_of,
        TURNS: lambda info: info.turns,
        OUTCOME: lambda info: (not info.agreed, outcome_words(info)),
        WORTH: _welfare,
        COST: lambda info: costs.get(info.id) or 0.0,
        WHEN: lambda info: info.id,
    }
    newest = sorted(infos, key=lambda info: info.id, reverse=True)
    return sorted(newest, key=keys[column], reverse=(column in _LATER_FIRST) != reverse)


def run_rows(infos: Sequence[RunInfo], costs: Costs, now: float) -> list[Row]:
    """Write a row for each run."""
    return [Row(info.name, _cells(info, costs, now), shade_of(info) or "") for info in infos]


def _cells(info: RunInfo, costs: Costs, now: float) -> tuple[str, ...]:
    return (
        info.name,
        state_of(info),
        str(info.turns),
        outcome_words(info),
        " · ".join(worth_words(info)),
        dollars(costs[info.id]) if info.id in costs else "–",
        age(max(0.0, now - info.started)) if info.started else "–",
    )


def _said(info: RunInfo) -> str:
    branch = f"{info.parent} branch" if info.parent else ""
    words = (info.name, info.scenario, state_of(info), outcome_words(info), f"seed {info.seed}", branch)
    return " ".join(words).casefold()


def _natural(name: str) -> tuple[str, int]:
    stem, _, number = name.rpartition("-")
    return (stem, int(number)) if number.isascii() and number.isdigit() else (name, 0)


def _welfare(info: RunInfo) -> float:
    measures = (info.summary or {}).get("measures")
    utility = measures.get("utility") if isinstance(measures, dict) else None
    return sum(value for value in utility.values() if value is not None) if isinstance(utility, dict) else -1e9
