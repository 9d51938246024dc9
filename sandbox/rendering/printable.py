"""Make any text safe to print: what a model, a person or a file wrote is never taken as terminal control."""

from __future__ import annotations

import unicodedata

REPLACED = "\N{REPLACEMENT CHARACTER}"

_JOINERS = "\u200c\u200d"  # Persian needs the one, emoji the other
_BREAKS = "\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_CONTROLS = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_PREPENDED = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")  # `Cf`, and visible


def printable(text: str, *, lines: bool = False) -> str:
    """Replace whatever could steer a terminal, hide text or turn its direction.

    Tabs become spaces.  With `lines` line breaks of every kind stay, as newlines; otherwise they become spaces.
    """
    if text.isprintable():
        return text
    whole = text.replace("\r\n", "\n").replace("\t", "    ")
    return "".join(_shown(char, "\n" if lines else " ") for char in whole)


def char_width(char: str) -> int:
    """Count the terminal cells of one printable character: 0, 1 or 2."""
    if char in _JOINERS or unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def width_of(text: str) -> int:
    """Count the terminal cells of printable text."""
    return len(text) if text.isascii() else sum(map(char_width, text))


def _shown(char: str, line_break: str) -> str:
    if char.isprintable():
        return char
    if char in _BREAKS:
        return line_break
    if char in _JOINERS or char in _PREPENDED:
        return char
    return REPLACED if unicodedata.category(char) in _CONTROLS else char
