"""The runs of a store as rows of a list: found by words, and put in an order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sandbox.rendering.numbers import age, dollars
from sandbox.rendering.runs import outcome_words, shade_of, state_of, worth_words
from tui.library.listing import Column, Row

if TYPE_CHECKING:
    from transcripts import RunInfo, Store


class Sums(NamedTuple):
    """What is added up from the events of runs, by their ids."""

    rounds: dict[int, int]
    costs: dict[int, float | None]
    """Dollars; None where a price is not known; runs without calls are not there."""


COLUMNS: Final = (
    Column("run"),
    Column("status"),
    Column("rounds", right=True, rank=1),
    Column("outcome", grows=True),
    Column("worth", rank=3),
    Column("cost", right=True, rank=4),
    Column("when", rank=2),
)
RUN, STATUS, ROUNDS, OUTCOME, WORTH, COST, WHEN = range(len(COLUMNS))

_LATER_FIRST: Final = {ROUNDS, WORTH, COST, WHEN}
"""Columns of which one wants to see the greatest first."""


@dataclass
class Catalogue:
    """The runs of a store, and how they are looked at."""

    infos: Sequence[RunInfo] = ()
    """The newest first."""
    sums: Sums = field(default_factory=lambda: Sums({}, {}))
    _counted: dict[int, object] = field(default_factory=dict)
    """By a run's id: how far it was when it was added up."""
    words: str = ""
    """What a run must have to be listed."""
    column: int = WHEN
    """Whose order they are in."""
    reverse: bool = False

    def rows(self, now: float, most: int) -> list[Row]:
        """Write what is listed, and no more rows than `most`."""
        found = find_runs(self.infos, self.words)
        return run_rows(sort_runs(found, self.sums, self.column, self.reverse)[:most], self.sums, now)

    def count(self, most: int) -> str:
        """Say how many there are, and that no more than `most` are listed; empty where there are none."""
        if not self.infos:
            return ""
        found, live = len(find_runs(self.infos, self.words)), sum(info.live for info in self.infos)
        words = [f"{found:,} of {len(self.infos):,}" if found != len(self.infos) else f"{found:,}"]
        if live:
            words.append(f"{live:,} under way")
        if found > most:
            words.append(f"the first {most:,} are listed, / finds the others")
        return " · ".join(words)

    def find(self, name: str | None) -> RunInfo | None:
        """Find a run by its name."""
        return next((info for info in self.infos if info.name == name), None)

    @property
    def uncounted(self) -> list[RunInfo]:
        """List the runs of which nothing was added up yet, and those of which there may be more by now."""
        return [info for info in self.infos if self._counted.get(info.id) != (info.status, info.turns)]

    def add_up(self, store: Store, infos: Sequence[RunInfo]) -> None:
        """Add up what took place in these runs."""
        self.sums.costs.update(store.costs(infos))
        self.sums.rounds.update(store.rounds(infos))
        self._counted.update((info.id, (info.status, info.turns)) for info in infos)


def find_runs(infos: Sequence[RunInfo], words: str) -> list[RunInfo]:
    """Choose the runs that have each of the words anywhere in what the list says of them."""
    wanted = words.casefold().split()
    return [info for info in infos if all(word in _said(info) for word in wanted)] if wanted else list(infos)


def sort_runs(infos: Sequence[RunInfo], sums: Sums, column: int, reverse: bool) -> list[RunInfo]:
    """Put runs in the order of a column, the newest first where that does not decide."""
    keys: dict[int, Callable[[RunInfo], Any]] = {
        RUN: lambda info: _natural(info.name),
        STATUS: state_of,
        ROUNDS: lambda info: sums.rounds.get(info.id, 0),
        OUTCOME: lambda info: (not info.agreed, outcome_words(info)),
        WORTH: _welfare,
        COST: lambda info: sums.costs.get(info.id) or 0.0,
        WHEN: lambda info: info.id,
    }
    newest = sorted(infos, key=lambda info: info.id, reverse=True)
    return sorted(newest, key=keys[column], reverse=(column in _LATER_FIRST) != reverse)


def run_rows(infos: Sequence[RunInfo], sums: Sums, now: float) -> list[Row]:
    """Write a row for each run."""
    return [Row(info.name, _cells(info, sums, now), shade_of(info) or "") for info in infos]


def _cells(info: RunInfo, sums: Sums, now: float) -> tuple[str, ...]:
    return (
        info.name,
        state_of(info),
        str(sums.rounds.get(info.id, "–")),
        outcome_words(info),
        " · ".join(worth_words(info)),
        dollars(sums.costs[info.id]) if info.id in sums.costs else "–",
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
