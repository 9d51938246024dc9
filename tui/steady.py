"""Text of which every terminal takes the same number of cells as what lays it out.

What joins characters, or asks for another look of the one before, changes the width in some terminals only:
a message could be written so that no line of it ends where its frame does.  Each such character becomes one that joins
nothing and has no width anywhere, so that no place in the text moves.
"""

from __future__ import annotations

from typing import Final

_NOTHING: Final = "\N{ZERO WIDTH NON-JOINER}"
_LOOKS: Final = "\N{ZERO WIDTH JOINER}\N{VARIATION SELECTOR-15}\N{VARIATION SELECTOR-16}"
_SKINS: Final = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_STEADY: Final = str.maketrans(dict.fromkeys(_LOOKS + _SKINS, _NOTHING))


def steady(text: str) -> str:
    """Make printable text as wide in any terminal: joined emoji stand side by side, and all are yellow."""
    return text if text.isascii() else text.translate(_STEADY)
