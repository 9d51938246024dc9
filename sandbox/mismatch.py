"""Say why a request is not in a transcript: the nearest recorded one, and the first thing in which they differ."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.answers import Call
    from sandbox.recorded import Found
    from transcripts import Transcript

AROUND = 4
"""Words shown on either side of a difference."""


def explain(call: Call, calls: Sequence[Found], transcript: Transcript) -> str:
    """Say it in a few lines."""
    name = transcript.name or "the transcript"
    what = f"{call.seat}'s request in its turn {call.turn} (to {call.purpose}) is not in {name}"
    found = _nearest(call, calls)
    if found is None:
        return f"{what}, which has no call of {call.seat}"
    where = f"the nearest is that of its turn {found.turn}"
    bodies = {**transcript.bodies, **call.bodies}
    if found.event.fingerprint == call.fingerprint:
        return f"{what} once more; it is there, and was used already"
    if (parts := found.parts) != call.parts:
        return f"{what}; {where}, and {_first_part(parts, call.parts, bodies)}"
    then, now = json.loads(bodies[found.event.request]), json.loads(bodies[call.body])
    return f"{what}; {where}, and {_first_key(then, now)}"


def _nearest(call: Call, calls: Sequence[Found]) -> Found | None:
    """Take the call of that seat with the most parts in common; of the same turn rather than another."""
    own = [(_likeness(call, found), found) for found in calls if found.event.seat == call.seat]
    most = max((likeness for likeness, _ in own), default=None)
    parts = set(call.parts)
    near = (found for likeness, found in own if likeness == most)
    return max(near, key=lambda found: len(parts & set(found.parts)), default=None)


def _likeness(call: Call, found: Found) -> tuple[bool, bool]:
    return found.turn == call.turn, found.event.purpose == call.purpose


def _first_part(then: Sequence[str], now: Sequence[str], bodies: Mapping[str, bytes]) -> str:
    at = next((k for k, (a, b) in enumerate(zip(then, now, strict=False)) if a != b), min(len(then), len(now)))
    if at == len(then):
        return f"part {at + 1} is new: {_short(_text(bodies.get(now[at])))}"
    if at == len(now):
        return f"part {at + 1} is gone: {_short(_text(bodies.get(then[at])))}"
    before, after = differing_words(_text(bodies.get(then[at])), _text(bodies.get(now[at])))
    return f"part {at + 1} of the prompt differs: recorded {before!r}, now {after!r}"


def _first_key(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    for key in {**then, **now}:
        if then.get(key) != now.get(key):
            return f"{key!r} differs: recorded {_short(str(then.get(key)))}, now {_short(str(now.get(key)))}"
    return "they differ in the order of their parameters"


def differing_words(then: str, now: str) -> tuple[str, str]:
    """Cut two texts down to the first words in which they differ, with a few around them."""
    old, new = then.split(), now.split()
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    _, i, end_i, j, end_j = next((block for block in blocks if block[0] != "equal"), ("equal", 0, 0, 0, 0))
    return _cut(old, i, end_i), _cut(new, j, end_j)


def _cut(words: Sequence[str], start: int, end: int) -> str:
    first, last = max(0, start - AROUND), min(len(words), end + AROUND)
    return _short(("… " if first else "") + " ".join(words[first:last]) + (" …" if last < len(words) else ""))


def _text(body: bytes | None) -> str:
    if body is None:
        return "?"
    data = json.loads(body)
    content = data.get("content", data.get("text", ""))
    return content if isinstance(content, str) else json.dumps(data, ensure_ascii=False)


def _short(text: str, width: int = 200) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
