"""The mappings of rule and script brains, as files write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import Field

from sandbox.brains.errors import BrainError, Spec, check_spec, unknown

Named = Literal["boulware", "linear", "conceder", "hardheaded", "tit-for-tat", "micro", "random"]

NAMES: Final[tuple[str, ...]] = get_args(Named)

Choosing = Literal["best-reply", "cooperate", "defect", "tit-for-tat", "random"]


class RuleSpec(Spec):
    """A brain that decides by a formula, and talks in phrases."""

    kind: Literal["rule"] = "rule"
    tactic: str
    """One of the named tactics, or `time` with an exponent `e` of your own."""
    e: Annotated[float, Field(gt=0, le=1000)] | None = None
    """For `time` only: u(t) = u_max - (u_max - u_min) * t^e; above 1 gives way late, below 1 early."""
    talk: bool = True
    """False for bare offers."""
    choices: Choosing = "best-reply"
    """What it chooses where a choice is made in secret."""
    opens: bool = False
    """Whether it opens a side thread some time, where it may."""


def read_rule(mapping: Mapping[str, Any]) -> RuleSpec:
    """Check a rule brain's mapping; raises BrainError."""
    spec = check_spec(RuleSpec, mapping)
    if spec.tactic != "time" and spec.tactic not in NAMES:
        raise unknown("tactic", spec.tactic, [*NAMES, "time"], ("tactic",))
    if spec.tactic == "time" and spec.e is None:
        remedy = "add e: 2, or any number above 0"
        raise BrainError("the tactic 'time' needs an exponent", path=("tactic",), remedy=remedy)
    if spec.tactic != "time" and spec.e is not None:
        remedy = f"write tactic: time with e: {spec.e:g}"
        raise BrainError(f"the tactic {spec.tactic!r} has its own exponent, and takes no e", path=("e",), remedy=remedy)
    return spec
