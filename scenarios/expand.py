"""Write out what stands for several seats: `count`, and a conversation in a seat.

This is done to plain data before it is checked, so that what is checked and played has seats and threads, and nothing
else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from personas import Mistake
from scenarios.fill import Path

LoadMembers = Callable[[str, Path], Mapping[str, Any]]
"""Give the participants of another scenario by its name, filled in; the path is where it is named."""
_MOST = 100
_LEFT_OUT = ("waits_for", "waits", "party")
"""What members of another scenario have by their places there; in a team they all sit at one table."""
_NOT_INSIDE = ("prefers", "payoff", "bonus", "no_deal", "minimum", "never", "team", "count")
"""What a member of a team cannot have of its own."""


class Expanded(NamedTuple):
    """A scenario's data with all seats and threads written out."""

    data: dict[str, Any]
    origins: dict[str, Path]
    """The path in the file of each seat that is not written there."""


def inline(data: dict[str, Any], load: LoadMembers) -> dict[str, Any]:
    """Write the members of teams that are other scenarios into this one, so that it needs no other file."""
    participants = data.get("participants")
    if not isinstance(participants, dict):
        return data
    changed = {}
    for name, written in participants.items():
        team = written.get("team") if isinstance(written, dict) else None
        if isinstance(team, dict) and "scenario" in team and "members" not in team:
            members = load(str(team["scenario"]), ("participants", name, "team", "scenario"))
            said = {
                seat: {key: value for key, value in member.items() if key not in (*_NOT_INSIDE, *_LEFT_OUT)}
                for seat, member in members.items()
            }
            kept = {key: value for key, value in team.items() if key != "scenario"}
            changed[name] = {**written, "team": {**kept, "members": said}}
    return {**data, "participants": {**participants, **changed}} if changed else data


def expand(filled: dict[str, Any]) -> Expanded:
    """Write out the seats that stand for several; raises Mistake."""
    participants = filled.get("participants")
    if not isinstance(participants, dict) or not any(
        isinstance(each, dict) and {"count", "team"} & each.keys() for each in participants.values()
    ):
        return Expanded(filled, {})
    groups, threads = (dict(filled.get(name) or {}) for name in ("groups", "threads"))
    seats: dict[str, Any] = {}
    origins: dict[str, Path] = {}
    inside: set[str] = set()
    for name, written in participants.items():
        if isinstance(written, dict) and "count" in written:
            like = {key: value for key, value in written.items() if key != "count"}
            if name in groups:
                raise Mistake(f"{name!r} is a participant and a group", "rename one", path=("groups", name), key=True)
            groups[name] = [f"{name}_{number}" for number in range(1, _count(name, written["count"]) + 1)]
            made = {seat: dict(like) for seat in groups[name]}
            origins |= dict.fromkeys(made, ("participants", name))
        elif isinstance(written, dict) and "team" in written:
            made, thread = _team(name, written)
            if f"{name}_team" in threads:
                problem = f"{name}'s team talks in a thread of this name"
                raise Mistake(problem, "rename it", path=("threads", f"{name}_team"), key=True)
            threads[f"{name}_team"] = thread
            members = made.keys() - {name}
            inside |= members
            origins |= dict.fromkeys(members, ("participants", name, "team"))
        else:
            made = {name: written}
        for seat, each in made.items():
            if seat in seats:
                raise Mistake(f"two seats are called {seat!r}", "rename one", path=("participants", name), key=True)
            seats[seat] = each
    outside = [seat for seat in seats if seat not in inside]
    for name, thread in threads.items():
        if inside and isinstance(thread, dict) and thread.get("members", "all") == "all":
            threads[name] = {**thread, "members": outside}
    return Expanded({**filled, "participants": seats, "groups": groups, "threads": threads}, origins)


def _count(name: str, count: object) -> int:
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= _MOST:
        problem = f"'count' is a whole number from 1 to {_MOST}, not {count!r}"
        raise Mistake(problem, path=("participants", name, "count"))
    return count


def _team(name: str, written: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make the members of a seat's team, the spokesperson in the seat itself, and the thread that they talk in."""
    path: Path = ("participants", name, "team")
    team = written["team"]
    if not isinstance(team, dict):
        remedy = "such as: team: {members: {lead: {}, expert: {}}, spokesperson: lead}"
        raise Mistake(f"a team is a mapping, not {team!r}", remedy, path=path)
    members = _members(team, path)
    speaker = team.get("spokesperson")
    if speaker not in members:
        problem = (
            f"the spokesperson {speaker!r} is no member of the team" if speaker else "the team has no spokesperson"
        )
        raise Mistake(problem, f"members: {', '.join(members)}", path=(*path, "spokesperson") if speaker else path)
    own = members[speaker]
    seat = {**own, **{key: value for key, value in written.items() if key != "team"}}
    seat["brief"] = "\n".join(filter(None, (str(written.get("brief", "")), str(own.get("brief", ""))))).strip()
    seat |= {"waits_for": f"{name}_team", "waits": team.get("rounds", 1)}
    others = {f"{name}_{each}": {**member, "party": False} for each, member in members.items() if each != speaker}
    thread = {"members": [name, *others], "speakers": team.get("speakers", "round robin"), "binds": "nothing"}
    return {name: seat, **others}, thread


def _members(team: Mapping[str, Any], path: Path) -> dict[str, dict[str, Any]]:
    members = team.get("members")
    if "scenario" in team and "members" in team:
        raise Mistake("a team has either members or a scenario", "keep one of them", path=path)
    if not isinstance(members, dict) or not members:
        problem = f"a team's members are participants by name, not {members!r}"
        raise Mistake(problem, "or write scenario: and its name", path=(*path, "members") if members else path)
    for name, member in members.items():
        if wrong := next((key for key in member if key in _NOT_INSIDE), None) if isinstance(member, dict) else None:
            problem = f"{wrong!r} belongs to the seat, for which {team.get('spokesperson')!r} speaks"
            raise Mistake(problem, "write it beside team:", path=(*path, "members", name, wrong), key=True)
    return {str(name): dict(member) if isinstance(member, dict) else {} for name, member in members.items()}
