"""What was said and done, message by message."""

from __future__ import annotations

from collections import Counter
from typing import Final

from sandbox.rendering.layout import wrap
from sandbox.rendering.numbers import number
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable, width_of
from sandbox.rendering.scene import Scene
from transcripts import Accept, Act, Answered, Event, Forfeited, Offer, Pass, Refused, Reject, Said, WalkAway, Withdraw

INDENT: Final = "    "
_SHADES: Final = {"offer": "bold", "accept": "good", "reject": "warn", "walk_away": "bad"}


class Talk:
    """Turn events into lines; those that nobody heard are dim."""

    def __init__(self, scene: Scene, paint: Paint, width: int) -> None:
        self.scene = scene
        self.paint = paint
        self.width = width
        self._rank = {seat: rank for rank, seat in enumerate(scene.state.seats)}

    def lines(self, event: Event) -> list[str]:
        """Write one event; nothing for those that are no part of the talk, or that these eyes do not see."""
        if not self.scene.sees(event):
            return []
        match event:
            case Said():
                return self._said(event)
            case Refused():
                return self._aside(event, f"refused by {event.by}: {event.reason}", event.act, event.text)
            case Forfeited():
                return self._aside(event, f"turn forfeited ({event.fault}): {self._why(event)}", None, "")
            case Answered() if event.answer is None:
                failures = _failures(event) or f"{event.profile} failed: {event.fault}"
                return self._aside(event, f"asked to {event.purpose}, {failures}", None, "")
            case Answered() if event.by:
                after = f"after {failures}" if (failures := _failures(event)) else f"in place of {event.profile}"
                return self._aside(event, f"answered by {event.by} {after}", None, "")
            case _:
                return []

    def _said(self, event: Said) -> list[str]:
        who = self._who(event.thread, event.seat)
        act = deed(self.scene, event.act) if event.act else ""
        shade = _SHADES.get(event.act.kind, "dim") if event.act else "dim"
        name = f"{event.thread}:{event.n}"
        notes = [f"[{printable(name)}]", self._worth(name)] if isinstance(event.act, Offer) else []
        text = printable(event.text, lines=True).strip()
        if act and (not text or (isinstance(event.act, Offer) and text == self.scene.terms(event.act.terms))):
            return self._deed(f"{who} ", event.seat, len(who), act, shade, notes)
        quoted = f'"{text}"' if text else "…"
        said = wrap(quoted, self.width, first=f"{who}: ", rest="  ")
        lines = [self.paint.seat(said[0][: len(who)], self._rank[event.seat]) + said[0][len(who) :], *said[1:]]
        return lines + (self._deed(INDENT, event.seat, 0, act, shade, notes) if act else [])

    def _deed(self, first: str, seat: str, head: int, act: str, shade: str, notes: list[str]) -> list[str]:
        lines = wrap(act, self.width, first=first, rest=INDENT + "  ")
        painted = [
            self.paint.seat(line[:head], self._rank[seat]) + self.paint(line[head:], shade) if not place
            else self.paint(line, shade)
            for place, line in enumerate(lines)
        ]  # fmt: skip
        for note in filter(None, notes):
            if width_of(lines[-1]) + 2 + width_of(note) <= self.width:
                lines[-1] += f"  {note}"
                painted[-1] += f"  {self.paint(note, 'dim')}"
            else:
                lines.append(INDENT + "  " + note)
                painted.append(self.paint(lines[-1], "dim"))
        return painted

    def _aside(self, event: Refused | Forfeited | Answered, what: str, act: Act | None, text: str) -> list[str]:
        tried = f"; it tried: {deed(self.scene, act)}" if act else ""
        meant = f' "{printable(text)}"' if text.strip() else ""
        whole = f"({self._who(event.thread, event.seat)}: {printable(what)}{tried}{meant})"
        return [self.paint(line, "dim") for line in wrap(whole, self.width, first=INDENT, rest=INDENT + " ")]

    def _why(self, event: Forfeited) -> str:
        """Say why a turn was lost; what a fault said of itself may name machines, and is the researcher's."""
        detail = event.evidence.detail if event.evidence and self.scene.seat is None else None
        if detail is None:
            return event.reason
        return detail if event.reason.startswith("no answer: ") else f"{event.reason}: {detail}"

    def _who(self, thread: str, seat: str) -> str:
        speaker = self.scene.speaker(seat)
        return f"{printable(thread)} · {speaker}" if self.scene.several else speaker

    def _worth(self, offer: str) -> str:
        worth = self.scene.worth(offer)
        if self.scene.seat:
            return " · ".join(f"worth {number(value)} to you" for value in worth.values())
        return " · ".join(f"{printable(seat)} {number(value)}" for seat, value in worth.items())


def _failures(event: Answered) -> str:
    """Say which profiles failed, and how often with what: `gpt-mini failed: overloaded ×3`."""
    attempts = event.evidence.attempts if event.evidence else None
    counts = Counter((str(each.get("profile")), str(each["error"])) for each in attempts or () if each.get("error"))
    failed: dict[str, list[str]] = {}
    for (profile, error), many in counts.items():
        failed.setdefault(profile, []).append(error + (f" ×{many}" if many > 1 else ""))
    return ", ".join(f"{profile} failed: {' and '.join(errors)}" for profile, errors in failed.items())


def deed(scene: Scene, act: Act) -> str:
    """Say what an act does."""
    match act:
        case Offer(terms=terms):
            return f"→ offers {scene.terms(terms)}"
        case Accept(offer=name):
            return f"✓ accepts {printable(name)}"
        case Reject(offer=name):
            return f"✗ rejects {printable(name)}"
        case Withdraw():
            return "← takes its offer back"
        case WalkAway():
            return "✗ walks away"
        case Pass():
            return "… passes"
