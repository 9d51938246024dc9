"""Context policies: which messages of a thread a prompt shows."""

from __future__ import annotations

from sandbox.brains.llm.said import Told, summary_line
from sandbox.brains.llm.spec import Context, Summary
from sandbox.models.types import TextPart
from transcripts import Note


def shown(context: Context, told: Told, note: Note | None, window: int | None = None) -> list[TextPart]:
    """Choose the lines of a thread, and put the summary first where there is one.

    Of a thread of which its members see only so many of the last messages, no others are shown.
    """
    last = min((each for each in (context.last, window) if each is not None), default=None)
    if context.tokens is not None:
        first = _first_within(told.tokens, context.tokens)
        return told.parts[max(first, len(told.parts) - last if last is not None else 0) :]
    if last is not None:
        return told.parts[-last:]
    if context.summary is not None and note is not None:
        summary = TextPart(kind="text", text=summary_line(told.thread, note))
        return [summary, *told.parts[note.upto :]]
    return told.parts


def due(summary: Summary, told: Told, note: Note | None) -> int | None:
    """Say up to which message it is time to summarise; None while it is not."""
    count, upto = len(told.parts), note.upto if note else 0
    return count - summary.keep if count - upto > summary.keep + summary.every else None


def _first_within(tokens: list[int], budget: int) -> int:
    """Find where to begin, so that the rest fits; the newest is shown in any case."""
    first = len(tokens)
    while first > 0 and (first == len(tokens) or tokens[first - 1] <= budget):
        first -= 1
        budget -= tokens[first]
    return first
