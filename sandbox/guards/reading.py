"""Read the guards that a scenario and its participants name; what is wrong is said with its place in the file."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from moot_errors import nearest
from personas import Document, Mistake, validate
from sandbox.brains import model_of
from sandbox.cast import Chair, Origin, make_brain
from sandbox.guards import act, judge, language, length, pattern, program, schema
from sandbox.guards.guard import Guard, GuardFactory, Setting
from sandbox.guards.run import Guards, Held
from sandbox.guards.steps import Escalation, Fallback, read_steps, settled_steps
from sandbox.view import known_by
from sandbox.workspace import Workspace, find_workspace
from scenarios import Situation, scenario_from_data

if TYPE_CHECKING:
    from sandbox.models import Models

Kind = Callable[[Any, Setting], Guard]
KINDS: Final[Mapping[str, Kind]] = {
    "length": length.make,
    "pattern": pattern.make,
    "schema": schema.make,
    "act": act.make,
    "language": language.make,
    "model": judge.make,
    "python": program.make,
}
TAKEN: Final = ("form", "rules")
"""What else a refusal may be by."""
Task = Literal["talk", "propose", "move", "vote", "answer", "bid", "choose"]


class GuardSpec(BaseModel):
    """What every guard may say beside its kind."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")] | None = None
    """What it is called; its kind, unless it says so, with a number where there are several."""
    of: str | list[str] = "all"
    """Whose messages it watches: seats or groups."""
    threads: str | list[str] | None = Field(default=None, alias="in")
    """In which threads; in all, unless it says so."""
    tasks: list[Task] = Field(default=["talk", "propose"], min_length=1)
    """In which turns: what others hear, unless it says so."""
    tries: int = Field(default=2, strict=True, ge=0, le=20)
    """How often a message goes back to its author."""
    then: Any = "forfeit"
    """What is done after that."""
    reason: Annotated[str, StringConstraints(min_length=1, max_length=1000)] | None = None
    """What the author is told, in place of the guard's own words."""
    in_doubt: Literal["stop", "pass"] = "stop"
    """What becomes of a message that it cannot judge."""


SHARED: Final = tuple(field.alias or name for name, field in GuardSpec.model_fields.items())


class Written(NamedTuple):
    """A guard as it is written, by kind, and where."""

    kind: str
    data: dict[str, Any]
    seat: str | None
    """Whose own it is; None for one of the scenario's."""
    setting: Setting


def read_guards(
    situation: Situation,
    cast: Mapping[str, Chair],
    workspace: Workspace | None = None,
    *,
    models: Models | None = None,
    document: Document | None = None,
) -> Guards:
    """Make the guards of a situation; raises DocumentError with the place in `document`, and nothing is written yet.

    `models` are the workspace's unless they come from a transcript.  Needs the workspace for what runs code in it.
    """
    written = _written(situation, workspace, models, document)
    if not written:
        return Guards()
    kinds = guard_kinds()
    held: list[Held] = []
    profiles: set[str] = set()
    for each in written:
        with _Placing(each.setting.document):
            one = _hold(each, kinds, held)
        held.append(one)
        for place, step in enumerate(one.escalation.then):
            if isinstance(step, Fallback):
                _check_brain(step, place, one, cast, each)
                profiles |= {name} if (name := model_of(step.brain)) else set()
        profiles |= {one.guard.profile} if isinstance(one.guard, judge.Judge) else set()
    return Guards(held, profiles)


def settle_guards(
    situation: Situation,
    workspace: Workspace | None = None,
    *,
    models: Models | None = None,
    document: Document | None = None,
) -> Situation:
    """Give the situation with guards that say all of themselves: brains as mappings, and the hashes of sources.

    The same object where there is nothing to settle; raises DocumentError.
    """
    written = _written(situation, workspace, models, document)
    if not written:
        return situation
    own: dict[str | None, list[dict[str, Any]]] = {}
    for each in written:
        with _Placing(each.setting.document):
            own.setdefault(each.seat, []).append(_settled(each))
    data = dict(situation.data)
    participants = dict(situation.participants)
    for seat, guards in own.items():
        if seat is None:
            data["guards"] = guards
        else:
            data["participants"] = {**data["participants"], seat: {**data["participants"][seat], "guards": guards}}
            participants[seat] = participants[seat].model_copy(update={"guards": guards})
    return replace(situation, guards=data.get("guards", []), participants=participants, data=data)


def guard_kinds() -> dict[str, Kind]:
    """List the kinds of guard there are, ours and those that other distributions add."""
    added = {point.name: point for point in importlib.metadata.entry_points(group="moot.guards")}
    return {**KINDS, **{name: _Later(point) for name, point in added.items()}}


@dataclass(frozen=True, slots=True)
class _Later:
    """Import an added kind of guard when it is first used."""

    point: importlib.metadata.EntryPoint

    def __call__(self, told: Any, setting: Setting) -> Guard:
        try:
            factory: GuardFactory = self.point.load()
            return factory(told)
        except Mistake as mistake:
            mistake.path = (*setting.path, *mistake.path)
            raise


class _Placing:
    """Turn a mistake into an error that points at its place in the document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, Mistake):
            raise self._document.error(
                fault.path, str(fault), fault.remedy, key=fault.key, offset=fault.offset
            ) from None


def _written(
    situation: Situation, workspace: Workspace | None, models: Models | None, document: Document | None
) -> list[Written]:
    """List the guards that a situation says: its own first, then each seat's."""
    data = situation.data
    places: list[tuple[str | None, Sequence[Any]]] = [
        (None, data.get("guards", ())),
        *((seat, said.get("guards", ())) for seat, said in data["participants"].items()),
    ]
    if not any(guards for _, guards in places):
        return []
    document = document or scenario_from_data(situation.source_data, situation.name).document
    workspace = workspace or find_workspace()
    models = models or workspace.models
    kinds = guard_kinds()
    written = []
    for seat, guards in places:
        base = (
            ("guards",)
            if seat is None
            else (*_origin(situation.written.get(seat, seat), situation.source_data), "guards")
        )
        for place, each in enumerate(guards):
            setting = Setting(situation, document, (*base, place), workspace, models)
            with _Placing(document):
                written.append(Written(_kind(each, kinds, setting.path), each, seat, setting))
    return written


def _origin(seat: str, source: Mapping[str, Any]) -> tuple[str, ...]:
    """Say where a participant was written: one of several stands under the name of all, a team's member in the team."""
    participants = source.get("participants", {})
    name, _, rest = seat.rpartition("_")
    if seat in participants or name not in participants:
        return ("participants", seat)
    if rest.isdecimal():
        return ("participants", name)
    return ("participants", name, "team", "members", rest)


def _kind(each: Any, kinds: Mapping[str, Kind], path: tuple[str | int, ...]) -> str:
    """Find what kind of guard a mapping is: the one key in it that not every guard may have."""
    if not isinstance(each, Mapping):
        raise Mistake(f"a guard is a mapping, not {each!r}", "such as {length: {words: ..80}}", path=path)
    own = [key for key in each if key not in SHARED]
    known = [key for key in own if key in kinds]
    if not own:
        raise Mistake("this guard does not say what it looks at", f"there are {', '.join(kinds)}", path=path)
    if len(known) > 1:
        problem = f"a guard looks at one thing, and this at {' and '.join(known)}"
        raise Mistake(problem, "write two guards", path=(*path, known[1]), key=True)
    if strange := [key for key in own if key not in known]:
        close = nearest(str(strange[0]), [*SHARED, *(() if known else kinds)])
        what = "key" if known else "kind of guard"
        listed = SHARED if known else kinds
        remedy = f"did you mean {close!r}?" if close else f"there are {', '.join(listed)}"
        raise Mistake(f"there is no {what} {strange[0]!r}", remedy, path=(*path, strange[0]), key=True)
    return str(known[0])


def _hold(written: Written, kinds: Mapping[str, Kind], before: Sequence[Held]) -> Held:
    kind, data, seat, setting = written
    shared = {key: value for key, value in data.items() if key in SHARED}
    spec = validate(GuardSpec, setting.document, setting.path, shared)
    if seat is not None and "of" in data:
        problem = f"this guard is {seat}'s own, and watches nobody else"
        raise Mistake(problem, "take 'of' out, or write it under the scenario's guards", path=(*setting.path, "of"))
    seats = [seat] if seat is not None else _seats(spec.of, setting.inside("of"))
    threads = None if spec.threads is None else _threads(spec.threads, setting.inside("in"))
    name = _name(spec.name, kind, setting, {each.name for each in before if set(each.seats) & set(seats)})
    escalation = Escalation(spec.tries, read_steps(spec.then, setting.inside("then")))
    guard = kinds[kind](data[kind], setting.inside(kind))
    return Held(name, guard, tuple(seats), threads, tuple(spec.tasks), spec.reason, spec.in_doubt, escalation)


def _name(given: str | None, kind: str, setting: Setting, taken: set[str]) -> str:
    """Give a guard its name; no seat has two of the same."""
    if given in TAKEN:
        raise Mistake(f"the name {given!r} is reserved", "choose another", path=(*setting.path, "name"))
    if given in taken:
        raise Mistake(f"two guards are called {given!r}", "rename one", path=(*setting.path, "name"))
    if given is not None:
        return given
    number = next(count for count in range(1, len(taken) + 2) if _numbered(kind, count) not in taken)
    return _numbered(kind, number)


def _numbered(kind: str, count: int) -> str:
    return kind if count == 1 else f"{kind}-{count}"


def _seats(given: str | list[str], setting: Setting) -> list[str]:
    situation, found = setting.situation, set[str]()
    for place, name in enumerate([given] if isinstance(given, str) else given):
        groups = {"all": situation.seats, **situation.groups, **{seat: [seat] for seat in situation.seats}}
        if name not in groups:
            raise _unknown("participant", name, [*situation.seats, *situation.groups], setting, given, place)
        found |= set(groups[name])
    if not found:
        raise Mistake("this guard watches nobody", "of: all", path=setting.path)
    return [seat for seat in situation.seats if seat in found]


def _threads(given: str | list[str], setting: Setting) -> list[str]:
    threads = [given] if isinstance(given, str) else given
    for place, name in enumerate(threads):
        if name not in setting.situation.threads:
            raise _unknown("thread", name, list(setting.situation.threads), setting, given, place)
    return threads


def _unknown(what: str, name: str, choices: Sequence[str], setting: Setting, given: Any, place: int) -> Mistake:
    close = nearest(name, choices)
    remedy = f"did you mean {close!r}?" if close else f"there are {', '.join(choices)}"
    path = setting.path if isinstance(given, str) else setting.inside(place).path
    return Mistake(f"there is no {what} {name!r}", remedy, path=path)


def _check_brain(step: Fallback, place: int, held: Held, cast: Mapping[str, Chair], written: Written) -> None:
    """Make the brain once for each seat, so that what is wrong with it is said now."""
    setting = written.setting.inside("then", *([place] if isinstance(written.data["then"], list) else []), "fallback")
    for seat in held.seats:
        persona = cast[seat].persona
        chair = Chair(persona, step.brain, Origin(setting.document, setting.path))
        make_brain(chair, known_by(setting.situation, seat, persona))


def _settled(written: Written) -> dict[str, Any]:
    settled = dict(written.data)
    if "then" in settled:
        settled["then"] = settled_steps(settled["then"], written.setting.inside("then"))
    if written.kind == "python":
        settled["python"] = program.settled(settled["python"], written.setting.inside("python"))
    return settled
