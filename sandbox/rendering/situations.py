"""What a scenario says of its threads, its course and its end, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sandbox.rendering.numbers import count, dollars, number
from sandbox.rendering.stages import phase_words

if TYPE_CHECKING:
    from scenarios import Budget, End, Phase, Situation, Thread

_BINDS = {"members": "an agreement in it binds its members", "nothing": "nothing agreed in it binds"}
_SAYS = ("moderator", "model", "human")
"""Policies under which somebody says who speaks next."""


def thread_words(situation: Situation, name: str, *, public: bool = False) -> str:
    """Say who talks in a thread and in which order; of a kind of side thread, who may open one."""
    thread = situation.threads[name]
    words = [f"{name}: {_names(situation, thread.members)}"]
    if thread.open_by is not None:
        words = [f"{name}: a side thread", *_side(situation, thread)]
    words.append(speaker_words(situation, thread))
    each = " in each" if thread.open_by is not None else ""
    shared = ", of one budget for all of them" if thread.budget and thread.budget.of == "shared" else ""
    words += [f"at most {limit}{each}{shared}" for limit in _limits(thread.budget)]
    if thread.offers_by is not None:
        words.append(f"only {_names(situation, thread.offers_by)} may make offers")
    words += [_BINDS[thread.binds]] if thread.binds in _BINDS and situation.issues else []
    words += [f"the last {count(thread.window, 'message')} are seen"] if thread.window else []
    if not public and (waiting := situation.spokespersons.get(name)):
        rounds = count(situation.participants[waiting[0]].waits, "round")
        words.append(f"it has {rounds} before each turn of {' and '.join(waiting)} elsewhere")
    return "; ".join(words)


def _side(situation: Situation, thread: Thread) -> Iterator[str]:
    if thread.most == 0:
        yield "nobody may open one"
        return
    least, _, most = str(thread.size).partition("..")
    each = f", {thread.most} each at most" if thread.most else ""
    yield f"{_names(situation, thread.open_by or [])} may open one{each}"
    among = "" if list(thread.members) == list(situation.seats) else f" among {', '.join(thread.members)}"
    yield f"{least if least == most else f'{least} to {most}'} members{among}"


def speaker_words(situation: Situation, thread: Thread) -> str:
    """Say who speaks next: `shuffled (nobody twice in a row)`."""
    written = thread.speakers
    if isinstance(written, str):
        return written
    ((kind, told),) = written.items()
    if kind in _SAYS:
        seat = told.get("seat", "") if isinstance(told, Mapping) else told
        who = {"moderator": seat, "model": "a model", "human": "whoever watches"}[kind]
        fallback = told.get("fallback") if isinstance(told, Mapping) else None
        return f"{who} says who speaks next" + (f", else {fallback}" if fallback else "")
    more = ", ".join(_told(name, to) for name, to in told.items()) if isinstance(told, Mapping) else str(told or "")
    return f"{kind} ({more})" if more else str(kind)


def _told(name: str, to: Any) -> str:
    listed = ", ".join(map(str, to)) if isinstance(to, list) else to
    match name, to:
        case "no_repeat", bool():
            return "nobody twice in a row" if to else "twice in a row is possible"
        case "not_last", _:
            return f"never {listed} last"
        case "weights", Mapping():
            return ", ".join(f"{seat} {weight:g}" for seat, weight in to.items())
        case _:
            return f"after {name} {listed}"


def course_words(situation: Situation, *, public: bool = False) -> list[str]:
    """Tell what happens when; in public without questions and events, which nobody knows of before."""
    lines = []
    if opening := situation.opening:
        terms = situation.render_terms(opening.act["offer"])
        lines.append(f"it begins with an offer of {opening.seat} in {opening.thread}: {terms}")
    for place, phase in enumerate(situation.phases, 1):
        lines.append(f"{place}. {'; '.join(_phase(situation, phase, hides=public and situation.private_roles))}")
    if repeat := situation.repeat:
        chance = f"again with a chance of {number(repeat.go_on)}, {count(repeat.most, 'time')} at most"
        lines.append(f"this {count(repeat.times, 'time')}" if repeat.times else chance)
    if final := situation.final:
        how = "whoever gets its minimum from it is for it" if final.decide == "minimums" else "the others vote on it"
        lines.append(f"in the end {final.proposer} makes a last proposal; {how}")
    if public:
        return lines
    for question in situation.questions:
        items = ", ".join(question.items)
        lines.append(f"{', '.join(question.when)}: {_names(situation, question.whom)} asked in private: {items}")
    lines += [f"{event.at}, to {_names(situation, event.to)}: {event.say}" for event in situation.events]
    return lines


def _phase(situation: Situation, phase: Phase, *, hides: bool) -> Iterator[str]:
    if phase.ballot is None and not isinstance(phase.secret, str):
        yield phase_words(phase, situation.seats) if phase.rounds != 0 else "no talk"
        return
    who = _names(situation, phase.of)
    if hides and who != "all":
        who = "some" if len(phase.of) > 1 else "one"
    if phase.ballot is not None:
        yield f"ballot on {phase.ballot} ({who}{'' if phase.secret is False else ', each in secret'})"
    else:
        yield f"secret choice of {phase.secret} ({who})"
    if phase.ballot is not None or phase.removes:
        yield _passing(situation, phase)
    yield from _consequences(phase)
    told = phase.reveal or ("each" if phase.ballot is None or phase.secret is False else "total")
    nothing = "only who is out is told" if phase.removes else "nothing is told"
    yield {"each": "everybody's is told", "total": "the total is told", "none": nothing}[told]


def _passing(situation: Situation, phase: Phase) -> str:
    needed = phase.passes or "majority"
    words = {"all": "all are needed", "majority": "more than half are needed", "most": "the most decide"}
    veto = f", {_names(situation, phase.veto)} among them" if phase.veto else ""
    return words.get(str(needed), f"{needed} are needed") + veto


def _consequences(phase: Phase) -> Iterator[str]:
    if phase.removes:
        yield "who is chosen is out" + (f", unless {phase.unless} names it" if phase.unless else "")
    if phase.tells:
        yield f"who chooses learns the {phase.tells} of who is chosen"
    if phase.hung:
        yield f"without a decision it begins again, {count(phase.hung, 'ballot')} at most"


def end_words(situation: Situation) -> str:
    """Say what ends it, whichever comes first."""
    conditions = _conditions(situation.end)
    if situation.final is not None:
        conditions.append("the last proposal is decided")
    elif situation.phases:
        conditions.append("the phases were played")
    return " or ".join(conditions)


def _conditions(end: End) -> list[str]:
    from scenarios import Quorum

    agreement = end.agreement
    when = [{"all": "all agree", "majority": "more than half agree"}.get(str(agreement), "")] if agreement else []
    if isinstance(agreement, Quorum):
        veto = f", {' and '.join(agreement.veto)} among them" if agreement.veto else ""
        when = [f"{agreement.quorum} agree{veto}"]
    when += [f"after {limit}" for limit in _limits(end)]
    when += [f"after {number(end.seconds)} seconds of models"] if end.seconds else []
    when += [f"after {dollars(end.cost)}"] if end.cost else []
    when += [f"somebody says {end.phrase!r}"] if end.phrase else []
    when += [f"{count(end.silence, 'turn')} in a row are passed"] if end.silence else []
    when += [f"the ballot on {end.ballot} decides"] if end.ballot else []
    when += [f"fewer than {end.left} are left"] if end.left else []
    when += [f"{end.report} hands in a result"] if end.report else []
    when += [end.when] if end.when else []
    return when + ([f"({' and '.join(' or '.join(_conditions(each)) for each in end.both)})"] if end.both else [])


def _limits(part: Budget | Phase | End | None) -> list[str]:
    counts = ((getattr(part, f"{unit}s", None), unit) for unit in ("round", "turn", "message"))
    return [count(many, unit) for many, unit in counts if many]


def _names(situation: Situation, seats: str | Sequence[str]) -> str:
    """Name seats: `all`, or by their group with who that is."""
    if seats == "all" or list(seats) == list(situation.seats):
        return "all"
    return ", ".join([seats] if isinstance(seats, str) else seats)
