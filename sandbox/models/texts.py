"""JSON and text from a server, read so that nothing in it can break what comes after."""

from __future__ import annotations

import json
from typing import Any

from .errors import UnreadableAnswer

_SHOWN = 80


def read_json(data: bytes) -> Any:
    """Read JSON; raises UnreadableAnswer for what is not JSON, not UTF-8, or nested without end."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableAnswer(f"the answer is not UTF-8: byte {data[error.start]:#04x} at {error.start}") from None
    except (ValueError, RecursionError) as error:
        head = data[:_SHOWN].decode("utf-8", "replace")
        raise UnreadableAnswer(f"the answer is not JSON ({error}): it begins {head!r}") from None


def whole(text: str) -> str:
    """Join surrogates that came as a pair, and replace the single ones: UTF-8 has no place for them."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def as_mapping(value: Any) -> dict[str, Any]:
    """Take a mapping as it is, and anything else as an empty one."""
    return value if isinstance(value, dict) else {}


def as_text(value: Any) -> str | None:
    """Take a text that is not empty, made whole, and anything else as None."""
    return whole(value) if isinstance(value, str) and value else None
