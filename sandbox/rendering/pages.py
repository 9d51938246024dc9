"""A scenario or a persona as a page to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.rendering.header import brain_words, preference_lines
from sandbox.rendering.layout import table, wrap
from sandbox.rendering.numbers import count
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from personas import Persona
    from scenarios import Issue, Situation


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
    lines += ["", paint("Seats", "bold")]
    for rank, seat in enumerate(situation.seats):
        lines += _seat(situation, seat, rank, paint, width)
    lines += ["", paint("Threads", "bold")]
    for name, thread in situation.threads.items():
        lines += _text(f"{name}: {', '.join(thread.members)}, {thread.speakers}", width)
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


def _ends(situation: Situation) -> str:
    end = situation.end
    when = ["all agree"] if end.agreement else []
    when += [f"after {count(end.rounds, 'round')}"] if end.rounds else []
    when += [f"after {count(end.turns, 'turn')}"] if end.turns else []
    return " or ".join(when)


def _outcomes(situation: Situation) -> str:
    space = situation.space
    rational = int(space.rational.sum())
    return (
        f"{count(space.size, 'outcome')}; {len(space.frontier()):,} on the Pareto frontier; "
        f"{rational:,} allowed to all and no worse than no deal for anybody"
    )


def _text(text: str, width: int) -> list[str]:
    return wrap(printable(text.strip(), lines=True), width, first="  ", rest="  ") if text.strip() else []
