"""Resolve plain scalars as the core schema of YAML 1.2.2 does (section 10.3), and refuse what has no plain meaning.

So `no`, `on`, `2:1`, `1_000` and `2026-01-01` are text.  `.inf`, `.nan` and whole numbers beyond 18 digits are refused.
"""

from __future__ import annotations

import math
import re

from .nodes import Node
from .source import Source, shown

MAX_DIGITS = 18

_CONTROL = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS = {"": None, "~": None} | {
    form: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for form in (word, word.capitalize(), word.upper())
}

Scalar = str | int | float | bool | None


def scalar_value(source: Source, node: Node) -> Scalar:
    """Give what a scalar means."""
    text = node.text
    if bad := _CONTROL.search(text):
        raise source.error(node.start, f"the control character {bad.group()!r} is not allowed in a text", "take it out")
    if node.style is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        if len(text.lstrip("+-")) > MAX_DIGITS:
            problem = f"the number {shown(text)} has more than {MAX_DIGITS} digits"
            raise source.error(node.start, problem, "put it in quotes if it is text")
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if _NOT_FINITE.fullmatch(text):
        raise source.error(node.start, f"{text!r} is not a number that can be reckoned with", "write a finite number")
    if _FLOAT.fullmatch(text):
        if not math.isfinite(number := float(text)):
            raise source.error(node.start, f"the number {shown(text)} is too large", "write a finite number")
        return number
    return text


def scalar_key(source: Source, node: Node, value: Node) -> str | int | float:
    """Give what a key means: a text or a number."""
    if node.kind != "scalar":
        raise source.error(node.start, f"a {node.kind} cannot be a key", "write the key as a word, or put it in quotes")
    plain = node.style is None
    if plain and node.text == "<<":
        raise source.error(node.start, "the merge key '<<' is not YAML 1.2", "write the keys out")
    if plain and ":" in node.text.strip(":") and value.kind == "scalar" and value.start == value.end == node.end:
        right = node.text.replace(":", ": ", 1)
        raise source.error(node.start, f"{shown(node.text)} lacks a space after the colon", f"write {shown(right)}")
    key = scalar_value(source, node)
    if key is None or isinstance(key, bool):
        raise source.error(node.start, f"{node.text!r} cannot be a key", "put it in quotes if it is a word")
    return key
