"""A scenario or a persona as a page to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sandbox.rendering.header import brain_words, preference_lines
from sandbox.rendering.layout import table, wrap
from sandbox.rendering.numbers import count, dollars, number
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable
from sandbox.rendering.stages import phase_words

if TYPE_CHECKING:
    from personas import Persona
    from scenarios import Budget, End, Issue, Phase, Situation, Thread


def scenario_page(situation: Situation, source: Mapping[str, Any], paint: Paint, width: int) -> list[str]:
    """Write all that there is to a situation, everybody's preferences included; `source` is it as written."""
    lines = [paint(printable(situation.title), "bold"), paint(printable(situation.name), "dim")]
    lines += _text(situation.story, width)
    lines += [paint(line, "dim") for line in _text(str(source.get("notes", "")), width)]
    for title, values in (("Parameters", situation.parameters), ("Drawn", situation.drawn)):
        if values:
            listed = ", ".join(f"{name} {value}" for name, value in values.items())
            lines += ["", paint(title, "bold"), *_text(listed, width)]
    if situation.issues:
        rows = [[printable(name), printable(issue_words(issue))] for name, issue in situation.issues.items()]
        lines += ["", paint("Issues", "bold"), *table(rows, indent="  ")]
    if situation.choices:
        rows = [[printable(name), printable(issue_words(domain))] for name, domain in situation.choices.items()]
        lines += ["", paint("Choices", "bold"), *table(rows, indent="  ")]
    lines += ["", paint("Seats", "bold")]
    for rank, seat in enumerate(situation.seats):
        lines += _seat(situation, seat, rank, paint, width)
    lines += ["", paint("Threads", "bold")]
    for name, thread in situation.threads.items():
        lines += _text(_thread(name, thread), width)
    if course := _course(situation):
        lines += ["", paint("Course", "bold"), *(line for words in course for line in _text(words, width))]
    lines += ["", paint("Ends", "bold"), *_text(_ends(situation), width)]
    if situation.issues:
        lines += ["", paint("Outcomes", "bold"), *_text(_outcomes(situation), width)]
    return lines


def persona_page(persona: Persona, paint: Paint, width: int) -> list[str]:
    """Write who a persona is, and a phrase for each occasion."""
    lines = [paint(printable(persona.name), "bold"), *_text(persona.about, width)]
    if persona.voice:
        lines += ["", paint("Voice", "bold"), *_text(persona.voice, width)]
    if persona.values:
        lines += ["", paint("Values", "bold")]
        lines += [line for value in persona.values for line in _text(value, width)]
    if persona.facts:
        rows = [[printable(str(name)), printable(str(value))] for name, value in persona.facts.items()]
        lines += ["", paint("Facts", "bold"), *table(rows, indent="  ")]
    if persona.brain:
        lines += ["", paint("Brain", "bold"), *_text(brain_words(persona.brain), width)]
    if persona.phrases:
        rows = [[occasion, f'"{printable(phrases[0])}"'] for occasion, phrases in persona.phrases.items()]
        lines += ["", paint("Says", "bold"), *table(rows, indent="  ")]
    return lines


def issue_words(issue: Issue) -> str:
    """Say what can be decided."""
    from scenarios import DividedIssue, NumberIssue

    if isinstance(issue, NumberIssue):
        return f"{issue.range} {issue.unit}".strip()
    if isinstance(issue, DividedIssue):
        quantity = f"{issue.quantity} {issue.unit}".strip()
        return f"{quantity}, divided in steps of {issue.step}"
    return ", ".join(map(str, issue.options))


def _seat(situation: Situation, seat: str, rank: int, paint: Paint, width: int) -> list[str]:
    participant = situation.participants[seat]
    head = wrap(printable(f"{seat}: {participant.role}"), width, first="  ", rest="    ")
    name = f"  {printable(seat)}"
    lines = ["  " + paint.seat(name[2:], rank) + head[0][len(name) :], *head[1:]]
    told = [("persona", participant.persona or ""), ("brief", participant.brief.strip())]
    if situation.issues:
        told += [("wants", line) for line in preference_lines(situation.data["participants"][seat])]
    for label, text in told:
        if text:
            lines += wrap(printable(f"{label}: {text}", lines=True), width, first="    ", rest="      ")
    return lines


def _thread(name: str, thread: Thread) -> str:
    """Say who talks in a thread and in which order; of a kind of side thread, who may open one."""
    words = [f"{name}: {', '.join(thread.members)}", speaker_words(thread.speakers)]
    if thread.open_by is not None:
        words += [f"opened by {', '.join(thread.open_by)}", f"{thread.size} members"]
    words += [f"at most {thread.most} of them"] if thread.most else []
    words += [f"at most {limit}" for limit in _limits(thread.budget)]
    words += [f"binds {thread.binds}"] if thread.binds != "all" else []
    words += [f"the last {count(thread.window, 'message')} are seen"] if thread.window else []
    return ", ".join(words)


def speaker_words(speakers: str | Mapping[str, Any]) -> str:
    """Name who speaks next, as the scenario says it: `random (no_repeat True)`."""
    if isinstance(speakers, str):
        return speakers
    return ", ".join(f"{name} ({_told(told)})" if told else name for name, told in speakers.items())


def _told(told: Any) -> str:
    if not isinstance(told, Mapping):
        return str(told)
    return "; ".join(f"{key} {', '.join(map(str, to)) if isinstance(to, list) else to}" for key, to in told.items())


def _limits(part: Budget | Phase | End | None) -> list[str]:
    counts = ((getattr(part, f"{unit}s", None), unit) for unit in ("round", "turn", "message"))
    return [count(many, unit) for many, unit in counts if many]


def _course(situation: Situation) -> list[str]:
    """Tell what happens when: phases, what is repeated, questions, scheduled events."""
    lines = [f"{number}. {phase_words(phase)}" for number, phase in enumerate(situation.phases, 1)]
    if repeat := situation.repeat:
        lines.append(f"{repeat.times} times" if repeat.times else f"again with a chance of {number(repeat.go_on)}")
    if final := situation.final:
        lines.append(f"in the end {final.proposer} makes a last proposal, decided by {final.decide}")
    for question in situation.questions:
        asked = f"{', '.join(question.items)} ({_all(situation, question.whom)})"
        lines.append(f"asked in private, {', '.join(question.when)}: {asked}")
    lines += [f"{event.at}, to {_all(situation, event.to)}: {event.say}" for event in situation.events]
    return lines


def _all(situation: Situation, seats: str | Sequence[str]) -> str:
    return "all" if seats == "all" or list(seats) == list(situation.seats) else ", ".join(seats)


def _ends(situation: Situation) -> str:
    return " or ".join(_conditions(situation.end))


def _conditions(end: End) -> list[str]:
    """Say what ends a run."""
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


def _outcomes(situation: Situation) -> str:
    space = situation.space
    rational = int(space.rational.sum())
    return (
        f"{count(space.size, 'outcome')}; {len(space.frontier()):,} on the Pareto frontier; "
        f"{rational:,} allowed to all and no worse than no deal for anybody"
    )


def _text(text: str, width: int) -> list[str]:
    return wrap(printable(text.strip(), lines=True), width, first="  ", rest="  ") if text.strip() else []
