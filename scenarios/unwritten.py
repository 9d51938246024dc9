"""Documents that no file holds: plain data, with paths for places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moot_errors import Place
from personas import Document, parse_document


class _Unwritten(Document):
    def place(self, path: Sequence[str | int | float], *, key: bool = False, offset: int | None = None) -> Place:
        """Name the document and, for want of a line, the path in it."""
        return Place(f"{self.file} ({'.'.join(map(str, path))})" if path else self.file)


def unwritten(data: Mapping[str, Any], name: str) -> Document:
    """Wrap plain data as a document."""
    empty = parse_document("{}", name)
    return _Unwritten(dict(data), name, empty.source, empty.spots)
