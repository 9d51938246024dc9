"""What was begun to be written and is not said yet: it outlives its window, its refusal, and the program."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sandbox.models import known_secrets, redact
from sandbox.rendering.printable import printable

Fields = Mapping[str, str]
"""What stands in each field."""


class Unsaid:
    """Keep drafts by name, beside the transcripts; there is no file while there is no draft."""

    def __init__(self, path: Path | None) -> None:
        """With no path they are kept in memory only."""
        self._path = path
        self._drafts = _read(path)
        self._kept = dict(self._drafts)

    def get(self, name: str) -> Fields:
        """Give a draft; one that is not there is empty."""
        return self._drafts.get(name, {})

    def put(self, name: str, fields: Fields) -> None:
        """Keep a draft, or where nothing stands in it let go of it."""
        if any(text.strip() for text in fields.values()):
            self._drafts[name] = dict(fields)
        else:
            self._drafts.pop(name, None)

    def drop(self, name: str) -> None:
        """Let go of a draft: it was said."""
        self._drafts.pop(name, None)

    def save(self) -> None:
        """Write them down where something has changed; whatever the disk says, nothing else stops for that."""
        if self._path is None or self._drafts == self._kept:
            return
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}.tmp")
        with suppress(OSError):
            if self._drafts:
                drafts = redact(self._drafts, known_secrets())
                temporary.write_text(json.dumps(drafts, ensure_ascii=False, indent=1), encoding="utf-8")
                temporary.replace(self._path)
            else:
                self._path.unlink(missing_ok=True)
            self._kept = dict(self._drafts)


def _read(path: Path | None) -> dict[str, Fields]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none, or one that somebody else wrote
        return {}
    drafts = found if isinstance(found, dict) else {}
    return {
        name: {str(key): printable(text, lines=True) for key, text in fields.items() if isinstance(text, str)}
        for name, fields in drafts.items()
        if isinstance(fields, dict)
    }
