"""The workspace: a folder with what a researcher brings along, and the transcripts of what was run there."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from moot_errors import DocumentError, Place, nearest

CONFIG = "moot.toml"
DATABASE = "transcripts.db"
_SECTIONS = ("brains",)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with `personas/`, `scenarios/`, `moot.toml` and `transcripts.db`; each of them may be missing."""

    root: Path
    brains: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Brains by name, as `moot.toml` has them under `[brains.NAME]`."""

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


def find_workspace(start: Path | None = None) -> Workspace:
    """Find the nearest folder upwards that has a `moot.toml`, or take the current one.

    `MOOT_WORKSPACE` in the environment names the folder outright.  Raises DocumentError for a broken `moot.toml`.
    """
    if start is None and (named := os.environ.get("MOOT_WORKSPACE")):
        start = Path(named)
        return Workspace(start, _read(start / CONFIG))
    here = (start or Path.cwd()).absolute()
    for folder in (here, *here.parents):
        if (folder / CONFIG).is_file():
            return Workspace(folder, _read(folder / CONFIG))
    return Workspace(here)


def _read(path: Path) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        return {}
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise DocumentError(f"byte {error.start} is not UTF-8", place=Place(str(path))) from None
    except tomllib.TOMLDecodeError as error:
        raise DocumentError(f"not TOML: {error}", place=Place(str(path))) from None
    for key in data:
        if key not in _SECTIONS:
            close = nearest(key, _SECTIONS)
            hint = f"did you mean {close!r}?" if close else f"sections: {', '.join(_SECTIONS)}"
            raise DocumentError(f"unknown section {key!r}", place=Place(str(path), _line(path, key)), remedy=hint)
    brains = data.get("brains", {})
    for name, spec in brains.items() if isinstance(brains, dict) else [("brains", brains)]:
        if not isinstance(spec, dict):
            raise DocumentError(
                f"brain {name!r} must be a table, not {spec!r}",
                place=Place(str(path), _line(path, name)),
                remedy=f'write [brains.{name}] and below it kind = "rule"',
            )
    return dict(brains)


def _line(path: Path, key: str) -> int | None:
    """Find the line that first mentions a key; TOML readers do not tell."""
    lines = path.read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if key in line), None)
