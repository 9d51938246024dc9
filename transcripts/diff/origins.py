"""What a turn was played with, and how two of these differ: versions, settings, scenario, cast, personas, seed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from transcripts.diff.reading import Reading
from transcripts.diff.requests import shown
from transcripts.diff.words import first_difference
from transcripts.events import Seat, Started

_REQUESTED = ("model", "temperature", "top_p", "max_tokens", "seed", "prompt")
"""The keys of an LLM brain that stand in its requests, or make them."""


class Change(NamedTuple):
    """A value that differs: its path, and what it is on either side."""

    path: str
    a: str
    b: str


class Origin:
    """What one side played a turn with; a branching before it is taken in."""

    def __init__(self, reading: Reading, number: int) -> None:
        self.reading = reading
        self.started: Started | None = reading.started_at(number)
        self.fork = reading.fork_before(number)

    @property
    def engine(self) -> str | None:
        evidence = self.started.evidence if self.started else None
        return evidence.engine if evidence else None

    @property
    def seed(self) -> int | None:
        return self.started.seed if self.started else None

    @property
    def answers(self) -> dict[str, Any] | None:
        """From which run some were answered."""
        return self.started.answers if self.started else None

    @property
    def settings(self) -> Mapping[str, Any]:
        return self.started.settings if self.started else {}

    @property
    def scenario(self) -> Any:
        """The scenario as written."""
        return self.body(self.started.scenario if self.started else None)

    @property
    def cast(self) -> dict[str, Any]:
        return {seat: who.model_dump() for seat, who in self.started.cast.items()} if self.started else {}

    @property
    def personas(self) -> dict[str, Any]:
        return {name: self.body(body) for name, body in self.started.personas.items()} if self.started else {}

    @property
    def models(self) -> dict[str, Any]:
        return {name: self.body(body) for name, body in self.started.models.items()} if self.started else {}

    def seat(self, seat: str) -> Seat | None:
        return self.started.cast.get(seat) if self.started else None

    def is_person(self, seat: str) -> bool:
        """Tell whether a person decides for a seat."""
        who = self.seat(seat)
        return who is not None and who.brain.get("kind") == "human"

    def persona(self, seat: str) -> Any:
        """Read the persona that sits there."""
        who = self.seat(seat)
        name = self.started.personas.get(who.persona) if self.started and who and who.persona else None
        return self.body(name)

    def body(self, name: str | None) -> Any:
        body = self.reading.transcript.bodies.get(name) if name else None
        return json.loads(body) if body is not None else None

    def begins_as(self, other: Origin) -> bool:
        """Tell whether both runs began alike, whatever was changed by forks."""
        left, right = (
            origin.reading.started.model_copy(update={"evidence": None}) if origin.reading.started else None
            for origin in (self, other)
        )
        return left == right

    def members(self, thread: str) -> list[str]:
        """Name who was in a thread when it began."""
        if opened := self.reading.opened.get(thread):
            return list(opened.members)
        situation = self.body(self.started.situation if self.started else None)
        return list(situation["threads"].get(thread, {}).get("members", ())) if situation else []


def scenario_changes(a: Origin, b: Origin, seats: Sequence[str]) -> list[Change]:
    """List what the scenario, as written, says otherwise as far as it can reach one of these seats."""
    if a.started is None or b.started is None or a.started.scenario == b.started.scenario:
        return []
    return [change for change in differences(a.scenario, b.scenario) if _reaches(change.path, seats)]


def drawn_changes(a: Origin, b: Origin, seats: Sequence[str]) -> list[Change]:
    """List what is otherwise in the scenario as played."""
    if a.started is None or b.started is None or a.started.situation == b.started.situation:
        return []
    found = differences(a.body(a.started.situation), b.body(b.started.situation))
    return [change for change in found if _reaches(change.path, seats)]


def setting_changes(a: Origin, b: Origin, seats: Sequence[str]) -> list[Change]:
    """List settings that differ, less those that concern who sits there; with the words that differ in the scenario."""
    cast = a.started.cast if a.started else {}
    played = {change.path: change for change in drawn_changes(a, b, seats)}
    changes: list[Change] = []
    for path in _keys(a.settings, b.settings):
        left, right = a.settings.get(path), b.settings.get(path)
        first = path.partition(".")[0]
        inside = f"participants.{path}" if first in cast else path.removeprefix("scenario.")
        if left != right and not is_casting(path) and _reaches(inside, seats):
            found = played.get(inside)
            changes.append(Change(path, found.a, found.b) if found else Change(path, shown(left), shown(right)))
    return changes


def cast_changes(a: Origin, b: Origin, seat: str, *, asked: bool) -> list[Change]:
    """List in what the seat is cast otherwise: its persona's name, and its brain.

    With `asked` less what of a brain goes into its requests.
    """
    left, right = a.seat(seat), b.seat(seat)
    if left is None or right is None:
        return []
    found = [Change(f"{seat}.persona", left.persona or "nobody", right.persona or "nobody")]
    changes = found if left.persona != right.persona else []
    changes = [*changes, *differences(left.brain, right.brain, f"{seat}.brain")]
    if not asked:
        return changes
    requested = tuple(f"{seat}.brain.{key}" for key in _REQUESTED)
    return [change for change in changes if not change.path.startswith(requested)]


def persona_changes(a: Origin, b: Origin, seat: str) -> list[Change]:
    """List what the seat's persona is otherwise like, as `persona haggler: about`; nothing where another sits there."""
    left, right = a.seat(seat), b.seat(seat)
    if left is None or right is None or left.persona is None or left.persona != right.persona:
        return []
    found = differences(a.persona(seat), b.persona(seat))
    return [change._replace(path=f"persona {left.persona}: {change.path}") for change in found]


def differences(a: Any, b: Any, path: str = "") -> Iterator[Change]:
    """Find what differs in plain data, deepest first; texts are cut down to the words that differ."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        for key in _keys(a, b):
            yield from differences(a.get(key), b.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for place, (left, right) in enumerate(zip(a, b, strict=True)):
            yield from differences(left, right, f"{path}.{place}")
    elif isinstance(a, str) and isinstance(b, str) and a != b:
        yield Change(path, *first_difference(a, b))
    elif a != b:
        yield Change(path, shown(a), shown(b))


def _keys(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    """List the keys of both in their order, which is the same whichever side is which."""
    places: dict[str, list[int]] = {}
    for side in (a, b):
        for place, key in enumerate(side):
            places.setdefault(key, []).append(place)
    return sorted(places, key=lambda key: (min(places[key]), max(places[key]), key))


def is_casting(path: str) -> bool:
    """Tell whether a setting concerns who sits there, and not the scenario."""
    first, _, rest = path.partition(".")
    return first not in ("parameters", "scenario") and (rest in ("persona", "brain") or rest.startswith("brain."))


def _reaches(path: str, seats: Sequence[str]) -> bool:
    """Tell whether a seat can feel what stands there: what is another's own, it cannot; its role is public."""
    parts = path.split(".")
    return parts[0] != "participants" or len(parts) < 3 or parts[1] in seats or parts[2] == "role"
