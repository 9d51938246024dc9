"""What is wrong, or looks wrong, with a scenario: what `moot scenarios --check` shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from moot_errors import DocumentError, MootError, NotFound, nearest
from personas import list_personas, load_persona
from scenarios.issues import OptionIssue
from scenarios.load import ScenarioSource
from scenarios.situation import Situation
from scenarios.values import tidy

SEEDS = range(8)
"""Scenarios that draw are looked at with each of these seeds, others with the first."""


@dataclass(frozen=True)
class Problem:
    """An error keeps the scenario from being played; a warning says that it may not be what was meant."""

    severity: Literal["error", "warning"]
    error: MootError

    def __str__(self) -> str:
        return f"{self.severity}: {self.error}"


def check_scenario(source: ScenarioSource, persona_folders: Sequence[Path] = ()) -> list[Problem]:
    """List what is wrong with a scenario, each thing once, errors first."""
    found: dict[str, Problem] = {}
    data = source.document.data
    seeds = SEEDS if isinstance(data, dict) and data.get("draw") is not None else SEEDS[:1]
    for seed in seeds:
        for problem in _check(source, seed, persona_folders):
            found.setdefault(str(problem), problem)
    return sorted(found.values(), key=lambda problem: problem.severity)


def _check(source: ScenarioSource, seed: int, folders: Sequence[Path]) -> Iterator[Problem]:
    try:
        situation = source.resolve(seed)
    except MootError as error:
        yield Problem("error", error)
        return
    for fault in _persona_errors(source, situation, folders):
        yield Problem("error", fault)
    warnings = [*_unused_parameters(source)]
    if situation.issues:
        warnings += [
            *_idle_threads(source, situation), *_hopeless_seats(source, situation), *_dead_options(source, situation),
        ]  # fmt: skip
    for warning in warnings:
        yield Problem("warning", warning)


def _persona_errors(source: ScenarioSource, situation: Situation, folders: Sequence[Path]) -> Iterator[MootError]:
    for seat, participant in situation.participants.items():
        name = participant.persona
        if name is None:
            continue
        try:
            load_persona(name, folders)
        except NotFound:
            close = nearest(name, list_personas(folders))
            remedy = f"did you mean {close!r}?" if close else "moot personas lists them"
            path = ("participants", seat, "persona")
            yield source.document.error(path, f"there is no persona {name!r}", remedy)
        except DocumentError as error:
            yield error


def _unused_parameters(source: ScenarioSource) -> Iterator[DocumentError]:
    data = source.data
    rest = str({key: value for key, value in data.items() if key != "parameters"})
    for name in data.get("parameters", {}):
        if not re.search(rf"\b{name}\b", rest):
            yield source.document.error(("parameters", name), f"nothing names the parameter {name!r}", key=True)


def _idle_threads(source: ScenarioSource, situation: Situation) -> Iterator[DocumentError]:
    """Warn of threads in which nothing can be agreed, for all have to agree in one thread."""
    if len(situation.parties) == 1:
        yield source.document.error(("participants",), "one participant alone has nobody to agree with", key=True)
        return
    if situation.end.agreement != "all" or situation.final is not None:
        return
    for name in situation.main_threads:
        thread = situation.threads[name]
        missing = [seat for seat in situation.parties if seat not in thread.members]
        if missing and thread.binds == "all":
            problem = f"nothing can be agreed in {name!r}: {', '.join(missing)} would have to agree too"
            path = ("threads", name)
            yield source.document.error(path, problem, "it is for talk; let all be members of another", key=True)


def _hopeless_seats(source: ScenarioSource, situation: Situation) -> Iterator[DocumentError]:
    """Warn of seats that nothing can content, and of a table at which nothing contents everybody."""
    space = situation.space
    hopeless = False
    for seat in space.seats:
        best, least = space.best(seat), situation.minimum(seat)
        path: tuple[str, ...] = ("participants", seat)
        if best is None or best < least:
            hopeless = True
            field = "minimum" if situation.participants[seat].minimum is not None else "no_deal"
            most = "nothing is allowed to all" if best is None else f"the most it can have is {tidy(best)}"
            yield source.document.error((*path, field), f"{seat!r} never gets its {field} of {least}: {most}")
        elif space.utility(seat).max() == space.utility(seat).min():
            yield source.document.error(
                path, f"{seat!r} is indifferent: every outcome is worth the same to it", key=True
            )
    if not hopeless and not space.rational.any():
        yield source.document.error(
            ("participants",), "no outcome is worth as much as no deal to everybody", "lower a no_deal", key=True
        )


def _dead_options(source: ScenarioSource, situation: Situation) -> Iterator[DocumentError]:
    """Warn of options that no outcome allowed to all contains."""
    space = situation.space
    allowed: Any = space.allowed_by_all.reshape(space.shape)
    if not allowed.any():
        return
    for axis, issue in enumerate(situation.issues.values()):
        if isinstance(issue, OptionIssue):
            others = tuple(other for other in range(len(space.shape)) if other != axis)
            for place, alive in enumerate(allowed.any(axis=others)):
                if not alive:
                    path = ("issues", issue.name, place)
                    yield source.document.error(path, f"no outcome with {issue.options[place]!r} is allowed to all")
