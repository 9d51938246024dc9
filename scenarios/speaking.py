"""Who speaks next in a thread, as a scenario says it: the name of a policy, or that with what it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from moot_errors import nearest
from personas import Document, Mistake, validate
from scenarios.fill import Path
from scenarios.reading import Names, unknown

FIXED: Final = ("alternating", "round robin", "simultaneous")
"""Policies that choose nothing: whose turn it is follows from the turns that were taken."""


class Policy(BaseModel):
    """Who speaks next: one of these, and what it needs."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: str
    """The name of the policy."""
    no_repeat: bool = False
    """Of `shuffled` and `random`: nobody speaks twice in a row."""
    not_last: list[str] = []
    """Of `shuffled`: who is never the last of a cycle."""
    weights: dict[str, float] = {}
    """Of `random`: how likely each is, 1 unless it says so; 0 is never."""
    after: dict[str, list[str]] = {}
    """Of `graph`: who may speak after whom, in this order of preference."""
    seat: str | None = None
    """Of `moderator`: the participant who says who speaks next."""
    model: str = "default"
    """Of `model`: the profile that is asked."""
    prompt: str = ""
    """Of `model`: what it is told beside the talk."""
    fallback: str = "round robin"
    """Of `moderator`, `model` and `human`: the policy that chooses where they name nobody who may speak."""

    @property
    def spared(self) -> frozenset[str]:
        """Who need never speak, so that rounds are counted without them."""
        return frozenset(seat for seat in (self.seat, *self.weights) if seat and not self.weights.get(seat))


class _Shuffled(BaseModel):
    model_config = ConfigDict(extra="forbid")
    no_repeat: bool = False
    not_last: str | list[str] = []


class _Random(BaseModel):
    model_config = ConfigDict(extra="forbid")
    no_repeat: bool = False
    weights: dict[str, Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]] = Field(default={})


class _Named(BaseModel):
    model_config = ConfigDict(extra="forbid")
    seat: str
    fallback: str = "round robin"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")
    model: str = "default"
    prompt: str = ""
    fallback: str = "round robin"


class _Human(BaseModel):
    model_config = ConfigDict(extra="forbid")
    fallback: str = "round robin"


_TELLING: Final[Mapping[str, type[BaseModel]]] = {
    "shuffled": _Shuffled, "random": _Random, "moderator": _Named, "model": _Model, "human": _Human,
}  # fmt: skip
POLICIES: Final = (*FIXED, "shuffled", "random", "addressed", "bids", "graph", "handoff", "moderator", "model", "human")
ALONE: Final = (*FIXED, "shuffled", "random", "addressed", "handoff")
"""Policies that can choose without anybody's word; a fallback is one of them."""


def read_speakers(given: Any, members: Sequence[str], names: Names, document: Document, path: Path) -> Policy:
    """Read who speaks next in a thread; raises Mistake and DocumentError."""
    kind, told = _parted(given, path)
    here = (*path, kind) if isinstance(given, Mapping) else path
    if kind not in POLICIES:
        close = nearest(str(kind), POLICIES)
        remedy = f"did you mean {close!r}?" if close else f"there are {', '.join(POLICIES)}"
        raise Mistake(f"there is no speaker policy {kind!r}", remedy, path=path)
    if kind == "alternating" and len(members) != 2:
        problem = f"'alternating' takes two members, and {path[1]!r} has {len(members)}"
        raise Mistake(problem, "speakers: round robin", path=path)
    if kind == "graph":
        return Policy(kind=kind, after=_graph(told, members, here))
    if kind == "moderator" and isinstance(told, str):
        told = {"seat": told}
    if kind not in _TELLING:
        if told:
            raise Mistake(f"{kind!r} is told nothing", f"write speakers: {kind}", path=here)
        return Policy(kind=kind)
    read = validate(_TELLING[kind], document, here, told or {}) if told or kind == "moderator" else _TELLING[kind]()
    options = read.model_dump()
    if "not_last" in options:
        options["not_last"] = names.find(options["not_last"], (*here, "not_last"))
        if set(options["not_last"]) >= set(members):
            raise Mistake("somebody must be the last", path=(*here, "not_last"))
    for seat in options.get("weights", ()):
        if seat not in members:
            raise unknown("member", seat, members, (*here, "weights", seat))
    if "weights" in options and not any(options["weights"].get(seat, 1) > 0 for seat in members):
        raise Mistake("nobody could ever speak", "give somebody a weight above 0", path=(*here, "weights"))
    if "seat" in options:
        names.one(options["seat"], (*here, "seat") if isinstance(told, Mapping) and "seat" in told else here)
        if options["seat"] not in members:
            raise unknown("member", options["seat"], members, here)
    if "fallback" in options and options["fallback"] not in ALONE:
        raise unknown("fallback", options["fallback"], ALONE, (*here, "fallback"))
    return Policy(kind=kind, **options)


def _parted(given: Any, path: Path) -> tuple[str, Any]:
    if isinstance(given, str):
        return given, None
    if isinstance(given, Mapping) and len(given) == 1:
        return next(iter(given.items()))
    raise Mistake(
        f"{given!r} does not say who speaks", "such as round robin, or {random: {no_repeat: true}}", path=path
    )


def _graph(told: Any, members: Sequence[str], path: Path) -> dict[str, list[str]]:
    """Read who may speak after whom; raises Mistake where somebody could never speak, or nobody could go on."""
    if not isinstance(told, Mapping):
        raise Mistake(f"a graph says who may speak after whom, not {told!r}", "such as {a: [b, c], b: [a]}", path=path)
    after: dict[str, list[str]] = {}
    for seat, following in told.items():
        if seat not in members:
            raise unknown("member", seat, members, (*path, seat))
        after[str(seat)] = [following] if isinstance(following, str) else list(following or ())
        for place, each in enumerate(after[str(seat)]):
            if each not in members:
                raise unknown("member", each, members, (*path, seat, place))
    for seat in members:
        if not after.get(seat):
            raise Mistake(f"the graph has no way out of {seat!r}: nobody may speak after it", path=path)
    first = members[0]
    reached, edge = {first}, [first]
    while edge:
        new = [each for each in after[edge.pop()] if each not in reached]
        reached |= set(new)
        edge += new
    if missing := [seat for seat in members if seat not in reached]:
        raise Mistake(f"the graph has no way to {missing[0]!r}: it would never speak", path=path)
    return after
