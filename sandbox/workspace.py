"""The workspace: a folder with what a researcher brings along, and the transcripts of what was run there."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moot_errors import DocumentError, NotFound, Place, nearest
from sandbox import trust

if TYPE_CHECKING:
    from sandbox.budget import Budget
    from sandbox.models import Models

CONFIG = "moot.toml"
DATABASE = "transcripts.db"
_SECTIONS = ("brains", "budget", "keys", "models")


@dataclass(frozen=True)
class Workspace:
    """A folder with `personas/`, `scenarios/`, `moot.toml` and `transcripts.db`; each of them may be missing.

    `moot.toml` is read when something in it is first asked for; raises DocumentError where it is broken.
    """

    root: Path

    @property
    def personas(self) -> list[Path]:
        return [self.root / "personas"]

    @property
    def scenarios(self) -> list[Path]:
        return [self.root / "scenarios"]

    @property
    def database(self) -> Path:
        return self.root / DATABASE

    @property
    def config(self) -> Path:
        return self.root / CONFIG

    @property
    def trusted(self) -> bool:
        """Whether its owner lets it run commands and load components."""
        return trust.is_trusted(self.root)

    @cached_property
    def brains(self) -> dict[str, dict[str, Any]]:
        """Brains by name, as `moot.toml` has them under `[brains.NAME]`."""
        brains = self._settings.get("brains", {})
        for name, spec in brains.items():
            if not isinstance(spec, dict):
                place = Place(str(self.config), _line(self.config, name))
                remedy = f'write [brains.{name}] and below it kind = "rule"'
                raise DocumentError(f"brain {name!r} must be a table, not {spec!r}", place=place, remedy=remedy)
        return dict(brains)

    @cached_property
    def models(self) -> Models:
        """The models of `[models.NAME]`, and `simulated`."""
        from sandbox.models import Models, load_profiles

        written = self._settings.get("models", {})
        return Models(lambda: load_profiles(written, self.config), trusted=lambda: self.trusted)

    @property
    def budget(self) -> Budget:
        """What one run may take, as `[budget]` says; counted anew for each run."""
        from sandbox.budget import Budget, read_budget

        written = self._settings.get("budget")
        if not written:
            return Budget()
        return read_budget(written, Place(str(self.config), _line(self.config, "budget")))

    @property
    def keys(self) -> dict[str, Any]:
        """The keys of the terminal interface, by action, as `[keys]` has them."""
        return dict(self._settings.get("keys", {}))

    @cached_property
    def _settings(self) -> dict[str, Any]:
        return _read(self.config) if self.config.is_file() else {}


def find_workspace(start: Path | None = None) -> Workspace:
    """Find the nearest folder upwards that has a `moot.toml`, or take the current one.

    `MOOT_WORKSPACE` in the environment names the folder outright.
    """
    if start is None and (named := os.environ.get("MOOT_WORKSPACE")):
        return Workspace(Path(named))
    try:
        here = (start or Path.cwd()).absolute()
    except FileNotFoundError:
        raise NotFound("current folder", ".", remedy="it was removed: cd to one that is there") from None
    return Workspace(next((folder for folder in (here, *here.parents) if (folder / CONFIG).is_file()), here))


def _read(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise DocumentError(f"byte {error.start} is not UTF-8", place=Place(str(path))) from None
    except tomllib.TOMLDecodeError as error:
        raise DocumentError(f"not TOML: {error}", place=Place(str(path))) from None
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", place=Place(str(path))) from None
    for key, section in data.items():
        place = Place(str(path), _line(path, key))
        if key not in _SECTIONS:
            close = nearest(key, _SECTIONS)
            hint = f"did you mean {close!r}?" if close else f"sections: {', '.join(_SECTIONS)}"
            raise DocumentError(f"unknown section {key!r}", place=place, remedy=hint)
        if not isinstance(section, dict):
            raise DocumentError(f"{key!r} must be a table, not {section!r}", place=place, remedy=f"write [{key}]")
    return data


def _line(path: Path, key: str) -> int | None:
    """Find the line that first mentions a key; TOML readers do not tell."""
    if not path.is_file():
        return None
    lines = path.read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if key in line), None)
