"""Numbers as a scenario writes them: exact decimals in, whole numbers where they are whole."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final, TypeGuard

DIGITS: Final = 9
"""Utilities and grid values are rounded to so many decimals before anything is compared."""

_NUMERAL = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)")


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell a number from everything else; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def tidy(value: float) -> int | float:
    """Round to nine decimals, and write what is whole as a whole number."""
    rounded = round(float(value), DIGITS)
    return int(rounded) if rounded.is_integer() else rounded


def exact(value: float) -> Decimal:
    """Read a number as the decimal that it was written as."""
    return Decimal(str(value))


def fits(*values: float) -> bool:
    """Tell whether all multiples of the last decimal of any, up to the largest, can be told apart as numbers."""
    decimals = [exact(tidy(value)) for value in values]
    places = max(-int(decimal.as_tuple().exponent) for decimal in decimals)
    return max(map(abs, decimals)).scaleb(max(0, places)) <= 2**53


def numeral(text: object) -> int | float | None:
    """Read a number, or a text that is a plain numeral; None for all else.

    Neither commas nor spaces are taken: they could mean two things.
    """
    if is_number(text):
        return tidy(text) if abs(text) <= 1e15 else None
    if isinstance(text, str) and len(text) <= 30 and _NUMERAL.fullmatch(text.strip()):
        return tidy(float(text))
    return None


def same_text(text: object) -> str:
    """Reduce a word to what it says: case, spaces, and hyphens and underscores between words do not count."""
    return re.sub(r"(?<=\w)[\s_-]+", "", str(text).strip()).casefold()


def plain(data: Any) -> Any:
    """Copy data for JSON: keys become text, numbers whole where they are whole."""
    if isinstance(data, dict):
        return {str(tidy(key)) if is_number(key) else str(key): plain(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [plain(item) for item in data]
    return tidy(data) if is_number(data) else data
