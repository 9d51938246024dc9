"""Brains of our own: rules, scripts, language models and people.  Others come by entry point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sandbox.brains.errors import BrainError
from sandbox.brains.spec import NAMES

if TYPE_CHECKING:
    from sandbox.brain import Brain, BrainFactory
    from sandbox.view import Known

__all__ = ["KINDS", "TACTICS", "BrainError", "model_of"]

TACTICS: Final = NAMES
"""The names that stand for a rule brain with that tactic."""


def model_of(brain: Mapping[str, Any]) -> str | None:
    """Name the profile that a brain of this mapping asks; None where it asks none."""
    name = brain.get("model", "default" if brain.get("kind") == "llm" else None)
    return name if isinstance(name, str) else None


def _rule(mapping: dict[str, Any], known: Known) -> Brain:
    from sandbox.brains.rule import make_rule

    return make_rule(mapping, known)


def _script(mapping: dict[str, Any], known: Known) -> Brain:
    from sandbox.brains.script import make_script

    return make_script(mapping, known)


def _llm(mapping: dict[str, Any], known: Known) -> Brain:
    from sandbox.brains.llm.brain import make_llm

    return make_llm(mapping, known)


def _human(mapping: dict[str, Any], known: Known) -> Brain:
    from sandbox.brains.human import make_human

    return make_human(mapping, known)


KINDS: Final[dict[str, BrainFactory]] = {"rule": _rule, "script": _script, "llm": _llm, "human": _human}
"""What makes a brain of each kind; what it needs is imported when it is first made."""
