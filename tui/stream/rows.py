"""What a message, or another event that its readers should see, looks like: text with marks, in no particular width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sandbox.rendering.numbers import number
from sandbox.rendering.outcome import outcome_lines, values_of
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable
from sandbox.rendering.scene import Origin, Scene
from sandbox.rendering.talk import Talk, deed
from transcripts import (
    Act,
    Agreed,
    Answered,
    Ended,
    Event,
    Exhausted,
    Forked,
    Offer,
    Said,
    Started,
)

LONGEST: Final = 20_000
"""Characters of one message that are shown among the others."""
_WIDEST: Final = 10**9
_TERMS: Final = 4096
_SHADES: Final = {"offer": "offer", "accept": "accept", "reject": "reject", "walk_away": "leave"}
KINDS: Final = frozenset({
    "said", "refused", "forfeited", "answered", "agreed", "ended", "exhausted", "forked", "started",
})  # fmt: skip
"""Of what events may be rows."""


class Mark(NamedTuple):
    """What a part of a text is, which decides how it looks."""

    begin: int
    end: int
    what: str
    """`name`, an act's shade, `note`, `aside`, `title`, `end` or `bad`."""


class Row(NamedTuple):
    """An event as its readers see it."""

    text: str
    """Printable; its line breaks are meant."""
    marks: Sequence[Mark] = ()
    """In order, and none over another."""
    rank: int | None = None
    """Whose colour it has: the seat of that rank; None where nobody speaks."""


class Writer:
    """Write events as rows, as one pair of eyes sees them."""

    def __init__(self, scene: Scene, thread: str | None = None) -> None:
        """With `thread`, what belongs to other threads is no row."""
        self.thread = thread
        self._deeds: dict[object, str] = {}
        self.look(scene)

    def look(self, scene: Scene) -> None:
        """Take another moment of the same run."""
        self.scene = scene
        self._talk = Talk(scene, Paint(), _WIDEST)
        self._rank = {seat: rank for rank, seat in enumerate(scene.state.seats)}
        self._several = scene.several and self.thread is None

    @property
    def likeness(self) -> object:
        """What all rows depend on: as long as it is equal, they stay as they are."""
        return (self.thread, self._several, tuple(self._rank), self.scene.state.situation.get("issues"))

    def shows(self, event: Event) -> bool:
        """Tell whether an event is a row."""
        if event.kind not in KINDS or (isinstance(event, Answered) and event.answer is not None and not event.by):
            return False
        if self.thread is not None and getattr(event, "thread", self.thread) != self.thread:
            return False
        return self.scene.sees(event)

    def write(self, event: Event) -> Row:
        """Write an event that is a row."""
        match event:
            case Said():
                return self._said(event)
            case Agreed():
                by = " and ".join(event.by)
                text = printable(f"✓ agreed by {by}: ") + f"{self.scene.terms(event.terms)}  "
                note = printable(f"[{event.offer}]")
                return Row(text + note, [Mark(0, len(text), "accept"), Mark(len(text), len(text) + len(note), "note")])
            case Ended():
                return self._ended(event)
            case Exhausted():
                return _alone(f"■ the budget is used up: {event.limit} {event.what}", "bad")
            case Forked():
                return _alone(f"── branched off {self._origin(event)} ──", "end")
            case Started():
                return self._started(event)
            case _:
                text = " ".join(line.strip() for line in self._talk.lines(event))
                rank = self._rank.get(getattr(event, "seat", ""))
                return Row(text[:LONGEST], [Mark(0, len(text[:LONGEST]), "aside")], rank)

    def plain(self, thread: str, seat: str, text: str) -> str:
        """Write the text of a message that is words alone."""
        return _spoken(self._name(thread, seat, ""), text)

    def partial(self, thread: str, seat: str, text: str) -> Row:
        """Write what streams in from a seat: the end of it, where it is long."""
        name = self._name(thread, seat, "")
        return Row(f"{name}: {_safe(text[-LONGEST:])}▌", [Mark(0, len(name), "name")], self._rank.get(seat))

    def _said(self, event: Said) -> Row:
        name = self._name(event.thread, event.seat, " (a person)" if event.by else "")
        marks = [Mark(0, len(name), "name")]
        if event.act is None:
            return Row(_spoken(name, event.text), marks, self._rank.get(event.seat))
        said, act = _heard(event.text), self._deed(event.act)
        if not said or (isinstance(event.act, Offer) and said == self.scene.terms(event.act.terms)):
            text = f"{name} {act}"
        else:
            text = f"{_spoken(name, event.text)}\n{act}"
        marks.append(Mark(len(text) - len(act), len(text), _SHADES.get(event.act.kind, "note")))
        if isinstance(event.act, Offer):
            notes = self._notes(f"{event.thread}:{event.n}")
            marks.append(Mark(len(text), len(text) + len(notes), "note"))
            text += notes
        return Row(text, marks, self._rank.get(event.seat))

    def _name(self, thread: str, seat: str, more: str) -> str:
        return printable(f"{thread} · {seat}{more}" if self._several else f"{seat}{more}")

    def _deed(self, act: Act) -> str:
        """Say what an act does; the terms of offers are often the same."""
        if not isinstance(act, Offer):
            return deed(self.scene, act)
        key = repr(act.terms)
        if key not in self._deeds:
            if len(self._deeds) >= _TERMS:
                self._deeds.clear()
            self._deeds[key] = deed(self.scene, act)
        return self._deeds[key]

    def _notes(self, offer: str) -> str:
        worth = self.scene.worth(offer)
        if self.scene.seat is not None:
            told = [f"worth {number(value)} to you" for value in worth.values()]
        else:
            told = [f"{seat} {number(value)}" for seat, value in worth.items()]
        return printable(f"  [{offer}]" + ("  " + " · ".join(told) if told else ""))

    def _ended(self, event: Ended) -> Row:
        what = "end" if event.status == "done" else "bad"
        if self.scene.state.ended != event:  # a branch went on behind it
            return _alone(f"■ {event.reason}", what)
        text = "■ " + outcome_lines(self.scene, Paint(), _WIDEST)[0]
        marks = [Mark(0, len(text), what)]
        utility = values_of(event.measures or {}, "utility")
        mine = {seat: value for seat, value in utility.items() if self.scene.seat in (None, seat)}
        if mine:
            note = printable("  " + " · ".join(f"{seat} {number(value)}" for seat, value in mine.items()))
            marks.append(Mark(len(text), len(text) + len(note), "note"))
            text += note
        return Row(text, marks)

    def _started(self, event: Started) -> Row:
        situation = self.scene.state.situation
        title = printable(str(situation.get("title") or event.name))
        story = _safe(str(situation.get("story") or "")[:LONGEST]).strip()
        text = f"{title}\n{story}" if story else title
        return Row(text, [Mark(0, len(title), "title"), Mark(len(title), len(text), "note")])

    def _origin(self, event: Forked) -> str:
        name = event.evidence.parent if event.evidence else None
        return printable(str(Origin(name, event.after)).removeprefix("from "))


def _alone(text: str, what: str) -> Row:
    text = printable(text)
    return Row(text, [Mark(0, len(text), what)])


def _safe(text: str) -> str:
    """Make text printable, line breaks kept; most text is already, but for those."""
    if text.isprintable() or ("\r" not in text and text.replace("\n", "").isprintable()):
        return text
    return printable(text, lines=True)


def _heard(text: str) -> str:
    return _safe(text[:LONGEST]).strip()


def _spoken(name: str, text: str) -> str:
    more = len(text) - LONGEST
    left_out = f"\n… {more:,} characters more: Enter shows all" if more > 0 else ""
    return f"{name}: {_heard(text) or '…'}{left_out}"
