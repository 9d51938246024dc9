"""Find scenarios by name or by path, and resolve them into situations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from moot_errors import NotFound
from personas import Document, Mistake, read_document
from scenarios.drawing import draw_groups
from scenarios.draws import Draws
from scenarios.expand import expand, inline
from scenarios.fill import Path as Steps
from scenarios.fill import fill
from scenarios.reading import refuse_bad_name, unknown
from scenarios.recent import OVERHEAD, Recent
from scenarios.renaming import rename, written_as
from scenarios.settings import apply_settings
from scenarios.situation import Situation, build
from scenarios.unwritten import unwritten
from scenarios.values import is_number

LIBRARY = Path(__file__).parent / "library"
_READ: Recent[ScenarioSource] = Recent(most=32 * OVERHEAD, weigh=lambda _: 0)


@dataclass(frozen=True)
class ScenarioSource:
    """A scenario as it was written, and where each of its values stands."""

    name: str
    document: Document
    _made: Recent[Situation] = field(
        default_factory=lambda: Recent(most=16 * OVERHEAD, weigh=lambda _: 0), compare=False, repr=False
    )

    @property
    def data(self) -> dict[str, Any]:
        """The scenario as written."""
        return dict(self.document.data)

    def resolve(
        self,
        seed: int = 0,
        parameters: Mapping[str, Any] | None = None,
        settings: Iterable[tuple[str, Any]] = (),
    ) -> Situation:
        """Fill in parameters and what the seed draws, and check the whole.

        `settings` are (path, value) as `--set` has them.  Raises DocumentError for what the scenario says, NotFound for
        an unknown parameter, WrongUse for an unknown path.
        """
        settings, parameters = list(settings), parameters or {}
        document = self.document
        if not isinstance(document.data, dict):
            raise document.error((), f"a scenario is a mapping, not {document.data!r}", "begin with title: …")
        if settings:
            document = apply_settings(document, settings)
        if document.data.get("draw") is None:  # then no seed makes a difference
            key = repr((parameters, settings))
            return self._made.get(key, lambda: self._checked(document, 0, parameters))
        return self._checked(document, seed, parameters)

    def _checked(
        self, document: Document, seed: int, parameters: Mapping[str, Any], inside: tuple[str, ...] = ()
    ) -> Situation:
        """Fill in and check the whole; `inside` names the scenarios of whose teams this one is to be a part."""
        try:
            return self._resolve(document, seed, parameters, (*inside, self.name))
        except Mistake as mistake:
            raise document.error(
                mistake.path, str(mistake), mistake.remedy, key=mistake.key, offset=mistake.offset
            ) from None

    def _resolve(
        self, document: Document, seed: int, parameters: Mapping[str, Any], inside: tuple[str, ...]
    ) -> Situation:
        load = partial(self._members, seed=seed, inside=inside)
        data, called = rename(inline(dict(document.data), load))
        origins: dict[str, Steps] = {}
        try:
            known = self._parameters(data, parameters)
            drawn = draw_groups(fill(data.get("draw"), known, ("draw",)), known, Draws(seed))
            names = {**known, **drawn}
            filled = {
                key: value if key in {"draw", "parameters"} else fill(value, names, (key,))
                for key, value in data.items()
            }
            if known:
                filled["parameters"] = known
            written, origins = expand(filled)
            if called:
                seats = written["participants"]
                written = {**written, "names": {written_as(seat, called, origins): seat for seat in seats}}
            return build(self.name, written, drawn, document, inline(self.data, load))
        except Mistake as mistake:
            section, seat, *rest = (*mistake.path, "", "")
            if section == "participants" and (origin := origins.get(str(seat)) or (called and (section, seat))):
                base = written_as(str(origin[1]), called, {})
                mistake.path = (section, base, *origin[2:], *(step for step in rest if step != ""))
            raise

    def _members(self, name: str, path: Steps, seed: int, inside: tuple[str, ...]) -> Mapping[str, Any]:
        """Read the participants of another scenario: of this one's folder, or of the library."""
        known = list_scenarios([Path(self.document.file).parent])
        if name not in known:  # looked up as a name, and never as a path: a file from anybody says it
            raise unknown("scenario", name, known, path)
        if name in inside:
            raise Mistake(f"{name!r} is a team inside of {name!r}", "write the members themselves", path=path)
        source = load_scenario(name, [Path(self.document.file).parent])
        participants: dict[str, Any] = source._checked(source.document, seed, {}, inside).data["participants"]
        return participants

    def _parameters(self, data: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        written = data.get("parameters", {})
        if not isinstance(written, dict):
            raise Mistake(
                f"parameters are names with values, not {written!r}", "such as {asking: 350}", path=("parameters",)
            )
        for name, value in written.items():
            refuse_bad_name(name, ("parameters", name))
            if not (isinstance(value, (str, bool)) or is_number(value)):
                raise Mistake(f"a parameter is a text or a number, not {value!r}", path=("parameters", name))
        for name in given:
            if name not in written:
                raise NotFound(
                    "parameter", name, map(str, written), place=self.document.place(("parameters",), key=True)
                )
        return {**written, **given}


def load_scenario(name_or_path: str | Path, folders: Sequence[Path] = ()) -> ScenarioSource:
    """Read a scenario by its name, from `folders` and then the library, or by the path of its file.

    Raises NotFound with the nearest name, and DocumentError for a file that cannot be read.
    """
    written = str(name_or_path)
    if isinstance(name_or_path, Path) or written.endswith((".yaml", ".yml")) or "/" in written or "\\" in written:
        return _read(Path(written).stem, written)
    known = list_scenarios(folders)
    if written not in known:
        raise NotFound("scenario", written, known, remedy="moot scenarios lists them")
    return _read(written, known[written])


def _read(name: str, file: str | Path) -> ScenarioSource:
    """Read a file, or take what was read of it before: a thousand runs of one scenario read it once."""
    try:
        found = Path(file).stat()
    except OSError:
        return ScenarioSource(name, read_document(file))
    key = (name, str(file), found.st_mtime_ns, found.st_size, found.st_ino)
    return _READ.get(key, lambda: ScenarioSource(name, read_document(file)))


def list_scenarios(folders: Sequence[Path] = ()) -> dict[str, Path]:
    """Give the file of every scenario by name; an earlier folder goes before a later one, the library comes last."""
    found: dict[str, Path] = {}
    for folder in (*folders, LIBRARY):
        for file in sorted(Path(folder).glob("*.yaml")):
            found.setdefault(file.stem, file)
    return dict(sorted(found.items()))


def scenario_from_data(data: Mapping[str, Any], name: str = "scenario") -> ScenarioSource:
    """Take a scenario from plain data, as a transcript embeds it or as Python wrote it; its places name no line."""
    return ScenarioSource(name, unwritten(data, name))
