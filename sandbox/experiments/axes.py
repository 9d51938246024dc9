"""What varies: axes of levels, and the arms that they make, crossed, drawn from a cross, or listed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moot_errors import WrongUse
from sandbox.cast import parse_casting
from sandbox.experiments.contrasts import ARM
from sandbox.experiments.design import Arm, Axis, Level, Selection
from sandbox.experiments.loading import Steps, Written
from scenarios import Draws

ALL = "all"
"""The name of the only arm, where nothing varies."""
_LONGEST = 40
_RUNS = ("scenario", "run", "experiment", "tag")


def read_axes(written: Written, seats: Sequence[str]) -> list[Axis]:
    """Read `vary:`; raises DocumentError."""
    axes = [_axis(written, name, given, seats) for name, given in written.spec.vary.items()]
    if written.spec.sample is not None and not axes:
        raise written.error(("sample",), "there is nothing to draw a sample of", "add vary:", key=True)
    return axes


def _axis(written: Written, name: str, given: list[Any] | dict[str, Any], seats: Sequence[str]) -> Axis:
    path = ("vary", name)
    if name == ARM:
        raise written.error(path, f"{ARM!r} stands for the arms themselves", "choose another name", key=True)
    if not given:
        raise written.error(path, f"the axis {name!r} has no levels, and so there is no arm", "give it two or more")
    if isinstance(given, list):
        if not _is_path(name, seats):
            remedy = f"write a path, such as {_example(seats)}; or name settings, {name}: {{one: {{path: value}}, …}}"
            raise written.error(path, f"a list gives values to a path, and {name!r} is none", remedy, key=True)
        levels = [
            Level(named(value), written_out(written, {name: value}, (*path, place), seats), _number(value))
            for place, value in enumerate(given)
        ]
    else:
        levels = [_named_level(written, (*path, level), level, settings, seats) for level, settings in given.items()]
    seen: dict[str, int] = {}
    for place, level in enumerate(levels):
        if level.name in seen:
            at = (*path, place) if isinstance(given, list) else (*path, level.name)
            raise written.error(at, f"the level {level.name!r} is given twice", "take one out")
        seen[level.name] = place
    return Axis(name, levels)


def _named_level(written: Written, path: Steps, name: object, settings: Any, seats: Sequence[str]) -> Level:
    if not isinstance(settings, dict):
        remedy = "write {path: value}, as in {seller.brain.tactic: boulware}; {} changes nothing"
        raise written.error(path, f"settings are values by path, not {settings!r}", remedy)
    values = [number for value in settings.values() if (number := _number(value)) is not None]
    only = values[0] if len(settings) == len(values) == 1 else _number(name)
    return Level(str(name), written_out(written, settings, path, seats), only)


def written_out(written: Written, settings: Mapping[str, Any], path: Steps, seats: Sequence[str]) -> dict[str, Any]:
    """Write what is short in full: `buyer` is a casting, `buyer.model` a brain that asks that model."""
    full: dict[str, Any] = {}
    for key, value in settings.items():
        if not _is_path(str(key), seats):
            remedy = f"a path begins with {', '.join(seats)}, parameters. or scenario."
            raise written.error((*path, key), f"{key!r} names nothing", remedy, key=True)
        seat, _, rest = key.partition(".")
        if seat in seats and not rest:
            full |= _casting(written, seat, value, path)
        elif seat in seats and rest == "model":
            full[f"{seat}.brain"] = {"kind": "llm", "model": value}
        else:
            full[key] = value
    return full


def _casting(written: Written, seat: str, value: Any, path: Steps) -> dict[str, Any]:
    try:
        _, casting = parse_casting(f"{seat}={value}")
    except WrongUse as error:
        raise written.error(path, error.message, "write persona@brain, persona or @brain") from None
    both = {f"{seat}.persona": casting.persona, f"{seat}.brain": casting.brain}
    return {key: each for key, each in both.items() if each is not None}


def _is_path(name: str, seats: Sequence[str]) -> bool:
    first, dot, rest = name.partition(".")
    return (first in seats and (not dot or bool(rest))) or (first in ("parameters", "scenario") and bool(rest))


def _example(seats: Sequence[str]) -> str:
    return f"{seats[0]}.brain.tactic" if seats else "parameters.…"


def named(value: Any) -> str:
    """Name a level by its value."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    text = json.dumps(value, ensure_ascii=False).replace('"', "")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            found = float(value)
        except ValueError:
            return None
        return found if math.isfinite(found) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def count_arms(written: Written, axes: Sequence[Axis]) -> int:
    """Count the arms, without making them."""
    crossed = math.prod(len(axis.levels) for axis in axes) if axes else 0
    if written.spec.sample is not None:
        crossed = min(crossed, written.spec.sample)
    return (crossed + len(written.spec.arms)) or 1


def read_arms(written: Written, axes: Sequence[Axis], seats: Sequence[str]) -> list[Arm]:
    """Make the arms: the cross of the axes or a sample of it, and those that are listed."""
    arms = [_crossed(axes, index) for index in _indices(written, axes)] if axes else []
    for name, settings in written.spec.arms.items():
        path = ("arms", name)
        if any(arm.name == name for arm in arms):
            raise written.error(path, f"there is an arm {name!r} among those of vary", "choose another name", key=True)
        if "runs" in settings:
            if len(settings) > 1:
                raise written.error(path, "an arm of runs that are there has no settings", "take one of them out")
            arms.append(Arm(name, {}, {}, _selection(written, (*path, "runs"), settings["runs"])))
        else:
            arms.append(Arm(name, {}, written_out(written, settings, path, seats)))
    return arms or [Arm(ALL, {}, {})]


def _indices(written: Written, axes: Sequence[Axis]) -> Iterator[int]:
    """Number the arms of the cross; those of a sample are drawn, and stand in the order of the cross."""
    size, sample = math.prod(len(axis.levels) for axis in axes), written.spec.sample
    if sample is None or sample >= size:
        yield from range(size)
        return
    draw, chosen = Draws(written.spec.seed).at("sample"), set[int]()
    while len(chosen) < sample:
        chosen.add(draw.integer(0, size - 1))
    yield from sorted(chosen)


def _crossed(axes: Sequence[Axis], index: int) -> Arm:
    """Make the arm of that number; the last axis varies fastest, and later axes go before earlier ones."""
    levels: dict[str, Level] = {}
    for axis in reversed(axes):
        index, place = divmod(index, len(axis.levels))
        levels[axis.name] = axis.levels[place]
    named = {axis.name: levels[axis.name] for axis in axes}
    settings: dict[str, Any] = {}
    for level in named.values():
        settings |= level.settings
    name = ", ".join(f"{axis}={level.name}" for axis, level in named.items())
    return Arm(name, {axis: level.name for axis, level in named.items()}, settings)


def _selection(written: Written, path: Steps, query: Any) -> Selection:
    """Read `tag:pilot`, `scenario=used-bike experiment=pilot`."""
    remedy = f"write what they have: {', '.join(f'{key}:…' for key in _RUNS)}"
    if not isinstance(query, str) or not query.strip():
        raise written.error(path, f"{query!r} selects no runs", remedy)
    given: dict[str, str] = {}
    for word in query.split():
        key, value = (*re.split("[:=]", word, maxsplit=1), "")[:2]
        if key not in _RUNS or not value:
            raise written.error(path, f"{word!r} selects no runs", remedy)
        given[key] = value
    return Selection(query, given)
