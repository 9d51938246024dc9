"""Bodies: what is large or shared, stored once and named by its hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from moot_errors import WrongUse

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def to_json(data: Any) -> str:
    """Write plain data as compact JSON; the order of keys stays, for in a scenario it has a meaning.

    Raises WrongUse for what JSON cannot hold: infinite numbers, objects, circles, half a surrogate pair.
    """
    try:
        text = _ENCODER.encode(data)
        if not text.isascii():
            text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise WrongUse(
            f"a transcript cannot hold this: {error}", remedy="use plain data: texts, numbers, lists"
        ) from error
    return text


def encode(data: Any) -> bytes:
    """Write plain data as the bytes of a body; raises what `to_json` raises."""
    return to_json(data).encode()


def name_of(body: bytes) -> str:
    """Name a body by its content: 128 bits of BLAKE2b, in hexadecimal."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


class Bodies(dict[str, bytes]):
    """Hold bodies by name."""

    def put(self, data: Any) -> str:
        """Keep `data` and return its name."""
        body = encode(data)
        name = name_of(body)
        self[name] = body
        return name

    def data(self, name: str) -> Any:
        """Read the body of that name as plain data."""
        return json.loads(self[name])
