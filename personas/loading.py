"""Find personas by name, in a workspace's folders first and then in the library that is shipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from moot_errors import DocumentError, NotFound, Place

from .documents import Document, read_document
from .schema import Persona
from .source import shown
from .validation import validate

LIBRARY = Path(__file__).parent / "library"


@dataclass(frozen=True, slots=True)
class LoadedPersona:
    """A persona and the document that it was read from, for the places of what others validate, such as its brain."""

    persona: Persona
    document: Document

    @property
    def name(self) -> str:
        return self.persona.name


def load_persona(name: str | Path, folders: Sequence[Path] = ()) -> LoadedPersona:
    """Read a persona by its name, or, given a Path, from that file.

    A name is only ever compared with the files that are there, so that no name leads out of the folders.  Raises
    NotFound with the nearest name, and DocumentError for a file that does not hold a persona.
    """
    if isinstance(name, Path):
        return _read(name)
    known = list_personas(folders)
    if name not in known:
        raise NotFound("persona", name, known, remedy=f"there are: {', '.join(known)}")
    return _read(known[name])


def list_personas(folders: Sequence[Path] = ()) -> dict[str, Path]:
    """Map the name of every persona that can be loaded to its file, sorted; an earlier folder's hides a later one's."""
    found: dict[str, Path] = {}
    for folder in (*folders, LIBRARY):
        for path in _files(folder):
            found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.suffix == ".yaml"]
    except FileNotFoundError:  # a workspace need not have a folder for personas
        return []
    except OSError as fault:
        raise DocumentError(f"the folder cannot be read: {fault.strerror}", place=Place(str(folder))) from None


def _read(path: Path) -> LoadedPersona:
    """Read a file, or take what was read of it before: a thousand runs with one persona read it once."""
    try:
        found = path.stat()
    except OSError:
        return _read_anew(path, ())
    return _read_anew(path, (found.st_mtime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=64)
def _read_anew(path: Path, version: tuple[int, ...]) -> LoadedPersona:
    document = read_document(path)
    persona = validate(Persona, document)
    if persona.name != path.stem:
        problem = f"the name {shown(persona.name)} is not the file's"
        raise document.error(("name",), problem, f"write {path.stem!r}, or rename the file")
    return LoadedPersona(persona, document)
