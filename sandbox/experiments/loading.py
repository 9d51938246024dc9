"""Find an experiment's file, and read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moot_errors import MootError, NotFound, Place
from personas import Document, parse_document, read_document, validate
from sandbox.experiments.schema import ExperimentSpec

if TYPE_CHECKING:
    from sandbox.workspace import Workspace

Steps = Sequence[str | int | float]


@dataclass(frozen=True)
class Written:
    """An experiment as it was written, and where each of its values stands."""

    name: str
    spec: ExperimentSpec
    document: Document

    def error(self, path: Steps, message: str, remedy: str | None = None, *, key: bool = False) -> MootError:
        """Make the error for what stands at a path."""
        return self.document.error(path, message, remedy, key=key)


def load_experiment(file: str | Path | Mapping[str, Any], workspace: Workspace, name: str = "") -> Written:
    """Read an experiment by its name in the workspace's `experiments/`, by its path, or from a mapping.

    Raises NotFound with the nearest name, and DocumentError.
    """
    if isinstance(file, Mapping):
        document: Document = _Unwritten.of(file, name or "experiment")
        return Written(name or "experiment", validate(ExperimentSpec, document), document)
    path = _find(file, workspace)
    document = read_document(path)
    if not isinstance(document.data, dict):
        raise document.error((), f"an experiment is a mapping, not {document.data!r}", "begin with scenario: …")
    return Written(name or path.stem, validate(ExperimentSpec, document), document)


def list_experiments(workspace: Workspace) -> dict[str, Path]:
    """Map the name of every experiment in the workspace to its file."""
    return {path.stem: path for path in sorted((workspace.root / "experiments").glob("*.yaml"))}


def _find(file: str | Path, workspace: Workspace) -> Path:
    written = str(file)
    if isinstance(file, Path) or written.endswith((".yaml", ".yml")) or "/" in written or "\\" in written:
        return Path(file)
    known = list_experiments(workspace)
    if written not in known:
        remedy = f"there are: {', '.join(known)}" if known else "write experiments/NAME.yaml, or give the file's path"
        raise NotFound("experiment", written, known, remedy=remedy)
    return known[written]


class _Unwritten(Document):
    """Plain data of somebody's program; its places are paths."""

    @classmethod
    def of(cls, data: Mapping[str, Any], name: str) -> _Unwritten:
        empty = parse_document("{}", name)
        return cls(dict(data), name, empty.source, empty.spots)

    def place(self, path: Steps, *, key: bool = False, offset: int | None = None) -> Place:
        return Place(f"{self.file} ({'.'.join(map(str, path))})" if path else self.file)
