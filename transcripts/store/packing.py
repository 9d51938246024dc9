"""A whole run as rows, made where it was played and written where the store is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moot_errors import StoreError
from transcripts.events import Ended, Started
from transcripts.store.jobs import Append, Begin, RunId, append_job
from transcripts.store.recording import engine
from transcripts.store.rows import Row, to_row, to_text
from transcripts.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Packed:
    """A run that was played elsewhere: plain rows, which cross from one process to another cheaply."""

    scenario: str
    seed: int
    at: float | None
    """When it began, in seconds since 1970."""
    first: Row
    rest: Append
    bodies: Mapping[str, str]

    def plain(self) -> dict[str, Any]:
        """Write as plain data for JSON; `of` reads it back."""
        rest = self.rest
        ended = rest.ended.model_dump(mode="json") if rest.ended else None
        return {
            "scenario": self.scenario, "seed": self.seed, "at": self.at, "first": self.first, "bodies": self.bodies,
            "rows": rest.rows, "turns": rest.turns, "ended": ended, "size": rest.size,
        }  # fmt: skip

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Packed:
        """Read back what `plain` wrote."""
        rows = [Row(*row) for row in data["rows"]]
        ended = Ended.model_validate(data["ended"]) if data["ended"] else None
        rest = Append(RunId(), rows, {}, data["turns"], ended, data["size"])
        return cls(data["scenario"], data["seed"], data["at"], Row(*data["first"]), rest, data["bodies"])

    def begin(self, run: RunId, attempt: tuple[str, int] | None) -> Begin:
        """Make the job that writes it all."""
        self.rest.run = run
        size = self.rest.size + sum(map(len, self.bodies.values()))
        first, bodies = self.first, self.bodies
        return Begin(
            run, None, self.scenario, self.seed, self.at, first, bodies, engine(), size, None, self.rest, attempt
        )


def pack(transcript: Transcript, at: float | None = None) -> Packed:
    """Write a transcript as rows; raises StoreError for one without a beginning."""
    first, *rest = transcript.events
    if not isinstance(first, Started):
        raise StoreError("no event 'started': this is not a whole transcript")
    job = append_job(RunId(), rest, None, 1)
    return Packed(first.name, first.seed, at, to_row(first, 1), job, to_text(transcript.bodies))
