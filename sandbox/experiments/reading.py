"""Read what came of an experiment from the store."""

from __future__ import annotations

import fnmatch
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moot_errors import MootError, NotFound
from sandbox.experiments.design import Arm, Design, Measure, Selection
from sandbox.experiments.facts import facts_of
from sandbox.experiments.measures import Function, Value, digest, evaluate, load_function, value_at
from sandbox.experiments.results import Results, Status, Trial
from transcripts import Attempt, TrialRow

if TYPE_CHECKING:
    from sandbox.workspace import Workspace
    from transcripts import Kept, RunInfo, Store


@dataclass(frozen=True, slots=True)
class ExperimentInfo:
    """What a list of experiments says of each."""

    name: str
    planned: float
    """When it was last begun or gone on with, in seconds since 1970."""
    arms: int
    statuses: Mapping[str, int]
    """How many of its runs are done, failed, exhausted, open or waiting."""


def read_experiments(store: Store) -> list[ExperimentInfo]:
    """List the experiments of a store, the newest first."""
    found: list[ExperimentInfo] = []
    for name, planned in store.trials.names():
        kept = store.trials.load(name)
        counts = Counter[str](_status(_counting(kept.attempts.get(row.key, ()))) for row in kept.rows)
        found.append(ExperimentInfo(name, planned, len(kept.plan["design"]["arms"]), dict(counts)))
    return found


def read_results(name: str, store: Store, workspace: Workspace) -> Results:
    """Read an experiment's results so far; raises NotFound.

    What was never found out about a run is found out now, and kept where the store may be written to.
    """
    kept = store.trials.load(name)
    design = _design(kept)
    reader = _Reader(store, workspace, design)
    levels = {arm.name: arm.levels for arm in design.arms}
    trials = [reader.trial(row, levels.get(row.arm, {}), kept.attempts.get(row.key, ())) for row in kept.rows]
    for arm in design.arms:
        if arm.runs is not None:
            trials += reader.there(arm)
    reader.keep()
    manifest = {**kept.plan["manifest"], "served": sorted(reader.served)}
    unmeasured = {path: f"failed for {count} runs: {reader.last[path]}" for path, count in reader.failed.items()}
    return Results(name, design, trials, manifest, unmeasured, store.path)


def _design(kept: Kept) -> Design:
    from pydantic import TypeAdapter

    design: Design = TypeAdapter(Design).validate_python(kept.plan["design"])
    return design


def _counting(attempts: Sequence[Attempt]) -> Attempt | None:
    """Choose the attempt that counts: the first that came to an end that stands, or else the last."""
    over = next((each for each in attempts if each.is_over), None)
    return over or (attempts[-1] if attempts else None)


def _status(attempt: Attempt | None) -> Status:
    if attempt is None or (attempt.run is None and attempt.fault is None):
        return "waiting"
    if attempt.is_lost:
        return "failed"
    return attempt.status  # type: ignore[return-value]  # the store's statuses are these


def selected(store: Store, runs: Selection) -> tuple[list[RunInfo], dict[str, TrialRow] | None]:
    """Find the runs that an arm is, the oldest first; of another experiment also what it asked of each, by name."""
    given = runs.given
    asked: dict[str, TrialRow] | None = None
    if other := given.get("experiment"):
        try:
            kept = store.trials.load(other)
        except NotFound:  # it is not begun yet, or was forgotten
            return [], {}
        counting = ((row, _counting(kept.attempts.get(row.key, ()))) for row in kept.rows)
        asked = {attempt.run: row for row, attempt in counting if attempt and attempt.run}
    infos = [
        info
        for info in reversed(store.runs(scenario=given.get("scenario"), tag=given.get("tag")))
        if (asked is None or info.name in asked) and fnmatch.fnmatchcase(info.name, given.get("run", "*"))
    ]
    return infos, asked


@dataclass
class _Reader:
    store: Store
    workspace: Workspace
    design: Design
    served: set[str] = field(default_factory=set)
    failed: Counter[str] = field(default_factory=Counter)
    last: dict[str, str] = field(default_factory=dict)
    _new: dict[int, str] = field(default_factory=dict)
    _functions: dict[str, Function | MootError] = field(default_factory=dict)

    def trial(self, row: TrialRow, levels: Mapping[str, str], attempts: Sequence[Attempt]) -> Trial:
        """Make a row of a trial and what was tried."""
        attempt = _counting(attempts)
        status = _status(attempt)
        facts = self._facts(attempt) if attempt else {}
        fault = None
        if attempt is not None and status == "failed":
            fault = attempt.fault or facts.get("fault")
        return Trial(
            arm=row.arm,
            levels=levels,
            context=row.context,
            number=row.number,
            swapped=row.swapped,
            run=attempt.run if attempt else None,
            status=status,
            fault=fault,
            attempts=sum(each.run is not None or each.fault is not None for each in attempts),
            values=self._values(attempt, facts) if attempt and status == "done" else {},
            cost=facts.get("cost", 0.0),
            calls=facts.get("calls", 0),
            tokens=facts.get("tokens", 0),
            seconds=facts.get("seconds", 0.0),
            series=row.series,
            scenario=row.scenario,
            seed=row.seed,
        )

    def there(self, arm: Arm) -> Iterator[Trial]:
        """Make rows of an arm that is runs which are there."""
        assert arm.runs is not None
        numbers = Counter[str]()
        infos, asked = selected(self.store, arm.runs)
        for info, attempt in zip(infos, self.store.trials.known(info.name for info in infos), strict=True):
            numbers[info.scenario] += 1
            context, number = f"{info.scenario}:{info.seed}", numbers[info.scenario]
            row = TrialRow("", arm.name, context, number, False, f"{arm.name}:{info.name}", info.scenario, info.seed)
            if asked is not None:  # there it is known what else the run shares with others, and who sits where
                known = asked[info.name]
                row = row._replace(swapped=known.swapped, series=f"{arm.name}:{known.arm}:{known.series}")
            yield self.trial(row, arm.levels, [attempt])

    def _facts(self, attempt: Attempt) -> dict[str, Any]:
        """Give what is known of the run, and find out what is not."""
        if attempt.run is None or attempt.run_id is None:
            return {}
        facts: dict[str, Any] = json.loads(attempt.facts) if attempt.facts else {}
        if "rounds" not in facts and attempt.status != "open":
            facts |= facts_of(self.store.load(attempt.run))
            self._new[attempt.run_id] = json.dumps(facts)
        self.served.update(facts.get("served", ()))
        took = attempt.ended - attempt.began if attempt.began is not None and attempt.ended is not None else 0.0
        return {**facts, "turns": attempt.turns, "seconds": round(took, 6)}

    def _values(self, attempt: Attempt, facts: dict[str, Any]) -> dict[str, Value]:
        ended = json.loads(attempt.summary) if attempt.summary else {}
        agreed = {"agreed": value_at("agreed", ended, facts)}  # measured or not: what else is said depends on it
        return agreed | {
            each.path: self._custom(each, each.function, attempt)
            if each.function
            else value_at(each.path, ended, facts)
            for each in self.design.measures
        }

    def _custom(self, measure: Measure, where: str, attempt: Attempt) -> Value:
        """Measure by somebody's Python, once for each version of its file."""
        assert attempt.run is not None and attempt.run_id is not None
        key = f"{where} {digest(where, self.workspace)}"
        facts = json.loads(self._new.get(attempt.run_id) or attempt.facts or "{}")
        measured = facts.setdefault("measured", {})
        if key not in measured:
            try:
                measured[key] = self._call(key, where, attempt.run)
            except MootError as error:  # there is no such function by now, or it may not be called
                measured = {key: {"error": "; ".join(filter(None, (error.message, error.remedy)))}}
            else:
                self._new[attempt.run_id] = json.dumps(facts)
        found = measured[key]
        if isinstance(found, Mapping):  # how it failed
            self.failed[measure.path] += 1
            self.last[measure.path] = str(found["error"])
            return None
        value: Value = found
        return value

    def _call(self, key: str, where: str, run: str) -> Any:
        """Call it; raises MootError where it cannot be."""
        from sandbox.runs import load

        if key not in self._functions:
            try:
                self._functions[key] = load_function(where, self.workspace)
            except MootError as error:
                self._functions[key] = error
        function = self._functions[key]
        if isinstance(function, MootError):
            raise function
        try:
            return evaluate(function, load(run, store=self.store))
        except Exception as error:  # noqa: BLE001  # anybody's code: that it fails is said of the measure
            return {"error": f"{type(error).__name__}: {error}"}

    def keep(self) -> None:
        """Keep what was found out."""
        if self._new and self.store.writable:
            self.store.trials.note_now(self._new)
