"""Compare two transcripts: what was said and done, what it came to, and where and why the two part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from transcripts.diff.cause import Cause
from transcripts.diff.first import first_spot
from transcripts.diff.inquiry import Inquiry
from transcripts.diff.origins import Change, Origin, differences
from transcripts.diff.pairs import Pair, mirrored, pair_threads
from transcripts.diff.reading import Reading, read
from transcripts.diff.requests import shown
from transcripts.diff.rules import DEFAULT, Rules
from transcripts.diff.summary import Summary, summarise
from transcripts.diff.turns import Turn
from transcripts.transcript import Transcript


@dataclass(frozen=True)
class Divergence:
    """Where two transcripts part, and why."""

    at: Literal["heard", "beneath", "end"]
    """What differs first: what was said or done; only what lies beneath; or only the end."""
    thread: str
    """Empty at the end."""
    a: Turn | None
    """What stands there on the left; None where it goes no further."""
    b: Turn | None
    cause: Cause

    def mirrored(self) -> Divergence:
        """Swap the sides."""
        return replace(self, a=self.b, b=self.a, cause=self.cause.mirrored())


@dataclass(frozen=True)
class Diff:
    """How two transcripts differ."""

    readings: tuple[Reading, Reading]
    threads: Mapping[str, Sequence[Pair]]
    """Every thread's turns side by side, in order; under an empty name what happened between turns and in no thread."""
    rules: Rules

    @property
    def same(self) -> bool:
        """Whether the same happened, under the rules."""
        return self.end == () and all(pair.same for pairs in self.threads.values() for pair in pairs)

    @property
    def normalised(self) -> tuple[str, ...]:
        """The rules that were applied, each by its name."""
        return self.rules.named()

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many turns are `equal`, `changed`, `inserted`, `missing`, `moved`; and how many differ `beneath` only."""
        counts = Counter[str](pair.kind for pairs in self.threads.values() for pair in pairs)
        beneath = sum(pair.kind == "equal" and not pair.same for pairs in self.threads.values() for pair in pairs)
        kinds = ("equal", "changed", "inserted", "missing")
        return {kind: counts[kind] for kind in kinds} | {"moved": counts["moved"] // 2, "beneath": beneath}

    @cached_property
    def first(self) -> Divergence | None:
        """The first difference in causal order; of what was heard, if there is any.  None where nothing differs."""
        inquiry = Inquiry(self.readings, self.threads)
        for beneath in (False, True):
            if spot := first_spot(self.threads, beneath=beneath, late=inquiry.late):
                return Divergence("beneath" if beneath else "heard", spot.thread, spot.a, spot.b, inquiry.at(spot))
        return Divergence("end", "", None, None, inquiry.at_end()) if self.end else None

    @cached_property
    def summaries(self) -> tuple[Summary, Summary]:
        """What either side came to."""
        left, right = self.readings
        return summarise(left), summarise(right)

    @cached_property
    def end(self) -> tuple[Change, ...]:
        """What differs in how they ended."""
        ends = [self._end(reading) for reading in self.readings]
        return tuple(differences(ends[0], ends[1]))

    @cached_property
    def inputs(self) -> tuple[Change, ...]:
        """What differs in what they were played with, whether or not it came to anything."""
        left, right = (Origin(reading, 2**63) for reading in self.readings)
        if left.started is None or right.started is None:
            return ()
        # A file of content says no engine, and no evidence is no difference.
        engines = [("engine", left.engine, right.engine)] if left.engine and right.engine else []
        found = [
            Change(name, shown(a), shown(b))
            for name, a, b in (
                *engines,
                ("name", left.started.name, right.started.name),
                ("seed", left.seed, right.seed),
                ("answers", left.answers, right.answers),
            )
            if a != b
        ]
        pairs = [("settings", dict(left.settings), dict(right.settings)), ("scenario", left.scenario, right.scenario)]
        pairs += [("cast", left.cast, right.cast), ("personas", left.personas, right.personas)]
        pairs += [("models", left.models, right.models)]
        return (*found, *(change for path, a, b in pairs for change in differences(a, b, path)))

    @property
    def scenarios(self) -> tuple[str, str] | None:
        """The scenarios' names where they are not the same scenario, else None."""
        names = [reading.started.name if reading.started else "" for reading in self.readings]
        return (names[0], names[1]) if names[0] != names[1] else None

    def mirrored(self) -> Diff:
        """Swap the sides."""
        left, right = self.readings
        threads = {name: mirrored(pairs) for name, pairs in self.threads.items()}
        return Diff((right, left), threads, self.rules)

    def _end(self, reading: Reading) -> Mapping[str, object]:
        ended = reading.ended
        if ended is None:
            return {"status": "open"}
        told: dict[str, object] = {
            "status": ended.status,
            "agreed": ended.agreed,
            "terms": ended.terms,
            "measures": ended.measures,
            "verdicts": ended.verdicts,
            "scores": reading.scores or None,
        }
        told |= {"reason": ended.reason, "document": ended.document} if self.rules.prose else {}
        return {key: self._rounded(value) for key, value in told.items() if value is not None}

    def _rounded(self, value: object) -> object:
        if isinstance(value, Mapping):
            return {key: self._rounded(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._rounded(inner) for inner in value]
        return value if isinstance(value, bool) or not isinstance(value, float) else self.rules.plain(value)


def compare(a: Transcript, b: Transcript, *, rules: Rules = DEFAULT) -> Diff:
    """Compare two transcripts, `a` on the left; raises WrongUse for rules that make no sense."""
    readings = read(a, rules), read(b, rules)
    return Diff(readings, pair_threads(readings, rules), rules)
