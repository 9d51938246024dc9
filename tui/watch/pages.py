"""What lies behind a message: the message, the very prompts, the calls, the tools, and the events."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from moot_errors import MootError
from sandbox.prompts import Prompt, read_prompt
from sandbox.rendering.data import event_data
from sandbox.rendering.header import header_lines
from sandbox.rendering.layout import wrap
from sandbox.rendering.listing import event_line
from sandbox.rendering.numbers import count, dollars, duration
from sandbox.rendering.outcome import outcome_lines
from sandbox.rendering.printable import printable
from sandbox.rendering.prompt import attempt_words, prompt_lines, tool_words
from sandbox.rendering.talk import Talk
from transcripts import Answered, Ended, Event, Forked, Said, Started
from tui.feed import Moment
from tui.watch.lines import Ink, Line, line, lines_of

MOST = 400_000
"""Characters of a page; what is longer is cut, for wrapping it would be felt."""


@dataclass(frozen=True)
class Turn:
    """One event that was selected, and the turn that it belongs to."""

    moment: Moment
    place: int
    """Of the event among the run's."""
    then: Callable[[int], Moment] = field(compare=False)
    """Gives the run as it was after so many events."""

    @property
    def event(self) -> Event:
        return self.moment.events[self.place]

    @cached_property
    def places(self) -> list[int]:
        """Where the turn's events are: turns that were taken at the same time may stand in between."""
        ticks, turns = self.moment.events.shelf.ticks, self.moment.events.shelf.turns
        first = last = self.place
        while first and ticks[first - 1] == ticks[self.place]:
            first -= 1
        while last + 1 < self.moment.upto and ticks[last + 1] == ticks[self.place]:
            last += 1
        return [place for place in range(first, last + 1) if turns[place] == turns[self.place]]

    def same(self, other: Turn) -> bool:
        """Tell whether all pages about the two are the same, as far as this run grows or is gone back in."""
        return (self.place, self.places) == (
            other.place,
            other.places,
        ) and self.moment.scene.name == other.moment.scene.name

    @property
    def seen(self) -> list[int]:
        """Where those of them are that these eyes see."""
        return [place for place in self.places if self.moment.scene.sees(self.moment.events[place])]

    @property
    def events(self) -> list[Event]:
        """The turn's events that these eyes see."""
        return [self.moment.events[place] for place in self.seen]

    @property
    def calls(self) -> list[Answered]:
        return [event for event in self.events if isinstance(event, Answered)]

    def prompts(self) -> list[Prompt]:
        """Put together what was asked in this turn; raises StoreError."""
        found = []
        for place in self.places:
            event = self.moment.events[place]
            if isinstance(event, Answered):
                state = self.then(place + 1).scene.state
                found.append(read_prompt(event, state.prompts[event.seat, event.purpose], self.moment.bodies))
        return found


def message_page(turn: Turn, width: int) -> list[Line]:
    """Write what was said and done, and what nobody heard."""
    scene, ink = turn.moment.scene, Ink()
    talk = Talk(scene, ink, width)
    event = turn.event
    title = f"{event.thread}:{event.n}" if isinstance(event, Said) else event.kind
    where = f" · turn {event.turn} · tick {event.tick}" if scene.seat is None and event.turn else ""
    lines = [line(printable(f"{title}{where}"), "dim"), line("")]
    match event:
        case Started() | Forked():
            told = header_lines(scene, ink, width)
        case Ended():
            told = outcome_lines(scene, ink, width, turn.moment.tally if scene.seat is None else None)
        case _:
            told = [each for event in turn.events for each in talk.lines(event)]
    lines += lines_of(told or wrap(event_line(scene, event), width))
    if isinstance(event, Said) and event.by:
        lines += [line(""), line("A person said this in the seat's place.", "dim")]
    return lines


def prompt_page(turn: Turn, width: int) -> list[Line]:
    """Write every prompt of the turn, word for word."""
    if turn.moment.scene.seat is not None:
        return _note("Prompts are the researcher's.", width)
    ink, marked = Ink(), list[str]()
    for prompt in turn.prompts():
        marked += [*([""] if marked else []), *prompt_lines(prompt, turn.moment.scene, ink, width)]
    return lines_of(marked) if marked else _no_model(turn, width)


def call_page(turn: Turn, width: int) -> list[Line]:
    """Write what each call took: tokens, dollars, time, tries."""
    lines: list[Line] = []
    for call in turn.calls:
        model = f" ({call.model})" if call.model and call.model != call.profile else ""
        title = printable(f"to {call.purpose} · {call.profile}{model}")
        lines += [*([line("")] if lines else []), *(line(each, "bold") for each in wrap(title, width))]
        for name, words in _call_rows(call):
            shade = "bad" if name == "fault" else ""
            lines += [
                line(each, shade) for each in wrap(printable(f"{name:<13}{words}"), width, first="  ", rest=" " * 15)
            ]
    return lines or _no_model(turn, width)


def _call_rows(call: Answered) -> list[tuple[str, str]]:
    evidence = call.evidence
    attempts = evidence.attempts if evidence else None
    rows = [
        ("answered by", f"{call.by}, in place of {call.profile}" if call.by else ""),
        ("served by", call.served or ""),
        ("fault", call.fault or ""),
        ("tokens", ", ".join(f"{many:,} {kind}" for kind, many in call.usage.items()) or "the provider does not tell"),
        ("cost", dollars(call.cost) if call.answer is not None else ""),
        ("took", duration(evidence.took) if evidence and evidence.took is not None else ""),
        ("attempts", f"{len(attempts)}: {attempt_words(attempts)}" if attempts else ""),
        ("stopped by", str((call.answer or {}).get("stop") or "")),
        ("detail", evidence.detail or "" if evidence else ""),
    ]
    return [(name, words) for name, words in rows if words]


def tools_page(turn: Turn, width: int) -> list[Line]:
    """Write which tools each call offered, and which were called."""
    if turn.moment.scene.seat is not None:
        return _note("Tools are the researcher's.", width)
    lines: list[Line] = []
    for prompt in turn.prompts():
        called = [each for each in (prompt.call.answer or {}).get("calls") or () if isinstance(each, Mapping)]
        lines += [*([line("")] if lines else []), line(printable(f"to {prompt.call.purpose}"), "bold")]
        for label, texts in (
            ("called", [f"{each.get('name')}({each.get('arguments', '{}')})" for each in called]),
            ("offered", list(map(tool_words, prompt.request.tools))),
        ):
            lines.append(line(f"  {label}" if texts else f"  {label}: none", "dim"))
            lines += [line(row) for text in texts for row in wrap(printable(text), width, first="    ", rest="      ")]
    return lines or _no_model(turn, width)


def event_page(turn: Turn, width: int) -> list[Line]:
    """Write the event as it is kept, evidence included, and below it the turn's others."""
    scene = turn.moment.scene
    others = [turn.moment.events[place] for place in turn.seen if place != turn.place]
    lines: list[Line] = []
    for number, event in enumerate([turn.event, *others]):
        data: Any = event.model_dump(mode="json", exclude_none=True) if scene.seat is None else event_data(scene, event)
        text = json.dumps(data, ensure_ascii=False, indent=2)
        style = "dim" if number else ""
        lines += [line("")] if lines else []
        lines += [line(row, style) for each in text.split("\n") for row in _wrapped(each, width)]
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    indent = len(text) - len(text.lstrip(" "))
    return wrap(printable(text[indent:]), width, first=" " * indent, rest=" " * (indent + 2))


PAGES: Final[Mapping[str, Callable[[Turn, int], list[Line]]]] = {
    "message": message_page,
    "prompt": prompt_page,
    "call": call_page,
    "tools": tools_page,
    "event": event_page,
}


def write_page(name: str, turn: Turn, width: int) -> Sequence[Line]:
    """Write a page; what cannot be read is said on it."""
    try:
        lines = PAGES[name](turn, width)
    except (LookupError, MootError) as error:
        return _note(f"This cannot be shown: {error}", width, "bad")
    return _cut(lines)


def _cut(lines: list[Line]) -> list[Line]:
    total = 0
    for place, each in enumerate(lines):
        total += sum(len(piece.text) for piece in each)
        if total > MOST:
            return [*lines[:place], line(f"… {count(len(lines) - place, 'more line')}: too long for a page", "warn")]
    return lines


def _no_model(turn: Turn, width: int) -> list[Line]:
    return _note("No model was asked in this turn.", width)


def _note(text: str, width: int, style: str = "dim") -> list[Line]:
    return [line(each, style) for each in wrap(printable(text, lines=True), width)]
