"""Say in a few lines where a run parts from its baseline, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.checking.causes import cause_of
from sandbox.checking.inputs import differences
from sandbox.checking.levels import Mismatch, mismatches
from sandbox.checking.rules import Rules
from sandbox.rendering.layout import clip
from sandbox.rendering.numbers import count
from sandbox.rendering.printable import printable
from transcripts import Started, Transcript

WIDTH = 110
SHOWN = 3
"""Differences named of the first place."""
COMPARED = 8
"""Runs of a baseline that are held against each other, at most."""


def report(run: Transcript, kept: Sequence[Transcript], nearest: int, rules: Rules, name: str) -> list[str]:
    """Say in at most eight lines how a run differs from the nearest of its baseline's runs."""
    then = kept[nearest]
    found = mismatches(then, run, rules)
    head = f"the run is not {name}, at {rules}: {count(len(found), 'difference')}, the first at {found[0].place}"
    lines = [head, *_other_scenario(then, run), *_change(found[0], rules), f"why: {cause_of(then, run).text}"]
    if len(kept) > 1:
        lines.append(_variation(kept, len(found), rules))
    return [clip(printable(line), WIDTH) for line in lines]


def _other_scenario(then: Transcript, now: Transcript) -> Iterator[str]:
    old, new = (
        next((event.name for event in each.content() if isinstance(event, Started)), "") for each in (then, now)
    )
    if old != new:
        yield f"they are of different scenarios: recorded {old!r}, now {new!r}"


def _change(first: Mismatch, rules: Rules) -> Iterator[str]:
    then, now = first
    if then is None and now is not None:
        yield f"  it goes on where the baseline ends: {_plain(now.value)}"
    elif now is None and then is not None:
        yield f"  it ends where the baseline goes on: {_plain(then.value)}"
    elif then is not None and now is not None:
        named = list(differences(then.value, now.value))
        if not named and then.text is not None and now.text is not None:
            named = list(differences(then.text, now.text, "text"))
        yield from (f"  {words}" for words in named[:SHOWN])


def _plain(data: Any) -> str:
    return json.dumps({key: value for key, value in data.items() if value is not None}, ensure_ascii=False)


def _variation(kept: Sequence[Transcript], apart: int, rules: Rules) -> str:
    """Hold a difference against those that the baseline's runs have among themselves."""
    some = kept[:COMPARED]
    usual = sorted(len(mismatches(one, other, rules)) for place, one in enumerate(some) for other in some[place + 1 :])
    vary = sum(map(bool, usual))
    if not vary:
        return f"known variation: none, for the baseline's {count(len(some), 'run')} are the same here"
    most = f"up to {count(usual[-1], 'difference')}"
    verdict = "this is no more than that" if apart <= usual[-1] else f"this is more: {apart}"
    return f"known variation: of {count(len(usual), 'pair')} of its runs {vary} differ, in {most}; {verdict}"
