"""Look for why two turns differ: the first of what they came from that differs, in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from transcripts.base import MODERATOR
from transcripts.diff import origins
from transcripts.diff.answers import answer_causes, served_causes
from transcripts.diff.cause import Cause, CauseKind
from transcripts.diff.first import Spot, spots
from transcripts.diff.origins import Change, Origin
from transcripts.diff.pairs import Pair
from transcripts.diff.reading import Reading
from transcripts.diff.requests import Asked, Parting, asked_by, parting, partings, shown
from transcripts.diff.turns import BETWEEN, Turn
from transcripts.events import Told

LAST = 2**63
"""A turn behind every other."""
LONGEST_WALK = 100
"""How far a cause is walked up through what was noted before."""

Readings = tuple[Reading, Reading]


class Inquiry:
    """Look for the cause of a difference between two readings."""

    def __init__(self, readings: Readings, threads: Mapping[str, Sequence[Pair]]) -> None:
        self.readings = readings
        self.threads = threads
        self.late = {name for name in (BETWEEN, *readings[0].opened, *readings[1].opened) if name in threads}
        """The threads that are not there from the beginning."""

    def at(self, spot: Spot) -> Cause:
        """Find the cause of the difference at a spot."""
        return self._between(spot.a, spot.b, 0)

    def at_end(self) -> Cause:
        """Find why the ends differ where no turn does."""
        return self._over(None, None)

    def _between(self, a: Turn | None, b: Turn | None, depth: int) -> Cause:
        if a is None or b is None:
            return self._over(a, b)
        seat = a.seat if a.seat == b.seat else ""
        cause = replace(_find(self.readings, a, b), turn_a=a.number, turn_b=b.number, seat=seat)
        if cause.kind == "history" and depth < LONGEST_WALK and (earlier := self._earlier(a, b)):
            found = self._between(*earlier, depth + 1)
            return replace(found, through=("history", *found.through))
        return cause

    def _earlier(self, a: Turn, b: Turn) -> tuple[Turn, Turn] | None:
        """Find the first difference before both turns that the seat can have known of: what it noted, or was told."""
        for spot in spots(self.threads, beneath=True, late=self.late):
            left, right = spot.pair.a, spot.pair.b
            if not (left and right and left.place < a.place and right.place < b.place):
                continue
            noted = left.seat == a.seat and "noted" in spot.pair.beneath
            if noted or (spot.pair.kind == "changed" and self._reaches(left, right, a.seat)):
                return left, right
        return None

    def _reaches(self, a: Turn, b: Turn, seat: str) -> bool:
        """Tell whether a seat can have known of a turn: it was told, or it is in the thread, or did it itself."""
        if not a.is_heard or a.kind == "confided":
            return seat == a.seat
        told = [head.to for head in (a.head, b.head) if isinstance(head, Told)]
        members = told or [Origin(reading, LAST).members(a.thread) for reading in self.readings]
        return any(seat in each for each in members)

    def _over(self, a: Turn | None, b: Turn | None) -> Cause:
        """One thread goes on where the other is over."""
        turn = a or b
        left, right = self.readings
        if turn is not None and turn.by == "person":
            return _human(a, b)
        spent = [f"{each.exhausted.what} {each.exhausted.limit}" if each.exhausted else "" for each in self.readings]
        if spent[0] != spent[1]:
            return Cause("budget", spent[0], spent[1])
        number = turn.number + turn.is_between if turn else LAST
        seats = (turn.seat,) if turn and not turn.is_between else _everybody(self.readings)
        found = _beginnings(Origin(left, number), Origin(right, number), seats)
        return next(chain(found, _clock(left, right)), Cause("end", _end(left), _end(right)))


def _find(readings: Readings, a: Turn, b: Turn) -> Cause:
    """Find the first of two turns' inputs that differs."""
    first, *rest = [*_in_order(readings, a, b), Cause("code")]
    also = dict.fromkeys(each.kind for each in rest if each.kind not in (first.kind, "code"))
    return replace(first, also=tuple(also))


def _in_order(readings: Readings, a: Turn, b: Turn) -> Iterator[Cause]:
    if "person" in (a.by, b.by):
        yield _human(a, b)
        return
    between = a.is_between or b.is_between
    left, right = Origin(readings[0], a.number + a.is_between), Origin(readings[1], b.number + b.is_between)
    calls_a, calls_b = (
        [] if turn.is_between else asked_by(reading.content, reading.transcript.bodies, turn.seat, turn.number)
        for reading, turn in zip(readings, (a, b), strict=True)
    )
    if a.seat == b.seat and (answered := _same_request(calls_a, calls_b)):
        yield from answered
        return
    asked = bool(calls_a and calls_b)
    seats = _everybody(readings) if between else tuple(sorted({a.seat, b.seat}))
    yield from _beginnings(left, right, seats, asked=asked)
    if a.seat != b.seat:
        yield from _who_spoke(a, b, left, right)
        return
    if not asked:
        yield from _persona_and_seed(left, right, a.seat)
    for one, other in zip(calls_a, calls_b, strict=False):
        if causes := [*_requests(one, other, left, right), *answer_causes(one.call, other.call, same=False)]:
            yield from causes
            break
    yield from _faults(a, b)
    yield from _words_of_persons(a, b, left, right)
    yield from _answers_from(left, right, a.seat)


def _same_request(a: Sequence[Asked], b: Sequence[Asked]) -> list[Cause]:
    """Where the first call that differs was asked the same, how it was answered made the difference, and nothing else.

    Gives nothing where that is not so.
    """
    for one, other in zip(a, b, strict=False):
        if parting(one, other) is not None:
            break
        if causes := list(answer_causes(one.call, other.call, same=True)):
            return causes
    return []


def _beginnings(a: Origin, b: Origin, seats: Sequence[str], *, asked: bool = False) -> Iterator[Cause]:
    """Give what differs in what the turns were played with, down to who sits where.

    With `asked` models were asked: what of a brain goes into the requests is found there.
    """
    if a.started is None or b.started is None:
        return
    forked = _fork(a, b)
    if a.engine and b.engine and a.engine != b.engine:
        yield Cause("engine", a.engine, b.engine)
    if a.started.name != b.started.name:
        yield Cause("scenario", a.started.name, b.started.name, "another scenario")
    yield from _first("scenario", origins.scenario_changes(a, b, seats), forked)
    yield from _first("settings", settings := origins.setting_changes(a, b, seats), forked)
    if a.seed != b.seed and not settings and a.started.scenario == b.started.scenario:
        drawn = origins.drawn_changes(a, b, seats)
        yield from (Cause("seed", str(a.seed), str(b.seed), change.path, fork=forked) for change in drawn[:1])
    for seat in seats:
        yield from _first("cast", origins.cast_changes(a, b, seat, asked=asked), forked)


def _persona_and_seed(a: Origin, b: Origin, seat: str) -> Iterator[Cause]:
    """Give what decides besides for a brain that asks no model."""
    forked = _fork(a, b)
    for change in origins.persona_changes(a, b, seat)[:1]:
        yield Cause("persona", change.a, change.b, change.path, fork=forked)
    if a.seed != b.seed:
        yield Cause("seed", str(a.seed), str(b.seed), fork=forked)


def _requests(one: Asked, other: Asked, a: Origin, b: Origin) -> Iterator[Cause]:
    """Give what differs in what was asked; who served it stands between the model and its parameters."""
    if parting(one, other) is None:
        return
    served = list(served_causes(one.call, other.call))
    for found in partings(one, other):
        if served and found.where in ("parameters", "seed", "tool result"):
            yield served.pop()
        yield _request_cause(found, a, b, other)
    yield from served


def _request_cause(found: Parting, a: Origin, b: Origin, asked: Asked) -> Cause:
    """Word what differs in a request; of a system prompt by the persona that it comes from, where that has changed."""
    cause = Cause(found.where, found.a, found.b, found.name, purpose=asked.call.purpose, fork=_fork(a, b))
    if found.where == "system prompt":
        for change in origins.persona_changes(a, b, asked.call.seat)[:1]:
            return replace(cause, a=change.a, b=change.b, where=change.path)
    return cause


def _faults(a: Turn, b: Turn) -> Iterator[Cause]:
    """Say what befell one of them alone: a lost turn, or another fault than the other's."""
    lost, other = (turn.text if turn.kind == "forfeited" else "" for turn in (a, b))
    if lost != other:
        if lost.startswith("budget") or other.startswith("budget"):
            yield Cause("budget", lost, other)
        elif not (lost.startswith("refused") or other.startswith("refused")):
            yield Cause("fault", lost, other)
    if a.kind != b.kind and "unfinished" in (a.kind, b.kind):
        yield Cause("end", a.kind, b.kind)
    if a.by != b.by and "fallback" in (a.by, b.by):
        why = next((turn.refusals[-1].reason for turn in (b, a) if turn.refusals), "")
        yield Cause("fallback", a.by or "its own brain", b.by or "its own brain", why)


def _who_spoke(a: Turn, b: Turn, left: Origin, right: Origin) -> Iterator[Cause]:
    """Say why others spoke: somebody else was chosen, by a draw from another seed perhaps, or it just came so."""
    if not (a.chosen or b.chosen):
        yield Cause("speaker", a.seat, b.seat)
        return
    if left.seed != right.seed:
        yield Cause("seed", str(left.seed), str(right.seed), f"who speaks in {b.thread}", fork=_fork(left, right))
    yield Cause("speaker choice", _choice(a), _choice(b), b.thread)


def _choice(turn: Turn) -> str:
    return f"{turn.seat}, {turn.chosen.why}" if turn.chosen else turn.seat


def _words_of_persons(a: Turn, b: Turn, left: Origin, right: Origin) -> Iterator[Cause]:
    """Say that a person chose or answered otherwise, or said otherwise who speaks next."""
    if any(origin.is_person(turn.seat) for origin, turn in ((left, a), (right, b))):
        yield Cause("human", _put(a), _put(b), f"who decides for {b.seat}")
    elif a.task == b.task == "choose" and a.act != b.act:
        yield Cause("speaker choice", _put(a), _put(b), a.thread)


def _put(turn: Turn) -> str:
    """Say in a few words what was chosen, answered or said."""
    act = turn.act.model_dump(exclude={"kind"}) if turn.act else {}
    return shown(next(iter(act.values()))) if len(act) == 1 else turn.text or shown(act)


def _clock(left: Reading, right: Reading) -> Iterator[Cause]:
    """Tell where one side alone was ended by how long its models took."""
    if left.elapsed == right.elapsed:
        return
    reasons = [reading.ended.reason if reading.ended else "" for reading in (left, right)]
    if reasons[0] != reasons[1] and any("seconds" in reason for reason in reasons):
        yield Cause("budget", f"{left.elapsed:g} seconds", f"{right.elapsed:g} seconds", "how long the models took")


def _everybody(readings: Readings) -> tuple[str, ...]:
    return tuple({seat: None for reading in readings if reading.started for seat in reading.started.cast})


def _answers_from(a: Origin, b: Origin, seat: str) -> Iterator[Cause]:
    """Tell where one side's answers come from another run."""
    left, right = a.answers or {}, b.answers or {}
    if left != right and any(each.get("seats") == "all" or seat in each.get("seats", ()) for each in (left, right)):
        yield Cause("answers", shown(left.get("from")), shown(right.get("from")))


def _human(a: Turn | None, b: Turn | None) -> Cause:
    left, right = (turn.text if turn and turn.by == "person" else "" for turn in (a, b))
    seats = sorted({turn.seat for turn in (a, b) if turn and turn.by == "person"})
    where = "as the moderator" if seats == [MODERATOR] else f"in the place of {' and '.join(seats)}"
    return Cause("human", left, right, where)


def _first(kind: CauseKind, changes: Sequence[Change], forked: int | None) -> Iterator[Cause]:
    for change in changes[:1]:
        yield Cause(kind, change.a, change.b, change.path, fork=forked)


def _fork(a: Origin, b: Origin) -> int | None:
    """Tell after which turn one side was forked; None where the sides differ from the beginning."""
    forks = [origin.fork for origin in (a, b) if origin.fork]
    if a.fork == b.fork or not a.begins_as(b):
        return None
    return min(fork.after for fork in forks)


def _end(reading: Reading) -> str:
    return f"{reading.ended.status}: {reading.ended.reason}" if reading.ended else "not over"
