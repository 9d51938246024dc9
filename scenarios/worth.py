"""What outcomes are worth to a seat: points by issue, or expressions, worked out over all outcomes at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moot_errors import nearest
from personas import Mistake
from scenarios.arithmetic import Expression, Option, parse_expression
from scenarios.fill import Path, mistaken
from scenarios.grammar import ExpressionError
from scenarios.issues import DividedIssue, Issue, NumberIssue, OptionIssue
from scenarios.schema import Participant
from scenarios.values import is_number, numeral

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Worth:
    """One seat's preferences, in parts that broadcast over the grid of all outcomes."""

    parts: list[Any]
    """Their sum is the utility."""
    allowed: Any
    """A condition: what the seat may accept."""


class Grid:
    """The outcomes as a grid with one axis for each issue; a column of an issue lies along its axis."""

    def __init__(self, issues: Mapping[str, Issue], seats: tuple[str, ...]) -> None:
        self.issues = list(issues.values())
        self.seats = seats
        self.shape = tuple(issue.size for issue in self.issues)
        self.shares = {
            issue.name: divisions(issue.steps, len(seats)) * issue.step
            for issue in self.issues
            if isinstance(issue, DividedIssue)
        }

    def along(self, column: Any, issue: Issue) -> Array:
        """Lay a column (one entry for each value of the issue) along the issue's axis."""
        import numpy as np

        axis = self.issues.index(issue)
        shape = [1] * len(self.shape)
        shape[axis] = issue.size
        return np.asarray(column).reshape(shape)

    def share(self, issue: DividedIssue, seat: str) -> Array:
        """Give one seat's share in each division."""
        column: Array = self.shares[issue.name][:, self.seats.index(seat)]
        return column

    def names(self, known: Mapping[str, Any], seat: str) -> dict[str, Any]:
        """Give the names that an expression of `seat` may use."""
        import numpy as np

        names: dict[str, Any] = {**known, "n": len(self.seats)}
        for issue in self.issues:
            if isinstance(issue, DividedIssue):
                columns = {each: self.along(self.share(issue, each), issue) for each in self.seats}
                names |= {f"{issue.name}.{each}": column for each, column in columns.items()}
                names[f"own.{issue.name}"] = columns[seat]
                names[f"all.{issue.name}"] = list(columns.values())
            elif isinstance(issue, OptionIssue) and issue.words:
                index = self.along(np.arange(issue.size), issue)
                names[issue.name] = Option(issue.name, tuple(map(str, issue.options)), index)
            else:
                names[issue.name] = self.along(issue.values(), issue)
        return names


def divisions(total: int, seats: int) -> Array:
    """List all ways to divide `total` steps: a row for each, ordered by the first seat's share, then the second's, …"""
    import numpy as np

    if seats == 1:
        return np.array([[total]])
    blocks = []
    for first in range(total + 1):
        rest = divisions(total - first, seats - 1)
        blocks.append(np.hstack([np.full((len(rest), 1), first), rest]))
    return np.vstack(blocks)


CONTENT = "content"
"""In a `bonus`: how many parties get their minimum by their points alone, without any bonus."""


def content(participants: Mapping[str, Participant], grid: Grid, known: Mapping[str, Any]) -> Any:
    """Count for each outcome the seats whose points reach their minimum."""
    total: Any = 0
    for seat, participant in participants.items():
        bare = seat_worth(seat, participant.model_copy(update={"bonus": None}), grid, known)
        least = participant.no_deal if participant.minimum is None else participant.minimum
        total = total + (sum(bare.parts) >= least).astype(int)
    return total


def seat_worth(seat: str, participant: Participant, grid: Grid, known: Mapping[str, Any]) -> Worth:
    """Work out a seat's preferences over the grid; raises Mistake with the path of what is wrong."""
    path: Path = ("participants", seat)
    if participant.prefers is not None and participant.payoff is not None:
        raise Mistake(
            "prefers and payoff cannot both stand",
            "keep one; a bonus adds to prefers",
            path=(*path, "payoff"),
            key=True,
        )
    names = grid.names(known, seat)
    parts: list[Any] = []
    for name, spec in (participant.prefers or {}).items():
        issue = next((issue for issue in grid.issues if issue.name == name), None)
        here = (*path, "prefers", name)
        if issue is None:
            raise _unknown("issue", name, [issue.name for issue in grid.issues], here)
        parts.append(grid.along(_column(issue, spec, seat, grid, here), issue))
    for field in ("payoff", "bonus"):
        if (source := getattr(participant, field)) is not None:
            parts.append(evaluated(str(source), "number", names, (*path, field)))
    return Worth(parts, _allowed(participant.never, names, (*path, "never")))


def _allowed(never: str | list[str] | None, names: Mapping[str, Any], path: Path) -> Any:
    import numpy as np

    if never is None:
        return True
    if isinstance(never, str):
        return np.logical_not(evaluated(never, "condition", names, path))
    allowed: Any = True
    for place, source in enumerate(never):
        allowed = np.logical_and(allowed, np.logical_not(evaluated(source, "condition", names, (*path, place))))
    return allowed


def evaluated(source: str, kind: str, names: Mapping[str, Any], path: Path) -> Any:
    """Work out an expression of a file; raises Mistake with the column."""
    try:
        expression: Expression = parse_expression(source)
        return expression.number(names) if kind == "number" else expression.condition(names)
    except ExpressionError as error:
        raise mistaken(error, source, path) from None


def _column(issue: Issue, spec: Any, seat: str, grid: Grid, path: Path) -> Any:
    """Give the points for each value of one issue."""
    if isinstance(issue, OptionIssue):
        return _option_points(issue, spec, path)
    import numpy as np

    values = grid.share(issue, seat) if isinstance(issue, DividedIssue) else issue.values()
    if is_number(spec):
        return values * spec
    if not isinstance(spec, dict):
        raise Mistake(
            f"expected points for {issue.name!r}, got {spec!r}",
            "write points by value, such as {100: 0, 400: 60}, or a number of points per unit",
            path=path,
        )
    low, high = (issue.low, issue.high) if isinstance(issue, NumberIssue) else (0, issue.quantity)
    points = _points(issue.name, spec, low, high, path)
    at = sorted(points)
    return np.interp(values, at, [points[each] for each in at])


def _points(name: str, spec: Mapping[Any, Any], low: float, high: float, path: Path) -> dict[float, float]:
    points: dict[float, float] = {}
    for key, worth in spec.items():
        value = numeral(key)
        if value is None:
            raise Mistake(
                f"{key!r} is no value of {name!r}", f"it goes from {low} to {high}", path=(*path, key), key=True
            )
        if not low <= value <= high:
            raise Mistake(
                f"{key!r} is outside the range of {name!r}",
                f"it goes from {low} to {high}",
                path=(*path, key),
                key=True,
            )
        _refuse_second(value, key, points, path)
        points[value] = _worth(worth, (*path, key))
    for end in (low, high):
        if end not in points:
            raise Mistake(f"the points for {name!r} do not say what {end} is worth", f"add {end}: …", path=path)
    return points


def _option_points(issue: OptionIssue, spec: Any, path: Path) -> list[float]:
    options = issue.options
    if isinstance(spec, list):
        if len(spec) != len(options):
            raise Mistake(f"{len(spec)} points are given for the {len(options)} options of {issue.name!r}", path=path)
        return [_worth(worth, (*path, place)) for place, worth in enumerate(spec)]
    if not isinstance(spec, dict):
        raise Mistake(
            f"expected points for {issue.name!r}, got {spec!r}",
            f"write them by option: {{{options[0]}: 10, …}}",
            path=path,
        )
    points: dict[Any, float] = {}
    for key, worth in spec.items():
        option = next((option for option in options if str(option) == str(key)), None)
        if option is None:
            raise _unknown("option", key, [str(option) for option in options], (*path, key), of=issue.name)
        _refuse_second(option, key, points, path)
        points[option] = _worth(worth, (*path, key))
    if missing := [str(option) for option in options if option not in points]:
        raise Mistake(f"no points are given for {', '.join(map(repr, missing))}", f"add {missing[0]}: …", path=path)
    return [points[option] for option in options]


def _refuse_second(value: Any, key: Any, points: Mapping[Any, float], path: Path) -> None:
    """Refuse 2 beside '2', which are two keys to YAML and one value here."""
    if value in points:
        raise Mistake(f"the points for {value!r} are given twice", "keep one", path=(*path, key), key=True)


def _worth(worth: Any, path: Path) -> float:
    if not is_number(worth) or abs(worth) > 1e15:
        raise Mistake(f"expected a number of points, got {worth!r}", path=path)
    return float(worth)


def _unknown(what: str, name: Any, choices: list[str], path: Path, of: str = "") -> Mistake:
    close = nearest(str(name), choices)
    hint = f"did you mean {close!r}?" if close else f"there are {', '.join(choices)}" if choices else None
    whose = f" of {of!r}" if of else ""
    return Mistake(f"there is no {what} {name!r}{whose}", hint, path=path, key=True)
