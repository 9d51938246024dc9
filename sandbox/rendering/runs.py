"""What a list of runs says of each, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sandbox.rendering.numbers import number

if TYPE_CHECKING:
    from transcripts import RunInfo

SHADES: Final = {"running": "warn", "broken off": "dim", "failed": "bad", "exhausted": "bad", "agreed": "good"}


def state_of(info: RunInfo) -> str:
    """Say in a word or two how it is with a run."""
    if info.status == "open":
        return "running" if info.live else "broken off"
    return info.status


def shade_of(info: RunInfo) -> str | None:
    """Name the style that a run is painted in."""
    return SHADES.get("agreed" if info.agreed else state_of(info))


def outcome_words(info: RunInfo) -> str:
    """Say what was agreed, or why the run ended; a dash while it is open."""
    summary = info.summary or {}
    if info.status != "done":
        return str(summary.get("reason", "–"))
    if isinstance(terms := summary.get("terms"), dict):
        return ", ".join(f"{issue} {_term(value)}" for issue, value in terms.items())
    return f"no agreement: {summary.get('reason')}" if info.agreed is False else str(summary.get("reason"))


def worth_words(info: RunInfo) -> list[str]:
    """Say what it was worth to each seat in the end; empty where that is not known."""
    measures = (info.summary or {}).get("measures") if info.status == "done" else None
    utility = measures.get("utility") if isinstance(measures, dict) else None
    return [f"{seat} {number(value)}" for seat, value in utility.items()] if isinstance(utility, dict) else []


def _term(value: Any) -> str:
    return "/".join(map(str, value.values())) if isinstance(value, dict) else str(value)
