"""Read a YAML 1.2 document as plain data, and remember where each value stands."""

from __future__ import annotations

import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from moot_errors import DocumentError, Place, nearest

from .nodes import Node, check_size, compose
from .scalars import scalar_key, scalar_value
from .source import Source, shown

MAX_BYTES = 1_000_000

_CONTROL = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Steps = tuple[str | int | float, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the value at a path stands, and its key if it has one."""

    value: Node
    key: Node | None = None


@dataclass(frozen=True)
class Document:
    """The data of one YAML file, of dict, list, str, int, float, bool and None only."""

    data: Any
    file: str
    source: Source = field(repr=False, compare=False)
    spots: dict[Steps, Spot] = field(repr=False, compare=False)

    def place(self, path: Sequence[str | int | float], *, key: bool = False, offset: int | None = None) -> Place:
        """Find where the value at a path stands, or the nearest thing around it that was written.

        `key` asks for the place of the key instead; `offset` for a character inside a text, counted from 0.
        """
        steps = tuple(path)
        known = next(steps[:size] for size in range(len(steps), -1, -1) if steps[:size] in self.spots)
        spot = self.spots[known]
        if known == steps:
            if key and spot.key is not None:
                return self.source.place(spot.key.start)
            if offset is not None and spot.value.kind == "scalar":
                node = spot.value
                return self.source.place(self.source.inside(node.start, node.end, node.text, offset))
        return self.source.place(spot.value.start)

    def error(
        self,
        path: Sequence[str | int | float],
        message: str,
        remedy: str | None = None,
        *,
        key: bool = False,
        offset: int | None = None,
    ) -> DocumentError:
        """Make the error for what stands at a path."""
        return DocumentError(message, place=self.place(path, key=key, offset=offset), remedy=remedy)


def read_document(path: str | Path) -> Document:
    """Read a file as a document; the places in it name the file as `path` does.

    Raises DocumentError for whatever keeps it from being read, and for all that `parse_document` refuses.
    """
    file = str(path)
    error = partial(DocumentError, place=Place(file))
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise error("this is not a file", remedy="name a YAML file")
        with Path(path).open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise error("there is no such file", remedy=_instead_of(Path(path))) from None
    except PermissionError:
        raise error("this may not be read", remedy="give yourself permission to read it") from None
    except (OSError, ValueError) as fault:  # ValueError: a null byte in the name
        raise error(f"this cannot be read: {getattr(fault, 'strerror', None) or fault}") from None
    if len(raw) > MAX_BYTES:
        raise error(f"this is larger than {MAX_BYTES:,} bytes", remedy="split it, or take out what is data")
    return parse_document(_decode(raw, file), file)


def parse_document(text: str, file: str) -> Document:
    """Parse a text as a document; `file` is the name that its places carry.

    Raises DocumentError for syntax, tags, keys given twice, control characters, several documents, an empty text, more
    than 100,000 keys and values (aliases counted as often as they are used) and more than 50 levels.
    """
    source = Source(text.removeprefix("\ufeff"), file)
    if bad := _CONTROL.search(source.text):
        raise source.error(bad.start(), f"the control character {bad.group()!r} is not allowed", "take it out")
    spots: dict[Steps, Spot] = {}
    data = _Builder(source, spots).value(compose(source), (), None)
    return Document(data, file, source, spots)


class _Builder:
    """Turn nodes into data, counting each use of an alias."""

    def __init__(self, source: Source, spots: dict[Steps, Spot]) -> None:
        self.source = source
        self.spots = spots

    def value(self, node: Node, path: Steps, key: Node | None) -> Any:
        check_size(self.source, node.start, len(path), len(self.spots) + 1)
        self.spots[path] = Spot(node, key)
        if node.kind == "scalar":
            return scalar_value(self.source, node)
        if node.kind == "sequence":
            return [self.value(item, (*path, place), None) for place, item in enumerate(node.items)]
        return self.mapping(node, path)

    def mapping(self, node: Node, path: Steps) -> dict[Any, Any]:
        built: dict[Any, Any] = {}
        for written, below in node.pairs:
            key = scalar_key(self.source, written, below)
            if key in built:
                first = self.spots[(*path, key)].key
                line = self.source.place(first.start).line if first else None
                remedy = f"keep one: the first is in line {line}"
                raise self.source.error(written.start, f"the key {shown(key)} is given twice", remedy)
            built[key] = self.value(below, (*path, key), written)
        return built


def _decode(raw: bytes, file: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        before = raw[: fault.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8-sig", "replace")) + 1
        byte = raw[fault.start]
        raise DocumentError(
            f"the byte 0x{byte:02x} is not UTF-8", place=Place(file, line, column), remedy="save the file as UTF-8"
        ) from None


def _instead_of(path: Path) -> str:
    """Say what to look for in place of a file that is not there."""
    if not path.parent.is_dir():
        return f"there is no folder {str(path.parent)!r} either"
    try:
        close = nearest(path.name, [entry.name for entry in path.parent.iterdir()])
    except OSError:
        close = None
    return f"did you mean {str(path.parent / close)!r}?" if close else f"`ls {path.parent}` shows what is there"
