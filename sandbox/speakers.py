"""Speaker policies: who speaks next in a thread, and why.

A policy looks at the thread alone, and at named draws; so it gives the same answer when the run is replayed.  Where
somebody's word decides (bids, a moderator, a model, a person), they are asked first, in turns of their own, and the
policy reads their answers from the thread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sandbox.view import Task
from transcripts import MODERATOR, Accept, Assign, Reject, Thread, Word

if TYPE_CHECKING:
    from scenarios import Draws, Policy

IN_TURN: Mapping[str, str] = {
    "alternating": "alternating: had fewer turns",
    "round robin": "round robin: had the fewest turns",
    "simultaneous": "simultaneous: all speak at once",
}
"""Why somebody speaks where the policy is a fixed order; the turn's own event says it, for nothing is chosen."""
PATIENCE = 5
"""Whoever was not chosen for so many turns of each member speaks next, whatever the policy: nobody waits for ever."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A thread in which somebody is to speak."""

    policy: Policy
    thread: Thread
    word: Word
    present: Sequence[str]
    """The members who may still speak, in their order."""
    out: Collection[str]
    draws: Draws

    @property
    def moderator(self) -> str | None:
        """Who says who speaks next, where somebody does and is there: a participant, or MODERATOR."""
        if self.policy.kind in ("model", "human"):
            return MODERATOR
        seat = self.policy.seat
        return seat if seat in self.thread.members and seat not in self.out else None

    def longest(self, seats: Sequence[str]) -> str:
        """Find who has had the fewest turns, the first in the members' order among them."""
        turns = self.thread.turns
        return min(seats, key=lambda seat: turns.get(seat, 0))


@dataclass(frozen=True, slots=True)
class Pick:
    """Who speaks next, and why."""

    seats: tuple[str, ...]
    why: str


def in_order(floor: Floor) -> list[str]:
    """Give the turn to whoever has had fewest, the first in the members' order among them."""
    return [floor.longest(floor.present)] if floor.present else []


def fixed(floor: Floor) -> list[str] | None:
    """Say whose turn it is where that follows from the turns taken; None for a policy that chooses."""
    match floor.policy.kind:
        case "alternating" | "round robin":
            return in_order(floor)
        case "simultaneous":
            return list(floor.present)
        case _:
            return None


def pick(floor: Floor) -> Pick | None:
    """Choose who speaks next; None where somebody is to be asked first, by `questions`."""
    if not floor.present:
        return None
    kind = floor.policy.kind
    if kind not in _FAIR and (seat := _overdue(floor)):
        return Pick((seat,), f"{kind}: has waited for {_waited(floor.thread, seat)} turns")
    return _POLICIES[kind](floor)


def questions(floor: Floor) -> Mapping[str, Task]:
    """Say who is to be asked before anybody can be chosen, and what."""
    match floor.policy.kind:
        case "bids":
            return {seat: Task("bid") for seat in floor.present if seat not in floor.word.bids}
        case "moderator" | "model" | "human":
            assert floor.moderator is not None, "where nobody is there to choose, the fallback does"
            return {floor.moderator: Task("choose", seats=tuple(floor.present))}
        case _:
            return {}


_FAIR = ("shuffled", "graph")
"""Policies under which nobody waits for ever anyway, and which say what may not follow what."""


def _waited(thread: Thread, seat: str) -> int:
    return thread.taken - thread.spoke.get(seat, 0)


def _overdue(floor: Floor) -> str | None:
    policy, thread = floor.policy, floor.thread
    waiting = [
        seat
        for seat in floor.present
        if _waited(thread, seat) >= PATIENCE * len(floor.present)
        and policy.weights.get(seat, 1) > 0
        and seat not in (policy.seat, thread.last)
    ]
    return max(waiting, key=lambda seat: _waited(thread, seat), default=None)


def _shuffled(floor: Floor) -> Pick:
    """Take the next of a cycle in which each speaks once, in an order drawn for the cycle."""
    thread, policy = floor.thread, floor.policy
    cycle = min(thread.turns.get(seat, 0) for seat in floor.present)
    order = floor.draws.at("speakers", thread.name, cycle).shuffle(thread.members)
    left = [seat for seat in order if seat in floor.present and thread.turns.get(seat, 0) == cycle]
    others = [seat for seat in left if seat not in policy.not_last]
    may = [seat for seat in left if seat not in others] if len(others) == 1 < len(left) else left
    if policy.no_repeat and len(may) > 1:
        may = [seat for seat in may if seat != thread.last] or may
    return Pick(
        (may[0],), f"shuffled: {len(floor.present) - len(left) + 1} of {len(floor.present)} in cycle {cycle + 1}"
    )


def _random(floor: Floor) -> Pick:
    policy, thread = floor.policy, floor.thread
    may = [seat for seat in floor.present if policy.weights.get(seat, 1) > 0]
    if policy.no_repeat and len(may) > 1:
        may = [seat for seat in may if seat != thread.last]
    if not may:
        return _in_turn(floor, "nobody who is left has a weight above 0")
    weights = [policy.weights.get(seat, 1) for seat in may]
    drawn = floor.draws.at("speakers", thread.name, thread.taken).weighted(may, weights)
    return Pick((drawn,), f"random: drawn from {', '.join(may)}")


def _addressed(floor: Floor) -> Pick:
    """Choose who was handed the word, whose message was answered, or who was named first in what was said last."""
    thread = floor.thread
    if floor.word.nominee and floor.word.nominee in floor.present:
        return Pick((floor.word.nominee,), f"addressed: {thread.last} gave the word")
    message = next((each for each in reversed(thread.messages) if each.seat != MODERATOR), None)
    if message is not None:
        others = [seat for seat in floor.present if seat != message.seat]
        if isinstance(message.act, Assign) and message.act.to in others:
            return Pick((message.act.to,), f"addressed: was given something to do in {message.id}")
        if isinstance(message.act, Accept | Reject):
            author = _author(thread, message.act.offer)
            if author in others:
                return Pick((author,), f"addressed: {message.id} answers its offer")
        named = {seat: at for seat in others if (at := _named(seat, message.text)) is not None}
        if named:
            return Pick((min(named, key=lambda seat: named[seat]),), f"addressed: was named in {message.id}")
        if message.re and (author := _author(thread, message.re)) in others:
            return Pick((author,), f"addressed: {message.id} answers its message")
    return _in_turn(floor, "nobody was addressed")


def _named(seat: str, text: str) -> int | None:
    """Find where a text names a seat: by its name as a word, with spaces or hyphens for underscores."""
    found = re.search(rf"(?<!\w){re.escape(seat).replace('_', '[ _-]')}(?!\w)", text[:20_000], re.IGNORECASE)
    return found.start() if found else None


def _author(thread: Thread, name: str) -> str:
    number = name.rpartition(":")[2]
    at = int(number) - 1 if number.isdecimal() else -1
    return thread.messages[at].seat if 0 <= at < len(thread.messages) else ""


def _bids(floor: Floor) -> Pick | None:
    bids = {seat: floor.word.bids[seat] for seat in floor.present if seat in floor.word.bids}
    if len(bids) < len(floor.present):
        return None
    most = max(bids.values())
    best = [seat for seat, bid in bids.items() if bid == most]
    last = [seat for seat in best if seat != floor.thread.last] or best
    winner = (
        last[0] if len(last) == 1 else floor.draws.at("speakers", floor.thread.name, floor.thread.taken).choice(last)
    )
    return Pick((winner,), f"bids: {', '.join(f'{seat} {bid}' for seat, bid in bids.items())}")


def _graph(floor: Floor) -> Pick:
    """Choose among those who may follow: whoever has had the fewest turns, in the order that the scenario gives."""
    last = floor.thread.last
    if last is None or last not in floor.policy.after:
        return _in_turn(floor, "somebody has to begin")
    may = [seat for seat in floor.policy.after[last] if seat in floor.present]
    if not may:
        return _in_turn(floor, f"nobody who may follow {last} is left")
    return Pick((floor.longest(may),), f"graph: after {last} may speak {', '.join(may)}")


def _handoff(floor: Floor) -> Pick:
    nominee = floor.word.nominee
    if nominee and nominee in floor.present:
        return Pick((nominee,), f"handoff: {floor.thread.last} handed over")
    return _in_turn(floor, "nobody was handed the word")


def _named_by(floor: Floor) -> Pick | None:
    """Take whom somebody named; where that is nobody who may speak, the fallback chooses, and says so."""
    policy, nominee = floor.policy, floor.word.nominee
    who = policy.seat or {"model": "the model", "human": "the moderator"}[policy.kind]
    if nominee is None and floor.moderator is not None:
        return None
    if nominee is not None and nominee in floor.present:
        return Pick((nominee,), f"{policy.kind}: {who} chose")
    below = replace(floor, policy=policy.model_copy(update={"kind": policy.fallback}))
    seats = fixed(below)
    found = Pick(tuple(seats), "whose turn it is") if seats is not None else _POLICIES[policy.fallback](below)
    assert found is not None, "a fallback asks nobody"
    fault = "is not there" if nominee is None else "named nobody who may speak"
    why = f"{policy.kind}: {who} {fault}; fallback {policy.fallback}: {found.why}"
    return Pick(found.seats, why)


def _in_turn(floor: Floor, why: str) -> Pick:
    return Pick((floor.longest(floor.present),), f"{floor.policy.kind}: {why}, so it goes in turn")


_POLICIES: Mapping[str, Callable[[Floor], Pick | None]] = {
    "shuffled": _shuffled,
    "random": _random,
    "addressed": _addressed,
    "bids": _bids,
    "graph": _graph,
    "handoff": _handoff,
    "moderator": _named_by,
    "model": _named_by,
    "human": _named_by,
}
