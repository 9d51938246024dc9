"""Find who is named in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

LONGEST: Final = 20_000
"""So many characters of a text are looked through."""


def named_in(text: str, names: Iterable[str]) -> list[str]:
    """List those that a text names as a word, whatever the case, with spaces or hyphens for underscores.

    A name that stands only inside a longer one, as `juror` in `juror 2`, is not named.
    """
    left = text[:LONGEST]
    found = []
    for name in sorted(names, key=len, reverse=True):
        pattern = re.compile(rf"(?<!\w){re.escape(name).replace('_', '[ _-]')}(?!\w)", re.IGNORECASE)
        if pattern.search(left):
            found.append(name)
            left = pattern.sub(" ", left)
    return found
