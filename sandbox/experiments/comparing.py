"""Read `compare:`: each entry is one or several contrasts, one for each measure and each pair of levels."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moot_errors import MootError, nearest
from sandbox.experiments.contrasts import ARM, Contrast, Difference, Equivalence, Interaction, Slope
from sandbox.experiments.design import Arm, Axis, Measure
from sandbox.experiments.loading import Steps, Written
from sandbox.experiments.measures import find_measures

_KINDS = ("effect", "interaction", "slope", "equivalent")
_SLOPE = re.compile(r"\s*(\S+)\s+over\s+(\S+)\s*")
_KEYS = {
    "effect": ("of", "swap_seats", "where"),
    "interaction": ("of", "where"),
    "slope": ("where",),
    "equivalent": ("within", "where"),
    "": ("of", "where"),
}
OWN = "utility"
"""With seats swapped: the utility of whoever the axis is about, in either seat."""


@dataclass(frozen=True)
class Comparing:
    """What a comparison can be about."""

    written: Written
    axes: Sequence[Axis]
    arms: Sequence[Arm]
    known: Sequence[Measure]
    swap: tuple[str, str] | None

    def read(self) -> list[Contrast]:
        """Read all of `compare:`; raises DocumentError."""
        found: list[Contrast] = []
        for place, entry in enumerate(self.written.spec.compare):
            path = ("compare", place)
            kinds = [kind for kind in _KINDS if kind in entry]
            if len(kinds) > 1:
                raise self._error((*path, kinds[1]), f"an entry is one of {', '.join(_KINDS)}", "make it two", key=True)
            kind = kinds[0] if kinds else ""
            self._check_keys(path, entry, kind)
            read = {"effect": self._effect, "interaction": self._interaction, "slope": self._slope}
            read |= {"equivalent": self._equivalent, "": self._pairs}
            made = read[kind](path, entry)
            if not made:
                raise self._error(
                    path, "this compares nothing", "name an axis, as in {tactic: [firm, soft], of: agreed}"
                )
            found += made
        return found

    def _error(self, path: Steps, message: str, remedy: str | None = None, *, key: bool = False) -> MootError:
        return self.written.error(path, message, remedy, key=key)

    def _check_keys(self, path: Steps, entry: Mapping[str, Any], kind: str) -> None:
        known = [*([kind] if kind else []), *_KEYS[kind], ARM, *(axis.name for axis in self.axes)]
        for key in entry:
            if key not in known:
                close = nearest(str(key), [*known, *_KINDS])
                remedy = f"did you mean {close!r}?" if close else f"known here: {', '.join(known)}"
                raise self._error((*path, key), f"{key!r} is no axis, and nothing that an entry says", remedy, key=True)

    def _effect(self, path: Steps, entry: Mapping[str, Any]) -> list[Contrast]:
        axis = self._axis((*path, "effect"), entry["effect"])
        swap = entry.get("swap_seats", False)
        if not isinstance(swap, bool):
            raise self._error((*path, "swap_seats"), f"expected true or false, got {swap!r}")
        if swap and self.swap is None:
            raise self._error((*path, "swap_seats"), "no seats are swapped", "take out swap_seats: false above")
        levels, fixed = self._choices(path, entry, axis)
        where, found = self._where(path, entry), list[Contrast]()
        for of, swapped in self._own(path, entry, axis) if swap else [(of, of) for of in self._of(path, entry)]:
            for one, other in itertools.combinations(levels, 2):
                found.append(Difference(axis.name, one, other, of, swapped, fixed, where, pooled=swap))
        return found

    def _own(self, path: Steps, entry: Mapping[str, Any], axis: Axis) -> list[tuple[str, str]]:
        """Pair each measure with the one that it is when the seats are swapped."""
        assert self.swap is not None
        about = {setting.partition(".")[0] for level in axis.levels for setting in level.settings} & set(self.swap)
        if len(about) != 1:
            which = f"both {' and '.join(self.swap)}" if about else "neither of the seats that are swapped"
            raise self._error(
                (*path, "effect"), f"{axis.name!r} is about {which}, so it is nobody's own", "name an axis of one seat"
            )
        (seat,) = about
        other = next(each for each in self.swap if each != seat)
        pairs: list[tuple[str, str]] = []
        for given in self._listed(path, entry):
            names = [f"{given}.{seat}"] if f"{given}.{seat}" in {each.path for each in self.known} else None
            for of in names or [each.path for each in self._measures((*path, "of"), given)]:
                pairs.append((of, f"{of.removesuffix(f'.{seat}')}.{other}" if of.endswith(f".{seat}") else of))
        return pairs

    def _interaction(self, path: Steps, entry: Mapping[str, Any]) -> list[Contrast]:
        given = entry["interaction"]
        if not isinstance(given, list) or len(given) != 2 or given[0] == given[1]:
            raise self._error((*path, "interaction"), "an interaction is of two axes", "write [tactic, buyer.model]")
        one, two = (self._axis((*path, "interaction", place), name) for place, name in enumerate(given))
        levels, _ = self._choices(path, entry, one)
        others, _ = self._choices(path, entry, two)
        fixed = self._fixed(path, entry, {one.name, two.name})
        where = self._where(path, entry)
        return [
            Interaction(one.name, pair, two.name, by, of, fixed, where)
            for of in self._of(path, entry)
            for pair in itertools.combinations(levels, 2)
            for by in itertools.combinations(others, 2)
        ]

    def _slope(self, path: Steps, entry: Mapping[str, Any]) -> list[Contrast]:
        at = (*path, "slope")
        found = _SLOPE.fullmatch(entry["slope"]) if isinstance(entry["slope"], str) else None
        if not found:
            raise self._error(at, f"{entry['slope']!r} is no slope", "write deal.price over parameters.asking")
        axis = self._axis(at, found[2])
        if wrong := next((level.name for level in axis.levels if level.number is None), None):
            raise self._error(at, f"{wrong!r} is no number, so {axis.name!r} has no slope", "give the axis numbers")
        if len(axis.levels) < 2:
            raise self._error(at, f"{axis.name!r} has but one level", "give it two or more")
        fixed, where = self._fixed(path, entry, {axis.name}), self._where(path, entry)
        return [Slope(each.path, axis.name, fixed, where) for each in self._measures(at, found[1])]

    def _equivalent(self, path: Steps, entry: Mapping[str, Any]) -> list[Contrast]:
        margin = entry.get("within")
        if isinstance(margin, bool) or not isinstance(margin, int | float) or not margin > 0:
            at = (*path, "within") if "within" in entry else path
            raise self._error(at, "what is equivalent differs by less than a margin", "write within: 3, above 0")
        axis = self._compared(path, entry)
        levels, fixed = self._choices(path, entry, axis)
        where = self._where(path, entry)
        return [
            Equivalence(axis.name, one, other, each.path, float(margin), fixed, where)
            for given in self._texts((*path, "equivalent"), entry["equivalent"])
            for each in self._measures((*path, "equivalent"), given)
            for one, other in itertools.combinations(levels, 2)
        ]

    def _pairs(self, path: Steps, entry: Mapping[str, Any]) -> list[Contrast]:
        axis = self._compared(path, entry)
        levels, fixed = self._choices(path, entry, axis)
        where = self._where(path, entry)
        return [
            Difference(axis.name, one, other, of, of, fixed, where)
            for of in self._of(path, entry)
            for one, other in itertools.combinations(levels, 2)
        ]

    def _compared(self, path: Steps, entry: Mapping[str, Any]) -> Axis:
        """Find the one axis of which levels are listed."""
        listed = [key for key in entry if isinstance(entry[key], list) and (key == ARM or self._has(key))]
        if len(listed) != 1:
            named = " and ".join(listed) if listed else "none"
            remedy = "list two levels of one axis, as in {tactic: [firm, soft], of: agreed}; of others name one level"
            raise self._error(path, f"levels of one axis are compared, and here they are of {named}", remedy)
        return self._axis((*path, listed[0]), listed[0])

    def _has(self, name: str) -> bool:
        return any(axis.name == name for axis in self.axes)

    def _axis(self, path: Steps, name: Any) -> Axis:
        if name == ARM:
            from sandbox.experiments.design import Level

            return Axis(ARM, [Level(arm.name, {}) for arm in self.arms])
        found = next((axis for axis in self.axes if axis.name == name), None)
        if found is None:
            names = [axis.name for axis in self.axes]
            close = nearest(str(name), names)
            remedy = f"did you mean {close!r}?" if close else f"axes: {', '.join(names) or 'none'}"
            raise self._error(path, f"there is no axis {name!r}", remedy)
        return found

    def _choices(self, path: Steps, entry: Mapping[str, Any], axis: Axis) -> tuple[list[str], dict[str, str]]:
        """Give the levels of the axis that are compared, all of them unless some are listed, and the fixed others."""
        names = [level.name for level in axis.levels]
        given = entry.get(axis.name)
        if given is not None:
            if not isinstance(given, list):
                raise self._error((*path, axis.name), "what is compared are levels, two or more", "write [one, other]")
            names = [self._level((*path, axis.name, place), axis, each) for place, each in enumerate(given)]
            names = list(dict.fromkeys(names))
        if len(names) < 2:
            raise self._error((*path, axis.name), f"{axis.name!r} has but one level here", "two or more are compared")
        return names, self._fixed(path, entry, {axis.name})

    def _fixed(self, path: Steps, entry: Mapping[str, Any], compared: set[str]) -> dict[str, str]:
        fixed: dict[str, str] = {}
        for axis in self.axes:
            if axis.name in entry and axis.name not in compared:
                fixed[axis.name] = self._level((*path, axis.name), axis, entry[axis.name])
        return fixed

    def _level(self, path: Steps, axis: Axis, given: Any) -> str:
        from sandbox.experiments.axes import named

        names = [level.name for level in axis.levels]
        if (name := named(given)) not in names:
            close = nearest(name, names)
            remedy = f"did you mean {close!r}?" if close else f"levels: {', '.join(names[:12])}"
            raise self._error(path, f"{axis.name!r} has no level {name!r}", remedy)
        return name

    def _of(self, path: Steps, entry: Mapping[str, Any]) -> list[str]:
        return [each.path for given in self._listed(path, entry) for each in self._measures((*path, "of"), given)]

    def _listed(self, path: Steps, entry: Mapping[str, Any]) -> list[str]:
        if "of" not in entry:
            raise self._error(path, "what is compared is missing", "add of: agreed, or of: [agreed, rounds]")
        return self._texts((*path, "of"), entry["of"])

    def _texts(self, path: Steps, given: Any) -> list[str]:
        listed = given if isinstance(given, list) else [given]
        for each in listed:
            if not isinstance(each, str):
                raise self._error(path, f"a measure is a path, not {each!r}", "such as agreed or utility.seller")
        return list(dict.fromkeys(listed))

    def _measures(self, path: Steps, given: str) -> list[Measure]:
        return find_measures(self.written, path, given, self.known)

    def _where(self, path: Steps, entry: Mapping[str, Any]) -> str | None:
        if "where" not in entry:
            return None
        (found, *more) = self._measures((*path, "where"), str(entry["where"]))
        if more or found.kind != "rate":
            raise self._error((*path, "where"), f"{entry['where']!r} is not a matter of yes or no", "such as agreed")
        return found.path
