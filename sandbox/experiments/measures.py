"""What can be measured of a run, each path with its meaning; and measures that are somebody's Python."""

from __future__ import annotations

import hashlib
import importlib.util
import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from moot_errors import MootError, nearest
from sandbox.experiments.design import Measure
from sandbox.experiments.loading import Steps, Written
from scenarios import DividedIssue, NumberIssue, Situation

if TYPE_CHECKING:
    from sandbox.runs import Run
    from sandbox.workspace import Workspace

Value = float | bool | None
Function = Callable[["Run"], Any]

_BY_SEAT = {
    "utility": "what a seat has in the end",
    "share_of_best": "a seat's utility as a share of the best it could have",
    "surplus_share": "a seat's part of all gains over no deal",
}
_RATES = {"efficient": "whether nothing was better for one and as good for all (Pareto)"}
_NUMBERS = {
    "welfare": "the sum of utilities",
    "welfare_share": "welfare as a share of the greatest there is",
    "nash": "the product of gains over no deal",
    "nash_share": "that product as a share of the greatest there is",
    "kalai": "the least share that a seat has of its ideal gain",
    "distance": "to the Pareto frontier",
}
_OF_RUNS = {
    "rounds": "rounds played",
    "turns": "turns taken",
    "calls": "calls of models",
    "tokens": "tokens of prompts and answers",
    "cost": "dollars; nothing where a price is not known",
    "seconds": "by the clock, from the beginning to the end",
}


def measures_of(situation: Situation) -> list[Measure]:
    """List what can be measured of the runs of a scenario."""
    found = [Measure(path, meaning, "number") for path, meaning in _OF_RUNS.items()]
    if not situation.issues:
        return _of_choices(situation) + found
    judged = [Measure("agreed", "whether there was an agreement", "rate")]
    judged += [
        Measure(f"{path}.{seat}", meaning.replace("a seat", seat), "number")
        for path, meaning in _BY_SEAT.items()
        for seat in situation.parties
    ]
    judged += [Measure(path, meaning, "rate") for path, meaning in _RATES.items()]
    judged += [Measure(path, meaning, "number") for path, meaning in _NUMBERS.items()]
    for name, issue in situation.issues.items():
        if isinstance(issue, NumberIssue):
            unit = f", in {issue.unit}" if issue.unit else ""
            judged.append(Measure(f"deal.{name}", f"{name} as agreed{unit}", "number", agreed_only=True))
        elif isinstance(issue, DividedIssue):
            judged += [
                Measure(f"deal.{name}.{seat}", f"{name} for {seat} as agreed", "number", agreed_only=True)
                for seat in situation.seats
            ]
        else:
            judged += [
                Measure(f"deal.{name}={option}", f"whether {name} {option} was agreed", "rate", agreed_only=True)
                for option in issue.options
            ]
    return judged + found


def _of_choices(situation: Situation) -> list[Measure]:
    """List what choices bring, where nothing is agreed on."""
    paid = [seat for seat, participant in situation.participants.items() if participant.payoff is not None]
    found = [Measure(f"utility.{seat}", f"what {seat} has in the end", "number") for seat in paid]
    return [*found, Measure("welfare", _NUMBERS["welfare"], "number")] if paid else []


def usual(measures: Iterable[Measure]) -> list[Measure]:
    """Choose what is measured where the file does not say."""
    return [
        each for each in measures if each.path in ("agreed", "rounds", "welfare") or each.path.startswith("utility.")
    ]


def read_measures(written: Written, known: Sequence[Measure], workspace: Workspace) -> list[Measure]:
    """Read `measure:`; raises DocumentError, also for Python in a workspace that is not trusted."""
    found: list[Measure] = []
    for place, given in enumerate(written.spec.measure):
        path = ("measure", place)
        if isinstance(given, str):
            found += find_measures(written, path, given, known)
            continue
        for name, where in given.items():
            if any(each.path == name for each in known):
                raise written.error((*path, name), f"{name!r} is measured already", "choose another name", key=True)
            _refuse_untrusted(written, (*path, name), where, workspace)
            found.append(Measure(name, f"by {where}", "number", function=where))
    return list({each.path: each for each in found}.values())


def find_measures(written: Written, path: Steps, given: str, known: Sequence[Measure]) -> list[Measure]:
    """Find a measure, or all below a path such as `utility`; raises DocumentError with the nearest."""
    exact = [each for each in known if each.path == given]
    below = [each for each in known if each.path.startswith((f"{given}.", f"{given}="))]
    if not exact and not below:
        close = nearest(given, [each.path for each in known])
        remedy = f"did you mean {close!r}?" if close else f"moot experiment measures {written.spec.scenario[0]}"
        raise written.error(path, f"there is nothing to measure at {given!r}", remedy)
    return exact or below


def _refuse_untrusted(written: Written, path: Steps, where: str, workspace: Workspace) -> None:
    if not workspace.trusted:
        remedy = f"if you trust whoever wrote it: moot trust {workspace.root}"
        raise written.error(path, f"{where!r} is Python, and this workspace is not trusted to run any", remedy)
    try:
        load_function(where, workspace)
    except MootError as error:
        raise written.error(path, error.message, error.remedy) from None


def load_function(where: str, workspace: Workspace) -> Function:
    """Import `file.py:function`, the file as seen from the workspace; raises MootError.

    Only for a workspace that is trusted, and asked once more here: the workspace may have changed hands since.
    """
    if not workspace.trusted:
        raise MootError(
            f"{where!r} is Python of a workspace that is not trusted", remedy=f"moot trust {workspace.root}"
        )
    file, _, name = where.rpartition(":")
    path = workspace.root / file
    if not file or not path.is_file():
        raise MootError(f"there is no Python at {where!r}", remedy="write file.py:function, as seen from the workspace")
    spec = importlib.util.spec_from_file_location(f"moot_measure_{digest(where, workspace)}", path)
    assert spec is not None and spec.loader is not None  # it ends in .py or is none of Python's
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise MootError(f"{file!r} cannot be imported: {type(error).__name__}: {error}") from error
    function = getattr(module, name, None)
    if not callable(function):
        known = [each for each, value in vars(module).items() if callable(value) and not each.startswith("_")]
        close = nearest(name, known)
        remedy = f"did you mean {close!r}?" if close else f"it has {', '.join(known) or 'none'}"
        raise MootError(f"{file!r} has no function {name!r}", remedy=remedy)
    return function  # type: ignore[no-any-return]  # anybody's


def digest(where: str, workspace: Workspace) -> str:
    """Tell one version of a function's file from another."""
    file = workspace.root / where.rpartition(":")[0]
    try:
        return hashlib.blake2b(file.read_bytes(), digest_size=8).hexdigest()
    except OSError:
        return "missing"


def evaluate(function: Function, run: Run) -> Value:
    """Measure a run; raises whatever the function does, and ValueError for what is no number."""
    value = function(run)
    if value is None or isinstance(value, bool):
        return value
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is no value")
    return number


def value_at(path: str, ended: Mapping[str, Any], facts: Mapping[str, Any]) -> Value:
    """Give a published measure of a run that is done, from its `ended` and from what was found out about it.

    The path names seats as the scenario writes them.
    """
    if path in _OF_RUNS:
        return _number(facts.get(path))
    first, _, rest = path.partition(".")
    names: Mapping[str, str] = facts.get("names", {})
    if first == "deal":
        return _dealt(rest, ended.get("terms"), names)
    if path == "agreed":
        return _number(ended.get("agreed"))
    found: Any = (ended.get("measures") or {}).get(first)
    if rest:
        found = found.get(names.get(rest, rest)) if isinstance(found, Mapping) else None
    return _number(found)


def _dealt(rest: str, terms: Any, names: Mapping[str, str]) -> Value:
    if not isinstance(terms, Mapping):
        return None
    issue, equals, option = rest.partition("=")
    if equals:
        return str(terms[issue]) == option if issue in terms else None
    name, _, seat = rest.partition(".")
    found = terms.get(name)
    if seat:
        found = found.get(names.get(seat, seat)) if isinstance(found, Mapping) else None
    return _number(found)


def _number(value: Any) -> Value:
    if value is None or isinstance(value, bool):
        return value
    return float(value) if isinstance(value, int | float) else None
