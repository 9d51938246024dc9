"""Hold back what is clearly in another language.

Writing tells where it can: Greek, Hebrew, Hangul and so on.  Languages that share one are told apart by their most
frequent words, of which any few sentences are full.  It needs no model and no data, and the same text gets the same
answer everywhere; what is too short or too mixed to tell is let pass.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from moot_errors import nearest
from personas import Mistake
from sandbox.guards.guard import Setting, words_of
from sandbox.guards.tongues import NAMED, SCRIPTS, WORDS

if TYPE_CHECKING:
    from sandbox.view import Reply, View

LEAST: Final = 4
"""So many words of another language, or letters of another writing, are the least that tells."""
CLEARLY: Final = 1.5
"""How many times as much must speak for another language."""
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPT = {code: re.compile(f"[{letters}]") for letters, code in SCRIPTS}


@dataclass(frozen=True, slots=True)
class InLanguage:
    """Let pass what may be in one of these languages."""

    codes: tuple[str, ...]

    async def check(self, view: View, reply: Reply) -> str | None:
        other = other_than(self.codes, words_of(reply))
        if other is None:
            return None
        wanted = " or ".join(NAMED[code] for code in self.codes)
        return f"it must be in {wanted}, and seems to be in {NAMED[other]}"


def other_than(codes: tuple[str, ...], text: str) -> str | None:
    """Name the language that a text is in, where that is clearly none of these."""
    scores = score(text)
    best = max(scores, key=lambda code: scores[code], default=None)
    if best is None or best in codes or scores[best] < LEAST:
        return None
    return best if scores[best] >= CLEARLY * max((scores[code] for code in codes), default=0) else None


def score(text: str) -> Counter[str]:
    """Count what speaks for each language: its frequent words, or a third of the letters of a writing of its own."""
    scores: Counter[str] = Counter()
    own = {code: len(found.findall(text)) for code, found in _SCRIPT.items()}
    if own["ja"] and own["ja"] * 10 >= own["zh"]:  # Japanese is written in Chinese characters too
        own["ja"] += own.pop("zh")
    for code, letters in own.items():
        if letters >= LEAST:
            scores[code] += -(-letters // 3)
    for word in _WORD.findall(text.casefold()):
        for code in _KNOWN.get(word, ()):
            scores[code] += 1
    return scores


_KNOWN: Final[dict[str, tuple[str, ...]]] = {}
for _code, _words in WORDS.items():
    for _each in _words.split():
        _KNOWN[_each] = (*_KNOWN.get(_each, ()), _code)


def make(told: Any, setting: Setting) -> InLanguage:
    """Read one code or several, `en` or `[en, de]`; raises Mistake."""
    codes = told if isinstance(told, list) else [told]
    if not codes:
        raise Mistake("no language would do", "name one, such as en", path=setting.path)
    for place, code in enumerate(codes):
        if code not in NAMED:
            close = nearest(str(code), NAMED)
            path = setting.inside(place).path if isinstance(told, list) else setting.path
            remedy = f"did you mean {close!r}?" if close else f"there are {', '.join(NAMED)}"
            raise Mistake(f"no language that can be told apart is called {code!r}", remedy, path=path)
    return InLanguage(tuple(codes))
