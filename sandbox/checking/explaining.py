"""Say in a few lines where a run parts from its baseline, and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sandbox.checking.causes import apart, compare
from sandbox.checking.levels import Mismatch, mismatches
from sandbox.checking.rules import Rules
from sandbox.checking.variation import variation
from sandbox.mismatch import differing_words
from sandbox.rendering.layout import clip
from sandbox.rendering.numbers import count
from sandbox.rendering.printable import printable
from sandbox.whence import find_whence
from sandbox.workspace import Workspace
from transcripts import Transcript
from transcripts.diff import Change, Diff

WIDTH = 110
"""Into which a change is fitted."""
LONGEST = 200
"""Where any other line is cut: of names that are as long as somebody likes."""
BEGINNING = (0, 0)
_HASHES = ("fingerprint", "request", "prompt", "scenario", "situation", "personas", "models")
"""What tells nobody anything; why they differ is told."""
SHOWN = 3
"""Differences named of the first place, at most."""
LINES = 10
"""In all."""


class Changed(NamedTuple):
    """What is another thing than it was."""

    path: str
    then: str
    now: str
    said: bool = False
    """Whether it is something that was said."""

    def __str__(self) -> str:
        """Write it in a line, so that what differs is within sight."""
        if self.said:
            return _fitted(lambda then, now: f"{self.path}: {then!r} → {now!r}", self.then, self.now)
        return _fitted(lambda then, now: f"{self.path}: {then} → {now}", self.then, self.now)


def report(
    run: Transcript,
    kept: Sequence[Transcript],
    nearest: int,
    rules: Rules,
    name: str,
    workspace: Workspace,
    behind: Sequence[str] = (),
) -> list[str]:
    """Say in at most ten lines how a run differs from the nearest of its baseline's; `behind` are the last of them.

    Where there is much to say, fewer changes are named: where and why it differs is always there.
    """
    then = kept[nearest]
    found, whole = mismatches(then, run, rules), compare(then, run, rules)
    first = min(found, key=lambda each: (not _heard(each), each.at[1] == 0, each.at))
    before, after = (side.turns for side in whole.summaries)
    turns = f"{before}" if before == after >= apart(whole) else f"{before} then and {after} now"
    many = f"{count(apart(whole), 'turn differs', 'turns differ')} of {turns}"
    head = [f"another run than {name}, at {rules}: {many}, first {first.place}"]
    if whole.scenarios:
        head.append("they are of different scenarios: recorded {!r}, now {!r}".format(*whole.scenarios))
    if then.state().ended is None:
        head.append(f"{name} has no end: no run that is not over is made a baseline, so the file may be cut off")
    inputs = [str(played_with(each)) for each in whole.inputs]
    of_inputs = whole.first is None and bool(inputs)
    why = [f"why: {_why(whole, of_inputs)}"]
    if place := find_whence(whole, workspace):
        why.append(f"  as it {('was', 'is now')[place.side]}, it stands in {place.place}")
    if known := variation(kept, run, rules):
        why.append(str(known))
    room = min(SHOWN, LINES - len(head) - len(why) - len(behind))
    changes = [f"  {change}" for change in (inputs if of_inputs or first.at == BEGINNING else _changes(first))[:room]]
    return [clip(printable(line), LONGEST) for line in (*head, *changes, *why)] + [printable(line) for line in behind]


def played_with(change: Change) -> Changed:
    """Word what two runs were played with."""
    return Changed(change.path, change.a or "nothing", change.b or "nothing")


def differences(then: Any, now: Any, path: str = "") -> Iterator[Changed]:
    """Name what differs between plain data, deepest first; of texts the words."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in {**then, **now}:
            yield from differences(then.get(key), now.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(then, str) and isinstance(now, str) and then.split() != now.split():
        yield Changed(path, *differing_words(then, now), said=True)
    elif then != now:
        yield Changed(path, _short(then), _short(now))


def _why(whole: Diff, of_inputs: bool) -> str:
    if whole.first is None:
        return "it was played with something else" if of_inputs else "only what nobody heard differs"
    cause = whole.first.cause
    if not (cause.a and cause.b):
        return str(cause)
    return _fitted(lambda then, now: str(replace(cause, a=then, b=now)), cause.a, cause.b)


def _fitted(write: Callable[[str, str], str], then: str, now: str) -> str:
    """Write a change in one line: where that is too long, without most of what both begin with, and without the end."""
    room = max(24, (WIDTH - len(write("x", "x"))) // 2)
    if len(then) > room or len(now) > room:
        alike = next(
            (at for at, (one, other) in enumerate(zip(then, now, strict=False)) if one != other),
            min(len(then), len(now)),
        )
        skipped = then.rfind(" ", 0, max(0, alike - room // 3)) + 1
        if skipped:
            then, now = (f"… {text[skipped:]}" for text in (then, now))
    return write(*(text if len(text) <= room else f"{text[: room - 1]}…" for text in (then, now)))


def _heard(mismatch: Mismatch) -> bool:
    return any(line is not None and line.value.get("kind") in ("said", "forfeited") for line in mismatch)


def _changes(first: Mismatch) -> list[str]:
    then, now = first
    if then is None or now is None:
        line, where = (now, "goes on where the baseline ends") if now else (then, "ends where the baseline goes on")
        return [f"it {where}: {_short(line.value)}"] if line else []
    named = [each for each in differences(then.value, now.value) if each.path.partition(".")[0] not in _HASHES]
    if not named and then.text is not None and now.text is not None:
        named = list(differences(then.text, now.text, "text"))
    return [str(change) for change in named]


def _short(data: Any, width: int = 60) -> str:
    if isinstance(data, dict):
        data = {key: value for key, value in data.items() if value is not None}
    text = "nothing" if data is None else json.dumps(data, ensure_ascii=False)
    return text if len(text) <= width else f"{text[: width - 1]}…"
