"""Lift what an earlier Moot wrote to the version that this code reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from moot_errors import NewerVersion
from transcripts.base import VERSION

Lift = Callable[[dict[str, Any]], dict[str, Any]]

LIFTS: dict[tuple[str, int], Lift] = {}
"""What takes an event of that kind from that version to the next; a kind that did not change needs none."""


def upcast(
    data: dict[str, Any],
    version: int,
    *,
    to: int = VERSION,
    lifts: Mapping[tuple[str, int], Lift] = LIFTS,
) -> dict[str, Any]:
    """Lift an event's plain data from `version`; raises NewerVersion where this code is the older one."""
    check_version(version, to)
    for each in range(version, to):
        if lift := lifts.get((str(data.get("kind")), each)):
            data = lift(data)
    return data


def check_version(version: int, newest: int = VERSION) -> None:
    """Raise NewerVersion for what a later Moot wrote."""
    if version > newest:
        raise NewerVersion(
            f"this was written by a later Moot: version {version!r}, and this one reads up to {newest}",
            remedy="pip install --upgrade moot",
        )
