"""What a scenario draws from the seed: every combination that satisfies `where` is as likely as any other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import permutations
from typing import Any, NamedTuple

from personas import Mistake
from scenarios.arithmetic import Expression, names_in, parse_expression
from scenarios.draws import Draw, Draws
from scenarios.fill import Path, mistaken
from scenarios.grammar import ExpressionError
from scenarios.reading import refuse_bad_name
from scenarios.recent import Recent
from scenarios.values import is_number, numeral

MOST_COMBINATIONS = 1_000_000
_RANGE = re.compile(r"(-?\d{1,9})\.\.(-?\d{1,9})")
Row = tuple[Any, ...]


class Combinations(NamedTuple):
    """All combinations of a group: how many, and by name the value in each."""

    size: int
    columns: dict[str, list[Any]]


_COMBINATIONS: Recent[Combinations] = Recent(most=2_000_000, weigh=lambda made: made.size * len(made.columns))


def draw_groups(spec: Any, names: Mapping[str, Any], draws: Draws, path: Path = ("draw",)) -> dict[str, Any]:
    """Draw every group in order; a later group's `where` may name what was drawn before.  Raises Mistake."""
    groups = spec if isinstance(spec, list) else [spec] if spec is not None else []
    drawn: dict[str, Any] = {}
    for number, group in enumerate(groups):
        here = (*path, number) if isinstance(spec, list) else path
        drawn |= _draw(group, here, {**names, **drawn}, draws.at("draw", number))
    return drawn


def _draw(group: Any, path: Path, known: Mapping[str, Any], draw: Draw) -> dict[str, Any]:
    key = (json.dumps(group), json.dumps(known), path)
    size, columns = _COMBINATIONS.get(key, lambda: _Group(group, path, known).combinations())
    row = draw.integer(0, size - 1)
    return {name: column[row] for name, column in columns.items()}


class _Group:
    """One group: the combinations of its names, narrowed by each condition as soon as all its names are there."""

    def __init__(self, spec: Any, path: Path, known: Mapping[str, Any]) -> None:
        if not isinstance(spec, dict):
            raise Mistake(f"a group of draws is a mapping of names to values, not {spec!r}", path=path)
        self.path = path
        self.known = known
        self.conditions = self._conditions(spec.get("where", []))
        self.keys = [key for key in spec if key != "where"]
        self.spec = spec

    def _conditions(self, where: Any) -> list[tuple[Expression, Path]]:
        listed = where if isinstance(where, list) else [where]
        found = []
        for number, source in enumerate(listed):
            path: Path = (*self.path, "where", number) if isinstance(where, list) else (*self.path, "where")
            if not isinstance(source, str):
                raise Mistake(f"expected a condition, got {source!r}", "such as: books + hats >= 5", path=path)
            try:
                found.append((parse_expression(source), path))
            except ExpressionError as error:
                raise mistaken(error, source, path) from None
        return found

    def combinations(self) -> Combinations:
        """List the values of each name, a row for each combination."""
        names: list[str] = []
        columns: list[list[Any]] = []
        waiting = list(self.conditions)
        size = 1
        for key in self.keys:
            for added, rows in self._sources(key):
                if taken := next((name for name in added if name in names or name in self.known), None):
                    raise Mistake(f"the name {taken!r} is taken already", path=(*self.path, key), key=True)
                if size * len(rows) > MOST_COMBINATIONS:
                    raise Mistake(
                        f"{size * len(rows):,} combinations with {key!r} are more than {MOST_COMBINATIONS:,}",
                        "narrow them by conditions on the names before it, or draw in several groups",
                        path=(*self.path, key),
                        key=True,
                    )
                columns = [[value for value in column for _ in rows] for column in columns]
                columns += [[row[place] for row in rows] * size for place in range(len(added))]
                names += added
                columns, size, waiting = self._narrow(names, columns, size * len(rows), waiting)
        columns, size, _ = self._narrow(names, columns, size, waiting, last=True)
        return Combinations(size, dict(zip(names, columns, strict=True)))

    def _sources(self, key: Any) -> list[tuple[list[str], list[Row]]]:
        """Read one key: names separated by commas, each with its values; names that are shuffled come together."""
        path = (*self.path, key)
        names = [name.strip() for name in str(key).split(",")]
        for name in names:
            refuse_bad_name(name, path)
        spec = self.spec[key]
        if isinstance(spec, dict):
            items = spec.get("shuffle")
            if set(spec) != {"shuffle"} or not isinstance(items, list):
                raise Mistake(f"expected shuffle with a list, got {spec!r}", "such as: {shuffle: [5, 4, 3]}", path=path)
            if len(items) != len(names) or len(items) > 8:
                raise Mistake(
                    f"{len(items)} values are shuffled over {len(names)} names", "give as many, at most 8", path=path
                )
            return [(names, list(permutations(items)))]
        return [([name], [(value,) for value in self._values(spec, path)]) for name in names]

    @staticmethod
    def _values(spec: Any, path: Path) -> list[Any]:
        if isinstance(spec, list) and spec:
            for place, value in enumerate(spec):
                if isinstance(value, (list, dict)) or value is None or (is_number(value) and numeral(value) is None):
                    raise Mistake(f"expected a word or a number, got {value!r}", path=(*path, place))
            return spec
        match = _RANGE.fullmatch(spec) if isinstance(spec, str) else None
        if not match or not 0 <= int(match[2]) - int(match[1]) < MOST_COMBINATIONS:
            raise Mistake(f"nothing can be drawn from {spec!r}", "write a range such as 1..4, or a list", path=path)
        return list(range(int(match[1]), int(match[2]) + 1))

    def _narrow(
        self,
        names: list[str],
        columns: list[list[Any]],
        size: int,
        waiting: list[tuple[Expression, Path]],
        last: bool = False,
    ) -> tuple[list[list[Any]], int, list[tuple[Expression, Path]]]:
        """Apply the conditions whose names are all there (with `last`, all: an unknown name is a mistake then)."""
        later = []
        for condition, path in waiting:
            own = names_in(condition.tree) & set(self._all_names())
            if not own <= set(names) and not last:
                later.append((condition, path))
                continue
            kept = self._holds(condition, path, dict(zip(names, columns, strict=True)), size)
            columns = [[column[row] for row in kept] for column in columns]
            size = len(kept)
            if not size:
                raise Mistake(f"no combination satisfies {condition.source!r}", "loosen the conditions", path=path)
        return columns, size, later

    def _all_names(self) -> list[str]:
        return [name.strip() for key in self.keys for name in str(key).split(",")]

    def _holds(self, condition: Expression, path: Path, columns: dict[str, list[Any]], size: int) -> list[int]:
        """Find the rows that satisfy a condition: numbers all at once, words row by row."""
        used = {name: columns[name] for name in names_in(condition.tree) if name in columns}
        try:
            if all(is_number(column[0]) for column in used.values()) and all(
                is_number(value) for column in used.values() for value in set(column)
            ):
                import numpy as np

                names = {**self.known, **{name: np.array(column) for name, column in used.items()}}
                held = np.broadcast_to(condition.condition(names), size)
                return [int(row) for row in np.flatnonzero(held)]
            rows = range(size)
            return [
                row
                for row in rows
                if condition.condition({**self.known, **{name: col[row] for name, col in used.items()}})
            ]
        except ExpressionError as error:
            raise mistaken(error, condition.source, path) from None
