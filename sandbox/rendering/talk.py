"""What was said and done, message by message."""

from __future__ import annotations

from collections import Counter
from typing import Final

from sandbox.rendering.layout import wrap
from sandbox.rendering.numbers import number
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable, width_of
from sandbox.rendering.scene import Scene
from sandbox.rendering.stages import stage_line, tally_text
from transcripts import (
    MODERATOR,
    Accept,
    Act,
    Agreed,
    Answer,
    Answered,
    Assign,
    Bid,
    Confided,
    Event,
    Forfeited,
    HandOver,
    Judged,
    Leave,
    Move,
    Offer,
    Opened,
    OpenThread,
    Pass,
    Refused,
    Reject,
    Report,
    Said,
    Staged,
    Tallied,
    Told,
    Vote,
    WalkAway,
    Withdraw,
)

INDENT: Final = "    "
_SHADES: Final = {
    "offer": "bold", "accept": "good", "reject": "warn", "walk_away": "bad",
    "move": "bold", "vote": "bold", "report": "good", "assign": "bold",
}  # fmt: skip
_QUIET: Final = ("bid", "choose")
"""What is asked of seats only to find out who speaks next."""
_IN_PLACE: Final = {"fallback": "by its fallback", "scenario": "as the scenario has it", "person": "by a person"}


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
            case Confided():
                return self._confided(event)
            case Opened():
                return self._opened(event)
            case Told():
                return self._note(f"told in private: {self._quoted(event.text)}", self._to(event))
            case Staged():
                return [self.paint(line, "bold") for line in wrap(stage_line(self.scene, event), self.width)]
            case Tallied():
                return self._note(f"= {tally_text(self.scene, event)}")
            case Agreed(binds="members"):
                who = " and ".join(map(printable, event.by))
                return self._note(f"{who} have a deal among themselves: {self.scene.terms(event.terms)}", event.thread)
            case Judged():
                return self._note(printable(f"judged by {event.by}: {verdict_text(event)}"))
            case _:
                return []

    def _said(self, event: Said) -> list[str]:
        who = self._who(event.thread, event.seat) + self._how(event)
        act = deed(self.scene, event.act) if event.act else ""
        shade = _SHADES.get(event.act.kind, "dim") if event.act else "dim"
        name = f"{event.thread}:{event.n}"
        notes = [f"[{printable(name)}]", self._worth(name)] if isinstance(event.act, Offer) else []
        text = printable(event.text, lines=True).strip()
        if act and (not text or (isinstance(event.act, Offer) and text == self.scene.terms(event.act.terms))):
            return self._deed(f"{who} ", event.seat, len(who), act, shade, notes)
        quoted = f'"{text}"' if text else "…"
        said = wrap(quoted, self.width, first=f"{who}: ", rest="  ")
        lines = [self._name(said[0][: len(who)], event.seat) + said[0][len(who) :], *said[1:]]
        return lines + (self._deed(INDENT, event.seat, 0, act, shade, notes) if act else [])

    def _deed(self, first: str, seat: str, head: int, act: str, shade: str, notes: list[str]) -> list[str]:
        lines = wrap(act, self.width, first=first, rest=INDENT + "  ")
        painted = [
            self._name(line[:head], seat) + self.paint(line[head:], shade) if not place
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

    def _confided(self, event: Confided) -> list[str]:
        """Write what its thread did not hear, marked as that; bids and nominations are left to the list of events."""
        if event.task in _QUIET:
            return []
        if isinstance(event.act, Answer):
            return self._note(f"asked in private: {deed(self.scene, event.act)}", self._who(event.thread, event.seat))
        who = self._who(event.thread, event.seat)
        about = printable(f" [{event.about}, in secret]" if event.about else " [in secret]")
        text = printable(event.text).strip()
        quoted = [f'"{text}"'] if text else []
        act = deed(self.scene, event.act) + about
        return self._deed(f"{who} ", event.seat, len(who), act, _SHADES.get(event.act.kind, "dim"), quoted)

    def _opened(self, event: Opened) -> list[str]:
        who = self._who(event.thread, event.seat)
        others = " and ".join(printable(seat) for seat in event.members if seat != event.seat)
        about = f": {self._quoted(event.about)}" if event.about.strip() else ""
        return self._deed(f"{who} ", event.seat, len(who), f"→ opens this thread with {others}{about}", "dim", [])

    def _to(self, event: Told) -> str:
        """Name who was told; a seat does not learn who else was."""
        return self.scene.seat or " and ".join(map(printable, event.to))

    def _note(self, what: str, who: str = "") -> list[str]:
        """Write what stands between the turns."""
        whole = f"({printable(who)}: {what})" if who else what
        return [self.paint(line, "dim") for line in wrap(whole, self.width, first=INDENT, rest=INDENT + "  ")]

    def _how(self, event: Said) -> str:
        """Say which message it answers; and to the researcher who spoke where that was not the seat's own brain."""
        words = [f"to {event.re}"] if event.re else []
        usual = "scenario" if event.seat == MODERATOR else "person"
        if self.scene.seat is None and event.by is not None and event.by != usual:
            words.append(_IN_PLACE[event.by])
        return printable("".join(f", {each}" for each in words))

    def _name(self, text: str, seat: str) -> str:
        """Paint who speaks; the moderator has no colour."""
        return self.paint.seat(text, self._rank[seat]) if seat in self._rank else self.paint(text, "bold")

    @staticmethod
    def _quoted(text: str) -> str:
        return f'"{printable(text).strip()}"'

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


def verdict_text(event: Judged) -> str:
    """Say what was judged of a claim, and why."""
    holds = "holds" if event.holds else "does not hold"
    return f'"{event.claim}" {holds}{f": {event.why}" if event.why else ""}'


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
        case OpenThread(invite=invite, about=about):
            return printable(f"→ opens a thread with {' and '.join(invite)}" + (f": {about}" if about.strip() else ""))
        case Leave():
            return "← leaves this thread"
        case HandOver(to=to):
            return f"→ gives the word to {printable(to)}"
        case Assign(to=to, task=task):
            return printable(f"→ gives {to} to do: {task}")
        case Report(result=result):
            return f"■ hands in: {printable(result, lines=True).strip()}"
        case Move(choice=choice):
            return f"● chooses {printable(str(choice))}"
        case Vote(choice=choice):
            return f"● votes {printable(str(choice))}"
        case Bid(strength=strength):
            return f"bids {strength} of 4 to speak"
        case Answer(items=items):
            return printable(", ".join(f"{name} {value}" for name, value in items.items()))
