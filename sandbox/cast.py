"""The cast: which persona and brain sits where."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moot_errors import MootError, NotFound, Place, WrongUse
from sandbox.brain import Brain, BrainFactory
from sandbox.brains import KINDS, TACTICS, BrainError
from sandbox.view import Known
from sandbox.workspace import Workspace

if TYPE_CHECKING:
    from personas import Document, LoadedPersona, Persona
    from scenarios import Participant, ScenarioSource

HUMAN = "human"
DEFAULT_BRAIN = {"kind": "rule", "tactic": "linear"}


@dataclass(frozen=True, slots=True)
class Casting:
    """What was asked for a seat: a persona, a brain, both or neither."""

    persona: str | None = None
    brain: str | Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a brain's mapping was written, so that an error can point at it."""

    document: Document | None = None
    path: tuple[str | int, ...] = ()
    text: str = ""
    settings: Mapping[tuple[str | int, ...], str] = field(default_factory=dict[tuple[str | int, ...], str])
    """The `--set` that put a value there, by its path in the mapping."""

    def place(self, path: tuple[str | int, ...]) -> Place | None:
        for size in range(len(path) + 1):
            if setting := self.settings.get(path[:size]):
                return Place(f"--set {setting}")
        if self.document is not None:
            return self.document.place((*self.path, *path))
        return Place(self.text) if self.text else None


@dataclass(frozen=True, slots=True)
class Chair:
    """Who takes a seat."""

    persona: Persona | None
    brain: dict[str, Any]
    origin: Origin = field(default_factory=Origin)


def parse_casting(text: str) -> tuple[str, Casting]:
    """Read `seat=persona@brain`, `seat=persona` or `seat=@brain`."""
    seat, equals, rest = text.partition("=")
    persona, _, brain = rest.partition("@")
    if not equals or not seat or not (persona or brain):
        raise WrongUse(
            f"cannot read {text!r} as a casting", remedy="write seat=persona@brain, seat=persona or seat=@brain"
        )
    return seat, Casting(persona or None, brain or None)


def seat_all(
    source: ScenarioSource,
    participants: Mapping[str, Participant],
    castings: Mapping[str, Casting],
    settings: Mapping[str, Any],
    workspace: Workspace,
    written: Mapping[str, str] | None = None,
) -> dict[str, Chair]:
    """Decide who sits where: what was asked, else what the scenario says, else the persona's own brain.

    `settings` holds `seat.persona` and `seat.brain.…` paths; the latter change single keys of the brain.  Castings and
    settings name seats as they are `written`, where that is given.
    """
    as_asked = {(written or {}).get(seat, seat): seat for seat in participants}
    for seat in (*castings, *(path.partition(".")[0] for path in settings)):
        if seat not in as_asked:
            raise NotFound("seat", seat, as_asked, remedy=f"seats: {', '.join(as_asked)}")
    return {
        called: _seat(source, seat, participants[called], castings.get(seat, Casting()), settings, workspace)
        for seat, called in as_asked.items()
    }


def make_brain(chair: Chair, known: Known) -> Brain:
    """Make the brain of a chair; raises an error that points at the place where its mapping was written."""
    kind = chair.brain.get("kind")
    kinds = KINDS if kind in KINDS else brain_kinds()  # ours need no look at what else is installed
    try:
        if not isinstance(kind, str) or kind not in kinds:
            raise NotFound("kind of brain", str(kind), kinds, remedy=f"kinds: {', '.join(kinds)}")
        return kinds[kind](chair.brain, known)
    except BrainError as error:
        place = chair.origin.place(error.path)
        raise BrainError(
            f"{known.seat}'s brain: {error.message}", path=error.path, place=place, remedy=error.remedy
        ) from None
    except NotFound as error:
        raise MootError(
            f"{known.seat}'s brain: {error.message}", place=chair.origin.place(("kind",)), remedy=error.remedy
        ) from None


def brain_kinds() -> dict[str, BrainFactory]:
    """List the kinds of brain there are, ours and those that other distributions add."""
    added = {point.name: point for point in importlib.metadata.entry_points(group="moot.brains")}
    return KINDS | {name: _Later(point) for name, point in added.items()}


def brain_names(workspace: Workspace) -> list[str]:
    """List the names that may stand after the `@` of a casting."""
    return sorted({*workspace.brains, *TACTICS, HUMAN, *workspace.models.profiles})


@dataclass(frozen=True, slots=True)
class _Later:
    """Import an added kind of brain when it is first used."""

    point: importlib.metadata.EntryPoint

    def __call__(self, spec: dict[str, Any], known: Known) -> Brain:
        factory: BrainFactory = self.point.load()
        return factory(spec, known)


def _seat(
    source: ScenarioSource,
    seat: str,
    participant: Participant,
    asked: Casting,
    settings: Mapping[str, Any],
    workspace: Workspace,
) -> Chair:
    written = ("participants", seat)
    loaded = _persona(
        settings.get(f"{seat}.persona") or asked.persona,
        (participant.persona, source.document.place((*written, "persona"))),
        workspace,
    )
    spec, origin = DEFAULT_BRAIN, Origin()
    if loaded and loaded.persona.brain:
        spec, origin = dict(loaded.persona.brain), Origin(loaded.document, ("brain",))
    whole = f"{seat}.brain"
    if whole in settings:
        spec, origin = _laid_over(spec, settings[whole], origin, Origin(settings={(): whole}), workspace)
    elif asked.brain is not None:
        spec, origin = _laid_over(spec, asked.brain, origin, Origin(), workspace)
    elif participant.brain is not None:
        spec, origin = _laid_over(
            spec, participant.brain, origin, Origin(source.document, (*written, "brain")), workspace
        )
    spec, changed = _changed(spec, seat, settings)
    origin = replace(origin, settings={**origin.settings, **changed})
    return Chair(loaded.persona if loaded else None, spec, origin)


def _persona(asked: str | None, written: tuple[str | None, Place], workspace: Workspace) -> LoadedPersona | None:
    from personas import load_persona

    name, place = (asked, None) if asked else written
    if not name:
        return None
    try:
        return load_persona(str(name), workspace.personas)
    except NotFound as error:
        raise MootError(error.message, place=place, remedy=error.remedy) from None


def _laid_over(
    below: dict[str, Any], above: object, origin: Origin, own: Origin, workspace: Workspace
) -> tuple[dict[str, Any], Origin]:
    """Lay one brain's mapping over another: keys of the same kind of brain add up, another kind replaces it.

    A name stands for a whole brain.
    """
    if isinstance(above, str):
        try:
            return find_brain(above, workspace)
        except NotFound as error:
            error.place = own.place(())
            raise
    if not isinstance(above, Mapping):
        remedy = "write its name or a mapping such as {kind: rule, tactic: linear}"
        raise MootError(f"a brain is a name or a mapping, not {above!r}", place=own.place(()), remedy=remedy)
    if above.get("kind", below.get("kind")) != below.get("kind"):
        return dict(above), own
    return {**below, **above}, origin if own == Origin() else own


def find_brain(name: str, workspace: Workspace) -> tuple[dict[str, Any], Origin]:
    """Give the mapping that a name stands for, and where it was written; raises NotFound and MootError."""
    if name in workspace.brains:
        return workspace.brains[name], Origin(text=str(workspace.config))
    if name in TACTICS:
        return {"kind": "rule", "tactic": name}, Origin()
    if name == HUMAN:
        return {"kind": HUMAN}, Origin()
    if name in workspace.models.profiles:
        return {"kind": "llm", "model": name}, Origin()
    if name.endswith((".yaml", ".yml")):
        return _from_file(Path(name))
    raise NotFound("brain", name, brain_names(workspace), remedy=f"brains: {', '.join(brain_names(workspace))}")


def _from_file(path: Path) -> tuple[dict[str, Any], Origin]:
    from personas import read_document

    document = read_document(path)
    if not isinstance(document.data, dict):
        raise MootError("a brain is a mapping", place=document.place(()), remedy="begin with kind: script")
    return document.data, Origin(document)


def _changed(
    spec: Mapping[str, Any], seat: str, settings: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[tuple[str | int, ...], str]]:
    """Put `seat.brain.key=value` settings over a brain's mapping, and say which is where.

    Dots lead into mappings inside it.
    """
    changed, places = dict(spec), dict[tuple[str | int, ...], str]()
    prefix = f"{seat}.brain."
    for path, value in settings.items():
        if path.startswith(prefix):
            *steps, last = path.removeprefix(prefix).split(".")
            inner = changed
            for step in steps:
                below = inner.get(step)
                inner[step] = inner = dict(below) if isinstance(below, Mapping) else {}
            inner[last] = value
            places[*steps, last] = path
    return changed, places
