"""Say why two turns differ: the first of what they came from that differs, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from transcripts.diff import origins
from transcripts.diff.first import Spot, spots
from transcripts.diff.origins import Change, Origin
from transcripts.diff.pairs import Pair
from transcripts.diff.requests import Asked, Parting, asked_by, parting, partings, shown
from transcripts.diff.turns import Reading, Turn
from transcripts.diff.words import first_difference
from transcripts.events import Started

CauseKind = Literal[
    "engine", "scenario", "settings", "cast", "speaker", "persona", "system prompt", "history", "tools", "model",
    "served model", "parameters", "seed", "tool result", "human", "fault", "fallback", "budget", "answers", "end",
    "sampling", "code",
]  # fmt: skip

LAST = 2**63
"""A turn behind every other."""
LONGEST_WALK = 100
"""How far a cause is walked up through what was noted before."""


@dataclass(frozen=True)
class Cause:
    """Why the sides part."""

    kind: CauseKind
    a: str = ""
    """What it is on the left: a value, or the words around the difference."""
    b: str = ""
    where: str = ""
    """Where it comes from: `persona haggler: about`, `participants.buyer.brief`, `temperature`, …"""
    seat: str = ""
    turn_a: int | None = None
    """The turn that it acts in; an earlier one than the first divergence where it came down through the history."""
    turn_b: int | None = None
    purpose: str = ""
    """What the model was asked for, where it is in a request or in an answer."""
    fork: int | None = None
    """The turn after which one side was forked, where the fork brought it in."""
    through: tuple[str, ...] = ()
    """How it came down: `history` for each earlier turn."""
    also: tuple[str, ...] = field(default=(), compare=False)
    """What differs besides, and comes later in the order; may be a consequence."""

    def __str__(self) -> str:
        where = f" ({self.where})" if self.where else ""
        change = f": {self.a or 'nothing'!r} → {self.b or 'nothing'!r}" if self.a or self.b else ""
        fork = f", since the fork after turn {self.fork}" if self.fork is not None else ""
        return f"{MEANING[self.kind]}{where}{change}{fork}"

    def mirrored(self) -> Cause:
        """Swap the sides."""
        return replace(self, a=self.b, b=self.a, turn_a=self.turn_b, turn_b=self.turn_a)


MEANING: dict[CauseKind, str] = {
    "engine": "another version of Moot",
    "scenario": "the scenario",
    "settings": "a setting",
    "cast": "who sits there",
    "speaker": "who spoke",
    "persona": "the persona",
    "system prompt": "the system prompt",
    "history": "what the model was shown of the conversation",
    "tools": "the tools",
    "model": "the model that was asked for",
    "served model": "the model that the server really used",
    "parameters": "a parameter of the model",
    "seed": "the seed",
    "tool result": "a tool's answer",
    "human": "a person",
    "fault": "a time-out, a fault or a retry",
    "fallback": "a fallback answered",
    "budget": "a budget",
    "answers": "answers taken from another run",
    "end": "one side goes no further",
    "sampling": "nothing but sampling: the whole request is the same",
    "code": "nothing that was recorded: what decides this seat, or the rules, is other code",
}
"""What each kind of cause is, in words."""


class Inquiry:
    """Look for the cause of a difference between two readings."""

    def __init__(self, readings: tuple[Reading, Reading], threads: Mapping[str, Sequence[Pair]]) -> None:
        self.readings = readings
        self.threads = threads

    def at(self, spot: Spot) -> Cause:
        """Find the cause of the difference at a spot."""
        return self._between(spot.a, spot.b, 0)

    def at_end(self) -> Cause:
        """Find why the ends differ where no turn does."""
        return self._over(None, None)

    def _between(self, a: Turn | None, b: Turn | None, depth: int) -> Cause:
        if a is None or b is None:
            return self._over(a, b)
        case = _Case(self.readings, a, b)
        cause = case.find()
        cause = replace(cause, turn_a=a.number, turn_b=b.number, seat=a.seat if a.seat == b.seat else "")
        if cause.kind == "history" and depth < LONGEST_WALK and (earlier := self._earlier(a, b)):
            found = self._between(*earlier, depth + 1)
            return replace(found, through=("history", *found.through))
        return cause

    def _earlier(self, a: Turn, b: Turn) -> tuple[Turn, Turn] | None:
        """Find the first difference that the seat can have known of, before both turns: what it noted, or was told."""
        for spot in spots(self.threads, beneath=True):
            left, right = spot.pair.a, spot.pair.b
            if not (left and right and left.number < a.number and right.number < b.number):
                continue
            noted = left.seat == a.seat and {"noted", "answered", "refused"} & set(spot.pair.beneath)
            if noted or (spot.pair.kind == "changed" and a.seat in self._members(spot.thread)):
                return left, right
        return None

    def _members(self, thread: str) -> list[str]:
        return [seat for reading in self.readings for seat in Origin(reading, 1).members(thread)]

    def _over(self, a: Turn | None, b: Turn | None) -> Cause:
        """One thread goes on where the other is over."""
        turn = a or b
        left, right = self.readings
        if turn is not None and turn.by == "person":
            return _human(a, b)
        spent_a, spent_b = left.exhausted, right.exhausted
        if (spent_a is None) != (spent_b is None):
            values = [f"{spent.what} {spent.limit}" if spent else "" for spent in (spent_a, spent_b)]
            return Cause("budget", *values)
        number = turn.number if turn else LAST
        origin = _Case.beginnings(Origin(left, number), Origin(right, number), turn.seat if turn else "")
        return next(origin, Cause("end", _end(left), _end(right)))


@dataclass
class _Case:
    """Two turns, and what each came from."""

    readings: tuple[Reading, Reading]
    a: Turn
    b: Turn

    def find(self) -> Cause:
        """Find the first of their inputs that differs."""
        found = list(self._in_order())
        cause = found[0] if found else self._unexplained()
        return replace(cause, also=tuple(dict.fromkeys(each.kind for each in found[1:] if each.kind != cause.kind)))

    def _in_order(self) -> Iterator[Cause]:
        a, b = self.a, self.b
        if "person" in (a.by, b.by):
            yield _human(a, b)
            return
        left, right = Origin(self.readings[0], a.number), Origin(self.readings[1], b.number)
        calls_a, calls_b = (
            asked_by(reading.transcript, turn.seat, turn.number)
            for reading, turn in zip(self.readings, (a, b), strict=True)
        )
        if a.seat == b.seat and calls_a and (answered := self._same_request(calls_a, calls_b)):
            yield from answered
            return
        yield from self.beginnings(left, right, b.seat, a.seat, asked=bool(calls_a and calls_b))
        if a.seat != b.seat:
            yield Cause("speaker", a.seat, b.seat)
            return
        if not calls_a or not calls_b:
            yield from self._persona_and_seed(left, right)
        for one, other in zip(calls_a, calls_b, strict=False):
            if causes := list(self._requests(one, other, left, right)):
                yield from causes
                break
        yield from self._faults()
        yield from _answers(left, right, b.seat)

    def _same_request(self, a: Sequence[Asked], b: Sequence[Asked]) -> list[Cause] | None:
        """Where the first call that differs was asked the same, only how it was answered can have made the difference."""
        for one, other in zip(a, b, strict=False):
            if parting(one, other) is not None:
                return None
            if causes := list(_answer_causes(one, other)):
                return causes
        return None

    @staticmethod
    def beginnings(a: Origin, b: Origin, *seats: str, asked: bool = False) -> Iterator[Cause]:
        """Give what differs in what the turns were played with, down to who sits where.

        With `asked` models were asked: what of a brain goes into the requests is found there.
        """
        seat = seats[0]
        forked = _fork(a, b)
        if None not in (a.engine, b.engine) and a.engine != b.engine:
            yield Cause("engine", str(a.engine), str(b.engine))
        if a.started and b.started and a.started.name != b.started.name:
            yield Cause("scenario", a.started.name, b.started.name, "another scenario")
        settings = origins.setting_changes(a, b, seat)
        if not settings:
            yield from _causes("scenario", origins.scenario_changes(a, b, seat), forked)
        yield from _causes("settings", settings, forked)
        if not settings and a.seed != b.seed and a.started and b.started and a.started.scenario == b.started.scenario:
            drawn = origins.drawn_changes(a, b, seat)
            yield from (Cause("seed", str(a.seed), str(b.seed), change.path, fork=forked) for change in drawn[:1])
        for each in dict.fromkeys(seats):
            yield from _causes("cast", origins.cast_changes(a, b, each, asked=asked), forked)

    def _persona_and_seed(self, a: Origin, b: Origin) -> Iterator[Cause]:
        """Give what decides besides for a brain that asks no model."""
        forked = _fork(a, b)
        for change in origins.persona_changes(a, b, self.b.seat)[:1]:
            yield Cause("persona", change.a, change.b, _persona(b, self.b.seat, change), fork=forked)
        if a.seed != b.seed:
            yield Cause("seed", str(a.seed), str(b.seed), fork=forked)

    def _requests(self, one: Asked, other: Asked, a: Origin, b: Origin) -> Iterator[Cause]:
        purpose, forked = other.call.purpose, _fork(a, b)
        if parting(one, other) is not None:
            found = list(partings(one, other))
            served = list(_served(one, other))
            order = [each for each in found if each.where in ("system prompt", "history", "tools", "model")]
            for each in order:
                yield self._request_cause(each, a, b, purpose, forked)
            yield from served
            for each in found[len(order) :]:
                yield self._request_cause(each, a, b, purpose, forked)
        yield from _answer_causes(one, other, sampling=False)

    def _request_cause(self, found: Parting, a: Origin, b: Origin, purpose: str, forked: int | None) -> Cause:
        where = self._source(found, a, b) if found.where == "system prompt" else found.name
        if found.where == "system prompt" and where:
            change = next(iter(origins.persona_changes(a, b, self.b.seat)), None)
            if change is not None:
                return Cause(found.where, change.a, change.b, where, purpose=purpose, fork=forked)
        return Cause(found.where, found.a, found.b, where, purpose=purpose, fork=forked)

    def _source(self, found: Parting, a: Origin, b: Origin) -> str:
        """Say where changed words of a system prompt come from."""
        change = next(iter(origins.persona_changes(a, b, self.b.seat)), None)
        return _persona(b, self.b.seat, change) if change else ""

    def _faults(self) -> Iterator[Cause]:
        """Say what befell one of them alone: a lost turn, or another fault than the other's."""
        a, b = self.a, self.b
        if a.kind != b.kind or (a.kind == "forfeited" and a.text != b.text):
            lost = [turn.text if turn.kind == "forfeited" else "" for turn in (a, b)]
            if any(text.startswith("budget") for text in lost):
                yield Cause("budget", *lost)
            elif not any(text.startswith("refused") for text in lost) and any(lost):
                yield Cause("fault", *lost)
        if "unfinished" in (a.kind, b.kind) and a.kind != b.kind:
            yield Cause("end", *("unfinished" if turn.kind == "unfinished" else "" for turn in (a, b)))

    def _unexplained(self) -> Cause:
        return Cause("code")


def _answer_causes(one: Asked, other: Asked, *, sampling: bool = True) -> Iterator[Cause]:
    """Give what differs in how a request was answered."""
    a, b, purpose = one.call, other.call, other.call.purpose
    if (a.answer, a.fault, a.by, a.served, a.system) == (b.answer, b.fault, b.by, b.served, b.system):
        return
    if sampling:
        yield from _served(one, other)
    tries = [_failed(asked) for asked in (one, other)]
    if a.by != b.by:
        yield Cause("fallback", a.by or a.profile, b.by or b.profile, _tried(tries), purpose=purpose)
    elif a.fault != b.fault or tries[0] != tries[1]:
        yield Cause("fault", a.fault or tries[0], b.fault or tries[1], purpose=purpose)
    if sampling:
        yield Cause("sampling", *first_difference(_said(one), _said(other)), purpose=purpose)


def _served(one: Asked, other: Asked) -> Iterator[Cause]:
    """Compare who really answered, where both sides say it and no fallback did."""
    a, b = one.call, other.call
    if a.by != b.by or a.answer is None or b.answer is None:
        return
    for left, right, what in ((a.served, b.served, "served"), (a.system, b.system, "fingerprint")):
        if left is not None and right is not None and left != right:
            yield Cause("served model", left, right, what, purpose=b.purpose)


def _answers(a: Origin, b: Origin, seat: str) -> Iterator[Cause]:
    """Tell where one side's answers come from another run."""
    if a.answers != b.answers:
        told = [each.answers for each in (a, b)]
        if any(answers and (answers.get("seats") == "all" or seat in answers.get("seats", ())) for answers in told):
            yield Cause("answers", *(shown((answers or {}).get("from")) for answers in told))


def _human(a: Turn | None, b: Turn | None) -> Cause:
    texts = [turn.text if turn and turn.by == "person" else "" for turn in (a, b)]
    seats = sorted({turn.seat for turn in (a, b) if turn and turn.by == "person"})
    return Cause("human", *texts, where=f"in the place of {' and '.join(seats)}")


def _causes(kind: CauseKind, changes: Sequence[Change], forked: int | None) -> Iterator[Cause]:
    for change in changes[:1]:
        yield Cause(kind, change.a, change.b, change.path, fork=forked)


def _persona(origin: Origin, seat: str, change: Change) -> str:
    who = origin.seat(seat)
    return f"persona {who.persona}: {change.path}" if who else change.path


def _fork(a: Origin, b: Origin) -> int | None:
    """Tell after which turn one side was forked; None where the sides differ from the beginning."""
    if a.fork == b.fork or _beginning(a) != _beginning(b):
        return None
    return min(fork.after for fork in (a.fork, b.fork) if fork)


def _beginning(origin: Origin) -> Started | None:
    started = origin.reading.started
    return started.model_copy(update={"evidence": None}) if started else None


def _failed(asked: Asked) -> str:
    evidence = asked.call.evidence
    attempts = evidence.attempts if evidence else None
    return ", ".join(str(each["error"]) for each in attempts or () if each.get("error"))


def _tried(tries: Sequence[str]) -> str:
    return f"after {tries[1] or tries[0]}" if any(tries) else ""


def _said(asked: Asked) -> str:
    answer = asked.call.answer or {}
    calls = [call for call in answer.get("calls") or () if isinstance(call, dict)]
    return " ".join(
        [str(answer.get("text") or ""), *(f"{call.get('name')}({call.get('arguments')})" for call in calls)]
    ).strip()


def _end(reading: Reading) -> str:
    return f"{reading.ended.status}: {reading.ended.reason}" if reading.ended else "not over"
