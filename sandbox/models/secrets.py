"""Keys and tokens, taken out of whatever is shown or stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from operator import is_
from typing import Any, TypeVar

T = TypeVar("T")

REDACTED = "[redacted]"
_SHORTEST = 6
"""Known secrets that are shorter would be found in ordinary words."""

_HINTS = (
    *(
        "sk-",
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
        "github_pat_",
        "AKIA",
        "ASIA",
        "xox",
        "AIza",
        "hf_",
        "gsk_",
        "eyJ",
    ),
    *("earer ", "EARER ", "ey: ", "EY: ", "PRIVATE KEY"),
)
"""Each thing that the patterns find contains one of these; looking for them is ten times as fast."""

_SHORTEST_FOUND = 15
"""No pattern finds anything in a text that is shorter."""

_PATTERNS = re.compile(
    r"""
      (?<![A-Za-z0-9]) (?:
          sk-[A-Za-z0-9_-]{16,}                                              # OpenAI and those who spell theirs alike
        | gh[opsur]_[A-Za-z0-9]{20,} | github_pat_[A-Za-z0-9_]{20,}
        | A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])
        | xox[abeoprs]-[A-Za-z0-9-]{10,}
        | AIza[A-Za-z0-9_-]{30,}
        | hf_[A-Za-z0-9]{20,} | gsk_[A-Za-z0-9]{20,}
        | eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)?       # a JSON web token
      )
    | (?<=[Bb][Ee][Aa][Rr][Ee][Rr]\ )[A-Za-z0-9._~+/=-]{16,}
    | (?<=[Aa][Pp][Ii][-_][Kk][Ee][Yy]:\ )[A-Za-z0-9._~+/=-]{16,}
    | -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----[\s\S]*?(?:-----END\ [A-Z ]*PRIVATE\ KEY-----|\Z)
    """,
    re.VERBOSE,
)

_ESCAPES = re.compile(r"\\/|\\u00(2[013-9a-f]|5[0-9abd-f]|[3467][0-9a-f])", re.IGNORECASE)
"""Printable letters as JSON may write them; not quotation marks and backslashes, for without it JSON breaks."""


def redact(data: T, known: Iterable[str] = ()) -> T:
    """Replace secrets in a text, or in every text of plain data; what is clean comes back as the same object.

    `known` are replaced wherever they stand, whatever they look like, also where JSON escapes their letters; what looks
    like a secret is replaced too.
    """
    clean: T = _redacted(data, [secret for secret in known if len(secret) >= _SHORTEST])
    return clean


def _redacted(data: Any, known: list[str]) -> Any:
    if isinstance(data, str):
        return _redacted_text(data, known)
    if data is None or isinstance(data, int | float):  # before the others: to ask for a mapping takes long
        return data
    if isinstance(data, dict | Mapping):
        return _redacted_mapping(data, known)
    if isinstance(data, list | tuple):
        items = [_redacted(item, known) for item in data]
        return data if all(map(is_, data, items)) else type(data)(items)
    return data


def _redacted_mapping(data: Mapping[Any, Any], known: list[str]) -> Any:
    pairs, same = {}, True
    for key, value in data.items():
        clean, within = _redacted(key, known), _redacted(value, known)
        same = same and clean is key and within is value
        pairs[clean] = within
    return data if same else pairs


def _redacted_text(text: str, known: list[str]) -> str:
    if len(text) < _SHORTEST:  # nor is there one in it that is written with escapes: those are longer
        return text
    clean = _taken_out(text, known)
    if "\\" in clean and (plain := _ESCAPES.sub(_unescaped, clean)) != clean:
        without = _taken_out(plain, known)
        return clean if without == plain else without
    return clean


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else "/"


def _taken_out(text: str, known: list[str]) -> str:
    for secret in known:
        if secret in text:
            text = text.replace(secret, REDACTED)
    if len(text) < _SHORTEST_FOUND:
        return text
    for hint in _HINTS:  # not any(...): this runs for every text of every run
        if hint in text:
            return _PATTERNS.sub(REDACTED, text)
    return text


def looks_secret(text: str) -> bool:
    """Tell whether a text contains what looks like a key or a token."""
    return _redacted_text(text, []) != text
