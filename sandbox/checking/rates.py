"""Claims about how often something comes out, and what trials say to them: pass, fail, or undecided."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from moot_errors import NotFound, WrongUse
from sandbox.intervals import Z, wilson
from sandbox.runs import Run

Verdict = Literal["pass", "fail", "undecided"]
Predicate = Callable[[Run], bool]

_SIDES = ("at_least", "at_most")


@dataclass(frozen=True)
class Claim:
    """That the share of runs of which something is true is at least, or at most, a bound."""

    name: str
    side: Literal["at_least", "at_most"]
    bound: float
    true_of: Predicate


@dataclass(frozen=True)
class Rate:
    """What the trials say to a claim, at 95 % confidence."""

    claim: Claim
    true: int
    """Runs of which it is true."""
    errors: int
    """Runs that have no outcome, of which nobody knows whether it would have been true."""
    n: int

    @property
    def low(self) -> float:
        """Wilson's lower limit, had it been false of every run without an outcome."""
        return wilson(self.true, self.n).low or 0.0

    @property
    def high(self) -> float:
        """Wilson's upper limit, had it been true of every run without an outcome."""
        high = wilson(self.true + self.errors, self.n).high
        return 1.0 if high is None else high

    @property
    def verdict(self) -> Verdict:
        """`pass` or `fail` where the whole interval lies on one side of the bound."""
        bound = self.claim.bound
        if self.claim.side == "at_least":
            return "pass" if self.low >= bound else "fail" if self.high < bound else "undecided"
        return "pass" if self.high <= bound else "fail" if self.low > bound else "undecided"

    @property
    def deciding(self) -> int | None:
        """The number of trials that would decide it, if the rate stayed what it is; None where none would.

        Wilson's interval is the inversion of the score test, so that its limit reaches the bound b at
        n = z² b (1 - b) / (rate - b)².
        """
        bound, known = self.claim.bound, self.n - self.errors
        if not known or self.errors or math.isclose(self.true / known, bound):
            return None
        return math.ceil(Z**2 * bound * (1 - bound) / (self.true / known - bound) ** 2)

    def __str__(self) -> str:
        claim = self.claim
        side = claim.side.replace("_", " ")
        head = f"{claim.name} {side} {claim.bound:g}: {self.verdict}"
        found = f"{self.true} of {self.n}, 95 % interval {self.low:.3f} to {self.high:.3f}"
        if self.errors:
            found += f"; {self.errors} without an outcome, counted both ways"
        return f"{head}; {found}{self._decides()}"

    def _decides(self) -> str:
        if self.verdict != "undecided":
            return ""
        if self.errors:
            return "; runs without an outcome must be mended first"
        if self.deciding is None:
            return "; at this very rate no number of trials would decide"
        return f"; n={self.deciding} would decide, if the rate stays"


def read_claims(claims: Mapping[str, float], that: Mapping[str, Predicate] | None = None) -> list[Claim]:
    """Read claims as a test writes them, `agreed__at_least=0.8`.

    What can be true of a run: `agreed`, `efficient`, or a name in `that`.  Raises NotFound and WrongUse.
    """
    known: dict[str, Predicate] = {"agreed": _agreed, "efficient": _efficient, **(that or {})}
    if not claims:
        raise WrongUse("there is nothing to be shown", remedy="claim something: agreed__at_least=0.8")
    return [_claim(key, bound, known) for key, bound in claims.items()]


def judge(claims: Iterable[Claim], runs: Sequence[Run]) -> list[Rate]:
    """Say what the runs say to each claim; a run that has no outcome is counted as an error."""
    over = [run for run in runs if run.status == "done"]
    errors = len(runs) - len(over)
    return [Rate(claim, sum(bool(claim.true_of(run)) for run in over), errors, len(runs)) for claim in claims]


def _claim(key: str, bound: float, known: Mapping[str, Predicate]) -> Claim:
    name, _, side = key.rpartition("__")
    if side not in _SIDES or not name:
        raise NotFound(
            "claim", key, [f"{each}__{way}" for each in known for way in _SIDES], remedy="agreed__at_least=0.8"
        )
    if name not in known:
        raise NotFound("thing to count", name, known, remedy="give it: that={'cheap': lambda run: ...}")
    if not 0 < bound < 1:
        raise WrongUse(
            f"{key}={bound:g} cannot be shown by any number of trials", remedy="take a rate between 0 and 1, as 0.95"
        )
    return Claim(name, "at_least" if side == "at_least" else "at_most", bound, known[name])


def _agreed(run: Run) -> bool:
    agreed = run.outcome.agreed
    if agreed is None:
        raise WrongUse(f"in {run.scenario!r} there is nothing to agree on", remedy="count another thing: that={...}")
    return agreed


def _efficient(run: Run) -> bool:
    return bool(run.outcome.efficient)
