"""Two experiments beside each other, arm by arm of the same name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from moot_errors import WrongUse
from sandbox.experiments.contrasts import ARM, Difference
from sandbox.experiments.reporting.model import Answer
from sandbox.experiments.results import Results, Trial
from sandbox.experiments.statistics import judge
from sandbox.experiments.statistics.trials import Units, contrast


@dataclass(frozen=True, slots=True)
class Matched:
    """What became of each arm that both have: the second less the first."""

    names: tuple[str, str]
    arms: Sequence[str]
    only: tuple[Sequence[str], Sequence[str]]
    """Arms of the first alone, and of the second."""
    changed: Mapping[str, tuple[Any, Any]]
    """What the manifests say differently, by key."""
    unfinished: int
    family: str
    alpha: float
    answers: Sequence[Answer]
    """One family over all arms and measures; each is labelled by its arm."""

    @property
    def differs(self) -> bool:
        """Whether any difference is shown."""
        return any(answer.found.verdict == "yes" for answer in self.answers)

    def data(self) -> dict[str, Any]:
        """Write as plain data."""
        data = asdict(self)
        data["only"] = {"a": list(self.only[0]), "b": list(self.only[1])}
        data["changed"] = {key: list(values) for key, values in self.changed.items()}
        for written, answer in zip(data["answers"], self.answers, strict=True):
            written["found"] = answer.found.data()
        return data | {"differs": self.differs}


def match(a: Results, b: Results, names: tuple[str, str] | None = None) -> Matched:
    """Compare two experiments' arms of the same name in every measure that both have, in pairs by context.

    Raises WrongUse where they share no arm or no measure.
    """
    names = names or (a.name, b.name)
    names = names if names[0] != names[1] else (f"{names[0]} before", f"{names[1]} after")
    arms = _shared([arm.name for arm in a.design.arms], [arm.name for arm in b.design.arms])
    measures = _shared([each.path for each in a.design.measures], [each.path for each in b.design.measures])
    if not arms or not measures:
        what = "arm of the same name" if not arms else "measure"
        remedy = f"the first has {', '.join(arm.name for arm in a.design.arms[:5])}" if not arms else None
        raise WrongUse(f"{names[0]!r} and {names[1]!r} have no {what} in common", remedy=remedy)
    asked, found = [], []
    for arm in arms:
        trials = [trial for side, results in zip(names, (a, b), strict=True) for trial in _side(results, arm, side)]
        units = Units.among(trials)
        for path in measures:
            of = Difference(ARM, names[1], names[0], path, path, {})
            asked.append((arm, of))
            found.append(contrast(trials, of, a.design, units))
    labels = {arm.name: ", ".join(arm.levels.values()) or arm.name for arm in a.design.arms}
    answers = [
        Answer(labels[arm], "difference", of.of, a.design.measure(of.of).kind, each)
        for (arm, of), each in zip(asked, judge(found, a.design.family, a.design.alpha), strict=True)
    ]
    only = [[arm.name for arm in each.design.arms if arm.name not in arms] for each in (a, b)]
    unfinished = sum(trial.status in ("waiting", "open") for each in (a, b) for trial in each.trials)
    changed = changes(a.manifest, b.manifest)
    return Matched(names, arms, (only[0], only[1]), changed, unfinished, a.design.family, a.design.alpha, answers)


def changes(a: Mapping[str, Any], b: Mapping[str, Any], above: str = "") -> dict[str, tuple[Any, Any]]:
    """Find what two mappings say differently, by the path of keys; None is what one does not say."""
    found: dict[str, tuple[Any, Any]] = {}
    for key in dict.fromkeys((*a, *b)):
        one, other = a.get(key), b.get(key)
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            found |= changes(one, other, f"{above}{key}.")
        elif one != other:
            found[f"{above}{key}"] = (one, other)
    return found


def _shared(one: Sequence[str], other: Sequence[str]) -> list[str]:
    return [name for name in one if name in set(other)]


def _side(results: Results, arm: str, side: str) -> list[Trial]:
    """Give an arm's trials as those of a side; series of the two are never the same."""
    return [replace(trial, arm=side, series=f"{side}/{trial.series}") for trial in results.trials if trial.arm == arm]
