"""A scenario or a persona as a page to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sandbox.rendering.header import brain_words, preference_lines
from sandbox.rendering.layout import table, wrap
from sandbox.rendering.numbers import count
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable
from sandbox.rendering.situations import course_words, end_words, thread_words

if TYPE_CHECKING:
    from personas import Persona
    from scenarios import Issue, Situation


def scenario_page(
    situation: Situation, source: Mapping[str, Any], paint: Paint, width: int, *, public: bool = False
) -> list[str]:
    """Write all that there is to a situation, everybody's preferences included; `source` is it as written.

    With `public`, only what every participant may know.
    """
    lines = [paint(printable(situation.title), "bold"), paint(printable(situation.name), "dim")]
    lines += _text(situation.story, width)
    if not public:
        lines += [paint(line, "dim") for line in _text(str(source.get("notes", "")), width)]
        for title, values in (("Parameters", situation.parameters), ("Drawn", situation.drawn)):
            if values:
                listed = ", ".join(f"{name} {value}" for name, value in values.items())
                lines += ["", paint(title, "bold"), *_text(listed, width)]
    for title, domains in (("Issues", situation.issues), ("Choices", situation.choices)):
        if domains:
            rows = [[printable(name), printable(_domain(situation, domain))] for name, domain in domains.items()]
            lines += ["", paint(title, "bold"), *table(rows, indent="  ")]
    lines += ["", paint("Seats", "bold")]
    for rank, alike in _alike(situation):
        lines += _seat(situation, alike, rank, paint, width, public=public)
    lines += ["", paint("Threads", "bold")]
    for name in situation.threads:
        if not public or _is_public(situation, name):
            lines += _hung(thread_words(situation, name, public=public), width)
    if course := course_words(situation, public=public):
        lines += ["", paint("Course", "bold"), *(line for words in course for line in _hung(words, width))]
    lines += ["", paint("Ends", "bold"), *_text(end_words(situation), width)]
    if situation.issues and not public:
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


def _domain(situation: Situation, domain: Issue) -> str:
    """Say what can be decided; the names of all seats in a word."""
    from scenarios import OptionIssue

    is_seats = isinstance(domain, OptionIssue) and domain.options == situation.seats
    return "one of the seats" if is_seats else issue_words(domain)


def _alike(situation: Situation) -> Iterator[tuple[int, list[str]]]:
    """Take seats together that are written as one: `juror: {count: 12}`."""

    def key(ranked: tuple[int, str]) -> str:
        stem, _, number = ranked[1].rpartition("_")
        return stem if number.isdecimal() and situation.groups.get(stem) else ranked[1]

    for _, several in groupby(enumerate(situation.seats), key):
        ranked = list(several)
        said = [situation.data["participants"][seat] for _, seat in ranked]
        whole = ranked if all(each == said[0] for each in said) else []
        yield from [(ranked[0][0], [seat for _, seat in whole])] if whole else [(at, [seat]) for at, seat in ranked]


def _seat(
    situation: Situation, alike: list[str], rank: int, paint: Paint, width: int, *, public: bool = False
) -> list[str]:
    seat = alike[0]
    participant = situation.participants[seat]
    title = seat if len(alike) == 1 else f"{seat} to {alike[-1]}"
    role = "" if public and situation.private_roles else participant.role
    head = wrap(printable(f"{title}: {role}" if role else title), width, first="  ", rest="    ")
    name = f"  {printable(title)}"
    lines = ["  " + paint.seat(name[2:], rank) + head[0][len(name) :], *head[1:]]
    for label, text in [] if public else _private(situation, seat):
        if text:
            lines += wrap(printable(f"{label}: {text}", lines=True), width, first="    ", rest="      ")
    return lines


def _private(situation: Situation, seat: str) -> Iterator[tuple[str, str]]:
    """Give what the seat alone knows and wants."""
    participant = situation.participants[seat]
    yield "persona", participant.persona or ""
    yield "brief", participant.brief.strip()
    if known := situation.knows.get(seat):
        yield "knows", ", ".join(known)
    if situation.issues and seat in situation.parties:
        yield from (("wants", line) for line in preference_lines(situation.data["participants"][seat]))
    elif situation.issues:
        yield "no party", "an agreement is the others' alone"
    elif participant.payoff is not None:
        yield "payoff", str(participant.payoff)
    if budget := participant.budget:
        limits = ((budget.turns, "turn"), (budget.messages, "message"), (budget.rounds, "round"))
        yield "at most", " or ".join(count(many, unit) for many, unit in limits if many)


def _is_public(situation: Situation, name: str) -> bool:
    """Tell whether everybody may know that there is such a thread."""
    thread = situation.threads[name]
    named = any(name in (phase.thread or ()) for phase in situation.phases)
    return thread.open_by is not None or named or set(situation.parties) <= set(thread.members)


def _outcomes(situation: Situation) -> str:
    space = situation.space
    rational = int(space.rational.sum())
    return (
        f"{count(space.size, 'outcome')}; {len(space.frontier()):,} on the Pareto frontier; "
        f"{rational:,} allowed to all and no worse than no deal for anybody"
    )


def _text(text: str, width: int) -> list[str]:
    return wrap(printable(text.strip(), lines=True), width, first="  ", rest="  ") if text.strip() else []


def _hung(text: str, width: int) -> list[str]:
    return wrap(printable(text), width, first="  ", rest="    ")
