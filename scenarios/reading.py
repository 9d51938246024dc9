"""Check what a well-shaped scenario says: names, issues, threads, the end.  All raise Mistake with the path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from moot_errors import nearest
from personas import Document, Mistake, validate
from scenarios.fill import Path
from scenarios.grammar import FUNCTIONS, KEYWORDS
from scenarios.issues import DividedIssue, Issue, NumberIssue, OptionIssue
from scenarios.schema import DividedSpec, End, NumberSpec, Scenario, Thread
from scenarios.values import exact, fits, is_number, same_text, tidy

RESERVED = FUNCTIONS | KEYWORDS | {"all", "drawn", "moderator", "n", "own", "parameters", "scenario"}
"""Names that mean something already: in arithmetic, in paths, or in a conversation."""
_NAME = re.compile("[a-z][a-z0-9_]{0,39}")


def refuse_bad_names(scenario: Scenario, drawn: Mapping[str, Any]) -> None:
    """Hold names to what arithmetic can say, and to one meaning each."""
    for section in ("parameters", "issues", "participants", "threads"):
        for name in getattr(scenario, section):
            refuse_bad_name(name, (section, name))
    for section in ("parameters", "issues"):
        for name in getattr(scenario, section):
            others = {**scenario.parameters, **drawn} if section == "issues" else drawn
            if name in others:
                raise Mistake(f"the name {name!r} is taken by a parameter or a draw", path=(section, name), key=True)


def refuse_bad_name(name: object, path: Path) -> None:
    """Refuse a name that arithmetic cannot say, or that means something already."""
    if name in RESERVED:
        raise Mistake(f"the name {name!r} is reserved", "choose another", path=path, key=True)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        better = re.sub(r"[^a-z0-9_]+", "_", str(name).lower()).strip("_")
        remedy = f"write {better!r}" if _NAME.fullmatch(better) else "use small letters, digits and _"
        raise Mistake(f"the name {name!r} does not work in arithmetic", remedy, path=path, key=True)


def read_issues(specs: Mapping[str, Any], seats: tuple[str, ...], document: Document) -> dict[str, Issue]:
    """Make issues of what a file says of them; raises DocumentError for a wrong shape."""
    return {name: _read_issue(name, spec, seats, document) for name, spec in specs.items()}


def _read_issue(name: str, spec: Any, seats: tuple[str, ...], document: Document) -> Issue:
    path: Path = ("issues", name)
    if isinstance(spec, list):
        return _options(name, spec, path)
    if not isinstance(spec, dict):
        raise Mistake(
            f"{name!r} is not an issue: {spec!r}",
            "write a list of options, {from: 100, to: 400, step: 10} or {divide: 3}",
            path=path,
        )
    if "divide" in spec:
        divided = validate(DividedSpec, document, path, spec)
        _refuse_too_fine(divided.divide, divided.step, path=path)
        if exact(divided.divide) % exact(divided.step):
            raise Mistake(
                f"steps of {tidy(divided.step)} do not make up {tidy(divided.divide)}",
                "change the step",
                path=(*path, "step"),
            )
        return DividedIssue(name, tidy(divided.divide), tidy(divided.step), divided.unit, seats)
    number = validate(NumberSpec, document, path, spec)
    low, high, step = tidy(number.low), tidy(number.high), tidy(number.step)
    if not step:
        raise Mistake(
            f"the step {number.step!r} is too small", "steps have at most nine decimals", path=(*path, "step")
        )
    _refuse_too_fine(low, high, step, path=path)
    if low > high:
        raise Mistake(f"the range of {name!r} is empty: from {low} to {high}", "exchange them", path=(*path, "to"))
    if (exact(high) - exact(low)) % exact(step):
        raise Mistake(
            f"steps of {step} do not lead from {low} to {high}", "change the step or an end", path=(*path, "step")
        )
    return NumberIssue(name, low, high, step, number.unit)


def _refuse_too_fine(*values: float, path: Path) -> None:
    if not fits(*values):
        most = max(values, key=abs)
        problem = f"{tidy(most)} in steps of {tidy(values[-1])} needs more digits than a number has"
        raise Mistake(problem, "take greater steps, or a greater unit", path=(*path, "step"))


def _options(name: str, spec: list[Any], path: Path) -> OptionIssue:
    if not spec:
        raise Mistake(f"{name!r} has no options", "name at least one", path=path)
    seen: dict[str, Any] = {}
    for place, option in enumerate(spec):
        here = (*path, place)
        if not (is_number(option) or (isinstance(option, str) and option.strip())):
            shown = str(option).lower() if isinstance(option, bool) else repr(option)
            remedy = f'write "{shown}" in quotes' if isinstance(option, bool) else None
            raise Mistake(f"an option is a word or a number, not {shown}", remedy, path=here)
        same = same_text(option) if isinstance(option, str) else str(tidy(option))
        if same in seen:
            raise Mistake(f"the option {option!r} reads like {seen[same]!r}", "name it differently", path=here)
        seen[same] = option
    return OptionIssue(name, tuple(tidy(option) if is_number(option) else option for option in spec))


def read_threads(threads: Mapping[str, Thread], seats: tuple[str, ...]) -> dict[str, Thread]:
    """Resolve who is in which thread."""
    resolved = {}
    for name, thread in threads.items():
        path: Path = ("threads", name)
        members = list(seats) if thread.members == "all" else list(thread.members)
        for place, member in enumerate(members):
            if member not in seats:
                raise _unknown("participant", member, seats, (*path, "members", place))
            if member in members[:place]:
                raise Mistake(f"{member!r} is a member twice", path=(*path, "members", place))
        if not members:
            raise Mistake(f"the thread {name!r} has no members", "members: all", path=(*path, "members"))
        if thread.speakers == "alternating" and len(members) != 2:
            raise Mistake(
                f"'alternating' takes two members, and {name!r} has {len(members)}",
                "speakers: round robin",
                path=(*path, "speakers"),
            )
        resolved[name] = Thread(members=members, speakers=thread.speakers)
    silent = [seat for seat in seats if not any(seat in thread.members for thread in resolved.values())]
    if silent:
        raise Mistake(
            f"{silent[0]!r} is in no thread", "add it to the members of one", path=("participants", silent[0]), key=True
        )
    return resolved


def refuse_endless(end: End, issues: bool) -> End:
    """Fill in the default agreement, and refuse an end that may never come."""
    if end.agreement and not issues:
        raise Mistake("there are no issues to agree on", "take 'agreement' out", path=("end", "agreement"), key=True)
    if end.rounds is None and end.turns is None:
        raise Mistake("this may never end", "add rounds: 10", path=("end",), key=True)
    return End(agreement="all" if issues else None, rounds=end.rounds, turns=end.turns)


def _unknown(what: str, name: Any, choices: Iterable[str], path: Path) -> Mistake:
    listed = list(choices)
    close = nearest(str(name), listed)
    return Mistake(
        f"there is no {what} {name!r}",
        f"did you mean {close!r}?" if close else f"there are {', '.join(listed)}",
        path=path,
    )
