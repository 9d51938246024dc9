"""Check what a well-shaped scenario says: names, issues, threads, the end.  All raise Mistake with the path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from moot_errors import nearest
from personas import Document, Mistake, validate
from scenarios.fill import Path
from scenarios.grammar import FUNCTIONS, KEYWORDS
from scenarios.issues import DividedIssue, Issue, NumberIssue, OptionIssue
from scenarios.schema import DividedSpec, NumberSpec, Scenario, Thread
from scenarios.values import exact, fits, is_number, same_text, tidy

RESERVED = FUNCTIONS | KEYWORDS | {"all", "content", "drawn", "moderator", "n", "own", "parameters", "scenario"}
"""Names that mean something already: in arithmetic, in paths, or in a conversation."""
RANGE = re.compile(r"(-?\d{1,9})\.\.(-?\d{1,9})")
"""Whole numbers from one to the other: `1..7`."""
_NAME = re.compile("[a-z][a-z0-9_]{0,39}")
_ISSUE = re.compile("[A-Za-z][A-Za-z0-9_]{0,39}")
"""What is negotiated or chosen is often called A, B and C; all other names are typed in commands too."""


def refuse_bad_names(scenario: Scenario, drawn: Mapping[str, Any]) -> None:
    """Hold names to what arithmetic can say, and to one meaning each."""
    for section in ("parameters", "issues", "choices", "participants", "groups", "threads"):
        seen: dict[str, str] = {}
        for name in getattr(scenario, section):
            refuse_bad_name(name, (section, name), _ISSUE if section in ("issues", "choices") else _NAME)
            if (other := seen.setdefault(name.lower(), name)) != name:
                raise Mistake(f"the name {name!r} reads like {other!r}", "rename one", path=(section, name), key=True)
    for section in ("parameters", "issues"):
        for name in getattr(scenario, section):
            others = {**scenario.parameters, **drawn} if section == "issues" else drawn
            if name in others:
                raise Mistake(f"the name {name!r} is taken by a parameter or a draw", path=(section, name), key=True)


def refuse_bad_name(name: object, path: Path, form: re.Pattern[str] = _NAME) -> None:
    """Refuse a name that arithmetic cannot say, or that means something already."""
    if name in RESERVED:
        raise Mistake(f"the name {name!r} is reserved", "choose another", path=path, key=True)
    if not isinstance(name, str) or not form.fullmatch(name):
        better = re.sub(r"[^a-z0-9_]+", "_", str(name).lower()).strip("_")
        remedy = f"write {better!r}" if _NAME.fullmatch(better) else "use small letters, digits and _"
        raise Mistake(f"the name {name!r} does not work in arithmetic", remedy, path=path, key=True)


def read_issues(
    specs: Mapping[str, Any], seats: tuple[str, ...], document: Document, path: Path = ("issues",)
) -> dict[str, Issue]:
    """Make issues of what a file says of them; raises DocumentError for a wrong shape."""
    return {name: _read_issue(name, spec, seats, document, (*path, name)) for name, spec in specs.items()}


def _read_issue(name: str, spec: Any, seats: tuple[str, ...], document: Document, path: Path) -> Issue:
    if isinstance(spec, str) and (match := RANGE.fullmatch(spec)):
        spec = {"from": int(match[1]), "to": int(match[2])}
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


def read_threads(scenario: Scenario, names: Names) -> dict[str, Thread]:
    """Resolve who is in which thread."""
    resolved = {}
    for name, thread in scenario.threads.items():
        path: Path = ("threads", name)
        resolved[name] = _side_thread(thread, names, path) if thread.open_by else _thread(name, thread, names, path)
    if all(thread.open_by is not None for thread in resolved.values()):
        raise Mistake("there is no thread to begin with", "add one without open_by", path=("threads",), key=True)
    return resolved


def refuse_empty_budgets(scenario: Scenario) -> None:
    """Refuse a budget that says no number."""
    for section in ("threads", "participants"):
        for name, part in getattr(scenario, section).items():
            if (budget := part.budget) and budget.turns is budget.rounds is budget.messages is None:
                raise Mistake("this budget limits nothing", "such as {turns: 6}", path=(section, name, "budget"))
            if budget and budget.of == "shared" and getattr(part, "open_by", None) is None:
                problem = "'of' says whose turns those of a side thread are, and this is none"
                raise Mistake(problem, "take it out", path=(section, name, "budget", "of"), key=True)


def refuse_waiting(scenario: Scenario, threads: Mapping[str, Thread]) -> None:
    """Refuse a seat that waits for a thread that is none, for its only one, or for somebody who waits for it."""
    first = {name: thread for name, thread in threads.items() if thread.open_by is None}
    waits: dict[str, set[str]] = {name: set() for name in first}
    for seat, participant in scenario.participants.items():
        if (team := participant.waits_for) is None:
            continue
        path: Path = ("participants", seat, "waits_for")
        if team not in first:
            raise unknown("thread", team, first, path)
        others = [name for name, thread in first.items() if seat in thread.members and name != team]
        if not others:
            raise Mistake(f"{seat!r} speaks nowhere but in {team!r}, so it waits for itself", path=path)
        for name in others:
            waits[name].add(team)
            edge, seen = {team}, {team}
            while edge:
                edge = {each for one in edge for each in waits[one]} - seen
                seen |= edge
            if name in seen:
                problem = f"{name!r} waits for {team!r}, and {team!r} for {name!r}: nobody could begin"
                raise Mistake(problem, path=path)


def refuse_silent(threads: Mapping[str, Thread], seats: Sequence[str]) -> None:
    """Refuse a seat that is in no thread."""
    first = [thread for thread in threads.values() if thread.open_by is None]
    for seat in seats:
        if not any(seat in thread.members for thread in first):
            remedy = "add it to the members of one"
            raise Mistake(f"{seat!r} is in no thread", remedy, path=("participants", seat), key=True)


def _thread(name: str, thread: Thread, names: Names, path: Path) -> Thread:
    for field in ("size", "most"):
        if getattr(thread, field) != Thread.model_fields[field].default:
            problem = f"{field!r} says nothing of a thread that nobody opens"
            raise Mistake(problem, "add open_by: any, or take it out", path=(*path, field), key=True)
    listed = [] if isinstance(thread.members, str) else list(thread.members)
    for place, member in enumerate(listed):
        if member in listed[:place]:
            raise Mistake(f"{member!r} is a member twice", path=(*path, "members", place))
    members = names.find(thread.members, (*path, "members"))
    members = [seat for seat in listed if seat in members] if set(listed) == set(members) else members
    if not members:
        raise Mistake(f"the thread {name!r} has no members", "members: all", path=(*path, "members"))
    offers = None if thread.offers_by is None else names.find(thread.offers_by, (*path, "offers_by"))
    return thread.model_copy(update={"members": members, "offers_by": offers})


def _side_thread(thread: Thread, names: Names, path: Path) -> Thread:
    """Resolve who may open one, and how large it is."""
    assert thread.open_by is not None
    opening = names.find("all" if thread.open_by == "any" else thread.open_by, (*path, "open_by"))
    given = thread.members if thread.members == "all" else names.find(thread.members, (*path, "members"))
    members = list(names.seats) if given == "all" else list(given)
    if thread.open_by == "any":
        opening = [seat for seat in opening if seat in members]
    elif outside := [seat for seat in opening if seat not in members]:
        raise Mistake(f"{outside[0]!r} may open it, and is not among its members", path=(*path, "open_by"))
    match = re.fullmatch(r"(\d{1,4})(?:\.\.(\d{1,4}))?", str(thread.size))
    if not match or not 2 <= int(match[1]) <= int(match[2] or match[1]):
        raise Mistake(f"{thread.size!r} is no size of a thread", "write 2, or 2..3", path=(*path, "size"))
    if int(match[1]) > len(members):
        raise Mistake(f"{match[1]} members are needed, and {len(members)} can be", path=(*path, "size"))
    size = f"{match[1]}..{match[2] or match[1]}"
    return thread.model_copy(update={"members": members, "open_by": opening, "size": size})


def unknown(what: str, name: Any, choices: Iterable[str], path: Path, remedy: str | None = None) -> Mistake:
    """Say that there is nothing of that name, and what is nearest."""
    listed = list(choices)
    close = nearest(str(name), listed)
    hint = f"did you mean {close!r}?" if close else f"there are {', '.join(listed)}" if listed else "there are none"
    return Mistake(f"there is no {what} {name!r}", remedy or hint, path=path)


class Names(NamedTuple):
    """What names may stand for several seats."""

    seats: tuple[str, ...]
    groups: Mapping[str, Sequence[str]]

    def find(self, given: str | Iterable[str], path: Path) -> list[str]:
        """Give the seats that names stand for, in the scenario's order; raises Mistake for an unknown one."""
        found: set[str] = set()
        several = [given] if isinstance(given, str) else list(given)
        for place, name in enumerate(several):
            if name == "all":
                found |= set(self.seats)
            elif name in self.groups:
                found |= set(self.groups[name])
            elif name in self.seats:
                found.add(name)
            else:
                here = path if isinstance(given, str) else (*path, place)
                raise unknown("participant", name, [*self.seats, *self.groups], here)
        return [seat for seat in self.seats if seat in found]

    def one(self, seat: str, path: Path) -> str:
        """Check the name of one seat."""
        if seat not in self.seats:
            raise unknown("participant", seat, self.seats, path)
        return seat


def read_names(scenario: Scenario) -> Names:
    """Resolve groups; raises Mistake for a member that is none."""
    seats = tuple(scenario.participants)
    names = Names(seats, {})
    groups: dict[str, list[str]] = {}
    for name, members in scenario.groups.items():
        if name in seats:
            raise Mistake(f"{name!r} is a participant and a group", "rename one", path=("groups", name), key=True)
        groups[name] = names.find(members, ("groups", name))
        if not members:
            raise Mistake(f"the group {name!r} is empty", "name its seats, or take it out", path=("groups", name))
    return Names(seats, groups)
