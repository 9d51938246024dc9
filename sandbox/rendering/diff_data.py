"""A diff as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.confirm import Confirmed
    from transcripts.diff import Diff, Pair, Summary, Turn


def diff_data(
    found: Diff, names: tuple[str, str], confirmed: Confirmed | None, *, thread: str | None, turns: bool
) -> dict[str, Any]:
    """Write a diff; with `turns`, every turn that is not the same, of one thread or of all."""
    left, right = found.summaries
    first = found.first
    data: dict[str, Any] = {
        "a": names[0],
        "b": names[1],
        "same": found.same,
        "scenarios": list(found.scenarios) if found.scenarios else None,
        "counts": dict(found.counts),
        "first": None,
        "confirmed": confirmed.data() if confirmed else None,
        "played_with": [change._asdict() for change in found.inputs],
        "end": [change._asdict() for change in found.end],
        "summaries": {"a": _summary(left), "b": _summary(right)},
        "normalised": list(found.normalised),
    }
    if first is not None:
        where = {"thread": first.thread, "a": _turn(first.a), "b": _turn(first.b)}
        data["first"] = {"at": first.at, **where, "cause": {**asdict(first.cause), "words": str(first.cause)}}
    if turns:
        data["turns"] = [
            _pair(pair)
            for name, pairs in found.threads.items()
            for pair in pairs
            if not pair.same and thread in (None, name)
        ]
    return data


def _summary(summary: Summary) -> dict[str, Any]:
    """Write what one side came to; ballots, scores and documents only where there are any."""
    data = asdict(summary)
    return {key: value for key, value in data.items() if value or key not in ("verdicts", "scores", "document")}


def _pair(pair: Pair) -> dict[str, Any]:
    changed = pair.kind == "changed"
    return {
        "kind": pair.kind,
        "a": _turn(pair.a),
        "b": _turn(pair.b),
        "other": _turn(pair.other),
        "changes": list(pair.changes),
        "beneath": list(pair.beneath),
        "terms": {issue: list(values) for issue, values in pair.terms().items()},
        "words": [each._asdict() for each in pair.words()] if changed else None,
    }


def _turn(turn: Turn | None) -> dict[str, Any] | None:
    if turn is None:
        return None
    return {
        "turn": turn.number,
        "thread": turn.thread,
        "name": turn.name,
        "seat": turn.seat,
        "kind": turn.kind,
        "by": turn.by,
        "act": turn.act.model_dump() if turn.act else None,
        "text": turn.text,
        **({"task": turn.task} if turn.task else {}),
        **({"re": turn.re} if turn.re else {}),
        **({"opened": [each.thread for each in turn.opened]} if turn.opened else {}),
        **({"chosen": turn.chosen.why} if turn.chosen else {}),
        **({"between": True} if turn.is_between else {}),
    }
