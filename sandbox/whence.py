"""Say in which file, and on which line, stands what makes two runs part.

A transcript embeds personas and scenarios and names no files: so they are looked up as they are now, and a place is
named only where the file still says what one of the two sides was played with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from moot_errors import MootError, Place

if TYPE_CHECKING:
    from personas import Document
    from sandbox.workspace import Workspace
    from transcripts import Started, Transcript
    from transcripts.diff import Diff

_NOWHERE = object()


class Whence(NamedTuple):
    """Where something stands."""

    place: Place
    side: int
    """Which side was played with what stands there: 0 is the left one."""

    def __str__(self) -> str:
        """Say it in a line."""
        return f"as on the {('left', 'right')[self.side]}, it stands in {self.place}"

    def data(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {"side": "ab"[self.side], "file": self.place.file, "line": self.place.line}


def find_whence(found: Diff, workspace: Workspace) -> Whence | None:
    """Find the file that holds what made two runs part, or else the first thing in which they were played otherwise."""
    first, inputs = found.first, found.inputs
    numbers = (2**63, 2**63)
    if first is not None:
        numbers = (first.cause.turn_a or numbers[0], first.cause.turn_b or numbers[1])
        named = _named(first.cause.kind, first.cause.where)
    else:
        kind, _, path = inputs[0].path.partition(".") if inputs else ("", "", "")
        named = _named(kind, path.replace(".", ": ", 1) if kind == "personas" else path)
    if named is None:
        return None
    name, steps = named
    sides = [
        (reading.transcript, reading.started_at(number))
        for reading, number in zip(found.readings, numbers, strict=True)
    ]
    try:
        document, said = _read(name, steps, sides, workspace)
    except MootError:  # it is not there any more, or broken: what it was played with, the transcript says
        return None
    now = _at(document.data, steps)
    side = next((side for side in (1, 0) if said[side] == now is not _NOWHERE), None)
    return Whence(document.place(steps), side) if side is not None else None


def _named(kind: str, where: str) -> tuple[str, list[str | int]] | None:
    """Read where a cause comes from: the persona's name, or none for the scenario, and the path in it."""
    name, colon, path = where.removeprefix("persona ").partition(": ")
    if kind in ("persona", "personas", "system prompt") and colon:
        return name, _steps(path)
    if kind == "scenario" and where:
        return "", _steps(where)
    return None


def _steps(path: str) -> list[str | int]:
    return [int(step) if step.isdigit() else step for step in path.split(".")]


def _read(
    name: str, steps: Sequence[str | int], sides: Sequence[tuple[Transcript, Started | None]], workspace: Workspace
) -> tuple[Document, list[Any]]:
    """Read the file as it is now, and what stood there when each side was played."""
    from personas import load_persona
    from scenarios import load_scenario

    bodies = [
        transcript.bodies.data(body)
        if started and (body := started.personas.get(name) if name else started.scenario)
        else None
        for transcript, started in sides
    ]
    if name:
        document = load_persona(name, workspace.personas).document
    else:
        played = next((started.name for _, started in reversed(sides) if started), "")
        document = load_scenario(played, workspace.scenarios).document
    return document, [_at(body, steps) for body in bodies]


def _at(data: Any, steps: Sequence[str | int]) -> Any:
    """Give what stands at a path; texts without the white space around them, as a schema takes them."""
    for step in steps:
        if isinstance(data, dict):
            data = data.get(step, data.get(str(step), _NOWHERE))
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return _NOWHERE
    return data.strip() if isinstance(data, str) else data
