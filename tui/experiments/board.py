"""An experiment at one moment: what has become of each trial, in rows of arms, and what they come to."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from sandbox.experiments import Measure, Results, Trial


class Mark(NamedTuple):
    """How a trial is shown: it can be told without its colour."""

    words: str
    sign: str
    style: str = ""
    """One that lists and pages have."""


AGREED = Mark("agreed", "✓", "good")
NO_DEAL = Mark("no deal", "○")
DONE = Mark("done", "●", "good")
"""Where there was nothing to agree on."""
FAILED = Mark("failed", "✗", "bad")
EXHAUSTED = Mark("budget used up", "!", "warn")
RUNNING = Mark("running", "▸", "hit")
BROKEN = Mark("broken off", "~", "warn")
WAITING = Mark("waiting", "·", "dim")
MARKS: Final = (AGREED, NO_DEAL, DONE, FAILED, EXHAUSTED, RUNNING, BROKEN, WAITING)

LOST: Final = (FAILED, EXHAUSTED)
MEASURES = 3
"""Of so many measures each arm's mean is shown."""
RECENT = 30.0
"""Seconds over which the rate is taken."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A trial, and what has become of it."""

    trial: Trial
    mark: Mark


@dataclass(frozen=True, slots=True)
class ArmRow:
    """An arm: a cell for each column, None where it has no such trial."""

    name: str
    label: str
    """The names of its levels: what tells it from the others."""
    cells: Sequence[Cell | None]

    @property
    def there(self) -> list[Cell]:
        return [cell for cell in self.cells if cell]

    def count(self, *marks: Mark) -> int:
        """Count the trials with one of these marks."""
        return sum(cell.mark in marks for cell in self.there)

    @property
    def agreed(self) -> float | None:
        """The share of agreements; None where none can be said."""
        known = [cell.trial.values.get("agreed") for cell in _placed(self.there)]
        told = [value for value in known if value is not None]
        return sum(map(float, told)) / len(told) if told else None

    def mean(self, path: str) -> float | None:
        """Give the mean over the trials that have such a value, as the report does without those of swapped seats."""
        values = [cell.trial.values.get(path) for cell in _placed(self.there)]
        known = [float(value) for value in values if value is not None]
        return sum(known) / len(known) if known else None


def _placed(cells: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.mark in (AGREED, NO_DEAL, DONE) and not cell.trial.swapped]


@dataclass(frozen=True)
class Board:
    """What is shown of an experiment; nothing of it changes."""

    results: Results
    begun: bool
    playing: bool
    """Whether somebody plays it, here or in another process."""
    arms: Sequence[ArmRow]
    counts: Mapping[Mark, int]
    cost: float
    """Dollars of all attempts so far, as far as prices are known."""

    @classmethod
    def of(
        cls,
        results: Results,
        *,
        begun: bool = True,
        held: bool = False,
        live: Collection[str] = (),
        spent: float = 0.0,
    ) -> Board:
        """Lay results out; `live` are the runs under way, and `held` says whether somebody is about to play more."""
        columns: dict[object, int] = {}
        rows: defaultdict[str, dict[int, Cell]] = defaultdict(dict)
        again: Counter[object] = Counter()
        for trial in results.trials:  # what stands below each other was played in the same context
            where = trial.context, trial.swapped
            again[trial.arm, where] += 1
            place = columns.setdefault((where, again[trial.arm, where]), len(columns))
            rows[trial.arm][place] = Cell(trial, mark_of(trial, live))
        arms = [
            ArmRow(arm.name, ", ".join(arm.levels.values()) or arm.name, _filled(rows[arm.name], len(columns)))
            for arm in results.design.arms
        ]
        counts = Counter(cell.mark for row in rows.values() for cell in row.values())
        known = sum(trial.cost or 0.0 for trial in results.trials)
        return cls(results, begun, held or RUNNING in counts, arms, counts, max(spent, known))

    @property
    def name(self) -> str:
        return self.results.name

    @property
    def total(self) -> int:
        return len(self.results.trials)

    @property
    def over(self) -> int:
        """How many trials need no more playing, unless they failed and are tried again."""
        return self.total - self.left

    @property
    def left(self) -> int:
        return sum(self.counts.get(mark, 0) for mark in (RUNNING, BROKEN, WAITING))

    @property
    def faults(self) -> Counter[str]:
        """Count the trials that failed, by the kind of fault."""
        return Counter(trial.fault or "unknown" for trial in self.results.trials if trial.status == "failed")

    @property
    def again(self) -> int:
        """How many attempts there were beyond the first."""
        return sum(max(trial.attempts - 1, 0) for trial in self.results.trials)

    @property
    def axes(self) -> str:
        """Name what tells the arms apart."""
        return ", ".join(axis.name for axis in self.results.design.axes) or "arm"

    @property
    def measures(self) -> list[Measure]:
        """The first measures, whose means are shown."""
        return [each for each in self.results.design.measures if each.path != "agreed"][:MEASURES]


def mark_of(trial: Trial, live: Collection[str]) -> Mark:
    """Say what has become of a trial."""
    match trial.status:
        case "done":
            agreed = trial.values.get("agreed")
            return DONE if agreed is None else AGREED if agreed else NO_DEAL
        case "failed":
            return FAILED
        case "exhausted":
            return EXHAUSTED
        case "open":
            return RUNNING if trial.run in live else BROKEN
        case _:
            return WAITING


def _filled(cells: Mapping[int, Cell], columns: int) -> list[Cell | None]:
    return [cells.get(place) for place in range(columns)]


class Pace:
    """How quickly trials come to an end, told from what was seen of late: so it is known of other processes too."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def see(self, now: float, over: int, *, playing: bool) -> None:
        """Take in how many trials are over; `now` is in seconds, on any clock."""
        if not playing:
            self._seen.clear()
            return
        self._seen.append((now, over))
        while len(self._seen) > 2 and now - self._seen[1][0] > RECENT:
            self._seen.popleft()

    @property
    def rate(self) -> float | None:
        """Trials a second; None where nothing tells."""
        if len(self._seen) < 2:
            return None
        (before, then), (now, over) = self._seen[0], self._seen[-1]
        return (over - then) / (now - before) if now > before and over > then else None
