"""Judgements of a run in its baseline: events behind its end, which are no part of what happened in it.

They stay as long as what they are about does: a baseline that takes in another conversation loses those of the old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from transcripts import Judged, Message, Transcript, read_file


def judged_in(transcript: Transcript) -> list[Judged]:
    """List the judgements of a run, in their order."""
    return [event for event in transcript.content() if isinstance(event, Judged)]


def with_judgements(transcript: Transcript, judged: Sequence[Judged]) -> Transcript:
    """Add judgements to a run; of two of one claim by the same model, the later one stands."""
    if not judged:
        return transcript
    return _ending_in(transcript, [*judged_in(transcript), *judged])


def without_judgements(transcript: Transcript, claims: Iterable[str] | None = None) -> Transcript:
    """Leave out a run's judgements of these claims, by default all of them."""
    gone = None if claims is None else frozenset(claims)
    return _ending_in(
        transcript, [each for each in judged_in(transcript) if gone is not None and each.claim not in gone]
    )


def carrying(run: Transcript, file: Path) -> Transcript:
    """Add to a run the judgements of the one that it takes the place of, if the same was said and done in both."""
    old = read_file(file) if file.exists() else None
    kept = judged_in(old) if old else []
    if old is None or not kept or told(old) != told(run):
        return run
    return with_judgements(with_judgements(run, kept), judged_in(run))


def forget(file: Path, claims: Iterable[str]) -> None:
    """Take the judgements of these claims out of a baseline's file."""
    without_judgements(read_file(file), claims).write_file(file)


def told(transcript: Transcript) -> list[Message]:
    """Give what a run is judged by: what was said and done, thread by thread."""
    return [message for thread in transcript.state().threads.values() for message in thread.messages]


def _ending_in(transcript: Transcript, judged: Iterable[Judged]) -> Transcript:
    events = [event for event in transcript.events if not isinstance(event, Judged)]
    end = max(event.position for event in events if event.is_content)
    last = {(each.claim, each.by): each for each in judged}
    ordered = (last[key] for key in sorted(last))
    placed = (
        each.model_copy(update={"tick": end.tick, "turn": 0, "step": end.step + nth})
        for nth, each in enumerate(ordered, 1)
    )
    return Transcript([*events, *placed], transcript.bodies, transcript.name)
