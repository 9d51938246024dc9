"""What is done about a message that a guard goes on stopping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from moot_errors import NotFound, nearest
from personas import Mistake
from sandbox.brains import model_of
from sandbox.cast import HUMAN, Chair, Origin, find_brain
from sandbox.guards.guard import Setting
from sandbox.language import prepare


class Fallback(NamedTuple):
    """Another brain decides, once; what it says goes by the guards too."""

    brain: dict[str, Any]


class Person(NamedTuple):
    """A person decides, if one is there."""


class Forfeit(NamedTuple):
    """The turn is lost."""


class End(NamedTuple):
    """The run ends as failed."""


Step = Fallback | Person | Forfeit | End


class Escalation(NamedTuple):
    """How often a message goes back to its author, and what is done after that, in order; the last is an end."""

    tries: int
    then: tuple[Step, ...]


_WORDS: Mapping[str, Step] = {"person": Person(), "forfeit": Forfeit(), "end": End()}
_REMEDY = "write forfeit, end, person or {fallback: BRAIN}, or several in a list"


def read_steps(given: Any, setting: Setting) -> tuple[Step, ...]:
    """Read what is done in the end; the turn is forfeited where no other end is named.  Raises Mistake."""
    listed = isinstance(given, list)
    steps: list[Step] = []
    for place, each in enumerate(given if listed else [given]):
        here = setting.inside(place) if listed else setting
        if steps and isinstance(steps[-1], Forfeit | End):
            raise Mistake("nothing comes after forfeit or end", "take it out", path=here.path)
        steps.append(_step(each, here))
    return tuple(steps) if steps and isinstance(steps[-1], Forfeit | End) else (*steps, Forfeit())


def settled_steps(given: Any, setting: Setting) -> Any:
    """Write steps with their brains as mappings that say all of them."""
    if isinstance(given, list):
        return [settled_steps(each, setting.inside(place)) for place, each in enumerate(given)]
    step = _step(given, setting)
    return {"fallback": step.brain} if isinstance(step, Fallback) else given


def _step(given: Any, setting: Setting) -> Step:
    if isinstance(given, str):
        if given not in _WORDS:
            close = nearest(given, _WORDS)
            raise Mistake(
                f"there is no step {given!r}", f"did you mean {close!r}?" if close else _REMEDY, path=setting.path
            )
        return _WORDS[given]
    if not isinstance(given, Mapping) or list(given) != ["fallback"]:
        raise Mistake(f"{given!r} is no step", _REMEDY, path=setting.path)
    return Fallback(_brain(given["fallback"], setting.inside("fallback")))


def _brain(given: Any, setting: Setting) -> dict[str, Any]:
    """Give a brain's mapping, whole: a name stands for one, and templates stand in it as text."""
    origin = Origin(setting.document, setting.path)
    if isinstance(given, str):
        try:
            given, found = find_brain(given, setting.workspace)
        except NotFound as error:
            raise Mistake(error.message, error.remedy, path=setting.path) from None
        origin = origin if found == Origin() else found
    if not isinstance(given, Mapping) or "kind" not in given:
        remedy = "write its name or a mapping such as {kind: rule, tactic: conceder}"
        raise Mistake(f"a fallback is a brain, and not {given!r}", remedy, path=setting.path)
    if given["kind"] == HUMAN:
        raise Mistake("a person is a step of its own", "write person instead of fallback", path=setting.path)
    profiles = {}
    if name := model_of(given):
        try:
            profiles = setting.models.needed([name])
        except NotFound as error:
            raise Mistake(error.message, error.remedy, path=setting.path) from None
    return prepare(Chair(None, dict(given), origin), profiles, setting.workspace).brain
