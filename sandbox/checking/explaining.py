"""Say in a few lines where a run parts from its baseline, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.checking.causes import apart, cause_of, compare
from sandbox.checking.levels import Mismatch, mismatches
from sandbox.checking.rules import Rules
from sandbox.mismatch import differing_words
from sandbox.rendering.layout import clip
from sandbox.rendering.numbers import count
from sandbox.rendering.printable import printable
from transcripts import Transcript

WIDTH = 110
SHOWN = 3
"""Differences named of the first place."""
COMPARED = 8
"""Runs of a baseline that are held against each other, at most."""


def report(run: Transcript, kept: Sequence[Transcript], nearest: int, rules: Rules, name: str) -> list[str]:
    """Say in at most eight lines how a run differs from the nearest of its baseline's runs."""
    then = kept[nearest]
    found, whole = mismatches(then, run, rules), compare(then, run, rules)
    first = next((mismatch for mismatch in found if _heard(mismatch)), found[0])
    turns = " then and ".join(dict.fromkeys(str(side.turns) for side in whole.summaries))
    many = f"{count(apart(whole), 'turn differs', 'turns differ')} of {turns}{' now' if ' ' in turns else ''}"
    lines = [f"another run than {name}, at {rules}: {many}, first {first.place}"]
    if whole.scenarios:
        lines.append("they are of different scenarios: recorded {!r}, now {!r}".format(*whole.scenarios))
    lines += (f"  {change}" for change in _changes(first))
    lines.append(f"why: {cause_of(whole)}")
    if len(kept) > 1:
        lines.append(_variation(kept, apart(whole), rules))
    return [clip(printable(line), WIDTH) for line in lines]


def differences(then: Any, now: Any, path: str = "") -> Iterator[str]:
    """Name what differs between plain data, deepest first; of texts the words."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key in {**then, **now}:
            yield from differences(then.get(key), now.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(then, str) and isinstance(now, str) and then.split() != now.split():
        before, after = differing_words(then, now)
        yield f"{path}: {before!r} → {after!r}"
    elif then != now:
        yield f"{path}: {_short(then)} → {_short(now)}"


def _heard(mismatch: Mismatch) -> bool:
    return any(line is not None and line.value.get("kind") in ("said", "forfeited") for line in mismatch)


def _changes(first: Mismatch) -> list[str]:
    then, now = first
    if then is None or now is None:
        line, where = (now, "goes on where the baseline ends") if now else (then, "ends where the baseline goes on")
        return [f"it {where}: {_short(line.value)}"] if line else []
    named = list(differences(then.value, now.value))
    if not named and then.text is not None and now.text is not None:
        named = list(differences(then.text, now.text, "text"))
    return named[:SHOWN]


def _variation(kept: Sequence[Transcript], distance: int, rules: Rules) -> str:
    """Hold a difference against those that the baseline's runs have among themselves."""
    some = kept[:COMPARED]
    pairs = [(one, other) for place, one in enumerate(some) for other in some[place + 1 :]]
    usual = [apart(compare(one, other, rules)) for one, other in pairs]
    verdict = "this is no more" if distance <= max(usual) else "this is more"
    differ = f"{sum(map(bool, usual))} of {count(len(usual), 'pair')} of the baseline's own runs differ"
    return f"known variation: {differ}, in up to {count(max(usual), 'turn')}; {verdict}"


def _short(data: Any, width: int = 60) -> str:
    if isinstance(data, dict):
        data = {key: value for key, value in data.items() if value is not None}
    text = "nothing" if data is None else json.dumps(data, ensure_ascii=False)
    return text if len(text) <= width else f"{text[: width - 1]}…"
